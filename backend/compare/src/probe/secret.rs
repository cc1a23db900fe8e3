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

use std::{collections::BTreeMap, sync::Arc};

use viridian_shared::comparison::suite::Probe;

use find::Finder;
pub use form::SHORTEST;
pub use within::named_in;

const REFERENCE: &str = "env:";

/// The name of the secret that a header's value stands for; none where it is written out.
pub fn reference(value: &str) -> Option<&str> {
    value.strip_prefix(REFERENCE)
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
#[expect(missing_docs, reason = "the message of each says what it is")]
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
        for name in probes.iter().flat_map(within::secrets) {
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

    pub(super) fn value<'a>(&'a self, text: &'a str) -> &'a str {
        reference(text).map_or(text, |name| self.values.get(name).map_or("", String::as_str))
    }
}
