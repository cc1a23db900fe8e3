//! The journal and everything else that the console keeps, on SQLite.
//!
//! One connection writes, several read. Every write is a transaction that began as a writer (`BEGIN
//! IMMEDIATE`), so two writers wait for each other and never fail half-way, and is on disk before it is
//! answered: what was acknowledged survives a kill.

mod append;
mod chain;
mod journal;
mod pack;
mod runs;
mod session;
mod suites;

use std::{path::Path, time::Duration};

use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::watch;
use viridian_domain::port::{Fault, PortError};

pub use chain::{Broken, digest};
pub use runs::Room;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

const READERS: u32 = 4;

/// Everything that is kept, in one file.
#[derive(Debug, Clone)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    newest: watch::Sender<u64>,
    room: Room,
}

impl Store {
    /// Opens the file, making it if there is none, and brings its tables up to date.
    pub async fn open(path: &Path) -> Result<Self, PortError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .foreign_keys(true);
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await;
        let writer = writer.map_err(|error| failed("open the journal", error))?;
        MIGRATIONS.run(&writer).await.map_err(|error| {
            PortError::new(Fault::Unexpected, "bring the journal up to date", "").caused_by(error)
        })?;
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_with(options).await;
        let readers = readers.map_err(|error| failed("open the journal", error))?;
        let number: Option<i64> = sqlx::query_scalar("SELECT max(number) FROM entries")
            .fetch_one(&readers)
            .await
            .map_err(|error| failed("open the journal", error))?;
        let newest = watch::Sender::new(number.unwrap_or_default().unsigned_abs());
        Ok(Self { writer, readers, newest, room: Room::default() })
    }

    /// Keeps as many answers of comparisons as this.
    #[must_use]
    pub fn with_room(self, room: Room) -> Self {
        Self { room, ..self }
    }

    /// Whether the store can be written now.
    pub async fn ready(&self) -> Result<(), PortError> {
        let transaction = self.begin("check the journal").await?;
        transaction.rollback().await.map_err(|error| failed("check the journal", error))
    }

    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    async fn begin(
        &self,
        operation: &'static str,
    ) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>, PortError> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(|error| failed(operation, error))
    }
}

/// A failure of the store: busy or closed is worth another try, anything else is not.
fn failed(operation: &'static str, error: sqlx::Error) -> PortError {
    let fault = match &error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => Fault::Unreachable,
        sqlx::Error::Database(database) if database.message().contains("locked") => Fault::Unreachable,
        _ => Fault::Store,
    };
    PortError::new(fault, operation, "").caused_by(error)
}
