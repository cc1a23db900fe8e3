//! Two answers compared and laid out: the first line is the content type, a line `---` parts blue from green.

use std::collections::BTreeSet;

use viridian_compare::{
    answer::{Body, Elapsed, Header, WholeAnswer},
    difference::{Outcome, between, rule::Rules},
    json,
    view::{Pair, View},
    work::Limits,
};

const LIMITS: Limits =
    Limits { decoded: 4 << 20, codings: 3, memory: 64 << 20, time: std::time::Duration::from_secs(10) };

pub(super) fn run(input: &[u8]) -> String {
    let mut lines = input.splitn(2, |byte| *byte == b'\n');
    let kind = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let rest = lines.next().unwrap_or_default();
    let parted = rest.windows(5).position(|it| it == b"\n---\n");
    let (left, right) = parted.map_or((rest, rest), |at| (&rest[..at], &rest[at + 5..]));
    let (left, right) = (answer(&kind, left), answer(&kind, right));
    let rules = Rules::default();
    let same = between(&left, &left, &rules, LIMITS);
    assert!(same.is_same(), "an answer differs from itself: {:?}", same.differences);
    let outcome = between(&left, &right, &rules, LIMITS);
    let back = between(&right, &left, &rules, LIMITS);
    assert_eq!(outcome.differences.len(), back.differences.len(), "both sides see the same");
    views(&left, &right, &outcome);
    applied(&left, &right);
    words(&outcome)
}

fn answer(kind: &str, body: &[u8]) -> WholeAnswer {
    let header =
        |(name, value): (&str, &str)| Header { name: name.to_owned(), value: value.trim().to_owned() };
    let coded = kind.split_once(';').map_or((kind, ""), |(kind, coding)| (kind, coding));
    WholeAnswer {
        status: 200,
        version: "HTTP/1.1".into(),
        headers: [("content-type", coded.0), ("content-encoding", coded.1)].map(header).into(),
        body: Body::whole(body.to_vec()),
        timing: Elapsed::default(),
        at: jiff::Timestamp::UNIX_EPOCH,
        tls: None,
        names: viridian_compare::answer::Names::default(),
    }
}

/// Every view has rows for all that it marks, and no row without a side.
fn views(left: &WholeAnswer, right: &WholeAnswer, outcome: &Outcome) {
    let pair = Pair::of([left, right], LIMITS);
    for which in [View::Tree, View::Source, View::Text, View::Headers] {
        let Ok(view) = pair.view(which, &Rules::default(), &viridian_compare::finding::of_pair(outcome))
        else {
            continue;
        };
        let rows = view.rows(0, view.len());
        assert!(rows.iter().all(|it| it.left.is_some() || it.right.is_some()), "a row without a side");
        assert!(
            view.differences().iter().all(|it| (it.row + it.rows) as usize <= view.len()),
            "a mark beyond the rows"
        );
        assert!(
            view.folds(3).iter().map(|it| it.count as usize).sum::<usize>() <= view.len(),
            "more folded than there is"
        );
    }
}

/// The differences of two documents turn one into the other.
fn applied(left: &WholeAnswer, right: &WholeAnswer) {
    let policy = json::Policy { limit: usize::MAX, ..json::Policy::default() };
    let Ok(comparison) = json::compare(&left.body.kept, &right.body.kept, &policy) else { return };
    let (text, _) = json::text_of(&left.body.kept);
    let Ok(document) = json::read(&text, &mut Vec::new()) else { return };
    match json::apply(&document, &comparison.edits) {
        Ok(made) => {
            let (wanted, _) = json::text_of(&right.body.kept);
            let again = json::compare(made.as_bytes(), wanted.as_bytes(), &policy);
            assert!(again.is_ok_and(|it| it.total == 0), "the differences do not make right of left");
        }
        Err(error) => assert!(!error.to_string().is_empty() && comparison.edits.is_empty(), "{error}"),
    }
}

/// Which kinds of differences there are.
fn words(outcome: &Outcome) -> String {
    let kinds: BTreeSet<_> =
        outcome.differences.iter().map(|it| format!("{:?} {:?}", it.part, it.change)).collect();
    let remarks: BTreeSet<_> =
        outcome.remarks.iter().map(|it| it.split(' ').take(6).collect::<Vec<_>>()).collect();
    format!("{:?} {kinds:?} {remarks:?}", outcome.compared_as)
}
