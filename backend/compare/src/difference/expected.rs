//! What is expected to differ: a rule may say what both values have to be, and then hiding them is proof. Where
//! they are not so, the rule hides nothing.

use std::collections::BTreeMap;

use jiff::{Timestamp, fmt::rfc2822};
pub use viridian_shared::comparison::suite::Expects;

use super::{Mismatch, Outcome};

/// The commits that blue and green run, where they are known.
pub type Commits = [Option<String>; 2];

/// The digits by which a commit is named at least.
const DIGITS: usize = 7;

/// Why two values are not as expected.
fn why_not(expects: Expects, values: [Option<&str>; 2], commits: &Commits) -> Option<String> {
    match expects {
        Expects::Commit => {
            let rests = [("blue", 0), ("green", 1)].map(|(colour, nth)| {
                let commit = commits[nth].as_deref();
                let commit = commit.ok_or_else(|| format!("it is not known which commit {colour} runs"))?;
                let rest = values[nth].and_then(|value| without(value, commit));
                rest.ok_or_else(|| format!("{colour} does not name its commit {}", short(commit)))
            });
            match rests {
                [Ok(blue), Ok(green)] => (blue != green).then(|| "more than the commit differs".to_owned()),
                [Err(words), _] | [_, Err(words)] => Some(words),
            }
        }
        Expects::Later => match values.map(|value| value.and_then(moment)) {
            [Some(blue), Some(green)] if green > blue => None,
            [Some(_), Some(_)] => Some("green’s moment is not later than blue’s".to_owned()),
            [None, _] => Some("blue has no moment there".to_owned()),
            [_, None] => Some("green has no moment there".to_owned()),
        },
    }
}

/// The first digits of a commit.
fn short(commit: &str) -> &str {
    commit.get(..DIGITS).unwrap_or(commit)
}

/// A text without the commit that it names; nothing where it names none. Of a commit that is not named whole each
/// digit that follows must be the commit's own.
fn without(text: &str, commit: &str) -> Option<String> {
    let is_hexadecimal = |text: &str| text.bytes().all(|it| it.is_ascii_hexdigit());
    let (text, commit) = (text.to_ascii_lowercase(), commit.to_ascii_lowercase());
    let start = commit.get(..DIGITS).filter(|start| is_hexadecimal(start))?;
    let (mut rest, mut left, mut is_named) = (String::new(), text.as_str(), false);
    while let Some(at) = left.find(start) {
        let after = &left[at..];
        let length = after.bytes().take_while(u8::is_ascii_hexdigit).count();
        let (named, end) = after.split_at(length);
        if !commit.starts_with(named) {
            return None;
        }
        rest.push_str(&left[..at]);
        rest.push('\u{0}');
        (left, is_named) = (end, true);
    }
    rest.push_str(left);
    is_named.then_some(rest)
}

/// A moment as answers write it: RFC 3339, RFC 2822 and HTTP, or seconds or milliseconds since 1970.
fn moment(value: &str) -> Option<Timestamp> {
    let value = value.trim().trim_matches('"').trim();
    if !value.is_empty() && value.bytes().all(|it| it.is_ascii_digit()) {
        let number = value.parse().ok()?;
        return match value.len() {
            9 | 10 => Timestamp::from_second(number).ok(),
            12 | 13 => Timestamp::from_millisecond(number).ok(),
            _ => None,
        };
    }
    let zoned = || rfc2822::parse(value).ok().map(|it| it.timestamp());
    value.parse().ok().or_else(zoned)
}

/// The rules whose expectation does not hold in what they hide, each with the reason. `of` gives the rule that hides a
/// difference, where it expects something.
pub(super) fn unmet<'r>(
    outcome: &Outcome,
    commits: &Commits,
    of: impl Fn(&Mismatch) -> Option<(&'r str, Expects)>,
) -> BTreeMap<String, String> {
    let mut unmet = BTreeMap::new();
    for found in outcome.hidden() {
        let Some((rule, expects)) = of(found) else { continue };
        let values = [found.left.as_deref(), found.right.as_deref()];
        if let Some(reason) = why_not(expects, values, commits) {
            unmet.entry(rule.to_owned()).or_insert(reason);
        }
    }
    unmet
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLUE: &str = "7f3a2b1c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a";
    const GREEN: &str = "9c9f1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c";

    fn commit(left: &str, right: &str) -> Option<String> {
        let commits = [Some(BLUE.to_owned()), Some(GREEN.to_owned())];
        why_not(Expects::Commit, [Some(left), Some(right)], &commits)
    }

    #[test]
    fn each_colour_names_its_own_commit_and_nothing_else_differs() {
        for (left, right) in [
            (BLUE, GREEN),
            ("\"7f3a2b1\"", "\"9c9f1d2\""),
            ("1.4.0-g7F3A2B1C", "1.4.0-g9c9f1d2e"),
            ("/app.7f3a2b1.js?7f3a2b1c", "/app.9c9f1d2.js?9c9f1d2e"),
        ] {
            assert_eq!(commit(left, right), None, "{left} {right}");
        }
    }

    #[test]
    fn what_names_another_commit_or_hides_more_is_told() {
        for (left, right, reason) in [
            (BLUE, BLUE, "green does not name its commit 9c9f1d2"),
            (GREEN, BLUE, "blue does not name its commit 7f3a2b1"),
            ("7f3a2b1", "9c9f1d", "green does not name its commit 9c9f1d2"),
            ("7f3a2b1", "9c9f1d20", "green does not name its commit 9c9f1d2"),
            ("7f3a2b1 debug", "9c9f1d2", "more than the commit differs"),
            ("{\"c\":\"7f3a2b1\",\"n\":1}", "{\"c\":\"9c9f1d2\",\"n\":2}", "more than the commit differs"),
            ("", "9c9f1d2", "blue does not name its commit 7f3a2b1"),
        ] {
            assert_eq!(commit(left, right).as_deref(), Some(reason), "{left} {right}");
        }
        let unknown = why_not(Expects::Commit, [Some(BLUE), Some(GREEN)], &[Some(BLUE.to_owned()), None]);
        assert_eq!(unknown.as_deref(), Some("it is not known which commit green runs"));
        let short = ["main".to_owned(), "v2".to_owned()].map(Some);
        assert!(
            why_not(Expects::Commit, [Some("main"), Some("v2")], &short).is_some(),
            "a name is no commit"
        );
    }

    #[test]
    fn a_later_moment_is_one_however_it_is_written() {
        let later = |left, right| why_not(Expects::Later, [Some(left), Some(right)], &[None, None]);
        for (left, right) in [
            ("2026-11-23T06:00:00Z", "2026-11-24T06:00:00Z"),
            ("\"2026-11-23T23:00:00+09:00\"", "\"2026-11-23T15:00:00Z\""),
            ("Mon, 23 Nov 2026 06:00:00 GMT", "Tue, 24 Nov 2026 06:00:00 GMT"),
            ("1795413600", "1795500000"),
            ("1795413600000", "1795500000000"),
        ] {
            assert_eq!(later(left, right), None, "{left} {right}");
            assert_eq!(later(right, left).as_deref(), Some("green’s moment is not later than blue’s"));
        }
        assert_eq!(later("yesterday", "1795500000").as_deref(), Some("blue has no moment there"));
        assert_eq!(later("1795500000", "42").as_deref(), Some("green has no moment there"));
    }
}
