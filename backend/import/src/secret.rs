//! Secrets become names: each value that [`rule`] takes for one is replaced by `env:NAME`, the same value by the
//! same name wherever it stands, and another value (another person's token) by another. Values are forgotten with
//! the import; remarks name where they stood and never what they were.

mod rule;

use std::collections::{HashMap, HashSet};

use crate::{address, body, place::listed};

/// What begins every name: the console looks up no others unless its operator lists them.
const PREFIX: &str = "PROBE_";

#[derive(Default)]
pub(crate) struct Names {
    by_value: HashMap<String, usize>,
    taken: HashSet<String>,
    named: Vec<Named>,
}

struct Named {
    name: String,
    what: String,
    places: Vec<String>,
}

pub(crate) fn is_secret_header(name: &str) -> bool {
    rule::is_secret_header(name)
}

impl Names {
    /// What a header is sent with: its value, or `env:NAME` in place of all of it.
    pub(crate) fn header(&mut self, name: &str, value: &str, is_known: bool, place: &str) -> String {
        let is_secret = is_known || rule::is_secret_header(name) || !rule::found(value).is_empty();
        if value.is_empty() || !is_secret {
            return value.to_owned();
        }
        let held = match value.split_once(' ') {
            Some((scheme, _)) if rule::is_scheme(scheme) => format!("header {name}, `{scheme} …` and all"),
            _ => format!("header {name}"),
        };
        format!("env:{}", self.name(name, value, &held, place))
    }

    /// A path and its query with the secret parts named.
    pub(crate) fn path(&mut self, path: &str, known: &[String], place: &str) -> String {
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let path = self.shaped(path, "path", place);
        match query {
            Some(query) => format!("{path}?{}", self.pairs(query, known, place)),
            None => path,
        }
    }

    pub(crate) fn body(&mut self, text: &str, kind: &str, place: &str) -> String {
        if kind.contains("x-www-form-urlencoded") {
            return self.pairs(text, &[], place);
        }
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for field in body::fields(text, kind) {
            let value = &text[field.value.clone()];
            out.push_str(&self.shaped(&text[from..field.value.start], "body", place));
            if rule::is_secret_field(&field.name, value) {
                let what = format!("`{}` of the body", field.name);
                out.push_str(&reference(&self.name(&field.name, value, &what, place)));
            } else {
                out.push_str(&self.shaped(value, &field.name, place));
            }
            from = field.value.end;
        }
        out.push_str(&self.shaped(&text[from..], "body", place));
        out
    }

    fn pairs(&mut self, query: &str, known: &[String], place: &str) -> String {
        let pairs = query.split('&').map(|pair| {
            let Some((name, value)) = pair.split_once('=') else { return self.shaped(pair, "query", place) };
            let plain = address::decoded(name, true);
            if known.contains(&plain) && !value.is_empty() || rule::is_secret_field(&plain, value) {
                let what = format!("parameter `{plain}`");
                format!("{name}={}", reference(&self.name(&plain, value, &what, place)))
            } else {
                format!("{name}={}", self.shaped(value, &plain, place))
            }
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    /// Replaces what is known by its shape.
    fn shaped(&mut self, text: &str, of: &str, place: &str) -> String {
        let (mut out, mut from) = (String::new(), 0);
        for (range, rule) in rule::found(text) {
            out.push_str(&text[from..range.start]);
            let what = format!("{rule} in `{of}`");
            out.push_str(&reference(&self.name(of, &text[range.clone()], &what, place)));
            from = range.end;
        }
        out.push_str(&text[from..]);
        out
    }

    fn name(&mut self, of: &str, value: &str, what: &str, place: &str) -> String {
        let index = *self.by_value.entry(value.to_owned()).or_insert_with(|| {
            let base = base_name(of);
            let numbered = (2..).map(|number| format!("{base}_{number}"));
            let free = std::iter::once(base.clone()).chain(numbered).find(|it| !self.taken.contains(it));
            let name = free.unwrap_or(base);
            self.taken.insert(name.clone());
            self.named.push(Named { name, what: what.to_owned(), places: Vec::new() });
            self.named.len() - 1
        });
        let named = &mut self.named[index];
        if named.places.last().is_none_or(|it| it != place) {
            named.places.push(place.to_owned());
        }
        named.name.clone()
    }

    /// Which names are to be set, and where what they stand for was found.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let sentence = |it: &Named| {
            format!(
                "Set {} where the console runs, to what stood there as the {}: {}.",
                it.name,
                it.what,
                listed(&it.places)
            )
        };
        self.named.iter().map(sentence).collect()
    }
}

fn reference(name: &str) -> String {
    format!("{{env:{name}}}")
}

/// `X-Api-Key` and `apiKey` as `PROBE_X_API_KEY` and `PROBE_API_KEY`.
fn base_name(of: &str) -> String {
    let words = rule::words(of).join("_").to_ascii_uppercase();
    let words: String =
        words.chars().filter(|it| it.is_ascii_alphanumeric() || *it == '_').take(40).collect();
    format!("{PREFIX}{}", if words.is_empty() { "SECRET" } else { &words })
}

/// Whether a text holds what would be taken for a reference although nobody meant one.
pub(crate) fn holds_reference(text: &str) -> bool {
    text.match_indices("{env:").any(|(at, opening)| {
        let rest = &text[at + opening.len()..];
        let name = rest.split('}').next().unwrap_or_default();
        name.len() < rest.len()
            && name.starts_with(|it: char| it.is_ascii_uppercase())
            && name.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
    })
}
