//! Header values that are secret are only named. What they stand for is looked up when a request is made, and
//! put out of sight again wherever an answer repeats it.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::Probe;
use crate::answer::{Answer, Body};

/// A header value: written out, or `env:NAME`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Text {
    Plain(String),
    /// The name of what holds the value, never the value.
    Secret(String),
}

const REFERENCE: &str = "env:";
/// Shorter values would be found everywhere.
const SHORTEST: usize = 4;

impl From<String> for Text {
    fn from(text: String) -> Self {
        match text.strip_prefix(REFERENCE) {
            Some(name) => Self::Secret(name.to_owned()),
            None => Self::Plain(text),
        }
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        match text {
            Text::Plain(text) => text,
            Text::Secret(name) => format!("{REFERENCE}{name}"),
        }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", String::from(self.clone()))
    }
}

/// The values behind the names that a run needs. It has no `Debug`: nothing prints it.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<String, String>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the secret `{0}` is not set where the console runs")]
pub struct MissingSecret(pub String);

impl Secrets {
    /// Looks up what the probes name.
    pub fn of(probes: &[Probe], look_up: impl Fn(&str) -> Option<String>) -> Result<Self, MissingSecret> {
        let mut values = BTreeMap::new();
        for (_, text) in probes.iter().flat_map(|probe| &probe.headers) {
            if let Text::Secret(name) = text {
                let value = look_up(name).ok_or_else(|| MissingSecret(name.clone()))?;
                values.insert(name.clone(), value);
            }
        }
        Ok(Self(values))
    }

    pub(super) fn value<'a>(&'a self, text: &'a Text) -> &'a str {
        match text {
            Text::Plain(text) => text,
            Text::Secret(name) => self.0.get(name).map_or("", String::as_str),
        }
    }

    /// Replaces every secret that an answer repeats by its name.
    pub(super) fn redact(&self, answer: &mut Answer) {
        for (name, value) in self.0.iter().filter(|(_, value)| value.len() >= SHORTEST) {
            let shown = format!("[{REFERENCE}{name}]");
            for header in &mut answer.headers {
                if header.value.contains(value.as_str()) {
                    header.value = header.value.replace(value.as_str(), &shown);
                }
            }
            replace(&mut answer.body, value.as_bytes(), shown.as_bytes());
        }
    }
}

fn replace(body: &mut Body, wanted: &[u8], shown: &[u8]) {
    let find = |bytes: &[u8]| bytes.windows(wanted.len()).position(|window| window == wanted);
    if find(&body.kept).is_none() {
        return;
    }
    let (mut bytes, mut from) = (body.kept.to_vec(), 0);
    while let Some(at) = find(&bytes[from..]) {
        let at = from + at;
        bytes.splice(at..at + wanted.len(), shown.iter().copied());
        body.length = (body.length + shown.len() as u64).saturating_sub(wanted.len() as u64);
        from = at + shown.len();
    }
    body.kept = bytes.into();
}
