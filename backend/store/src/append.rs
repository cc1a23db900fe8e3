//! Appending to the journal inside a transaction, and reading entries back.

use sqlx::{Any, Row, Transaction, any::AnyRow};
use viridian_domain::port::NewEntry;
use viridian_shared::journal::{Entry, EntryKind, FORMAT, Fact};

use crate::{
    chain::{Link, canonical},
    column::{from_text, from_word, integer, word},
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
        at: from_text(&at)?,
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
