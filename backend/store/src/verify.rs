//! Whether anybody has changed the journal, or what hangs on it.
//!
//! Five things vouch for it. The chain finds a byte, a gap and a swap. An anchor (a head that was kept elsewhere)
//! finds what the chain alone cannot: a tail that was cut, and a chain that was computed anew. A key finds a
//! forged chain without any anchor. Intents, votes, rulings and accepted noise are held against the facts that
//! speak of them; and the triggers that keep entries from being changed must be there.

mod beside;
mod flaw;
mod told;
mod triggers;

use std::{fmt, str::FromStr};

use futures::TryStreamExt;
use sqlx::Row;
use viridian_domain::port::PortError;

pub use flaw::Flaw;

use crate::{Key, Store, chain::Link, failed};

const OPERATION: &str = "verify the journal";
/// Flaws that are named; after so many the rest says nothing new.
const MOST: usize = 50;
/// Fewest digits of a digest that an anchor may have.
const FEWEST: usize = 16;

/// An entry's number and digest: the newest of a journal, or one that was kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Counts from 1 without gaps.
    pub number: u64,
    /// Hexadecimal; of one that was kept elsewhere it may be the beginning only.
    pub digest: String,
}

/// A head that was kept outside of the journal.
pub type Anchor = Head;

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.digest)
    }
}

impl FromStr for Head {
    type Err = String;

    /// Reads `1585:9f86d081884c7d65…`, with at least 16 digits.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}” is not NUMBER:DIGEST with at least {FEWEST} hexadecimal digits.");
        let (number, digest) = text.trim().split_once(':').ok_or_else(wrong)?;
        let number = number.parse().map_err(|_| wrong())?;
        let is_digest =
            (FEWEST..=64).contains(&digest.len()) && digest.bytes().all(|it| it.is_ascii_hexdigit());
        if !is_digest {
            return Err(wrong());
        }
        Ok(Self { number, digest: digest.to_ascii_lowercase() })
    }
}

/// What a journal is held against besides itself.
#[derive(Debug, Clone, Default)]
pub struct Checks {
    /// With which seals are held against what they seal; without it seals are only counted.
    pub key: Option<Key>,
    /// Heads that must be in the journal as they are here.
    pub anchors: Vec<Anchor>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Entries that were read.
    pub entries: u64,
    /// The newest; none of an empty journal.
    pub head: Option<Head>,
    /// Entries with a seal.
    pub sealed: u64,
    /// In the order in which they were found; not more than fifty.
    pub flaws: Vec<Flaw>,
}

impl Verified {
    /// Whether nothing is wrong with the journal.
    pub fn is_whole(&self) -> bool {
        self.flaws.is_empty()
    }

    fn add(&mut self, flaw: Flaw) {
        if self.flaws.len() < MOST {
            self.flaws.push(flaw);
        }
    }
}

impl Store {
    /// The newest entry's number and digest.
    pub async fn head(&self) -> Result<Option<Head>, PortError> {
        let wrong = |error| failed("read the journal’s head", error);
        let row = sqlx::query("SELECT number, digest FROM entries ORDER BY number DESC LIMIT 1")
            .fetch_optional(&self.readers)
            .await
            .map_err(wrong)?;
        let Some(row) = row else { return Ok(None) };
        let number = row.try_get::<i64, _>("number").map_err(wrong)?.unsigned_abs();
        Ok(Some(Head { number, digest: row.try_get("digest").map_err(wrong)? }))
    }

    /// Goes through the whole journal and what hangs on it. Writes nothing.
    pub async fn verify(&self, checks: &Checks) -> Result<Verified, PortError> {
        let wrong = |error| failed(OPERATION, error);
        let mut found = Verified::default();
        let told = self.verify_chain(checks, &mut found).await?;
        for flaw in told.flaws() {
            found.add(flaw);
        }
        beside::check(self, &told, &mut found).await.map_err(wrong)?;
        triggers::check(self, &mut found).await.map_err(wrong)?;
        Ok(found)
    }

    async fn verify_chain(&self, checks: &Checks, found: &mut Verified) -> Result<told::Told, PortError> {
        let wrong = |error| failed(OPERATION, error);
        let mut rows = sqlx::query("SELECT * FROM entries ORDER BY number").fetch(&self.readers);
        let (mut before, mut number, mut told) = (String::new(), 0, told::Told::default());
        let mut unsealed = false;
        while let Some(row) = rows.try_next().await.map_err(wrong)? {
            let link = Link::of(&row).map_err(wrong)?;
            let digest: String = row.try_get("digest").map_err(wrong)?;
            number += 1;
            while number < link.number {
                found.add(Flaw::Missing { number });
                number += 1;
                if found.flaws.len() >= MOST {
                    number = link.number;
                }
            }
            if digest != link.digest(&before) {
                let moved = self.moved(&link, &before).await.map_err(wrong)?;
                found.add(moved.unwrap_or(Flaw::Changed { number: link.number }));
            }
            let seal: Option<String> = row.try_get("seal").unwrap_or_default();
            unsealed = seal.is_none();
            if let Some(seal) = seal {
                found.sealed += 1;
                if checks.key.as_ref().is_some_and(|key| key.seal(&digest) != seal) {
                    found.add(Flaw::Seal { number: link.number });
                }
            }
            anchored(checks, &link, &digest, found);
            told.add(&link);
            before = digest;
            found.entries += 1;
        }
        if checks.key.is_some() && unsealed {
            found.add(Flaw::Unsealed { number });
        }
        for anchor in checks.anchors.iter().filter(|anchor| anchor.number > number) {
            found.add(Flaw::Cut { anchor: anchor.clone(), last: number });
        }
        found.head = (number > 0).then_some(Head { number, digest: before });
        Ok(told)
    }

    /// Whether the entry that belongs here stands elsewhere.
    async fn moved(&self, here: &Link, before: &str) -> Result<Option<Flaw>, sqlx::Error> {
        let mut rows = sqlx::query("SELECT * FROM entries ORDER BY number").fetch(&self.readers);
        while let Some(row) = rows.try_next().await? {
            let other = Link::of(&row)?;
            let at = other.number;
            let fits = Link { number: here.number, ..other };
            if at != here.number && row.try_get::<String, _>("digest")? == fits.digest(before) {
                return Ok(Some(Flaw::Swapped { number: here.number, at }));
            }
        }
        Ok(None)
    }
}

fn anchored(checks: &Checks, link: &Link, digest: &str, found: &mut Verified) {
    for anchor in checks.anchors.iter().filter(|anchor| anchor.number == link.number) {
        if !digest.starts_with(&anchor.digest) {
            found.add(Flaw::Forged { anchor: anchor.clone(), digest: digest.to_owned() });
        }
    }
}
