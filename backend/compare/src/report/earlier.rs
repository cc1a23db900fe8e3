//! What a run takes over from the report of an earlier one, of this version or of one that wrote less.

use jiff::Timestamp;
use serde::Deserialize;
use viridian_shared::comparison::finding::{Change, Difference, Finding, Judgement, Part, Ruling};

/// What was found and what was said of it.
#[derive(Debug, Default)]
pub struct Earlier {
    /// By id, with the run that saw them first.
    pub findings: Vec<Finding>,
    /// Everything that was said, whether it still counts or not.
    pub rulings: Vec<Ruling>,
}

#[derive(Deserialize)]
struct Written {
    run: String,
    at: Timestamp,
    findings: Vec<Found>,
    rulings: Vec<Ruled>,
}

#[derive(Deserialize)]
struct Found {
    id: String,
    part: Part,
    spot: String,
    change: Change,
    probes: Vec<String>,
    count: u32,
    first_seen: String,
    first_seen_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Ruled {
    finding: String,
    judgement: Judgement,
    by: String,
    reason: String,
    at: Timestamp,
    release: String,
    run: Option<String>,
    probes: Vec<String>,
}

/// Reads a report as JSON.
pub fn read(text: &str) -> serde_json::Result<Earlier> {
    let Written { run, at, findings, rulings } = serde_json::from_str(text)?;
    Ok(Earlier {
        findings: findings.into_iter().map(|it| finding(it, at)).collect(),
        rulings: rulings.into_iter().map(|it| ruling(it, &run)).collect(),
    })
}

fn finding(it: Found, at: Timestamp) -> Finding {
    Finding {
        title: format!("{} {}", it.spot, it.change.words()),
        example: Difference {
            part: it.part,
            place: it.spot.clone(),
            change: it.change,
            blue: None,
            green: None,
            finding: Some(it.id.clone()),
            hidden_by: None,
            seen: 1,
            of: 1,
        },
        id: it.id,
        part: it.part,
        spot: it.spot,
        change: it.change,
        probes: it.probes,
        count: it.count,
        first_seen: it.first_seen,
        first_seen_at: it.first_seen_at.unwrap_or(at),
        is_new: false,
        ruling: None,
        lapsed: None,
    }
}

fn ruling(it: Ruled, run: &str) -> Ruling {
    Ruling {
        finding: it.finding,
        judgement: it.judgement,
        by: it.by,
        reason: it.reason,
        at: it.at,
        release: it.release,
        run: it.run.unwrap_or_else(|| run.to_owned()),
        probes: it.probes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As it was written before findings and rulings were those of the console.
    const WRITTEN: &str = r#"{"run":"2026-11-20T10:00:00Z","suite":"shop","release":"build",
        "blue":"http://shop.example.com","green":"http://shop.example.com:9001","at":"2026-11-20T10:00:00Z",
        "verdict":{"open":0,"intended":0,"bugs":1,"noise":0,"new":1},
        "findings":[{"id":"0011223344556677","part":"json","spot":"$.colour","change":"changed","probes":["home"],
          "count":1,"example":{"part":"json","place":"$.colour","spot":"$.colour","change":"changed",
          "left":"\"blue\"","right":"\"green\""},"first_seen":"2026-11-19T10:00:00Z"}],
        "rulings":[{"finding":"0011223344556677","judgement":"bug","by":"ada","reason":"the wrong green",
          "at":"2026-11-20T10:05:00Z","release":"build","probes":["home"]}],
        "probes":[],"latency":{"kind":"not-enough-data","pairs":0,"needed":6}}"#;

    #[test]
    fn a_report_of_an_earlier_version_lends_its_findings_and_rulings() {
        let earlier = read(WRITTEN).unwrap();
        let [found] = &earlier.findings[..] else { panic!("{:?}", earlier.findings) };
        assert_eq!(
            (found.title.as_str(), found.first_seen.as_str()),
            ("$.colour differs", "2026-11-19T10:00:00Z")
        );
        let [ruled] = &earlier.rulings[..] else { panic!("{:?}", earlier.rulings) };
        assert_eq!((ruled.judgement, ruled.run.as_str()), (Judgement::Bug, "2026-11-20T10:00:00Z"));
        assert!(crate::finding::covers(ruled, found, "build"));
    }

    #[test]
    fn what_is_no_report_is_an_error() {
        assert!(read("{}").is_err());
        assert!(read("[]").is_err());
    }
}
