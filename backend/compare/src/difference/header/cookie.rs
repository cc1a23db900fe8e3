//! Cookies compared one by one: whether each is set, with which attributes, and to which value.
//!
//! Values are secrets. A difference shows that they differ and how long they are, never what they are.

use std::collections::BTreeSet;

use super::super::{Change, Difference, Part};
use crate::noise::rule::Rules;

struct Cookie<'a> {
    name: &'a str,
    value: &'a str,
    /// `HttpOnly`, `Path=/`: names in lower case, without order. A date is a moment, so only that there is one
    /// counts.
    attributes: BTreeSet<String>,
}

pub(super) fn differences(left: &[&str], right: &[&str], rules: &Rules) -> Vec<Difference> {
    let (lefts, rights) = (cookies(left), cookies(right));
    let names: BTreeSet<_> = lefts.iter().chain(&rights).map(|it| it.name).collect();
    let mut found = Vec::new();
    for name in names {
        let of = |cookies: &[Cookie<'_>]| cookies.iter().filter(|it| it.name == name).count();
        let last = |cookies: &'_ [Cookie<'_>]| cookies.iter().rposition(|it| it.name == name);
        let place = format!("set-cookie {name}");
        match (last(&lefts), last(&rights)) {
            (Some(left), Some(right)) => {
                found.extend(of_both(&place, &lefts[left], &rights[right], rules));
                if of(&lefts) != of(&rights) {
                    let times = |count: usize| Some(format!("set {count} times"));
                    let times = (times(of(&lefts)), times(of(&rights)));
                    found.push(Difference::of(Part::Header, &place, Change::Changed, times));
                }
            }
            (Some(at), None) => {
                let left = Some(lefts[at].without_value());
                found.push(Difference::of(Part::Header, &place, Change::Removed, (left, None)));
            }
            (None, Some(at)) => {
                let right = Some(rights[at].without_value());
                found.push(Difference::of(Part::Header, &place, Change::Added, (None, right)));
            }
            (None, None) => {}
        }
    }
    found
}

fn of_both(place: &str, left: &Cookie<'_>, right: &Cookie<'_>, rules: &Rules) -> Vec<Difference> {
    let mut found = Vec::new();
    if left.attributes != right.attributes {
        let place = format!("{place} attributes");
        found.push(Difference::changed(Part::Header, &place, left.without_value(), right.without_value()));
    }
    if left.value != right.value {
        let say = |cookie: &Cookie<'_>| format!("a value of {} characters", cookie.value.chars().count());
        let place = format!("{place} value");
        found.push(Difference {
            hidden_by: rules.of_cookie(left.name).map(str::to_owned),
            ..Difference::changed(Part::Header, &place, say(left), say(right))
        });
    }
    found
}

fn cookies<'a>(headers: &[&'a str]) -> Vec<Cookie<'a>> {
    headers.iter().map(|header| cookie(header)).collect()
}

fn cookie(header: &str) -> Cookie<'_> {
    let mut parts = header.split(';');
    let (name, value) = parts.next().and_then(|it| it.split_once('=')).unwrap_or((header, ""));
    let attributes = parts.map(attribute).filter(|it| !it.is_empty()).collect();
    Cookie { name: name.trim(), value: value.trim(), attributes }
}

fn attribute(text: &str) -> String {
    let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
    let name = name.trim().to_ascii_lowercase();
    match value.map(str::trim) {
        None => name,
        Some(_) if name == "expires" => "expires=…".to_owned(),
        Some(value) if name == "path" => format!("{name}={value}"),
        Some(value) => format!("{name}={}", value.to_ascii_lowercase()),
    }
}

impl Cookie<'_> {
    fn without_value(&self) -> String {
        let attributes: Vec<_> = self.attributes.iter().map(String::as_str).collect();
        attributes.join("; ")
    }
}
