//! What people said of a gate.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// One person's word on one request of one gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Vote {
    pub release: String,
    pub stage: String,
    pub action: String,
    pub person: String,
    pub choice: Choice,
    pub comment: String,
    pub at: Timestamp,
    /// Digest of what the voter had in front of them: [`crate::evidence::Evidence::digest`], all digits. Empty where
    /// an older console kept only a part of it.
    pub evidence: String,
    /// The comparison run among it, if there was one.
    #[serde(default)]
    pub run: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    Approve,
    Reject,
}
