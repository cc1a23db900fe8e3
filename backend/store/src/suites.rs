//! Suites, accepted noise and the sentinel's setting on SQLite.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sqlx::{Row, any::AnyRow};
use viridian_domain::{
    Warrant,
    port::{
        Fault, PortError,
        suites::{KeptNoise, KeptSuite, SentinelSetting, Suites},
    },
};

use crate::{
    Store,
    column::{from_json, from_text, integer, json},
    failed,
};

/// The setting as it is written.
#[derive(Serialize, Deserialize)]
struct Setting {
    is_on: bool,
    suite: String,
    period_minutes: u32,
}

#[async_trait]
impl Suites for Store {
    async fn suites(&self, service: &str) -> Result<Vec<KeptSuite>, PortError> {
        let wrong = |error| failed("read suites", error);
        let rows = sqlx::query("SELECT * FROM suites WHERE service = $1 ORDER BY name")
            .bind(service)
            .fetch_all(&self.readers)
            .await
            .map_err(wrong)?;
        rows.iter().map(suite).collect::<Result<_, _>>().map_err(wrong)
    }

    async fn save(&self, _warrant: &Warrant, service: &str, suite: &KeptSuite) -> Result<(), PortError> {
        let wrong = |error| failed("keep a suite", error);
        sqlx::query(
            "INSERT INTO suites (service, name, suite, by, at, remarks) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (service, name) DO UPDATE SET suite = excluded.suite, by = excluded.by,
             at = excluded.at, remarks = excluded.remarks",
        )
        .bind(service)
        .bind(&suite.name)
        .bind(json(&suite.suite).map_err(wrong)?)
        .bind(&suite.by)
        .bind(suite.at.to_string())
        .bind(json(&suite.remarks).map_err(wrong)?)
        .execute(&self.writer)
        .await
        .map_err(wrong)?;
        Ok(())
    }

    async fn delete(&self, _warrant: &Warrant, service: &str, name: &str) -> Result<(), PortError> {
        let wrong = |error| failed("forget a suite", error);
        let mut transaction = self.begin("forget a suite").await?;
        for statement in [
            "DELETE FROM suites WHERE service = $1 AND name = $2",
            "DELETE FROM noise WHERE service = $1 AND suite = $2",
        ] {
            let query = sqlx::query(statement).bind(service).bind(name);
            query.execute(&mut *transaction).await.map_err(wrong)?;
        }
        transaction.commit().await.map_err(wrong)
    }

    async fn noise(&self, service: &str) -> Result<Vec<KeptNoise>, PortError> {
        let wrong = |error| failed("read noise rules", error);
        let rows = sqlx::query("SELECT * FROM noise WHERE service = $1 ORDER BY entry")
            .bind(service)
            .fetch_all(&self.readers)
            .await
            .map_err(wrong)?;
        rows.iter().map(noise).collect::<Result<_, _>>().map_err(wrong)
    }

    async fn accept(&self, warrant: &Warrant, service: &str, noise: &KeptNoise) -> Result<(), PortError> {
        let wrong = |error: sqlx::Error| match &error {
            sqlx::Error::Database(database) if database.is_unique_violation() => PortError::new(
                Fault::Conflict,
                "keep a noise rule",
                "this suite has a rule of that name already",
            ),
            _ => failed("keep a noise rule", error),
        };
        sqlx::query(
            "INSERT INTO noise (entry, service, suite, name, rule, at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(integer(warrant.entry().number))
        .bind(service)
        .bind(&noise.suite)
        .bind(&noise.rule.name)
        .bind(json(&noise.rule).map_err(wrong)?)
        .bind(noise.at.to_string())
        .execute(&self.writer)
        .await
        .map_err(wrong)?;
        Ok(())
    }

    async fn withdraw(
        &self,
        _warrant: &Warrant,
        service: &str,
        suite: &str,
        name: &str,
    ) -> Result<(), PortError> {
        let operation = "take back a noise rule";
        let deleted = sqlx::query("DELETE FROM noise WHERE service = $1 AND suite = $2 AND name = $3")
            .bind(service)
            .bind(suite)
            .bind(name)
            .execute(&self.writer)
            .await
            .map_err(|error| failed(operation, error))?;
        if deleted.rows_affected() == 0 {
            return Err(PortError::new(Fault::Missing, operation, "there is no such rule"));
        }
        Ok(())
    }

    async fn sentinel(&self, service: &str) -> Result<Option<SentinelSetting>, PortError> {
        let wrong = |error| failed("read the sentinel", error);
        let text: Option<String> = sqlx::query_scalar("SELECT setting FROM sentinels WHERE service = $1")
            .bind(service)
            .fetch_optional(&self.readers)
            .await
            .map_err(wrong)?;
        let setting = text.as_deref().map(from_json::<Setting>).transpose().map_err(wrong)?;
        Ok(setting.map(|Setting { is_on, suite, period_minutes }| SentinelSetting {
            is_on,
            suite,
            period_minutes,
        }))
    }

    async fn set_sentinel(
        &self,
        _warrant: &Warrant,
        service: &str,
        setting: &SentinelSetting,
    ) -> Result<(), PortError> {
        let wrong = |error| failed("keep the sentinel", error);
        let SentinelSetting { is_on, suite, period_minutes } = setting.clone();
        sqlx::query(
            "INSERT INTO sentinels (service, setting) VALUES ($1, $2)
             ON CONFLICT (service) DO UPDATE SET setting = excluded.setting",
        )
        .bind(service)
        .bind(json(&Setting { is_on, suite, period_minutes }).map_err(wrong)?)
        .execute(&self.writer)
        .await
        .map_err(wrong)?;
        Ok(())
    }
}

fn suite(row: &AnyRow) -> Result<KeptSuite, sqlx::Error> {
    Ok(KeptSuite {
        name: row.try_get("name")?,
        suite: from_json(row.try_get("suite")?)?,
        by: row.try_get("by")?,
        at: from_text(row.try_get("at")?)?,
        remarks: from_json(row.try_get("remarks")?)?,
    })
}

fn noise(row: &AnyRow) -> Result<KeptNoise, sqlx::Error> {
    Ok(KeptNoise {
        suite: row.try_get("suite")?,
        rule: from_json(row.try_get("rule")?)?,
        at: from_text(row.try_get("at")?)?,
    })
}
