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

use viridian_shared::comparison::finding::Difference;

use crate::{
    difference::{Mismatch, Outcome, Part},
    number,
};
pub use cluster::{findings, id_of};
pub use verdict::{covers, exit_code, judge};

/// A mismatch as people see it: with the finding that it belongs to, unless a rule hides it, and in how many pairs of how
/// many it was seen.
pub fn shown(found: &Mismatch, (seen, of): (usize, usize)) -> Difference {
    let Mismatch { part, place, change, left, right, hidden_by, spot: _ } = found.clone();
    Difference {
        finding: hidden_by.is_none().then(|| id_of(found)),
        part,
        place,
        change,
        blue: left,
        green: right,
        hidden_by,
        seen: number(seen),
        of: number(of),
    }
}

/// What one pair of answers shows, in the order of the answer.
pub fn of_pair(outcome: &Outcome) -> Vec<Difference> {
    outcome.differences.iter().map(|it| shown(it, (1, 1))).collect()
}

/// What a person reads of the finding that a difference belongs to.
pub fn title_of(difference: &Mismatch) -> String {
    let spot = &difference.spot;
    // A selector has its own `#`.
    let text = match difference.part {
        Part::Html => spot.find(" text ").unwrap_or(spot.len()),
        Part::Text => 0,
        _ => spot.len(),
    };
    format!("{}{} {}", &spot[..text], readable(&spot[text..]), difference.change.words())
}

/// A text's name with "…" for what varies, where its `#` can be nothing else: `#footer` stays.
fn readable(name: &str) -> String {
    let mut told = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find('#') {
        let after = rest[at..].trim_start_matches('#');
        told.push_str(&rest[..at]);
        let is_name = after.starts_with(|it: char| it.is_alphabetic() || it == '_');
        told.push_str(if is_name { &rest[at..rest.len() - after.len()] } else { "…" });
        rest = after;
    }
    told + rest
}
