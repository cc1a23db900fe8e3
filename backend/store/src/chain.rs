//! The chain of digests: every entry vouches for all before it.

use futures::TryStreamExt;
use serde_json::json;
use viridian_domain::port::{Line, PortError};
use viridian_shared::journal::Entry;

use crate::{Store, append::entry, failed};

/// Digest of an entry: over its number, everything it says, and the digest before it.
pub fn digest(before: &str, number: u64, line: &Line) -> String {
    let said = json!([
        before,
        number,
        line.at.to_string(),
        line.service,
        line.release,
        line.person,
        line.kind,
        line.about,
        line.text,
        line.closes,
    ]);
    viridian_domain::digest::hex(said.to_string())
}

/// Where the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The first entry that does not fit what is before it.
    pub number: u64,
}

impl Store {
    /// Goes through the whole journal. Gives how many entries hold, or where it was changed.
    pub async fn verify(&self) -> Result<Result<u64, Broken>, PortError> {
        let mut rows = sqlx::query("SELECT * FROM entries ORDER BY number").fetch(&self.readers);
        let (mut before, mut number) = (String::new(), 0);
        while let Some(row) = rows.try_next().await.map_err(|error| failed("verify the journal", error))? {
            let entry = entry(&row).map_err(|error| failed("verify the journal", error))?;
            number += 1;
            if entry.number != number || entry.digest != digest(&before, number, &line(&entry)) {
                return Ok(Err(Broken { number }));
            }
            before = entry.digest;
        }
        Ok(Ok(number))
    }
}

fn line(entry: &Entry) -> Line {
    Line {
        at: entry.at,
        service: entry.service.clone(),
        release: entry.release.clone(),
        person: entry.person.clone(),
        kind: entry.kind,
        about: entry.about.clone(),
        text: entry.text.clone(),
        closes: entry.closes,
    }
}
