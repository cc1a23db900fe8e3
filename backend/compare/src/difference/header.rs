//! Headers compared by what they mean: order and repetition count where HTTP says that they do.

mod cookie;
mod lifetime;
mod part;

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Change, Mismatch, Part, known_header::is_pinned};
use crate::{
    answer::{Header, WholeAnswer},
    difference::rule::Rules,
};

/// Headers that are sets of words: order, case and spaces do not count.
const SETS: [&str; 5] = [
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-expose-headers",
    "allow",
    "vary",
];

/// What a connection needs and no answer says (RFC 9110, section 7.6.1). A length is of these where the other side
/// sends its body in pieces.
const OF_CONNECTION: [&str; 7] =
    ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

/// Headers that only the transport chose: those above, and those that `connection` names.
pub(crate) fn is_of_transport(name: &str, all: &[&[Header]; 2]) -> bool {
    let named = |headers: &&[Header]| {
        let options = headers.iter().filter(|it| it.name.eq_ignore_ascii_case("connection"));
        options.flat_map(|it| it.value.split(',')).any(|it| it.trim().eq_ignore_ascii_case(name))
    };
    let is_in_pieces = |headers: &&[Header]| !values(headers, "transfer-encoding").is_empty();
    OF_CONNECTION.contains(&name)
        || (name == "content-length" && all.iter().any(is_in_pieces))
        || (!is_pinned(name) && all.iter().any(named))
}

/// What differs only in how it was sent, for a remark.
pub(super) fn of_transport(left: &[Header], right: &[Header]) -> Option<String> {
    let all = [left, right];
    let mut names = written_otherwise(left, right);
    names.retain(|name| is_of_transport(name, &all));
    let words = || format!("these headers say how it was sent and are not compared: {}", names.join(", "));
    (!names.is_empty()).then(words)
}

/// Differences in name, value and repetition. A length that differs because the bodies do is no news.
pub(super) fn differences(
    left: &WholeAnswer,
    right: &WholeAnswer,
    rules: &Rules,
    bodies_differ: bool,
) -> Vec<Mismatch> {
    let all = || left.headers.iter().chain(&right.headers);
    let names: BTreeSet<_> = all().map(|it| it.name.to_ascii_lowercase()).collect();
    let mut found = Vec::new();
    for name in names {
        let (lefts, rights) = (values(&left.headers, &name), values(&right.headers, &name));
        if is_of_transport(&name, &[&left.headers, &right.headers]) {
            continue;
        }
        if name == "set-cookie" {
            found.extend(cookie::differences((&lefts, sent(left)), (&rights, sent(right)), rules));
        } else if part::is_composite(&name) && lefts.len() == 1 && rights.len() == 1 {
            found.extend(part::differences(&name, lefts[0], rights[0], rules));
        } else if !(name == "content-length" && bodies_differ) {
            found.extend(of_name(&name, &lefts, &rights, rules));
        }
    }
    found
}

/// The names of headers that are not the same letter for letter.
pub(super) fn written_otherwise(left: &[Header], right: &[Header]) -> Vec<String> {
    let names: BTreeSet<_> = left.iter().chain(right).map(|it| it.name.to_ascii_lowercase()).collect();
    names.into_iter().filter(|name| values(left, name) != values(right, name)).collect()
}

/// The same without those of the transport, which have a remark of their own.
pub(super) fn not_listed(left: &[Header], right: &[Header]) -> Vec<String> {
    let mut names = written_otherwise(left, right);
    names.retain(|name| name != "content-length" && !is_of_transport(name, &[left, right]));
    names
}

/// When an answer was sent, by its own clock.
fn sent(answer: &WholeAnswer) -> Timestamp {
    answer.header("date").find_map(lifetime::moment).unwrap_or(answer.at)
}

/// HTTP's spaces around a value are none of it.
fn values<'h>(headers: &'h [Header], name: &str) -> Vec<&'h str> {
    let same = headers.iter().filter(|it| it.name.eq_ignore_ascii_case(name));
    same.map(|it| it.value.trim_matches([' ', '\t'])).collect()
}

fn of_name(name: &str, left: &[&str], right: &[&str], rules: &Rules) -> Option<Mismatch> {
    let is_set = SETS.contains(&name);
    if left == right || (is_set && !left.is_empty() && !right.is_empty() && words(left) == words(right)) {
        return None;
    }
    // Each value on its line: a header that is sent twice is not one that is sent once.
    let join = |values: &[&str]| (!values.is_empty()).then(|| values.join("\n"));
    let (change, hides) = match (left.is_empty(), right.is_empty()) {
        (true, _) => (Change::Added, None),
        (_, true) => (Change::Removed, None),
        _ if is_reordered(left, right) => (Change::Moved, rules.of_header(name)),
        // Another number of values is not another value.
        _ => (Change::Changed, rules.of_header(name).filter(|_| left.len() == right.len())),
    };
    let hidden_by = hides.filter(|_| !is_pinned(name)).map(str::to_owned);
    let by_part = || part::hiding(name, left, right, rules).filter(|_| change == Change::Changed);
    let hidden_by = hidden_by.or_else(by_part);
    Some(Mismatch { hidden_by, ..Mismatch::of(Part::Header, name, change, (join(left), join(right))) })
}

fn words(values: &[&str]) -> BTreeSet<String> {
    let words = values.iter().flat_map(|value| value.split(','));
    words.map(|word| word.trim().to_ascii_lowercase()).filter(|word| !word.is_empty()).collect()
}

fn is_reordered(left: &[&str], right: &[&str]) -> bool {
    let sorted = |values: &[&str]| {
        let mut values: Vec<_> = values.iter().map(|it| (*it).to_owned()).collect();
        values.sort_unstable();
        values
    };
    left.len() > 1 && sorted(left) == sorted(right)
}
