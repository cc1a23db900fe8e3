//! A commit, as far as the pipeline tells of it.

use serde::{Deserialize, Serialize};

/// A commit that a release carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Commit {
    /// Full id.
    pub id: String,
    /// First line of the message, or all that the source provider gives.
    pub message: String,
    /// Where it can be looked at, if known.
    pub url: Option<String>,
}

impl Commit {
    /// The first seven digits, as people say it.
    pub fn short(&self) -> &str {
        short(&self.id)
    }
}

/// The first seven characters of a commit id.
pub fn short(id: &str) -> &str {
    id.get(..7).unwrap_or(id)
}
