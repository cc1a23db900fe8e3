//! Conditions made ready for many requests, and what they see of one.

use std::net::IpAddr;

use regex::Regex;

use crate::{
    condition::{Condition, Part},
    head::Head,
    pattern::{self, Range, matches},
};

/// What conditions ask of a request.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) host: &'a str,
    pub(crate) method: &'a str,
    /// The head, and the bytes that it lies in.
    pub(crate) head: &'a Head,
    pub(crate) bytes: &'a [u8],
    pub(crate) source: IpAddr,
}

impl<'a> Seen<'a> {
    fn fields(&self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.head.values(self.bytes, name).filter_map(|value| std::str::from_utf8(value).ok())
    }
}

/// A condition made ready.
#[derive(Debug)]
pub(crate) enum Matcher {
    Plain(Condition),
    Regex(Part, Vec<Regex>),
    Source(Vec<Range>),
}

impl Matcher {
    pub(crate) fn of(condition: &Condition) -> Self {
        match condition {
            Condition::Regex { of, values } => {
                // They were compiled once before they were accepted.
                Self::Regex(
                    of.clone(),
                    values.iter().filter_map(|value| pattern::regex(value).ok()).collect(),
                )
            }
            Condition::Source(ranges) => {
                Self::Source(ranges.iter().filter_map(|range| Range::read(range)).collect())
            }
            plain => Self::Plain(plain.clone()),
        }
    }

    pub(crate) fn holds<'a>(&'a self, seen: &Seen<'a>) -> bool {
        match self {
            Self::Plain(condition) => plain(condition, seen),
            Self::Source(ranges) => ranges.iter().any(|range| range.has(seen.source)),
            Self::Regex(of, patterns) => {
                let any = |text: &str| patterns.iter().any(|pattern| pattern.is_match(text));
                match of {
                    Part::Path => any(seen.path),
                    Part::Host => any(seen.host),
                    Part::Header(name) => seen.fields(name).any(any),
                }
            }
        }
    }
}

fn plain<'a>(condition: &'a Condition, seen: &Seen<'a>) -> bool {
    let any = |values: &[String], text: &str, ignore_case: bool| {
        values.iter().any(|pattern| matches(pattern, text, ignore_case))
    };
    match condition {
        Condition::Path(values) => any(values, seen.path, false),
        Condition::Host(values) => any(values, seen.host, true),
        Condition::Method(values) => values.iter().any(|method| method == seen.method),
        Condition::Header { name, values } => seen.fields(name).any(|text| any(values, text, true)),
        Condition::Query(pairs) => pairs.iter().any(|(key, value)| asked(seen.query, key.as_deref(), value)),
        Condition::Source(_) | Condition::Regex { .. } => false,
    }
}

/// Whether the query has a pair that matches, whatever its case.
fn asked(query: &str, key: Option<&str>, value: &str) -> bool {
    query.split('&').filter(|pair| !pair.is_empty()).any(|pair| {
        let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
        key.is_none_or(|key| matches(key, name, true)) && matches(value, text, true)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &Condition, request: &str) -> bool {
        let mut head = Head::default();
        head.read_request(request.as_bytes());
        let target = &request[head.target.clone()];
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Matcher::of(condition).holds(&Seen {
            path,
            query,
            host: head.text(request.as_bytes(), "host").unwrap_or_default(),
            method: &request[head.word.clone()],
            head: &head,
            bytes: request.as_bytes(),
            source: "127.0.0.1".parse().unwrap(),
        })
    }

    #[test]
    fn each_kind_of_condition_asks_its_own_part_of_a_request() {
        let request =
            "GET /a/b?colour=GREEN&x HTTP/1.1\r\nHost: green.example.com\r\nX-Env: Green one\r\n\r\n";
        let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        let header =
            |name: &str, value: &str| Condition::Header { name: name.to_owned(), values: texts(&[value]) };
        let regex = |of: Part, value: &str| Condition::Regex { of, values: texts(&[value]) };
        for (condition, expected) in [
            (Condition::Path(texts(&["/x", "/a/*"])), true),
            (Condition::Path(texts(&["/A/*"])), false),
            (Condition::Host(texts(&["*.EXAMPLE.com"])), true),
            (Condition::Method(texts(&["POST", "GET"])), true),
            (Condition::Method(texts(&["HEAD"])), false),
            (header("x-env", "green*"), true),
            (header("x-other", "*"), false),
            (Condition::Query(vec![(Some("Colour".to_owned()), "green".to_owned())]), true),
            (Condition::Query(vec![(None, "gr*".to_owned())]), true),
            (Condition::Query(vec![(Some("colour".to_owned()), "blue".to_owned())]), false),
            (Condition::Source(texts(&["10.0.0.0/8", "127.0.0.0/8"])), true),
            (Condition::Source(texts(&["10.0.0.0/8"])), false),
            (regex(Part::Path, "^/[a-z]/[a-z]$"), true),
            (regex(Part::Host, "^blue"), false),
            (regex(Part::Header("X-Env".to_owned()), "one$"), true),
        ] {
            assert_eq!(holds(&condition, request), expected, "{condition:?}");
        }
    }
}
