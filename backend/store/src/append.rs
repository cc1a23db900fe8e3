//! Appending to the journal inside a transaction, and reading entries back.

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Any, Row, Transaction, any::AnyRow};
use viridian_domain::port::Line;
use viridian_shared::journal::Entry;

use crate::chain::digest;

/// Appends one line and gives it its number.
pub(crate) async fn append(
    transaction: &mut Transaction<'static, Any>,
    line: Line,
) -> Result<Entry, sqlx::Error> {
    let last = sqlx::query("SELECT number, digest FROM entries ORDER BY number DESC LIMIT 1")
        .fetch_optional(&mut **transaction)
        .await?;
    let (number, before) = match last {
        Some(row) => (row.try_get::<i64, _>("number")?.unsigned_abs() + 1, row.try_get("digest")?),
        None => (1, String::new()),
    };
    let digest = digest(&before, number, &line);
    sqlx::query(
        "INSERT INTO entries (number, at, service, release, person, kind, about, text, closes, digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(integer(number))
    .bind(line.at.to_string())
    .bind(&line.service)
    .bind(&line.release)
    .bind(&line.person)
    .bind(word(&line.kind)?)
    .bind(&line.about)
    .bind(&line.text)
    .bind(line.closes.map(integer))
    .bind(&digest)
    .execute(&mut **transaction)
    .await?;
    let Line { at, service, release, person, kind, about, text, closes } = line;
    Ok(Entry { number, at, service, release, person, kind, about, text, closes, digest })
}

pub(crate) fn entry(row: &AnyRow) -> Result<Entry, sqlx::Error> {
    let at: String = row.try_get("at")?;
    Ok(Entry {
        number: row.try_get::<i64, _>("number")?.unsigned_abs(),
        at: at.parse().map_err(decode)?,
        service: row.try_get("service")?,
        release: row.try_get("release")?,
        person: row.try_get("person")?,
        kind: from_word(row.try_get("kind")?)?,
        about: row.try_get("about")?,
        text: row.try_get("text")?,
        closes: row.try_get::<Option<i64>, _>("closes")?.map(i64::unsigned_abs),
        digest: row.try_get("digest")?,
    })
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
