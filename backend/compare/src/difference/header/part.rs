//! Parts of a header's value: the nonce of a policy, a parameter of an address. Each differs by itself, so that what
//! belongs to one exchange can be accepted and the rest stays pinned.

use super::super::{Change, Mismatch, Part};
use crate::difference::rule::Rules;

/// Headers whose values are compared part by part.
const COMPOSITE: [&str; 4] =
    ["content-security-policy", "content-security-policy-report-only", "location", "permissions-policy"];
pub(super) fn is_composite(name: &str) -> bool {
    COMPOSITE.contains(&name)
}

/// The rule that hides all that differs between the values of a header.
pub(super) fn hiding(name: &str, left: &[&str], right: &[&str], rules: &Rules) -> Option<String> {
    let mut first = None;
    let (mut left, mut right) = (left.join("\n"), right.join("\n"));
    for (part, rule) in rules.parts_of_header(name) {
        first = first.or(Some(rule));
        (left, right) = (without(&left, part), without(&right, part));
    }
    first.filter(|_| left == right).map(str::to_owned)
}

/// A value in which a part has none: `name=…`, `name="…"`, or `'name-…'` as policies write it.
fn without(value: &str, part: &str) -> String {
    let (lower, part) = (value.to_ascii_lowercase(), part.to_ascii_lowercase());
    let (mut out, mut from) = (String::new(), 0);
    for (at, _) in lower.match_indices(&part) {
        let before = value[..at].chars().next_back();
        let is_begun = before.is_none_or(|it| matches!(it, '?' | '&' | ';' | ',' | '#' | ' ' | '\'' | '\n'));
        let after = at + part.len();
        let sign = value[after..].chars().next();
        if at < from || !is_begun || !matches!((before, sign), (_, Some('=')) | (Some('\''), Some('-'))) {
            continue;
        }
        let rest = &value[after + 1..];
        let length = match rest.strip_prefix('"') {
            Some(quoted) => quoted.find('"').map_or(rest.len(), |end| end + 2),
            None => rest.find(['&', ';', ',', '#', ' ', '\'', '\n']).unwrap_or(rest.len()),
        };
        out.push_str(&value[from..=after]);
        out.push('…');
        from = after + 1 + length;
    }
    out.push_str(&value[from..]);
    out
}

/// Two values part by part: an address by its parameters, a policy by its directives.
pub(super) fn differences(name: &str, left: &str, right: &str, rules: &Rules) -> Vec<Mismatch> {
    if left == right {
        return Vec::new();
    }
    let pieces = if name == "location" { of_address } else { of_policy };
    let (lefts, rights) = (pieces(left), pieces(right));
    let mut found = Vec::new();
    let mut names: Vec<&str> = lefts.iter().chain(&rights).map(|it| it.0.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for part in names {
        let of = |pieces: &[(String, String)]| {
            let same: Vec<_> = pieces.iter().filter(|it| it.0 == part).map(|it| it.1.clone()).collect();
            (!same.is_empty()).then(|| same.join("\n"))
        };
        let (from, to) = (of(&lefts), of(&rights));
        if from != to {
            found.push(one(name, part, from, to, rules));
        }
    }
    if found.is_empty() {
        // The same parts in another order.
        let (left, right) = (Some(left.to_owned()), Some(right.to_owned()));
        found.push(Mismatch::of(Part::Header, name, Change::Moved, (left, right)));
    }
    found
}

fn one(name: &str, part: &str, from: Option<String>, to: Option<String>, rules: &Rules) -> Mismatch {
    let (change, mut place) = match (&from, &to) {
        (None, _) => (Change::Added, place(name, part)),
        (_, None) => (Change::Removed, place(name, part)),
        _ => (Change::Changed, place(name, part)),
    };
    let mut hidden_by = None;
    if let (Some(from), Some(to)) = (&from, &to) {
        if name != "location" && without(from, "nonce") == without(to, "nonce") {
            place = format!("{name} nonce");
        }
        let whole =
            |value: &str| if name == "location" { format!("?{part}={value}") } else { value.to_owned() };
        hidden_by = hiding(name, &[&whole(from)], &[&whole(to)], rules);
    }
    Mismatch { hidden_by, ..Mismatch::of(Part::Header, &place, change, (from, to)) }
}

/// `location ?state`, `content-security-policy script-src`; the whole where the part has no name.
fn place(name: &str, part: &str) -> String {
    match (name, part) {
        (_, "") => name.to_owned(),
        ("location", part) => format!("{name} ?{part}"),
        (_, part) => format!("{name} {part}"),
    }
}

/// What stands before the query under no name, each parameter under its own, and what comes after `#`.
fn of_address(value: &str) -> Vec<(String, String)> {
    let (rest, fragment) = value.split_once('#').map_or((value, None), |(rest, it)| (rest, Some(it)));
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, it)| (path, Some(it)));
    let mut pieces = vec![(String::new(), path.to_owned())];
    for pair in query.into_iter().chain(fragment).flat_map(|it| it.split('&')) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pieces.push((name.to_owned(), value.to_owned()));
    }
    // A `?` alone, and what is a parameter of the fragment.
    pieces.push(("#".to_owned(), format!("{} {}", query.is_some(), fragment.is_some())));
    pieces
}

/// The directives of a policy, each by its name. Of two of one name browsers obey the first.
fn of_policy(value: &str) -> Vec<(String, String)> {
    let directives = value.split(';').map(str::trim).filter(|it| !it.is_empty());
    let named = directives.map(|it| {
        let name = it.split([' ', '\t', '=']).next().unwrap_or_default().to_ascii_lowercase();
        (name, it.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    named.collect()
}
