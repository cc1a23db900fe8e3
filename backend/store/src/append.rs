//! Appending to the journal inside a transaction, and reading entries back.

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Any, Row, Transaction, any::AnyRow};
use viridian_domain::port::NewEntry;
use viridian_shared::journal::{Entry, EntryKind, FORMAT, Fact};

use crate::{
    chain::{Link, canonical},
    seal::Key,
};

/// Appends one entry and gives it its number.
pub(crate) async fn append(
    transaction: &mut Transaction<'static, Any>,
    key: Option<&Key>,
    new: NewEntry,
) -> Result<Entry, sqlx::Error> {
    let last = sqlx::query("SELECT number, digest FROM entries ORDER BY number DESC LIMIT 1")
        .fetch_optional(&mut **transaction)
        .await?;
    let (number, before) = match last {
        Some(row) => (row.try_get::<i64, _>("number")?.unsigned_abs() + 1, row.try_get("digest")?),
        None => (1, String::new()),
    };
    let NewEntry { at, service, release, person, fact, closes } = new;
    let (kind, about) =
        (fact.kind().unwrap_or(EntryKind::Newer), fact.about().unwrap_or_default().to_owned());
    let link = Link {
        number,
        at: at.to_string(),
        service,
        release,
        person,
        kind: word(&kind)?,
        about,
        text: String::new(),
        closes,
        format: u64::from(FORMAT),
        fact: Some(canonical(&fact)?),
    };
    let digest = link.digest(&before);
    let seal = key.map(|key| key.seal(&digest));
    sqlx::query(
        "INSERT INTO entries (number, at, service, release, person, kind, about, text, closes, digest, format, fact, seal)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(integer(number))
    .bind(&link.at)
    .bind(&link.service)
    .bind(&link.release)
    .bind(&link.person)
    .bind(&link.kind)
    .bind(&link.about)
    .bind(&link.text)
    .bind(closes.map(integer))
    .bind(&digest)
    .bind(integer(link.format))
    .bind(&link.fact)
    .bind(seal)
    .execute(&mut **transaction)
    .await?;
    let Link { service, release, person, about, .. } = link;
    Ok(Entry { number, at, service, release, person, kind, about, fact, closes, digest })
}

pub(crate) fn entry(row: &AnyRow) -> Result<Entry, sqlx::Error> {
    let at: String = row.try_get("at")?;
    let fact: Option<String> = row.try_get("fact")?;
    Ok(Entry {
        number: row.try_get::<i64, _>("number")?.unsigned_abs(),
        at: at.parse().map_err(decode)?,
        service: row.try_get("service")?,
        release: row.try_get("release")?,
        person: row.try_get("person")?,
        kind: from_word(row.try_get("kind")?).unwrap_or(EntryKind::Newer),
        about: row.try_get("about")?,
        fact: match fact {
            Some(json) => read_fact(json),
            None => Fact::Prose { text: row.try_get("text")? },
        },
        closes: row.try_get::<Option<i64>, _>("closes")?.map(i64::unsigned_abs),
        digest: row.try_get("digest")?,
    })
}

/// A fact as it is written; one of a newer version stays as it came.
pub(crate) fn read_fact(json: String) -> Fact {
    serde_json::from_str(&json).unwrap_or(Fact::Newer { json })
}

/// A number as a database keeps it; entry numbers never come near its end.
pub(crate) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(decode)
}

/// A moment as it is written.
pub(crate) fn from_text(text: &str) -> Result<Timestamp, sqlx::Error> {
    text.parse().map_err(decode)
}

fn decode(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

/// A unit variant as its bare word.
fn word<T: Serialize>(value: &T) -> Result<String, sqlx::Error> {
    Ok(json(value)?.trim_matches('"').to_owned())
}

fn from_word<T: DeserializeOwned>(word: String) -> Result<T, sqlx::Error> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(decode)
}
