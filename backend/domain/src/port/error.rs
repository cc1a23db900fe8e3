//! What every port may fail with, named by what happened outside.

use std::fmt;

use viridian_shared::unseen;

/// A failed call. `Display` names the call and what went wrong with it; the cause is in `source`.
#[derive(Debug, thiserror::Error)]
#[error("`{operation}` failed: {fault}")]
pub struct PortError {
    pub fault: Fault,
    /// The AWS operation, or what of the store was asked.
    pub operation: &'static str,
    /// What the other side said of it, fit for a person; empty if nothing.
    pub message: String,
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The thing does not exist.
    Missing,
    /// The console's role may not do this.
    Denied,
    /// There are no credentials, AWS does not take them, or the role cannot be taken up.
    NoCredentials,
    Throttled,
    /// The thing is not in a state for this.
    Conflict,
    /// No answer came, or not in time. It may have been done.
    Unreachable,
    /// What the console itself keeps cannot be read or written.
    Store,
    /// Anything else.
    Unexpected,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "not there",
            Self::Denied => "denied",
            Self::NoCredentials => "no credentials",
            Self::Throttled => "throttled",
            Self::Conflict => "not possible in this state",
            Self::Unreachable => "no answer",
            Self::Store => "the store failed",
            Self::Unexpected => "unexpected answer",
        })
    }
}

impl PortError {
    pub fn new(fault: Fault, operation: &'static str, message: impl Into<String>) -> Self {
        Self { fault, operation, message: unseen::mark(message.into()), source: None }
    }

    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// No answer within the deadline.
    pub fn late(operation: &'static str) -> Self {
        Self::new(Fault::Unreachable, operation, "")
    }

    /// Something that the configuration does not name.
    pub fn not_configured(sentence: impl Into<String>) -> Self {
        Self::new(Fault::Missing, "", sentence)
    }

    /// Whether it is the console's own doing. AWS's operations begin with a capital.
    fn is_ours(&self) -> bool {
        self.operation.starts_with(|it: char| it.is_lowercase())
    }

    /// What happened, for a person.
    pub fn sentence(&self) -> String {
        let operation = self.operation;
        let said = self.message.trim().trim_end_matches('.');
        match self.fault {
            _ if self.is_ours() && !said.is_empty() => format!("{}.", capitalised(said)),
            // What is not configured was never asked for.
            Fault::Missing if operation.is_empty() => format!("{said}."),
            Fault::Missing if said.is_empty() => format!("AWS does not know what {operation} asked for."),
            Fault::Denied => format!("{DENIES}{operation} to the console’s role."),
            Fault::NoCredentials => {
                format!(
                    "{operation} was not asked: the console has no valid credentials, or may not take up its role."
                )
            }
            Fault::Throttled => format!("AWS throttles {operation}."),
            Fault::Unreachable => format!("{operation} got no answer."),
            Fault::Store => "The console cannot read or write what it keeps.".to_owned(),
            Fault::Conflict if said.is_empty() => format!("AWS refused {operation} in the present state."),
            Fault::Unexpected if said.is_empty() => format!("{operation} was answered with an error."),
            _ => format!("AWS answered {operation}: {said}."),
        }
    }
}

/// How a sentence begins that says that a permission is lacking.
const DENIES: &str = "AWS denies ";

/// The operation that a sentence says to be denied, if it says so.
pub fn denied(sentence: &str) -> Option<&str> {
    sentence.strip_prefix(DENIES)?.split(' ').next()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The whole chain of causes in one line, for the log.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
