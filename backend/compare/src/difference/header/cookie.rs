//! Cookies compared one by one: whether each is set, with which attributes, for how long, and to which value.
//!
//! Cookies of one name at another path or domain are other cookies. Values are secrets: a difference shows that
//! they differ and how long they are, never what they are.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::super::{Change, Mismatch, Part};
use super::lifetime::Lifetime;
use crate::difference::rule::Rules;

struct Cookie<'a> {
    name: &'a str,
    value: &'a str,
    /// `httponly`, `path=/`: names in lower case, without order; the last of one name counts. Without those that
    /// say how long it lives.
    attributes: BTreeMap<String, Option<String>>,
    lifetime: Lifetime,
}

/// With when each side was sent.
type Sent<'h, 'a> = (&'h [&'a str], Timestamp);

pub(super) fn differences(left: Sent<'_, '_>, right: Sent<'_, '_>, rules: &Rules) -> Vec<Mismatch> {
    let [lefts, rights] = [left, right]
        .map(|(headers, sent)| headers.iter().map(|header| cookie(header, sent)).collect::<Vec<_>>());
    let names: BTreeSet<_> = lefts.iter().chain(&rights).map(|it| it.name).collect();
    names.into_iter().flat_map(|name| of_name(name, &lefts, &rights, rules)).collect()
}

/// Cookies of one name find each other by where they are for, and then in their order.
fn of_name(name: &str, lefts: &[Cookie<'_>], rights: &[Cookie<'_>], rules: &Rules) -> Vec<Mismatch> {
    let of = |cookies: &'_ [Cookie<'_>]| {
        (0..cookies.len()).filter(|it| cookies[*it].name == name).collect::<Vec<_>>()
    };
    let (mut left, mut right) = (of(lefts), of(rights));
    let is_one = left.len() <= 1 && right.len() <= 1;
    let mut pairs = Vec::new();
    left.retain(|it| {
        let like = right.iter().position(|other| lefts[*it].key() == rights[*other].key());
        pairs.extend(like.map(|at| (*it, right.remove(at))));
        like.is_none()
    });
    let rest = left.len().min(right.len());
    pairs.extend(left.drain(..rest).zip(right.drain(..rest)));
    pairs.sort_unstable();
    let place = |cookie: &Cookie<'_>| match cookie.attributes.get("path").cloned().flatten() {
        Some(path) if !is_one => format!("set-cookie {name} at {path}"),
        _ => format!("set-cookie {name}"),
    };
    let mut found = Vec::new();
    for (left, right) in pairs {
        found.extend(of_both(&place(&lefts[left]), &lefts[left], &rights[right], rules));
    }
    for cookie in left.into_iter().map(|it| &lefts[it]) {
        let left = Some(cookie.without_value());
        found.push(Mismatch::of(Part::Header, &place(cookie), Change::Removed, (left, None)));
    }
    for cookie in right.into_iter().map(|it| &rights[it]) {
        let right = Some(cookie.without_value());
        found.push(Mismatch::of(Part::Header, &place(cookie), Change::Added, (None, right)));
    }
    found
}

fn of_both(place: &str, left: &Cookie<'_>, right: &Cookie<'_>, rules: &Rules) -> Vec<Mismatch> {
    let mut found = Vec::new();
    if left.attributes != right.attributes {
        let place = format!("{place} attributes");
        found.push(Mismatch::changed(Part::Header, &place, left.without_value(), right.without_value()));
    }
    if !left.lifetime.is_like(right.lifetime) {
        let place = format!("{place} lifetime");
        let (left, right) = (left.lifetime.words(), right.lifetime.words());
        found.push(Mismatch::changed(Part::Header, &place, left, right));
    }
    if left.value != right.value {
        let say = |cookie: &Cookie<'_>| format!("a value of {} characters", cookie.value.chars().count());
        let place = format!("{place} value");
        found.push(Mismatch {
            hidden_by: rules.of_cookie(left.name).map(str::to_owned),
            ..Mismatch::changed(Part::Header, &place, say(left), say(right))
        });
    }
    found
}

fn cookie(header: &str, sent: Timestamp) -> Cookie<'_> {
    let mut parts = header.split(';');
    let pair = parts.next().unwrap_or_default();
    let (name, value) = pair.split_once('=').unwrap_or(("", pair));
    let mut attributes: BTreeMap<_, _> = parts.map(attribute).filter(|it| !it.0.is_empty()).collect();
    let mut take = |name: &str| attributes.remove(name).flatten();
    let (age, expires) = (take("max-age"), take("expires"));
    let lifetime = Lifetime::of(age.as_deref(), expires.as_deref(), sent);
    Cookie { name: trimmed(name), value: trimmed(value), attributes, lifetime }
}

fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// A domain's leading dot says nothing; a path is read as it is written.
fn attribute(text: &str) -> (String, Option<String>) {
    let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
    let name = trimmed(name).to_ascii_lowercase();
    let value = value.map(trimmed).map(|value| match name.as_str() {
        "path" | "expires" => value.to_owned(),
        "domain" => value.strip_prefix('.').unwrap_or(value).to_ascii_lowercase(),
        _ => value.to_ascii_lowercase(),
    });
    (name, value)
}

impl Cookie<'_> {
    /// What tells it from others of its name.
    fn key(&self) -> [Option<&Option<String>>; 2] {
        ["domain", "path"].map(|name| self.attributes.get(name))
    }

    fn without_value(&self) -> String {
        let write = |(name, value): (&String, &Option<String>)| match value {
            Some(value) => format!("{name}={value}"),
            None => name.clone(),
        };
        let mut attributes: Vec<_> = self.attributes.iter().map(write).collect();
        if self.lifetime != Lifetime::Session {
            attributes.push(format!("lives {}", self.lifetime.words()));
        }
        attributes.join("; ")
    }
}
