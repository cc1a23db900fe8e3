//! What is wrong with a definition, and where.

use std::fmt;

use serde_json::{Value, json};

/// What kind of mistake it is, in AWS's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The text is no JSON.
    InvalidJson,
    /// A field is missing, unknown, or of another type.
    Schema,
    /// A state goes on to one that is not there.
    MissingTarget,
    /// No way leads to an end.
    MissingEnd,
    /// Two states bear one name.
    DuplicateName,
    /// AWS would run it; the sandbox does not.
    NotAvailable,
}

impl Code {
    /// As `ValidateStateMachineDefinition` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidJson => "INVALID_JSON_DESCRIPTION",
            Self::Schema => "SCHEMA_VALIDATION_FAILED",
            Self::MissingTarget => "MISSING_TRANSITION_TARGET",
            Self::MissingEnd => "MISSING_END_STATE",
            Self::DuplicateName => "DUPLICATE_STATE_NAME",
            Self::NotAvailable => "NOT_AVAILABLE_IN_SANDBOX",
        }
    }
}

/// One mistake. All of them are errors; none is only a warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of mistake it is.
    pub code: Code,
    /// A sentence for whoever wrote the definition.
    pub message: String,
    /// Where in the definition, with `/` between the names.
    pub location: Option<String>,
}

impl Diagnostic {
    /// As `ValidateStateMachineDefinition` answers it.
    pub fn wire(&self) -> Value {
        let mut wire = json!({"severity": "ERROR", "code": self.code.name(), "message": self.message});
        if let (Some(location), Some(members)) = (&self.location, wire.as_object_mut()) {
            members.insert("location".to_owned(), json!(location));
        }
        wire
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name(), self.message)?;
        match (&self.location, self.code) {
            (Some(location), _) => write!(f, " at {location}"),
            // AWS's own way to say that it names no place.
            (None, Code::MissingEnd) => f.write_str(" at null"),
            (None, _) => Ok(()),
        }
    }
}
