//! Runs every recorded execution of real Step Functions, where the recordings are at hand, and says by area how
//! much of it comes out the same.
//!
//! The recordings are not part of the project. They are looked for in the folder that `VIRIDIAN_RECORDINGS`
//! names, else beside the workspace; without them there is nothing to compare and the test passes.

#![expect(clippy::unwrap_used, reason = "a test stops where what it needs is not there")]

#[path = "conformance/case.rs"]
mod case;
#[path = "conformance/compare.rs"]
mod compare;
#[path = "conformance/exception.rs"]
mod exception;
#[path = "conformance/part.rs"]
mod part;

use std::{collections::BTreeMap, path::PathBuf};

use case::Case;

/// What is compared, the most important first.
const LEVELS: [&str; 4] = ["status", "output or error", "event types", "every event"];

fn recordings() -> Option<String> {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/recordings"));
    let folder = std::env::var_os("VIRIDIAN_RECORDINGS").map_or(beside, PathBuf::from);
    std::fs::read_to_string(folder.join("cases.json")).ok()
}

#[derive(Default)]
struct Score {
    reached: [usize; 4],
    possible: [usize; 4],
}

impl Score {
    fn add(&mut self, other: &Self) {
        for level in 0..4 {
            self.reached[level] += other.reached[level];
            self.possible[level] += other.possible[level];
        }
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the score is what the test is for")]
fn executions_come_out_as_aws_recorded_them() {
    let Some(text) = recordings() else {
        println!("no recordings at hand: nothing is compared");
        return;
    };
    let cases: Vec<Case> = serde_json::from_str(&text).unwrap();
    let wanted = std::env::var("VIRIDIAN_CASE").unwrap_or_default();
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut surprises = Vec::new();
    for case in cases.iter().filter(|case| case.id.contains(&wanted)) {
        let found = case.run();
        let verdict = compare::verdict(case, &found);
        let score = scores.entry(case.area.clone()).or_default();
        for (level, result) in verdict.iter().enumerate() {
            let Some(result) = result else { continue };
            score.possible[level] += 1;
            score.reached[level] += usize::from(result.is_ok());
        }
        let fault = verdict.iter().enumerate().find_map(|(level, result)| {
            result.as_ref().and_then(|result| result.as_ref().err()).map(|fault| (level, fault.clone()))
        });
        match (fault, exception::reason(case)) {
            (Some((level, fault)), None) => {
                surprises.push(format!("{}: {}: {fault}", case.id, LEVELS[level]));
            }
            (None, Some(reason)) => surprises.push(format!("{}: agrees, though excepted: {reason}", case.id)),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
    print(&scores);
    assert!(surprises.is_empty(), "{} of {}:\n{}", surprises.len(), cases.len(), surprises.join("\n"));
    if wanted.is_empty() {
        part::hold("conformance", &table(&scores));
    }
}

/// The score as the README shows it.
fn table(scores: &BTreeMap<String, Score>) -> String {
    let mut rows =
        vec![format!("| Area | {} |", LEVELS.join(" | ")), "| --- | --- | --- | --- | --- |".to_owned()];
    let mut total = Score::default();
    for (area, score) in scores {
        total.add(score);
        rows.push(format!("| {area} | {} |", cells(score)));
    }
    rows.push(format!("| **all** | {} |", cells(&total)));
    rows.join("\n")
}

fn cells(score: &Score) -> String {
    let cell = |level: usize| format!("{}/{}", score.reached[level], score.possible[level]);
    (0..4).map(cell).collect::<Vec<_>>().join(" | ")
}

#[expect(clippy::print_stdout, reason = "the score is what the test is for")]
fn print(scores: &BTreeMap<String, Score>) {
    println!("{:<28}{:>10}{:>18}{:>14}{:>14}", "area", LEVELS[0], LEVELS[1], LEVELS[2], LEVELS[3]);
    let mut total = Score::default();
    for (area, score) in scores {
        println!("{area:<28}{}", line(score));
        total.add(score);
    }
    println!("{:<28}{}", "all", line(&total));
}

fn line(score: &Score) -> String {
    let mut line = String::new();
    for (level, width) in [10_usize, 18, 14, 14].into_iter().enumerate() {
        let part = format!("{}/{}", score.reached[level], score.possible[level]);
        line.push_str(&" ".repeat(width.saturating_sub(part.len())));
        line.push_str(&part);
    }
    line
}
