//! What people said of a gate.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// One person's word on one request of one gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Vote {
    /// Id of the release.
    pub release: String,
    /// Stage of the gate.
    pub stage: String,
    /// Action of the gate.
    pub action: String,
    /// Name of the voter.
    pub person: String,
    /// Yes or no.
    pub choice: Choice,
    /// Why, in the voter's words; may be empty.
    pub comment: String,
    /// When it was given.
    pub at: Timestamp,
    /// Digest of what the voter had in front of them: [`crate::evidence::Evidence::digest`], all digits. Empty where
    /// an older console kept only a part of it.
    pub evidence: String,
    /// The comparison run among it, if there was one.
    #[serde(default)]
    pub run: Option<String>,
}

/// What a voter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The release may go on.
    Approve,
    /// The release ends here.
    Reject,
}
