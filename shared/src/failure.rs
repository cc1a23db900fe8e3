//! Calls that failed: which, how, and the sentence about it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A call that did not do what it should: of AWS, or of the console's own store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Failure {
    /// In which way.
    pub fault: Fault,
    /// The AWS operation; or in small letters what of the console's own was asked.
    pub operation: String,
    /// What the other side said of it, fit for a person; empty if nothing.
    pub said: String,
}

/// In which way a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The thing does not exist.
    Missing,
    /// The console's role may not do this.
    Denied,
    /// There are no credentials, AWS does not take them, or the role cannot be taken up.
    NoCredentials,
    /// AWS was asked too often.
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

impl Failure {
    /// Whether it is the console's own doing. AWS's operations begin with a capital.
    fn is_ours(&self) -> bool {
        self.operation.starts_with(|it: char| it.is_lowercase())
    }

    /// What happened, for a person.
    pub fn sentence(&self) -> String {
        let operation = &self.operation;
        let said = self.said.trim().trim_end_matches('.');
        match self.fault {
            _ if self.is_ours() && !said.is_empty() => format!("{}.", capitalised(said)),
            // What is not configured was never asked for.
            Fault::Missing if operation.is_empty() => format!("{said}."),
            Fault::Missing if said.is_empty() => format!("AWS does not know what {operation} asked for."),
            Fault::Denied => format!("AWS denies {operation} to the console’s role."),
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

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
