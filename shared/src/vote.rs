//! What people said of a gate.

use serde::{Deserialize, Serialize};

use crate::{material::Input, time::Timestamp};

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
    /// [`crate::pipeline::Gate::request`] that it answers; empty where an older console did not keep it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub request: String,
    /// Groups and roles that the policy names, as far as the voter had them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Version of the policy under which it was given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub policy: String,
    /// The values that the digest is made of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Input>,
}

/// How far a decision was when a vote did not decide it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tally {
    /// Approvals that counted, with this vote.
    #[cfg_attr(feature = "openapi", schema(maximum = 2_147_483_647))]
    pub approvals: u32,
    /// Approvals that are needed.
    #[cfg_attr(feature = "openapi", schema(maximum = 2_147_483_647))]
    pub needed: u32,
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
