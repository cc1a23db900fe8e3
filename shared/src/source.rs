//! The releases of a service’s past, as far as the pipeline tells of them.

use serde::{Deserialize, Serialize};

use crate::{commit::Commit, time::Timestamp};

/// The releases before the present one, newest first: what production may be running.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Source {
    /// Newest first; a bounded number.
    pub releases: Vec<PastRelease>,
}

/// One line of a service's past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PastRelease {
    /// The pipeline execution's id.
    pub id: String,
    /// How it ended.
    pub status: crate::pipeline::ReleaseStatus,
    /// The commit that it released.
    pub commit: Option<Commit>,
    /// When it started.
    pub started_at: Option<Timestamp>,
    /// When its status last changed.
    pub updated_at: Option<Timestamp>,
}
