//! What a person should know of a service's set-up: what is missing in it, and what is dangerous about it.

use serde::{Deserialize, Serialize};

/// One such thing, with what mends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    /// How it is meant.
    pub kind: NoticeKind,
    /// A sentence.
    pub text: String,
    /// A sentence that says what to do about it.
    pub mend: String,
}

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Something is not there or not allowed, and the console works without it.
    Missing,
    /// The set-up works, until it does not.
    Hazard,
}

impl Notice {
    /// A notice of something that is missing.
    pub fn missing(text: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { kind: NoticeKind::Missing, text: text.into(), mend: mend.into() }
    }

    /// A notice of something dangerous.
    pub fn hazard(text: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { kind: NoticeKind::Hazard, text: text.into(), mend: mend.into() }
    }
}
