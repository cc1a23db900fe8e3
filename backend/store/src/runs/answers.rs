//! What was answered: packed, each body once, and bounded. The answers of the oldest runs go first.

use std::collections::HashMap;

use sqlx::{Any, Row, Transaction, any::AnyRow};
use viridian_domain::{
    digest,
    port::{
        PortError,
        comparer::{Capture, RanProbe},
    },
};
use viridian_shared::colour::Colour;

use crate::{
    Store, failed,
    pack::{pack, pack_json, unpack},
};

/// How many answers are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Runs whose answers can still be shown, of all services.
    pub runs: u32,
    /// Packed bytes of all answers together.
    pub bytes: u64,
}

impl Default for Room {
    fn default() -> Self {
        Self { runs: 400, bytes: 512 << 20 }
    }
}

/// Answers made ready outside the transaction, since packing takes its time.
pub(super) struct Packed {
    details: Vec<(String, Vec<u8>)>,
    captures: Vec<OfProbe>,
    bodies: HashMap<String, Vec<u8>>,
}

struct OfProbe {
    probe: String,
    colour: Colour,
    position: i64,
    asset: Option<String>,
    kind: String,
    body: String,
}

impl Packed {
    pub(super) async fn of(probes: Vec<RanProbe>) -> Result<Self, sqlx::Error> {
        let packing = tokio::task::spawn_blocking(move || Self::ready(probes));
        packing.await.map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?
    }

    fn ready(probes: Vec<RanProbe>) -> Result<Self, sqlx::Error> {
        let (mut details, mut captures) = (Vec::with_capacity(probes.len()), Vec::new());
        let mut bodies: HashMap<String, Vec<u8>> = HashMap::new();
        for RanProbe { detail, captures: of } in probes {
            let probe = detail.brief.name.clone();
            details.push((probe.clone(), pack_json(&detail)?));
            for (position, Capture { colour, asset, kind, bytes }) in (0_i64..).zip(of) {
                let body = digest::hex(&bytes);
                if !bodies.contains_key(&body) {
                    bodies.insert(body.clone(), pack(&bytes)?);
                }
                captures.push(OfProbe { probe: probe.clone(), colour, position, asset, kind, body });
            }
        }
        Ok(Self { details, captures, bodies })
    }

    pub(super) async fn insert(
        self,
        transaction: &mut Transaction<'static, Any>,
        service: &str,
        run: i64,
    ) -> Result<(), sqlx::Error> {
        for (sha256, packed) in self.bodies {
            sqlx::query(
                "INSERT INTO bodies (sha256, packed, size) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            )
            .bind(sha256)
            .bind(&packed)
            .bind(i64::try_from(packed.len()).unwrap_or(i64::MAX))
            .execute(&mut **transaction)
            .await?;
        }
        for (probe, detail) in self.details {
            sqlx::query("INSERT INTO answers (service, run, probe, detail) VALUES ($1, $2, $3, $4)")
                .bind(service)
                .bind(run)
                .bind(probe)
                .bind(detail)
                .execute(&mut **transaction)
                .await?;
        }
        for it in self.captures {
            sqlx::query(
                "INSERT INTO captures (service, run, probe, colour, position, asset, kind, body)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(service)
            .bind(run)
            .bind(it.probe)
            .bind(it.colour.slug())
            .bind(it.position)
            .bind(it.asset)
            .bind(it.kind)
            .bind(it.body)
            .execute(&mut **transaction)
            .await?;
        }
        Ok(())
    }
}

impl Store {
    /// Drops the answers of the oldest runs until what is kept fits.
    pub(super) async fn make_room(
        &self,
        transaction: &mut Transaction<'static, Any>,
    ) -> Result<(), sqlx::Error> {
        loop {
            let row = sqlx::query(
                "SELECT (SELECT count(*) FROM runs WHERE has_answers = 1) AS runs,
                 (SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM bodies) AS bytes",
            )
            .fetch_one(&mut **transaction)
            .await?;
            let runs = row.try_get::<i64, _>("runs")?.unsigned_abs();
            let bytes = row.try_get::<i64, _>("bytes")?.unsigned_abs();
            if runs == 0 || (runs <= u64::from(self.room.runs) && bytes <= self.room.bytes) {
                return Ok(());
            }
            drop_oldest(transaction).await?;
        }
    }

    pub(super) async fn read_captures(
        &self,
        service: &str,
        run: i64,
        probe: &str,
        colour: Colour,
    ) -> Result<Vec<Capture>, PortError> {
        let wrong = |error| failed("read answers", error);
        let rows = sqlx::query(
            "SELECT captures.asset, captures.kind, bodies.packed FROM captures
             JOIN bodies ON bodies.sha256 = captures.body
             WHERE service = $1 AND run = $2 AND probe = $3 AND colour = $4 ORDER BY position",
        )
        .bind(service)
        .bind(run)
        .bind(probe)
        .bind(colour.slug())
        .fetch_all(&self.readers)
        .await
        .map_err(wrong)?;
        // A large body takes its time to unpack, and the other colour's is unpacked beside it.
        let unpacking = tokio::task::spawn_blocking(move || {
            rows.iter().map(|row| capture(row, colour)).collect::<Result<Vec<_>, _>>()
        });
        let unpacked = unpacking.await.map_err(|error| sqlx::Error::Io(std::io::Error::other(error)));
        unpacked.and_then(|it| it).map_err(wrong)
    }
}

async fn drop_oldest(transaction: &mut Transaction<'static, Any>) -> Result<(), sqlx::Error> {
    let oldest = sqlx::query("SELECT service, number FROM runs WHERE has_answers = 1 ORDER BY rowid LIMIT 1")
        .fetch_one(&mut **transaction)
        .await?;
    let (service, run): (String, i64) = (oldest.try_get("service")?, oldest.try_get("number")?);
    for statement in [
        "UPDATE runs SET has_answers = 0 WHERE service = $1 AND number = $2",
        "DELETE FROM answers WHERE service = $1 AND run = $2",
        "DELETE FROM captures WHERE service = $1 AND run = $2",
    ] {
        sqlx::query(statement).bind(&service).bind(run).execute(&mut **transaction).await?;
    }
    sqlx::query(
        "DELETE FROM bodies WHERE NOT EXISTS (SELECT 1 FROM captures WHERE captures.body = bodies.sha256)",
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn capture(row: &AnyRow, colour: Colour) -> Result<Capture, sqlx::Error> {
    Ok(Capture {
        colour,
        asset: row.try_get("asset")?,
        kind: row.try_get("kind")?,
        bytes: unpack(row.try_get("packed")?)?.into(),
    })
}
