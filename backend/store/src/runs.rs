//! Runs, findings and rulings on a database.

mod answers;
mod end;

pub use answers::Room;

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Row, any::AnyRow};
use viridian_domain::{
    Warrant,
    port::{
        Fault, PortError,
        comparer::Capture,
        runs::{Ended, FirstSeen, Heat, KeptRun, NewRun, RunRequest, Runs},
    },
};
use viridian_shared::{
    colour::Colour,
    comparison::{
        finding::Ruling,
        probe::ProbeDetail,
        run::{RunBrief, RunStatus},
    },
};

use crate::{
    Store,
    column::{from_json, from_text, integer, json},
    failed,
    pack::{pack_json, unpack_json},
};

#[async_trait]
impl Runs for Store {
    async fn begin(&self, service: &str, run: &NewRun) -> Result<String, PortError> {
        let operation = "begin a run";
        let wrong = |error| failed(operation, error);
        let asked = pack_json(&run.suite).map_err(wrong)?;
        let mut transaction = self.begin(operation).await?;
        let row = sqlx::query(
            "SELECT coalesce(max(number), 0) AS last, coalesce(max(CASE WHEN state = 'running' THEN 1 ELSE 0 END), 0) AS busy
             FROM runs WHERE service = $1",
        )
        .bind(service)
        .fetch_one(&mut *transaction)
        .await
        .map_err(wrong)?;
        if row.try_get::<i64, _>("busy").map_err(wrong)? != 0 {
            return Err(PortError::new(Fault::Conflict, operation, "another run is under way"));
        }
        let number = row.try_get::<i64, _>("last").map_err(wrong)? + 1;
        let brief = RunBrief { id: number.to_string(), ..run.brief.clone() };
        sqlx::query(
            "INSERT INTO runs (service, number, entry, release, suite, state, brief, asked)
             VALUES ($1, $2, $3, $4, $5, 'running', $6, $7)",
        )
        .bind(service)
        .bind(number)
        .bind(run.entry.map(integer))
        .bind(&brief.release)
        .bind(&brief.suite)
        .bind(json(&brief).map_err(wrong)?)
        .bind(asked)
        .execute(&mut *transaction)
        .await
        .map_err(wrong)?;
        transaction.commit().await.map_err(wrong)?;
        Ok(brief.id)
    }

    async fn end(&self, service: &str, run: &str, ended: &Ended) -> Result<(), PortError> {
        match ended {
            Ended::Whole(finished) => self.end_whole(service, run, finished).await,
            Ended::Short { status, at } => self.end_short(service, run, status, *at).await,
        }
    }

    async fn break_off(&self, service: &str, at: Timestamp) -> Result<Vec<String>, PortError> {
        let wrong = |error| failed("mark runs as broken off", error);
        let running: Vec<i64> =
            sqlx::query_scalar("SELECT number FROM runs WHERE service = $1 AND state = 'running'")
                .bind(service)
                .fetch_all(&self.readers)
                .await
                .map_err(wrong)?;
        let mut broken = Vec::new();
        for run in running.iter().map(ToString::to_string) {
            self.end_short(service, &run, &RunStatus::BrokenOff, at).await?;
            broken.push(run);
        }
        Ok(broken)
    }

    async fn begun_by(&self, service: &str, entry: u64) -> Result<Option<String>, PortError> {
        let number: Option<i64> =
            sqlx::query_scalar("SELECT number FROM runs WHERE service = $1 AND entry = $2")
                .bind(service)
                .bind(integer(entry))
                .fetch_optional(&self.readers)
                .await
                .map_err(|error| failed("find a run", error))?;
        Ok(number.map(|number| number.to_string()))
    }

    async fn runs(&self, service: &str, ask: &RunRequest) -> Result<Vec<RunBrief>, PortError> {
        let wrong = |error| failed("read runs", error);
        let rows = sqlx::query(
            "SELECT brief, has_answers FROM runs WHERE service = $1
             AND (CAST($2 AS TEXT) IS NULL OR release = $2) AND (CAST($3 AS TEXT) IS NULL OR suite = $3)
             AND (CAST($4 AS TEXT) IS NULL OR state = $4) AND (CAST($5 AS BIGINT) IS NULL OR number < $5)
             ORDER BY number DESC LIMIT $6",
        )
        .bind(service)
        .bind(&ask.release)
        .bind(&ask.suite)
        .bind(ask.ended.then_some("ended"))
        .bind(ask.before.as_deref().map(number))
        .bind(i64::try_from(ask.limit).unwrap_or(i64::MAX))
        .fetch_all(&self.readers)
        .await
        .map_err(wrong)?;
        rows.iter().map(brief).collect::<Result<_, _>>().map_err(wrong)
    }

    async fn run(&self, service: &str, run: &str) -> Result<Option<KeptRun>, PortError> {
        let wrong = |error| failed("read a run", error);
        let row = sqlx::query("SELECT * FROM runs WHERE service = $1 AND number = $2")
            .bind(service)
            .bind(number(run))
            .fetch_optional(&self.readers)
            .await
            .map_err(wrong)?;
        row.as_ref().map(kept).transpose().map_err(wrong)
    }

    async fn probe(&self, service: &str, run: &str, probe: &str) -> Result<Option<ProbeDetail>, PortError> {
        let wrong = |error| failed("read a probe", error);
        let packed: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT detail FROM answers WHERE service = $1 AND run = $2 AND probe = $3")
                .bind(service)
                .bind(number(run))
                .bind(probe)
                .fetch_optional(&self.readers)
                .await
                .map_err(wrong)?;
        packed.as_deref().map(unpack_json).transpose().map_err(wrong)
    }

    async fn captures(
        &self,
        service: &str,
        run: &str,
        probe: &str,
        colour: Colour,
    ) -> Result<Vec<Capture>, PortError> {
        self.read_captures(service, number(run), probe, colour).await
    }

    async fn heat(&self, service: &str, release: &str, suite: &str) -> Result<Vec<Heat>, PortError> {
        let wrong = |error| failed("read runs", error);
        let rows = sqlx::query(
            "SELECT number, brief, has_answers, heat FROM runs
             WHERE service = $1 AND release = $2 AND suite = $3 AND state = 'ended' ORDER BY number",
        )
        .bind(service)
        .bind(release)
        .bind(suite)
        .fetch_all(&self.readers)
        .await
        .map_err(wrong)?;
        rows.iter().map(heat).collect::<Result<_, _>>().map_err(wrong)
    }

    async fn first_seen(&self, service: &str, release: &str) -> Result<FirstSeen, PortError> {
        let wrong = |error| failed("read findings", error);
        let rows = sqlx::query("SELECT finding, run, at FROM first_seen WHERE service = $1 AND release = $2")
            .bind(service)
            .bind(release)
            .fetch_all(&self.readers)
            .await
            .map_err(wrong)?;
        rows.iter().map(seen).collect::<Result<HashMap<_, _>, _>>().map_err(wrong)
    }

    async fn rulings(&self, service: &str) -> Result<Vec<Ruling>, PortError> {
        let wrong = |error| failed("read rulings", error);
        let texts: Vec<String> =
            sqlx::query_scalar("SELECT ruling FROM rulings WHERE service = $1 ORDER BY entry")
                .bind(service)
                .fetch_all(&self.readers)
                .await
                .map_err(wrong)?;
        texts.iter().map(|text| from_json(text)).collect::<Result<_, _>>().map_err(wrong)
    }

    async fn rule(&self, warrant: &Warrant, service: &str, ruling: &Ruling) -> Result<(), PortError> {
        let wrong = |error| failed("keep a ruling", error);
        sqlx::query("INSERT INTO rulings (entry, service, ruling) VALUES ($1, $2, $3)")
            .bind(integer(warrant.entry().number))
            .bind(service)
            .bind(json(ruling).map_err(wrong)?)
            .execute(&self.writer)
            .await
            .map_err(wrong)?;
        Ok(())
    }
}

/// A run's number; an id that is none finds nothing.
fn number(run: &str) -> i64 {
    run.parse().unwrap_or(-1)
}

fn brief(row: &AnyRow) -> Result<RunBrief, sqlx::Error> {
    let has_answers = row.try_get::<i64, _>("has_answers")? != 0;
    Ok(RunBrief { has_answers, ..from_json(row.try_get("brief")?)? })
}

fn kept(row: &AnyRow) -> Result<KeptRun, sqlx::Error> {
    let record: Option<Vec<u8>> = row.try_get("record")?;
    Ok(KeptRun {
        brief: brief(row)?,
        record: record.as_deref().map(unpack_json).transpose()?.unwrap_or_default(),
        suite: unpack_json(row.try_get("asked")?)?,
    })
}

fn heat(row: &AnyRow) -> Result<Heat, sqlx::Error> {
    let probes: Option<Vec<u8>> = row.try_get("heat")?;
    Ok(Heat {
        run: row.try_get::<i64, _>("number")?.to_string(),
        began_at: brief(row)?.began_at,
        probes: probes.as_deref().map(unpack_json).transpose()?.unwrap_or_default(),
    })
}

fn seen(row: &AnyRow) -> Result<(String, (String, Timestamp)), sqlx::Error> {
    let run = row.try_get::<i64, _>("run")?.to_string();
    Ok((row.try_get("finding")?, (run, from_text(row.try_get("at")?)?)))
}
