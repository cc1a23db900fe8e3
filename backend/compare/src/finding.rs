//! Findings: what a person rules on. Differences of the same kind at the same spot are one finding, across
//! elements, probes and runs.
//!
//! A finding's id is made from what it is about and never from values, so that tomorrow's run finds the same
//! one. A ruling names a person and a reason. Rulings carry over to later runs; one that says *intended* ends
//! with its release.

mod cluster;
mod ruling;
mod verdict;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::difference::{Change, Difference, Part};
pub use cluster::findings;
pub use ruling::{Judgement, Ruling};
pub use verdict::{Verdict, judge};

/// What names a finding for ever: sixteen hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FindingId(pub String);

/// What a run found at one spot, in all probes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub id: FindingId,
    pub part: Part,
    pub spot: String,
    pub change: Change,
    /// The probes that show it, sorted.
    pub probes: Vec<String>,
    /// How many differences it stands for.
    pub count: usize,
    /// One of them, as evidence.
    pub example: Difference,
    /// The run in which it was seen first.
    pub first_seen: String,
}

impl Finding {
    /// What a person reads in a list.
    pub fn title(&self) -> String {
        format!("{} {}", self.spot, self.change.words())
    }
}

/// What a person reads of the finding that a difference belongs to.
pub fn title_of(difference: &Difference) -> String {
    format!("{} {}", difference.spot, difference.change.words())
}
