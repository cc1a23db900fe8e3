//! A release that changes commit, date and colour, seen from its answers to its report.

use std::time::Duration;

use jiff::Timestamp;
use viridian_shared::comparison::finding::{Finding, Judgement, Ruling};

use super::{Of, Report};
use crate::{
    answer::WholeAnswer,
    difference::{
        expected::{Commits, Expects},
        rule::{NoisePlace, NoiseRule},
    },
    probe::Probed,
    sample,
    suite::{self, Suite},
    work::Limits,
};

fn version(second: u64, commit: &str, date: &str, colour: &str) -> WholeAnswer {
    let mut answer =
        sample::json(&format!(r#"{{"commit":"{commit}","date":"{date}","colour":"{colour}","ok":true}}"#));
    answer.at += Duration::from_secs(2 * second);
    answer.timing.total = Duration::from_millis(10 + second);
    answer
}

/// Three samples; `date` says what each colour shows in the n-th.
fn probed(date: impl Fn(&str, u64) -> String) -> Probed {
    let of = |commit: &str, colour: &str| {
        (0..7).map(|it| Ok(version(it, commit, &date(colour, it), colour))).collect()
    };
    Probed { blue: of("abc", "blue"), green: of("def", "green") }
}

fn suite(rules: Vec<NoiseRule>) -> Suite {
    let (_, suite) = suite::read("name='demo'\n[[probe]]\nname='version'\npath='/version'").unwrap();
    Suite { noise: rules, ..suite }
}

fn report(suite: &Suite, answers: Probed, rulings: &[Ruling]) -> Report {
    report_of(suite, answers, rulings, &[None, None])
}

fn report_of(suite: &Suite, answers: Probed, rulings: &[Ruling], commits: &Commits) -> Report {
    let origin = |name: &str| format!("http://{name}.example.com").parse().unwrap();
    let (blue, green) = (origin("blue"), origin("green"));
    let of = Of {
        run: "run-1",
        release: "release-1",
        name: "demo",
        suite,
        blue: &blue,
        green: &green,
        at: Timestamp::UNIX_EPOCH,
        commits,
        rulings,
        previous: &[],
    };
    Report::new(&of, &[answers], Limits::default()).unwrap()
}

fn spots(report: &Report) -> Vec<&str> {
    let mut spots: Vec<_> = report.findings.iter().map(|it| it.spot.as_str()).collect();
    spots.sort_unstable();
    spots
}

#[test]
fn a_colour_change_is_exactly_three_findings() {
    let built = |colour: &str, _| format!("built-{colour}");
    let report = report(&suite(Vec::new()), probed(built), &[]);
    assert_eq!(spots(&report), ["$.colour", "$.commit", "$.date"]);
    assert_eq!((report.verdict.open, report.verdict.new), (3, 3));
    let lesson = &report.probes[0].assessment.as_ref().unwrap().lesson;
    // The date of the build never varies between blue and blue: it is a finding and not noise.
    assert!(lesson.is_enough() && lesson.varying.is_empty());
}

#[test]
fn a_date_that_varies_between_blue_and_blue_is_proposed_and_hidden_once_accepted() {
    let now = |_: &str, second: u64| format!("10:00:{second:02}");
    let green_later = |colour: &str, second: u64| now(colour, second + u64::from(colour == "green"));
    let first = report(&suite(Vec::new()), probed(green_later), &[]);
    assert_eq!(spots(&first).len(), 3);
    let lesson = first.probes[0].assessment.as_ref().unwrap().lesson.clone();
    assert_eq!(lesson.varying.len(), 1);
    let place = lesson.varying[0].place.clone();
    assert_eq!(place, NoisePlace::Json { path: "$.date".into(), whole: false });
    let rule = sample::rule("clock", place);
    let second = report(&suite(vec![rule]), probed(green_later), &[]);
    assert_eq!(spots(&second), ["$.colour", "$.commit"]);
    let outcome = &second.probes[0].assessment.as_ref().unwrap().outcome;
    assert_eq!(outcome.hidden().count(), 1);
}

#[test]
fn a_report_is_read_back_and_judged_by_its_rulings() {
    let built = |colour: &str, _| format!("built-{colour}");
    let suite = suite(Vec::new());
    let open = report(&suite, probed(built), &[]);
    let rule = |finding: &Finding| sample::ruling(finding, Judgement::Intended, "release-1");
    let rulings: Vec<_> = open.findings.iter().map(rule).collect();
    let ruled = report(&suite, probed(built), &rulings);
    assert!(ruled.verdict.is_clear() && !ruled.is_empty());
    let json = ruled.to_json().unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), ruled);
    let earlier = super::earlier::read(&json).unwrap();
    assert_eq!((earlier.findings.len(), earlier.rulings), (3, ruled.rulings.clone()));
    assert!(ruled.latency.words.starts_with("0 ms"));
}

#[test]
fn the_page_needs_nothing_else_and_escapes_what_it_shows() {
    let odd = |colour: &str, _| format!("<script>{colour}</script>");
    let report = report(&suite(Vec::new()), probed(odd), &[]);
    let page = report.to_html();
    assert!(page.contains("<strong>Open findings</strong> 3 differences open, all new"));
    assert!(page.contains("&lt;script&gt;<del>blue</del>&lt;/script&gt;"));
    assert!(page.contains("&lt;script&gt;<ins>green</ins>&lt;/script&gt;"));
    for reaching in ["<script", "src=", "href=", "url(", "@import", "http-equiv=\"refresh"] {
        assert!(!page.contains(reaching), "{reaching}");
    }
    let findings = report.findings.len();
    assert_eq!(page.matches("<article id=").count(), findings);
}

#[test]
fn the_text_says_the_verdict_first_and_obeys_no_terminal() {
    let odd = |colour: &str, _| format!("\u{9b}31m{colour}{}", "x".repeat(100));
    let text = report(&suite(Vec::new()), probed(odd), &[]).to_text();
    assert!(text.starts_with("demo: 3 differences open, all new.\n"), "{text}");
    assert!(text.contains("  open      $.colour differs  in version\n"));
    assert!(text.contains("blue: \"blue\"  green: \"green\""));
    assert!(!text.contains('\u{9b}') && text.lines().all(|line| line.chars().count() < 180));
}

#[test]
fn junit_fails_a_probe_for_what_is_open_and_escapes_what_it_shows() {
    let odd = |colour: &str, _| format!("<{colour}> & \u{7f}");
    let report = report(&suite(Vec::new()), probed(odd), &[]);
    let xml = report.to_junit();
    assert!(xml.contains("tests=\"1\" failures=\"1\""));
    assert_eq!(xml.matches("<failure ").count(), 3);
    assert!(xml.contains("&lt;blue&gt; &amp;") && !xml.contains("<blue>") && !xml.contains('\u{7f}'));
    assert!(xml.contains("message=\"$.colour differs\""));
}

/// Blue and green answer “abc” and “def” as their commits, and these are the first digits of what they run.
const RUN: [&str; 2] = ["abc1234567", "def1234567"];

fn expecting(expects: Expects, path: &str) -> NoiseRule {
    let place = NoisePlace::Json { path: path.parse().unwrap(), whole: false };
    NoiseRule { expects: Some(expects), ..sample::rule("stamp", place) }
}

/// One answer each, that name these commits.
fn naming(blue: &str, green: &str) -> Probed {
    let of = |commit: &str| (0..3).map(|it| Ok(version(it, commit, "d", "c"))).collect();
    Probed { blue: of(blue), green: of(green) }
}

#[test]
fn a_commit_that_differs_as_expected_is_proof_and_no_finding() {
    let suite = suite(vec![expecting(Expects::Commit, "$.commit")]);
    let commits = RUN.map(|it| Some(it.to_owned()));
    let proven = report_of(&suite, naming("abc1234", "def1234"), &[], &commits);
    assert!(proven.findings.is_empty() && proven.warnings.is_empty());
    assert_eq!(
        super::proof::words(&proven.proofs[0]),
        "“stamp”: each colour names the commit that it runs, in 1 probe"
    );
    for text in [proven.to_text(), proven.to_html()] {
        assert!(text.contains("each colour names the commit that it runs"), "{text}");
    }

    // The old green answers still: nothing differs, and that is what is wrong.
    let stale = report_of(&suite, naming("abc1234", "abc1234"), &[], &commits);
    assert!(stale.findings.is_empty() && stale.proofs.is_empty());
    assert!(stale.warnings[0].contains("no answer proves what “stamp” expects"), "{:?}", stale.warnings);
    assert!(!stale.to_html().contains(">Clear<"));

    // Another commit than the released one: the rule hides nothing.
    let other = report_of(&suite, naming("abc1234", "fff1234"), &[], &commits);
    assert_eq!(spots(&other), ["$.commit"]);
    let remarks = &other.probes[0].assessment.as_ref().unwrap().outcome.remarks;
    assert_eq!(
        remarks,
        &["the rule “stamp” hides nothing here, since green does not name its commit def1234"]
    );

    // Nobody knows what runs there: then nothing is proven either.
    assert_eq!(spots(&report(&suite, naming("abc1234", "def1234"), &[])), ["$.commit"]);
}

#[test]
fn a_suite_file_says_what_it_expects_and_keeps_it() {
    let rule = "[[rule]]\nname='c'\nkind='json'\npath='$.c'\nexpects='later'\nby='ada'\nreason='r'\n";
    let text = format!("name='demo'\n[[probe]]\nname='version'\npath='/version'\n{rule}");
    let (name, read) = suite::read(&text).unwrap();
    assert_eq!(read.noise[0].expects, Some(Expects::Later));
    assert_eq!(suite::read(&suite::write(&name, &read).unwrap()).unwrap().1, read);
    assert!(suite::read(&text.replace("'later'", "'anything'")).is_err());
}

/// Builds keep reports and later runs read them: what stands in one is not renamed.
#[test]
fn a_report_is_written_as_it_always_was() {
    let now = |colour: &str, second: u64| format!("10:00:{:02}", second + u64::from(colour == "green"));
    let rule = sample::rule("colour", NoisePlace::Json { path: "$.colour".into(), whole: false });
    let json = report(&suite(vec![rule]), probed(now), &[]).to_json().unwrap();
    assert_eq!(json.trim_end(), include_str!("golden.json").trim_end());
}
