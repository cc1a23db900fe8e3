//! What an operation answers when it does not do what was asked, in AWS's own shape.

use serde_json::Value;

/// An error as AWS names it. `code` is the name that clients match; `message` is the sentence.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct AwsError {
    /// The name that clients match: `ValidationException`.
    pub code: String,
    /// A sentence, as near to AWS's own as is known.
    pub message: String,
    /// HTTP status of the answer.
    pub status: u16,
    /// Further members of the error's shape, if it has any.
    pub detail: Option<Box<Value>>,
}

impl AwsError {
    /// A fault of the caller: status 400.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), status: 400, detail: None }
    }

    /// With another status of HTTP: 5xx says that it is no fault of the caller.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The operation exists in AWS (or not) but not here.
    pub fn not_implemented(service: &str, operation: &str) -> Self {
        Self::new("NotImplemented", format!("The sandbox does not implement {service}:{operation}."))
            .with_status(501)
    }

    /// A fault of the sandbox itself.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new("InternalFailure", message).with_status(500)
    }
}
