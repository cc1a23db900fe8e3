//! Who is signed in, by the digest of their cookie.

use jiff::Timestamp;
use viridian_domain::port::PortError;

use crate::{Store, failed};

impl Store {
    /// Keeps a session under the digest of its cookie.
    pub async fn sign_in(&self, digest: &str, person: &str, since: Timestamp) -> Result<(), PortError> {
        sqlx::query("INSERT INTO sessions (digest, person, since) VALUES ($1, $2, $3)")
            .bind(digest)
            .bind(person)
            .bind(since.to_string())
            .execute(&self.writer)
            .await
            .map(|_| ())
            .map_err(|error| failed("keep a session", error))
    }

    /// The name of the person of a session that began at or after `earliest`.
    pub async fn signed_in(&self, digest: &str, earliest: Timestamp) -> Result<Option<String>, PortError> {
        sqlx::query_scalar("SELECT person FROM sessions WHERE digest = $1 AND since >= $2")
            .bind(digest)
            .bind(earliest.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(|error| failed("read a session", error))
    }

    pub async fn sign_out(&self, digest: &str) -> Result<(), PortError> {
        sqlx::query("DELETE FROM sessions WHERE digest = $1")
            .bind(digest)
            .execute(&self.writer)
            .await
            .map(|_| ())
            .map_err(|error| failed("end a session", error))
    }
}
