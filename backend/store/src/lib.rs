//! The journal and everything else that the console keeps, on SQLite or on PostgreSQL.
//!
//! One connection writes, several read. Every write is a transaction that holds the journal for itself from its
//! beginning, so two writers wait for each other and never fail half-way, and is on disk before it is answered:
//! what was acknowledged survives a kill. The statements are the same for both databases, through sqlx's `Any`;
//! what differs (how they are opened, and how a writer takes its turn) is in [`place`].

#![warn(missing_docs)]

mod append;
mod chain;
mod column;
mod journal;
mod pack;
mod place;
mod runs;
mod seal;
mod session;
mod suites;
mod verify;
mod waking;

use std::{path::Path, time::Duration};

use sqlx::AnyPool;
use tokio::sync::watch;
use viridian_domain::port::{Fault, PortError};

pub use chain::canonical;
pub use place::Place;
pub use runs::Room;
pub use seal::Key;
pub use session::Session;
pub use verify::{Anchor, Checks, Flaw, Head, Verified};
use waking::Waking;

/// What is said of a database that was waited for in vain.
const SLEEPS: &str =
    "the journal’s database does not answer; one that sleeps takes up to a minute to wake, so try again soon";

/// How long a database is left alone that was waited for in vain.
const AGAIN: Duration = Duration::from_secs(15);

/// Everything that is kept, in one place.
#[derive(Debug, Clone)]
pub struct Store {
    writer: AnyPool,
    readers: AnyPool,
    kind: place::Kind,
    newest: watch::Sender<u64>,
    room: Room,
    key: Option<Key>,
    waking: Waking,
}

impl Store {
    /// Opens a file of SQLite, making it if there is none, and brings its tables up to date.
    pub async fn open(path: &Path) -> Result<Self, PortError> {
        Self::with(place::sqlite(path).await?).await
    }

    /// Opens the journal in its place, and brings its tables up to date.
    pub async fn at(place: &Place) -> Result<Self, PortError> {
        match place {
            Place::Folder(folder) => Self::open(&folder.join(place::FILE)).await,
            Place::Database(url) => Self::with(place::postgres(url).await?).await,
        }
    }

    /// Opens a journal to be read and in no way changed. One that is missing is `Missing`.
    pub async fn read_only(place: &Place) -> Result<Self, PortError> {
        Self::with(place::read_only(place).await?).await
    }

    async fn with(opened: place::Opened) -> Result<Self, PortError> {
        let place::Opened { writer, readers, kind } = opened;
        let number: Option<i64> = sqlx::query_scalar("SELECT max(number) FROM entries")
            .fetch_one(&readers)
            .await
            .map_err(|error| failed("open the journal", error))?;
        let newest = watch::Sender::new(number.unwrap_or_default().unsigned_abs());
        Ok(Self {
            writer,
            readers,
            kind,
            newest,
            room: Room::default(),
            key: None,
            waking: Waking::default(),
        })
    }

    /// Keeps as many answers of comparisons as this.
    #[must_use]
    pub fn with_room(self, room: Room) -> Self {
        Self { room, ..self }
    }

    /// Seals every entry with a key from now on.
    #[must_use]
    pub fn with_key(self, key: Option<Key>) -> Self {
        Self { key, ..self }
    }

    /// Whether the store can be written now.
    pub async fn ready(&self) -> Result<(), PortError> {
        let transaction = self.begin("check the journal").await?;
        transaction.rollback().await.map_err(|error| failed("check the journal", error))
    }

    /// What the database takes, in bytes.
    pub async fn size(&self) -> Result<u64, PortError> {
        let size: i64 = sqlx::query_scalar(self.kind.size())
            .fetch_one(&self.readers)
            .await
            .map_err(|error| failed("measure the journal", error))?;
        Ok(size.unsigned_abs())
    }

    /// Asks a database again that was waited for in vain, now and then until it answers; does not end.
    pub async fn ask_again(&self) {
        let mut waking = self.waking.watch();
        while waking.wait_for(|wait| wait.is_lost).await.is_ok() {
            tokio::time::sleep(AGAIN).await;
            if let Err(error) = self.awake("ask the journal again").await {
                tracing::warn!(error = %viridian_domain::port::error::chain(&error), "the journal does not answer");
            }
        }
    }

    /// Lets what is under way end and closes every connection; nothing can be asked afterwards.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Waits until the database answers. One that sleeps takes its time, which [`Store::waking`] tells.
    async fn awake(&self, operation: &'static str) -> Result<(), PortError> {
        if self.kind == place::Kind::Sqlite {
            return Ok(());
        }
        match self.waking.tell(self.readers.acquire()).await {
            Ok(_) => Ok(()),
            Err(error @ sqlx::Error::PoolTimedOut) => {
                Err(PortError::new(Fault::Unreachable, operation, SLEEPS).caused_by(error))
            }
            Err(error) => Err(failed(operation, error)),
        }
    }

    async fn begin(
        &self,
        operation: &'static str,
    ) -> Result<sqlx::Transaction<'static, sqlx::Any>, PortError> {
        self.awake(operation).await?;
        place::begin(&self.writer, self.kind).await.map_err(|error| failed(operation, error))
    }
}

/// A failure of the store: busy or closed is worth another try, anything else is not.
fn failed(operation: &'static str, error: sqlx::Error) -> PortError {
    let fault = match &error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => Fault::Unreachable,
        sqlx::Error::Database(database) if is_passing(database.as_ref()) => Fault::Unreachable,
        _ => Fault::Store,
    };
    PortError::new(fault, operation, "").caused_by(error)
}

/// SQLite's busy file; PostgreSQL's lost connections (class 08), full tables of them (53) and restarts (57).
fn is_passing(error: &dyn sqlx::error::DatabaseError) -> bool {
    let code = error.code().unwrap_or_default();
    let passing = code.len() == 5 && ["08", "53", "57"].iter().any(|class| code.starts_with(class));
    passing || error.message().contains("locked")
}
