//! What an operation may fail with, named by what the caller can do about it.

use viridian_shared::rule::Refusal;

use crate::port::PortError;

/// `Display` is a sentence for a person; causes stay in `source`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// This person may not.
    #[error("{0}")]
    Forbidden(String),
    /// Not in this state.
    #[error("{0}")]
    Conflict(String),
    /// A field is wrong.
    #[error("{0}")]
    Invalid(String),
    /// AWS refused, or did something unforeseen.
    #[error("{sentence}")]
    Aws {
        /// What happened and what can be done.
        sentence: String,
        /// The call that failed, for the log.
        source: PortError,
    },
    /// Try again later.
    #[error("{sentence}")]
    Unavailable {
        /// What happened and what can be done.
        sentence: String,
        /// The call that failed, for the log.
        source: PortError,
    },
}

impl Error {
    /// A failure of AWS as a caller sees it.
    pub fn from_port(error: PortError) -> Self {
        use crate::port::Fault;
        let sentence = error.sentence();
        match error.fault {
            Fault::Missing => Self::NotFound(sentence),
            Fault::Conflict => Self::Conflict(sentence),
            Fault::Throttled | Fault::Unreachable | Fault::Store => {
                Self::Unavailable { sentence, source: error }
            }
            Fault::Denied | Fault::NoCredentials | Fault::Unexpected => Self::Aws { sentence, source: error },
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        if refusal.is_field { Self::Invalid(refusal.reason) } else { Self::Conflict(refusal.reason) }
    }
}
