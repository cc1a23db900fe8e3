//! The end of a run: everything that it found in one transaction, and what had to go to make room.

use jiff::Timestamp;
use sqlx::{Any, Transaction};
use viridian_domain::port::{Fault, PortError, runs::Finished};
use viridian_shared::comparison::run::{RunBrief, RunStatus};

use super::{answers::Packed, number};
use crate::{
    Store,
    column::{from_json, json},
    failed,
    pack::pack_json,
};

const OPERATION: &str = "write the end of a run";

impl Store {
    pub(super) async fn end_whole(
        &self,
        service: &str,
        run: &str,
        finished: &Finished,
    ) -> Result<(), PortError> {
        let wrong = |error| failed(OPERATION, error);
        let packed = Packed::of(finished.probes.clone()).await.map_err(wrong)?;
        let mut transaction = self.begin(OPERATION).await?;
        let ended = sqlx::query(
            "UPDATE runs SET state = 'ended', brief = $1, record = $2, heat = $3, has_answers = 1
             WHERE service = $4 AND number = $5 AND state = 'running'",
        )
        .bind(json(&finished.brief).map_err(wrong)?)
        .bind(pack_json(&finished.record).map_err(wrong)?)
        .bind(pack_json(&finished.heat).map_err(wrong)?)
        .bind(service)
        .bind(number(run))
        .execute(&mut *transaction)
        .await
        .map_err(wrong)?;
        if ended.rows_affected() == 0 {
            return Err(over());
        }
        saw_first(&mut transaction, service, number(run), finished).await.map_err(wrong)?;
        packed.insert(&mut transaction, service, number(run)).await.map_err(wrong)?;
        self.make_room(&mut transaction).await.map_err(wrong)?;
        transaction.commit().await.map_err(wrong)
    }

    pub(super) async fn end_short(
        &self,
        service: &str,
        run: &str,
        status: &RunStatus,
        at: Timestamp,
    ) -> Result<(), PortError> {
        let wrong = |error| failed(OPERATION, error);
        let mut transaction = self.begin(OPERATION).await?;
        let text: Option<String> = sqlx::query_scalar(
            "SELECT brief FROM runs WHERE service = $1 AND number = $2 AND state = 'running'",
        )
        .bind(service)
        .bind(number(run))
        .fetch_optional(&mut *transaction)
        .await
        .map_err(wrong)?;
        let brief: RunBrief = from_json(&text.ok_or_else(over)?).map_err(wrong)?;
        let brief = RunBrief { status: status.clone(), ended_at: Some(at), ..brief };
        sqlx::query("UPDATE runs SET state = 'short', brief = $1 WHERE service = $2 AND number = $3")
            .bind(json(&brief).map_err(wrong)?)
            .bind(service)
            .bind(number(run))
            .execute(&mut *transaction)
            .await
            .map_err(wrong)?;
        transaction.commit().await.map_err(wrong)
    }
}

async fn saw_first(
    transaction: &mut Transaction<'static, Any>,
    service: &str,
    run: i64,
    finished: &Finished,
) -> Result<(), sqlx::Error> {
    for finding in &finished.record.findings {
        sqlx::query(
            "INSERT INTO first_seen (service, release, finding, run, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
        )
        .bind(service)
        .bind(finished.brief.release.as_deref().unwrap_or_default())
        .bind(&finding.id)
        .bind(run)
        .bind(finished.brief.began_at.to_string())
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

fn over() -> PortError {
    PortError::new(Fault::Conflict, OPERATION, "this run has already ended")
}
