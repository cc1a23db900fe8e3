//! What findings are stable against, and when a ruling ends.

use jiff::Timestamp;
use viridian_shared::comparison::finding::{Finding, Judgement, Ruling, Verdict};

use super::{covers, exit_code, findings, judge};
use crate::{
    difference::{Outcome, between, rule::Rules},
    sample,
    work::Limits,
};

fn outcome(left: &str, right: &str) -> Outcome {
    between(&sample::json(left), &sample::json(right), &Rules::default(), Limits::default())
}

fn run<'o>(name: &str, outcomes: &[(&'o str, &'o Outcome)], earlier: &[Finding]) -> Vec<Finding> {
    findings((name, Timestamp::UNIX_EPOCH), outcomes.iter().copied(), earlier)
}

fn ruled(finding: &Finding, judgement: Judgement, release: &str) -> Ruling {
    sample::ruling(finding, judgement, release)
}

fn judged(found: &[Finding], rulings: &[Ruling], release: &str) -> Verdict {
    judge(&mut found.to_vec(), rulings, release)
}

/// opendiffy 81: the count was wrong, and every field had to be opened to find a difference.
#[test]
fn many_differences_at_one_spot_are_one_finding_and_no_difference_is_none() {
    let list = outcome(r#"[{"n":1},{"n":2},{"n":3}]"#, r#"[{"n":5},{"n":6},{"n":7}]"#);
    let one = outcome(r#"[{"n":1}]"#, r#"[{"n":9}]"#);
    let same = outcome("[1]", "[1]");
    let found = run("r1", &[("/b", &list), ("/a", &one), ("/c", &same)], &[]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].count, found[0].probes.as_slice()), (4, &["/a".to_owned(), "/b".to_owned()][..]));
    assert_eq!(found[0].title, "$[*].n differs");
}

#[test]
fn what_varies_is_told_as_left_out_and_names_keep_their_sign() {
    let page = |style: &str| {
        let body = format!("<html><head><style>{style}</style></head></html>");
        sample::answer(200, &[("content-type", "text/html")], body.as_bytes())
    };
    let titles = |blue: &str, green: &str| {
        let outcome = between(&page(blue), &page(green), &Rules::default(), Limits::default());
        run("r1", &[("/", &outcome)], &[]).into_iter().map(|it| it.title).collect::<Vec<_>>()
    };
    let text = "html > head > style text";
    assert_eq!(
        titles("#footer p { color: #123 }", "#footer p { color: #456 }"),
        [format!("{text} footer p {{ color: … differs")]
    );
    assert_eq!(
        titles("#footer { width: 12px }", "#footer { width: 14px }"),
        [format!("{text} #footer {{ width: … differs")]
    );
}

#[test]
fn a_finding_keeps_its_id_and_its_first_run_when_values_change() {
    let first = run("r1", &[("/", &outcome(r#"{"n":1}"#, r#"{"n":2}"#))], &[]);
    let second = run("r2", &[("/", &outcome(r#"{"n":3}"#, r#"{"n":4}"#))], &first);
    assert_eq!(first[0].id, second[0].id);
    assert_eq!(second[0].first_seen, "r1");
}

/// keploy PR 3987: what only adds may be accepted, and what also takes away must not slip through with it.
#[test]
fn an_addition_and_a_removal_at_a_spot_are_two_findings() {
    let added = run("r", &[("/", &outcome("{}", r#"{"n":2}"#))], &[]);
    let removed = run("r", &[("/", &outcome(r#"{"n":2}"#, "{}"))], &[]);
    assert_ne!(added[0].id, removed[0].id);
}

#[test]
fn an_intended_ruling_ends_with_its_release_and_others_do_not() {
    let found = run("r1", &[("/", &outcome(r#"{"n":1}"#, r#"{"n":2}"#))], &[]);
    let intended = [ruled(&found[0], Judgement::Intended, "release-1")];
    assert!(judged(&found, &intended, "release-1").is_clear());
    assert_eq!(judged(&found, &intended, "release-2").open, 1);
    let noise = [ruled(&found[0], Judgement::Noise, "release-1")];
    assert!(judged(&found, &noise, "release-2").is_clear());
}

#[test]
fn a_ruled_finding_is_open_again_when_another_probe_shows_it() {
    let differs = outcome(r#"{"n":1}"#, r#"{"n":2}"#);
    let found = run("r1", &[("/a", &differs)], &[]);
    let rulings = [ruled(&found[0], Judgement::Noise, "release-1")];
    let later = run("r2", &[("/a", &differs), ("/b", &differs)], &found);
    assert_eq!(judged(&later, &rulings, "release-1").open, 1);
}

#[test]
fn the_verdict_counts_and_gives_a_build_its_exit_code() {
    let found = run("r1", &[("/", &outcome(r#"{"n":1,"m":1}"#, r#"{"n":2,"m":2}"#))], &[]);
    let verdict = judged(&found, &[ruled(&found[0], Judgement::Bug, "r")], "r");
    assert_eq!(verdict, Verdict { open: 1, bugs: 1, ..Verdict::default() });
    assert_eq!((exit_code(&verdict), exit_code(&Verdict::default())), (2, 0));
    assert!(found.iter().all(|it| it.is_new));
    assert_eq!(verdict.words(), "1 difference open, 1 bug, 1 ruled, nothing new since the run before");
}

/// handsontable PR 13568: "approve all" let changes through that nobody had looked at.
#[test]
fn a_ruling_is_of_one_finding() {
    let found = run("r", &[("/", &outcome(r#"{"n":1,"m":1}"#, r#"{"n":2,"m":2}"#))], &[]);
    let one = ruled(&found[0], Judgement::Intended, "r");
    assert!(covers(&one, &found[0], "r") && !covers(&one, &found[1], "r"));
    assert_eq!(judged(&found, &[one], "r").open, 1);
}

/// twitter/diffy 41: the order of lists could not be told from their content.
#[test]
fn order_is_a_finding_of_its_own_and_content_another() {
    let moved = outcome(r#"{"l":[1,2,3]}"#, r#"{"l":[2,3,1]}"#);
    let other = outcome(r#"{"l":[1,2,3]}"#, r#"{"l":[1,2,4]}"#);
    let (moved, other) = (run("r", &[("/", &moved)], &[]), run("r", &[("/", &other)], &[]));
    assert_eq!((moved.len(), other.len()), (1, 1));
    assert_eq!((moved[0].title.as_str(), other[0].title.as_str()), ("$.l[*] has moved", "$.l[*] differs"));
    assert_ne!(moved[0].id, other[0].id);
}
