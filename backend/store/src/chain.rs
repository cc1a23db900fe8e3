//! The chain of digests: every entry vouches for all before it.

use serde_json::{Value, json};
use sqlx::{Row, any::AnyRow};
use viridian_shared::journal::Fact;

use crate::column::json;

/// An entry as the digest sees it: as it is written, whatever this version makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) number: u64,
    pub(crate) at: String,
    pub(crate) service: String,
    pub(crate) release: Option<String>,
    pub(crate) person: Option<String>,
    pub(crate) kind: String,
    pub(crate) about: String,
    /// Empty from the second format on.
    pub(crate) text: String,
    pub(crate) closes: Option<u64>,
    pub(crate) format: u64,
    /// Canonical JSON; none in the first format.
    pub(crate) fact: Option<String>,
}

impl Link {
    pub(crate) fn of(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            number: row.try_get::<i64, _>("number")?.unsigned_abs(),
            at: row.try_get("at")?,
            service: row.try_get("service")?,
            release: row.try_get("release")?,
            person: row.try_get("person")?,
            kind: row.try_get("kind")?,
            about: row.try_get("about")?,
            text: row.try_get("text")?,
            closes: row.try_get::<Option<i64>, _>("closes")?.map(i64::unsigned_abs),
            // A journal that no console of today has opened yet has no such columns.
            format: row.try_get::<i64, _>("format").map_or(1, i64::unsigned_abs),
            fact: row.try_get("fact").unwrap_or_default(),
        })
    }

    /// Over the number, everything that the entry says, and the digest before it. From the second format on the
    /// rule is the same for every format, so that a console can follow what a newer one wrote.
    pub(crate) fn digest(&self, before: &str) -> String {
        let Self { number, at, service, release, person, kind, about, text, closes, format, fact } = self;
        let said = if *format == 1 {
            json!([before, number, at, service, release, person, kind, about, text, closes])
        } else {
            json!([format, before, number, at, service, release, person, kind, about, text, closes, fact])
        };
        viridian_domain::digest::hex(said.to_string())
    }
}

/// A fact as it is written: JSON without spaces, the keys of every object in their order.
pub fn canonical(fact: &Fact) -> Result<String, sqlx::Error> {
    match fact {
        // Another version's bytes are not ours to write anew.
        Fact::Newer { json } => Ok(json.clone()),
        fact => {
            let value = serde_json::to_value(fact).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
            json(&sorted(value))
        }
    }
}

pub(crate) fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            pairs.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(pairs.into_iter().collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(sorted).collect()),
        other => other,
    }
}
