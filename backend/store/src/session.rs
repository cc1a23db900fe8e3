//! Who is signed in, by the digest of their cookie.

use jiff::Timestamp;
use sqlx::Row;
use viridian_domain::port::PortError;

use crate::{Store, failed};

/// Sessions that a person keeps; the oldest give way.
const MOST: i64 = 50;

/// A session that has not expired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Name of the person.
    pub person: String,
    /// A digest of what made the person who they are when it began.
    pub stamp: String,
}

impl Store {
    /// Keeps a session under the digest of its cookie.
    pub async fn sign_in(&self, digest: &str, session: &Session, since: Timestamp) -> Result<(), PortError> {
        let wrong = |error| failed("keep a session", error);
        self.awake("keep a session").await?;
        sqlx::query("INSERT INTO sessions (digest, person, stamp, since) VALUES ($1, $2, $3, $4)")
            .bind(digest)
            .bind(&session.person)
            .bind(&session.stamp)
            .bind(since.to_string())
            .execute(&self.writer)
            .await
            .map_err(wrong)?;
        sqlx::query(
            "DELETE FROM sessions WHERE person = $1 AND digest NOT IN
             (SELECT digest FROM sessions WHERE person = $1 ORDER BY since DESC LIMIT $2)",
        )
        .bind(&session.person)
        .bind(MOST)
        .execute(&self.writer)
        .await
        .map(|_| ())
        .map_err(wrong)
    }

    /// The session of a cookie, if it began at or after `earliest`.
    pub async fn signed_in(&self, digest: &str, earliest: Timestamp) -> Result<Option<Session>, PortError> {
        let wrong = |error| failed("read a session", error);
        self.awake("read a session").await?;
        let row = sqlx::query("SELECT person, stamp FROM sessions WHERE digest = $1 AND since >= $2")
            .bind(digest)
            .bind(earliest.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(wrong)?;
        let session = row.map(|row| {
            Ok::<_, sqlx::Error>(Session { person: row.try_get("person")?, stamp: row.try_get("stamp")? })
        });
        session.transpose().map_err(wrong)
    }

    /// Forgets the session under this digest of its cookie; one that is not there is forgotten already.
    pub async fn sign_out(&self, digest: &str) -> Result<(), PortError> {
        sqlx::query("DELETE FROM sessions WHERE digest = $1")
            .bind(digest)
            .execute(&self.writer)
            .await
            .map(|_| ())
            .map_err(|error| failed("end a session", error))
    }

    /// Deletes the sessions that began before `earliest`; gives their number.
    pub async fn forget_sessions(&self, earliest: Timestamp) -> Result<u64, PortError> {
        sqlx::query("DELETE FROM sessions WHERE since < $1")
            .bind(earliest.to_string())
            .execute(&self.writer)
            .await
            .map(|done| done.rows_affected())
            .map_err(|error| failed("delete expired sessions", error))
    }
}
