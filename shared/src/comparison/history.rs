//! Runs over time: which probe differed when, and when a difference was seen first.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Probes by time, for one release and one suite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeatMap {
    /// Name of the suite; none where no suite has run.
    pub suite: Option<String>,
    /// Id of the release; none where there is none.
    pub release: Option<String>,
    /// Oldest first. Runs next to each other share a column where there are more runs than columns.
    pub columns: Vec<HeatColumn>,
    /// In the order of the suite.
    pub rows: Vec<HeatRow>,
}

/// One run, or several beside each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeatColumn {
    /// When its first and its last run began.
    pub from: Timestamp,
    /// When its last run began.
    pub to: Timestamp,
    /// How many runs it stands for, and the newest of them.
    pub runs: u32,
    /// Id of its newest run.
    pub run: String,
}

/// One probe over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeatRow {
    /// Name of the probe.
    pub probe: String,
    /// One for each column.
    pub cells: Vec<HeatCell>,
}

/// What a probe showed in the runs of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeatCell {
    /// What the probe showed at worst.
    pub kind: HeatKind,
    /// The most differences in one run.
    pub differences: u32,
    /// Findings that were seen here first.
    pub first_seen: u32,
}

/// What a cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HeatKind {
    /// It was not in these runs, or was not sent.
    Absent,
    /// Nothing that counts differed.
    Same,
    /// Something that counts differed.
    Differs,
    /// A colour gave no answer.
    Unanswered,
}
