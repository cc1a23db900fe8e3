//! A report as a person at a terminal reads it: the verdict first, then what keeps it from being clear.

use std::fmt::Write as _;

use viridian_shared::comparison::finding::{Difference, Finding, Judgement};

use super::{Report, proof};
use crate::difference::rule;

/// How much of a value stands in a line.
const SHOWN: usize = 60;
/// How much of a remark does.
const REMARKED: usize = 140;

pub(super) fn write(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}: {}.", report.suite, report.verdict.words());
    if report.is_empty() {
        out.push_str("Nothing was compared: no probe was sent.\n");
    }
    for warning in &report.warnings {
        let _ = writeln!(out, "Warning: {warning}.");
    }
    for proof in &report.proofs {
        let _ = writeln!(out, "Proof: {}.", proof::words(proof));
    }
    for finding in &report.findings {
        let judgement = finding.ruling.as_ref().map(|it| it.judgement);
        let word = match judgement {
            None => "open",
            Some(Judgement::Bug) => "bug",
            Some(Judgement::Intended) => "intended",
            Some(Judgement::Noise) => "noise",
        };
        of_finding(word, finding, &mut out);
    }
    if !report.is_empty() {
        let _ = writeln!(out, "Green against blue: {}.", report.latency.words);
    }
    remarks(report, &mut out);
    let unsent: Vec<_> =
        report.probes.iter().filter(|it| it.assessment.is_none()).map(|it| &*it.name).collect();
    if !unsent.is_empty() {
        let _ = writeln!(out, "Not sent, since it may change something: {}.", unsent.join(", "));
    }
    out
}

fn of_finding(word: &str, finding: &Finding, out: &mut String) {
    let _ = writeln!(out, "  {word:<8}  {}  in {}", finding.title, finding.probes.join(", "));
    let _ = writeln!(out, "            {}", sides(&finding.example));
}

fn sides(example: &Difference) -> String {
    let side = |text: &Option<String>| text.as_deref().map_or("nothing".to_owned(), |it| short(it, SHOWN));
    format!("blue: {}  green: {}", side(&example.blue), side(&example.green))
}

/// The beginning, in one line and without what a terminal obeys.
fn short(text: &str, most: usize) -> String {
    let mut out: String = text.chars().take(most).map(|it| if it.is_control() { ' ' } else { it }).collect();
    if text.chars().nth(most).is_some() {
        out.push('…');
    }
    out
}

fn remarks(report: &Report, out: &mut String) {
    let assessed = report.probes.iter().filter_map(|it| Some((it, it.assessment.as_ref()?)));
    for (probe, assessment) in assessed {
        for remark in &assessment.outcome.remarks {
            let _ = writeln!(out, "Remark {} ({}).", short(remark, REMARKED), probe.name);
        }
        for proposal in &assessment.lesson.varying {
            let (place, seen, of) = (rule::words(&proposal.place), proposal.seen, proposal.of);
            let _ = writeln!(
                out,
                "Perhaps noise: {place} differs between blue and blue in {seen} of {of} ({}).",
                probe.name
            );
        }
    }
}
