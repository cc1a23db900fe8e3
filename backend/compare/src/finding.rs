//! Findings: what a person rules on. Differences of the same kind at the same spot are one finding, across
//! elements, probes and runs.
//!
//! A finding's id is made from what it is about and never from values, so that tomorrow's run finds the same
//! one. A ruling names a person and a reason. Rulings carry over to later runs; one that says *intended* ends
//! with its release.

mod cluster;
mod verdict;

#[cfg(test)]
mod tests;

use crate::difference::Difference;
pub use cluster::{findings, id_of};
pub use verdict::{covers, exit_code, judge};

/// What a person reads of the finding that a difference belongs to.
pub fn title_of(difference: &Difference) -> String {
    format!("{} {}", difference.spot, difference.change.words())
}
