//! `{{name}}` in texts, as Hurl, Postman and Bruno write variables: filled where the file says the value, and
//! otherwise named.

use std::collections::HashMap;

use crate::draft::Draft;

/// Variables may stand for variables; deeper than this they run in a circle.
const DEEPEST: usize = 10;
/// Longest text that filling may make.
const LONGEST: usize = 4 << 20;

#[derive(Debug, Clone, Default)]
pub(crate) struct Variables(HashMap<String, String>);

/// A text with what is known filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filled {
    pub(crate) text: String,
    /// The first variable that has no value.
    pub(crate) unknown: Option<String>,
}

impl Variables {
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.trim().to_owned(), value.to_owned());
    }

    pub(crate) fn fill(&self, text: &str) -> Filled {
        let mut text = text.to_owned();
        for _ in 0..DEEPEST {
            let (next, has_changed) = self.once(&text);
            text = next;
            if !has_changed || text.len() > LONGEST {
                break;
            }
        }
        let unknown = names(&text).next().map(str::to_owned);
        Filled { text, unknown }
    }

    fn once(&self, text: &str) -> (String, bool) {
        let (mut out, mut rest, mut has_changed) = (String::new(), text, false);
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, behind)) = after.split_once("}}").filter(|_| out.len() < LONGEST) else { break };
            out.push_str(before);
            match self.0.get(name.trim()) {
                Some(value) => {
                    out.push_str(value);
                    has_changed = true;
                }
                None => out.extend(["{{", name, "}}"]),
            }
            rest = behind;
        }
        out.push_str(rest);
        (out, has_changed)
    }

    /// Filled, or the reason why it cannot be.
    pub(crate) fn known(&self, text: &str) -> Result<String, String> {
        let filled = self.fill(text);
        filled.unknown.map_or(Ok(filled.text), |name| Err(unknown(&name)))
    }

    /// Adds a header; a secret one may hold what only its reader knows.
    pub(crate) fn header(&self, name: &str, value: &str, draft: &mut Draft) -> Result<(), String> {
        let name = self.known(name)?;
        let filled = self.fill(value);
        match filled.unknown {
            Some(_) if crate::secret::is_secret_header(&name) => draft.secret_headers.push(name.clone()),
            Some(variable) => return Err(unknown(&variable)),
            None => {}
        }
        draft.headers.push((name, filled.text));
        Ok(())
    }

    /// An address without an origin that only its reader knows, and the variable that was taken for one.
    pub(crate) fn address(&self, url: &str) -> Result<(String, Option<String>), String> {
        let url = self.fill(url).text;
        let (url, assumed) = without_origin(url.trim());
        if let Some(name) = names(&url).next() {
            return Err(unknown(name));
        }
        Ok((url, assumed))
    }
}

pub(crate) fn unknown(name: &str) -> String {
    format!("the file gives `{{{{{name}}}}}` no value")
}

fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|it| it.split_once("}}")).map(|(name, _)| name.trim())
}

fn without_origin(url: &str) -> (String, Option<String>) {
    let path = |rest: &str| if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
    if let Some((name, rest)) = url.strip_prefix("{{").and_then(|it| it.split_once("}}"))
        && (rest.is_empty() || rest.starts_with(['/', '?', '#']))
    {
        return (path(rest), Some(name.trim().to_owned()));
    }
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) if scheme == "http" || scheme == "https" || scheme.ends_with("}}") => {
            (scheme, rest)
        }
        _ => ("", url),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(end);
    if authority.contains("{{") && authority.contains("}}") {
        return (path(target), Some(authority.replace(['{', '}'], "")));
    }
    if scheme.starts_with("{{") {
        return (format!("http://{rest}"), None);
    }
    (url.to_owned(), None)
}

/// What to say of an origin that was a variable.
pub(crate) fn assumed(name: &str) -> String {
    format!("`{name}` is taken for an origin without a path")
}
