//! A comparison for tests and for looking at: a colour change in which nothing else was meant to differ.

use super::{BLUE, GREEN, RELEASE, now};
use crate::comparison::{
    Comparison, Progress, Sentinel,
    finding::{Change, Difference, Finding, Judgement, Part, Ruling, Verdict},
    history::{HeatCell, HeatColumn, HeatKind, HeatMap, HeatRow},
    latency::{Estimate, Latency},
    probe::{Answer, Kind, ProbeBrief, ProbeDetail, ProbeState, Sample, Timing},
    quiet::Quiet,
    run::{Asker, Proof, Proposal, Run, RunBrief, RunPage, RunStatus, Side},
    suite::{
        Expects, Header, NoisePlace, NoiseRule, Probe, Suite, SuiteBrief, SuiteDetail, SuiteOrigin, Unordered,
    },
    view::{At, Cell, Ink, Note, Outline, Piece, Purpose, Row, Rows, Tone, View},
};
use crate::time::{SignedDuration, Timestamp};

const COLOUR: &str = "3f9c2a7be1d04c58";
const COMMIT: &str = "a81e55d0c77b9312";
const BUILT: &str = "0c6d9f4e2b8a7135";

/// Two suites, a run that found three differences, quiet for 26 hours, the sentinel on.
pub fn comparison() -> Comparison {
    Comparison {
        suites: vec![suite_brief(), mine()],
        running: None,
        newest: Some(run_brief("17")),
        asked: None,
        quiet: Some(Quiet { since: hours(26), until: hours(0), runs: 52, found: true }),
        sentinel: Sentinel {
            is_on: true,
            suite: Some("smoke".to_owned()),
            period_minutes: 30,
            next_at: Some(now() + SignedDuration::from_mins(20)),
            waits_for: None,
        },
        problem: None,
    }
}

/// A run under way.
pub fn progress() -> Progress {
    Progress {
        run: "18".to_owned(),
        suite: Some("smoke".to_owned()),
        by: person("developer-1"),
        began_at: now(),
        answered: 14,
        of: 48,
        is_stopping: false,
    }
}

/// The suite of the repository.
pub fn suite_brief() -> SuiteBrief {
    SuiteBrief {
        name: "smoke".to_owned(),
        origin: SuiteOrigin::Repository { path: "viridian/smoke.toml".to_owned(), commit: GREEN.to_owned() },
        probes: 5,
        changing: vec!["POST /orders".to_owned()],
        noise: 1,
        digest: "c2d3e4f5".to_owned(),
        problem: None,
    }
}

fn mine() -> SuiteBrief {
    SuiteBrief {
        name: "mine".to_owned(),
        origin: SuiteOrigin::Console { by: "developer-1".to_owned(), at: hours(30) },
        probes: 1,
        changing: Vec::new(),
        noise: 0,
        digest: "0a1b2c3d".to_owned(),
        problem: None,
    }
}

/// A suite whole.
pub fn suite_detail() -> SuiteDetail {
    let noise = NoiseRule {
        name: "header date".to_owned(),
        probe: None,
        place: NoisePlace::Header { header: "date".to_owned(), part: None },
        expects: None,
        by: "approver-1".to_owned(),
        reason: "The time of the answer.".to_owned(),
    };
    let tags = Unordered { path: "$.products[*].tags".to_owned(), key: None };
    SuiteDetail {
        brief: suite_brief(),
        suite: Suite { probes: vec![probe()], arrays: vec![tags], noise: vec![noise] },
        text: "name = \"smoke\"\n\n[[probe]]\nname = \"home\"\npath = \"/\"\n".to_owned(),
        remarks: Vec::new(),
    }
}

/// A probe of a suite.
pub fn probe() -> Probe {
    let accept = Header { name: "accept".to_owned(), value: "text/html".to_owned() };
    let token = Header { name: "authorization".to_owned(), value: "env:SHOP_TOKEN".to_owned() };
    Probe {
        name: "home".to_owned(),
        method: "GET".to_owned(),
        path: "/".to_owned(),
        headers: vec![accept, token],
        body: None,
    }
}

/// An ended run of the sample's release with three open findings, all seen before.
pub fn run_brief(id: &str) -> RunBrief {
    RunBrief {
        id: id.to_owned(),
        suite: Some("smoke".to_owned()),
        release: Some(RELEASE.to_owned()),
        by: Asker::Sentinel,
        began_at: hours(0),
        ended_at: Some(hours(0) + SignedDuration::from_secs(7)),
        status: RunStatus::Ended,
        probes: 4,
        not_sent: 1,
        samples: 5,
        is_whole: true,
        verdict: Some(Verdict { open: 2, intended: 1, ..Verdict::default() }),
        latency: Some(latency()),
        blue: side(BLUE, 8000),
        green: side(GREEN, 8080),
        has_answers: true,
    }
}

/// A page of runs.
pub fn run_page() -> RunPage {
    let stopped = RunBrief {
        suite: None,
        by: person("developer-1"),
        status: RunStatus::Stopped("developer-1".to_owned()),
        ended_at: Some(hours(1)),
        verdict: None,
        latency: None,
        has_answers: false,
        ..run_brief("16")
    };
    RunPage { runs: vec![run_brief("17"), stopped], before: Some("16".to_owned()) }
}

/// A run whole.
pub fn run_whole() -> Run {
    Run {
        brief: run_brief("17"),
        findings: findings(),
        probes: vec![probe_brief()],
        proposals: vec![Proposal {
            place: NoisePlace::Json { path: "$.served_at".to_owned(), whole: false },
            probes: vec!["status".to_owned()],
            seen: 4,
            of: 4,
            confidence: 0.51,
            is_expected: false,
            examples: vec!["\"10:00:01\"".to_owned(), "\"10:00:02\"".to_owned()],
            name: "$.served_at".to_owned(),
        }],
        remarks: Vec::new(),
        proofs: vec![Proof { rule: "commit in the status".to_owned(), expects: Expects::Commit, probes: 2 }],
    }
}

fn findings() -> Vec<Finding> {
    let colour = ("html > head > style text", "background-color: #99c", "background-color: #9c9");
    let ruling = Ruling {
        finding: COLOUR.to_owned(),
        judgement: Judgement::Intended,
        by: "approver-1".to_owned(),
        reason: "The new colour is what this release is for.".to_owned(),
        at: hours(20),
        release: RELEASE.to_owned(),
        run: "3".to_owned(),
        probes: vec!["home".to_owned()],
    };
    vec![
        finding(COMMIT, ("html > body > main > dl > dd#commit text", BLUE, GREEN), None),
        finding(
            BUILT,
            ("html > body > main > dl > dd#date text", "2024-10-03T10:00:00Z", "2024-10-04T08:00:00Z"),
            None,
        ),
        finding(COLOUR, colour, Some(ruling)),
    ]
}

fn finding(id: &str, (spot, blue, green): (&str, &str, &str), ruling: Option<Ruling>) -> Finding {
    Finding {
        id: id.to_owned(),
        title: format!("{spot} differs"),
        part: Part::Html,
        spot: spot.to_owned(),
        change: Change::Changed,
        probes: vec!["home".to_owned()],
        count: 1,
        example: difference(id, (spot, blue, green)),
        first_seen: "1".to_owned(),
        first_seen_at: hours(26),
        is_new: false,
        ruling,
        lapsed: None,
    }
}

fn difference(finding: &str, (place, blue, green): (&str, &str, &str)) -> Difference {
    Difference {
        part: Part::Html,
        place: place.to_owned(),
        change: Change::Changed,
        blue: Some(blue.to_owned()),
        green: Some(green.to_owned()),
        finding: Some(finding.to_owned()),
        hidden_by: None,
        seen: 5,
        of: 5,
    }
}

/// A probe of a run in one line.
pub fn probe_brief() -> ProbeBrief {
    ProbeBrief {
        name: "home".to_owned(),
        method: "GET".to_owned(),
        path: "/".to_owned(),
        state: ProbeState::Differs,
        blue_status: Some(200),
        green_status: Some(200),
        differences: 3,
        hidden: 1,
        unlisted: 0,
        findings: vec![COMMIT.to_owned(), BUILT.to_owned(), COLOUR.to_owned()],
        compared_as: Some(Kind::Html),
        latency: Some(latency()),
    }
}

/// A probe of a run whole.
pub fn probe_detail() -> ProbeDetail {
    let hidden = Difference {
        part: Part::Header,
        finding: None,
        hidden_by: Some("header date".to_owned()),
        ..difference("", ("date", "Fri, 04 Oct 2024 09:59:59 GMT", "Fri, 04 Oct 2024 10:00:00 GMT"))
    };
    let mut differences: Vec<_> = findings().into_iter().map(|it| it.example).collect();
    differences.push(hidden);
    let timing = |total| Some(Timing { connect: None, first_byte: total - 0.2, total });
    ProbeDetail {
        run: "17".to_owned(),
        brief: probe_brief(),
        request: probe(),
        blue: Some(answer(1_914)),
        green: Some(answer(1_914)),
        blue_problem: None,
        green_problem: None,
        differences,
        arrays: Vec::new(),
        samples: vec![Sample { blue: timing(4.0), green: timing(7.0) }],
        gathered: Vec::new(),
        noise_pairs: 4,
        noise_pairs_apart: 4,
        views: vec![View::Page, View::Tree, View::Source, View::Text, View::Headers],
        addresses: Vec::new(),
    }
}

fn answer(length: u64) -> Answer {
    Answer {
        status: 200,
        version: "HTTP/1.1".to_owned(),
        headers: vec![Header { name: "content-type".to_owned(), value: "text/html".to_owned() }],
        at: hours(0),
        tls: None,
        kind: Kind::Html,
        charset: Some("UTF-8".to_owned()),
        length,
        kept: length,
        decoded_length: Some(length),
        sha256: "9f86d081884c7d65".to_owned(),
        redirect: None,
        troubles: Vec::new(),
    }
}

/// Six rows with one difference in the fourth.
pub fn rows() -> Rows {
    let same = |line: u32, text: &str| {
        let cell = Cell { line: Some(line), pieces: vec![piece(text, Tone::Same)], ..Cell::default() };
        Row { left: Some(cell.clone()), right: Some(cell), ..Row::default() }
    };
    let colour = |colour: &str| {
        let before = piece("  background-color: ", Tone::Same);
        let pieces = vec![before, piece(colour, Tone::Changed), piece(";", Tone::Same)];
        Some(Cell { line: Some(4), pieces, ..Cell::default() })
    };
    let differs = Row {
        left: colour("#99c"),
        right: colour("#9c9"),
        change: Some(Change::Changed),
        difference: Some(2),
        ..Row::default()
    };
    let rows = vec![
        same(1, "<!doctype html>"),
        same(2, "<style>"),
        same(3, "body {"),
        differs,
        same(5, "}"),
        same(6, "</style>"),
    ];
    let note = Note {
        purpose: Purpose::Comparison,
        words: "Pages are compared by their elements: runs of spaces do not count.".to_owned(),
    };
    let outline = Outline {
        differences: vec![At { row: 3, rows: 1, difference: Some(2) }],
        folds: Vec::new(),
        widest: 25,
        notes: vec![note],
    };
    Rows { view: View::Source, total: 6, from: 0, rows, outline: Some(outline) }
}

fn piece(text: &str, tone: Tone) -> Piece {
    Piece { text: text.to_owned(), ink: Ink::Plain, tone }
}

/// Two probes over three runs.
pub fn heat_map() -> HeatMap {
    let column =
        |run: &str, at: i64| HeatColumn { from: hours(at), to: hours(at), runs: 1, run: run.to_owned() };
    let cell = |kind, differences, first_seen| HeatCell { kind, differences, first_seen };
    let row = |probe: &str, cells: [HeatCell; 3]| HeatRow { probe: probe.to_owned(), cells: cells.to_vec() };
    HeatMap {
        suite: Some("smoke".to_owned()),
        release: Some(RELEASE.to_owned()),
        columns: vec![column("1", 26), column("2", 13), column("17", 0)],
        rows: vec![
            row(
                "home",
                [
                    cell(HeatKind::Differs, 3, 3),
                    cell(HeatKind::Differs, 3, 0),
                    cell(HeatKind::Unanswered, 1, 1),
                ],
            ),
            row(
                "status",
                [cell(HeatKind::Absent, 0, 0), cell(HeatKind::Same, 0, 0), cell(HeatKind::Same, 0, 0)],
            ),
        ],
    }
}

fn latency() -> Latency {
    Latency {
        words: "+3 ms, between −1 and +7".to_owned(),
        estimate: Some(Estimate { shift: 3.0, low: -1.0, high: 7.0 }),
        pairs: 20,
    }
}

fn side(commit: &str, port: u16) -> Side {
    Side { commit: Some(commit.to_owned()), origin: format!("http://shop.example.com:{port}") }
}

fn person(name: &str) -> Asker {
    Asker::Person(name.to_owned())
}

fn hours(ago: i64) -> Timestamp {
    now() - SignedDuration::from_hours(ago)
}
