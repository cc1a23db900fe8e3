//! What every port may fail with, named by what happened outside.

pub use viridian_shared::failure::{Failure, Fault};

use viridian_shared::unseen;

/// A failed call. `Display` names the call and what went wrong with it; the cause is in `source`.
#[derive(Debug, thiserror::Error)]
#[error("`{operation}` failed: {fault}")]
pub struct PortError {
    /// What kind of failure it is: what the caller can do about it.
    pub fault: Fault,
    /// The AWS operation, or what of the store was asked.
    pub operation: &'static str,
    /// What the other side said of it, fit for a person; empty if nothing.
    pub message: String,
    /// What caused it, for the log.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl PortError {
    /// A failure without a cause. What cannot be seen in the message is marked.
    pub fn new(fault: Fault, operation: &'static str, message: impl Into<String>) -> Self {
        Self { fault, operation, message: unseen::mark(message.into()), source: None }
    }

    /// The same with its cause.
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

    /// What a fact holds of it.
    pub fn failure(&self) -> Failure {
        Failure { fault: self.fault, operation: self.operation.to_owned(), said: self.message.clone() }
    }

    /// What happened, for a person.
    pub fn sentence(&self) -> String {
        self.failure().sentence()
    }

    /// The AWS operation that the console's role may not do, if that is what failed.
    pub fn denied(&self) -> Option<&'static str> {
        (self.fault == Fault::Denied).then_some(self.operation)
    }
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
