//! What is secret of a request is only named: a header's value by `env:NAME`, a part of a path or a body by
//! `{env:NAME}`. What they stand for is looked up when a request is made, and put out of sight again wherever an
//! answer repeats it.
//!
//! Everything that is kept, shown or exported of an answer is made of what [`Secrets::redact`] lets through: it is
//! called once, where an answer enters, and nothing behind it has ever seen the secret.

mod find;
mod form;
mod redact;
mod within;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::Probe;
use find::Finder;
pub use form::SHORTEST;
pub use within::named_in;

/// A header value: written out, or `env:NAME`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Text {
    Plain(String),
    /// The name of what holds the value, never the value.
    Secret(String),
}

const REFERENCE: &str = "env:";
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
pub struct Secrets {
    values: BTreeMap<String, String>,
    /// Finds them in what is answered; none when there are no secrets.
    finder: Option<Arc<Finder>>,
}

/// Why a suite's secrets cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("the secret `{0}` is not set where the console runs")]
    Missing(String),
    /// Putting it out of sight again would put half of every text out of sight.
    #[error(
        "the secret `{0}` is shorter than {SHORTEST} characters, too short to be found again in what is answered"
    )]
    Short(String),
}

impl Secrets {
    /// Looks up what the probes name.
    pub fn of(probes: &[Probe], look_up: impl Fn(&str) -> Option<String>) -> Result<Self, Unusable> {
        let mut values = BTreeMap::new();
        for name in probes.iter().flat_map(Probe::secrets) {
            let value = look_up(name).ok_or_else(|| Unusable::Missing(name.to_owned()))?;
            if form::pieces(&value).is_empty() {
                return Err(Unusable::Short(name.to_owned()));
            }
            values.insert(name.to_owned(), value);
        }
        let finder = Finder::of(values.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        Ok(Self { values, finder: finder.map(Arc::new) })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.finder.is_none()
    }

    pub(super) fn value<'a>(&'a self, text: &'a Text) -> &'a str {
        match text {
            Text::Plain(text) => text,
            Text::Secret(name) => self.values.get(name).map_or("", String::as_str),
        }
    }
}
