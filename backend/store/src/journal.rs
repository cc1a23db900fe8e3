//! The journal port on a database.

use async_trait::async_trait;
use sqlx::{Row, any::AnyRow};
use tokio::sync::watch;
use viridian_domain::port::{
    Fault, Intent, Journal, Kept, NewEntry, OpenIntent, PageRequest, PortError, Wait,
};
use viridian_shared::{
    command::{Command, StartPipeline},
    journal::{Entry, Fact, JournalPage},
    snapshot::Snapshot,
    vote::Vote,
};

use crate::{
    Store,
    append::{append, entry, read_fact},
    column::{from_json, integer, json},
    failed,
};

const PAGE_LIMIT: usize = 500;

#[async_trait]
impl Journal for Store {
    async fn append(&self, new: NewEntry) -> Result<Entry, PortError> {
        let wrong = |error| failed("append to the journal", error);
        let mut transaction = self.begin("append to the journal").await?;
        let entry = append(&mut transaction, self.key.as_ref(), new).await.map_err(wrong)?;
        transaction.commit().await.map_err(wrong)?;
        self.appended(&entry);
        Ok(entry)
    }

    async fn observe(&self, entries: Vec<NewEntry>, snapshot: &Snapshot) -> Result<(), PortError> {
        let wrong = |error| failed("write an observation", error);
        let mut transaction = self.begin("write an observation").await?;
        let mut last = None;
        for new in entries {
            last = Some(append(&mut transaction, self.key.as_ref(), new).await.map_err(wrong)?);
        }
        sqlx::query(
            "INSERT INTO observed (service, snapshot) VALUES ($1, $2)
             ON CONFLICT (service) DO UPDATE SET snapshot = excluded.snapshot",
        )
        .bind(&snapshot.service.name)
        .bind(json(snapshot).map_err(wrong)?)
        .execute(&mut *transaction)
        .await
        .map_err(wrong)?;
        transaction.commit().await.map_err(wrong)?;
        if let Some(entry) = last {
            self.appended(&entry);
        }
        Ok(())
    }

    async fn observed(&self, service: &str) -> Result<Option<Snapshot>, PortError> {
        let wrong = |error| failed("read the last snapshot", error);
        self.awake("read the last snapshot").await?;
        let text: Option<String> = sqlx::query_scalar("SELECT snapshot FROM observed WHERE service = $1")
            .bind(service)
            .fetch_optional(&self.readers)
            .await
            .map_err(wrong)?;
        // A snapshot of an older version may not be readable: then there is nothing to compare with.
        Ok(text.and_then(|text| from_json(&text).ok()))
    }

    async fn open(&self, intent: Intent) -> Result<Entry, PortError> {
        let wrong = |error| failed("write an intent", error);
        let mut transaction = self.begin("write an intent").await?;
        let entry = append(&mut transaction, self.key.as_ref(), intent.entry).await.map_err(wrong)?;
        sqlx::query(
            "INSERT INTO intents (entry, service, body, key, fingerprint) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(integer(entry.number))
        .bind(&entry.service)
        .bind(intent.body.to_string())
        .bind(&intent.key)
        .bind(&intent.fingerprint)
        .execute(&mut *transaction)
        .await
        .map_err(wrong)?;
        transaction.commit().await.map_err(wrong)?;
        self.appended(&entry);
        Ok(entry)
    }

    async fn close(&self, outcome: NewEntry) -> Result<Entry, PortError> {
        let wrong = |error| failed("write an outcome", error);
        let mut transaction = self.begin("write an outcome").await?;
        let intent = outcome.closes.unwrap_or_default();
        let entry = append(&mut transaction, self.key.as_ref(), outcome).await.map_err(wrong)?;
        let closed = sqlx::query("UPDATE intents SET outcome = $1 WHERE entry = $2 AND outcome IS NULL")
            .bind(integer(entry.number))
            .bind(integer(intent))
            .execute(&mut *transaction)
            .await
            .map_err(wrong)?;
        if closed.rows_affected() == 0 {
            return Err(PortError::new(Fault::Conflict, "write an outcome", "this intent is already closed"));
        }
        if let Some(vote) = vote(&entry) {
            sqlx::query("INSERT INTO votes (entry, service, release, vote) VALUES ($1, $2, $3, $4)")
                .bind(integer(entry.number))
                .bind(&entry.service)
                .bind(&vote.release)
                .bind(json(vote).map_err(wrong)?)
                .execute(&mut *transaction)
                .await
                .map_err(wrong)?;
        }
        transaction.commit().await.map_err(wrong)?;
        self.appended(&entry);
        Ok(entry)
    }

    async fn open_intents(&self, service: &str) -> Result<Vec<OpenIntent>, PortError> {
        let wrong = |error| failed("read open intents", error);
        self.awake("read open intents").await?;
        let rows = sqlx::query(
            "SELECT entries.*, intents.body FROM intents JOIN entries ON entries.number = intents.entry
             WHERE intents.service = $1 AND intents.outcome IS NULL ORDER BY intents.entry",
        )
        .bind(service)
        .fetch_all(&self.readers)
        .await
        .map_err(wrong)?;
        rows.iter().map(open_intent).collect::<Result<_, _>>().map_err(wrong)
    }

    async fn kept(&self, key: &str) -> Result<Option<Kept>, PortError> {
        let wrong = |error| failed("look up an idempotency key", error);
        self.awake("look up an idempotency key").await?;
        let row = sqlx::query(
            "SELECT intents.entry, fingerprint, receipt, entries.fact FROM intents
             LEFT JOIN entries ON entries.number = intents.outcome WHERE key = $1",
        )
        .bind(key)
        .fetch_optional(&self.readers)
        .await
        .map_err(wrong)?;
        row.as_ref().map(kept).transpose().map_err(wrong)
    }

    async fn page(&self, ask: &PageRequest) -> Result<JournalPage, PortError> {
        let wrong = |error| failed("read the journal", error);
        self.awake("read the journal").await?;
        let limit = ask.limit.clamp(1, PAGE_LIMIT);
        let rows = sqlx::query(
            "SELECT * FROM entries WHERE (CAST($1 AS TEXT) IS NULL OR service = $1) AND (CAST($2 AS BIGINT) IS NULL OR number < $2)
             ORDER BY number DESC LIMIT $3",
        )
        .bind(&ask.service)
        .bind(ask.before.map(integer))
        .bind(i64::try_from(limit + 1).unwrap_or(i64::MAX))
        .fetch_all(&self.readers)
        .await
        .map_err(wrong)?;
        let mut entries: Vec<_> = rows.iter().map(entry).collect::<Result<_, _>>().map_err(wrong)?;
        let more = entries.len() > limit;
        entries.truncate(limit);
        let before = entries.last().map(|entry| entry.number).filter(|_| more);
        Ok(JournalPage { entries, before })
    }

    async fn since(&self, service: &str, number: u64, limit: usize) -> Result<Vec<Entry>, PortError> {
        let wrong = |error| failed("read the journal", error);
        self.awake("read the journal").await?;
        let rows = sqlx::query(
            "SELECT * FROM entries WHERE service = $1 AND number > $2 ORDER BY number DESC LIMIT $3",
        )
        .bind(service)
        .bind(integer(number))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&self.readers)
        .await
        .map_err(wrong)?;
        rows.iter().rev().map(entry).collect::<Result<_, _>>().map_err(wrong)
    }

    async fn votes(&self, service: &str, release: &str) -> Result<Vec<Vote>, PortError> {
        let wrong = |error| failed("read votes", error);
        self.awake("read votes").await?;
        let texts: Vec<String> =
            sqlx::query_scalar("SELECT vote FROM votes WHERE service = $1 AND release = $2 ORDER BY entry")
                .bind(service)
                .bind(release)
                .fetch_all(&self.readers)
                .await
                .map_err(wrong)?;
        texts.iter().map(|text| from_json(text)).collect::<Result<_, _>>().map_err(wrong)
    }

    async fn started_by(&self, service: &str, release: &str) -> Result<Option<String>, PortError> {
        let wrong = |error| failed("read who started a release", error);
        self.awake("read who started a release").await?;
        let found: Option<Option<String>> = sqlx::query_scalar(
            "SELECT person FROM entries WHERE service = $1 AND release = $2 AND about = $3 AND kind = 'done'
             ORDER BY number LIMIT 1",
        )
        .bind(service)
        .bind(release)
        .bind(StartPipeline::NAME)
        .fetch_optional(&self.readers)
        .await
        .map_err(wrong)?;
        Ok(found.flatten())
    }

    fn newest(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    fn waking(&self) -> watch::Receiver<Wait> {
        self.waking.watch()
    }
}

impl Store {
    fn appended(&self, entry: &Entry) {
        self.newest.send_if_modified(|newest| {
            let later = entry.number > *newest;
            *newest = entry.number.max(*newest);
            later
        });
    }
}

fn open_intent(row: &AnyRow) -> Result<OpenIntent, sqlx::Error> {
    Ok(OpenIntent { entry: entry(row)?, body: from_json(&row.try_get::<String, _>("body")?)? })
}

/// The receipt follows from the outcome's fact; one of the first format was kept beside it.
fn kept(row: &AnyRow) -> Result<Kept, sqlx::Error> {
    let (fact, receipt): (Option<String>, Option<String>) = (row.try_get("fact")?, row.try_get("receipt")?);
    let number = row.try_get::<i64, _>("entry")?.unsigned_abs();
    let receipt = match fact.map(read_fact) {
        Some(Fact::Done(deed)) => Some(deed.receipt(number)),
        Some(_) => None,
        None => receipt.as_deref().map(from_json).transpose()?,
    };
    Ok(Kept { fingerprint: row.try_get("fingerprint")?, receipt })
}

/// The vote that an outcome is, if it is one.
pub(crate) fn vote(entry: &Entry) -> Option<&Vote> {
    match &entry.fact {
        Fact::Done(deed) => deed.vote(),
        _ => None,
    }
}
