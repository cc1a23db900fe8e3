//! The append-only record: who did or saw what, when, and with what outcome.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry {
    /// Counts from 1 without gaps.
    pub number: u64,
    pub at: Timestamp,
    pub service: String,
    pub release: Option<String>,
    /// None where nobody did it: an observation.
    pub person: Option<String>,
    pub kind: EntryKind,
    /// What it is about: a command's name, or what was observed (`step`, `traffic`, `task-set`, …).
    pub about: String,
    /// A sentence for a person, without the person's name where there is one:
    /// "approved the swap: “checked on both phones”".
    pub text: String,
    /// The intent that an outcome closes.
    pub closes: Option<u64>,
    /// Hex digest over this entry and the digest of the one before.
    pub digest: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Something changed in AWS.
    Observed,
    /// A person is about to do something.
    Intent,
    /// It was done.
    Done,
    /// AWS refused it, or it failed.
    Failed,
    /// The console did not allow it.
    Refused,
    /// The answer was lost; what became of it could not be found out.
    Unknown,
}

/// A page of the journal, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JournalPage {
    pub entries: Vec<Entry>,
    /// Ask for entries before this number; none when this is the first one.
    pub before: Option<u64>,
}
