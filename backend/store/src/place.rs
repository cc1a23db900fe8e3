//! Where the journal is kept: how each database is opened, and how a writer takes its turn there.

use std::{fmt, path::Path, path::PathBuf, str::FromStr, time::Duration};

use sqlx::{
    Any, AnyConnection, AnyPool, Executor, Transaction,
    any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers},
    migrate::Migrator,
};
use viridian_domain::port::{Fault, PortError};

use crate::failed;

static FOR_SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static FOR_POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// The file in a folder.
pub(crate) const FILE: &str = "journal.sqlite";
const READERS: u32 = 4;
/// A database that pauses while nobody asks takes half a minute to come back. A load balancer before the console waits
/// for a minute.
const PATIENCE: Duration = Duration::from_secs(50);
/// How long a connection to PostgreSQL stays without work. A database that pauses while nobody is connected does so
/// soon after the last question.
const IDLE: Duration = Duration::from_secs(20);
/// Names the lock that a writer holds; any number that nobody else in the database uses.
const TURN: &str = "SELECT pg_advisory_xact_lock(8673542091)";

/// Where the journal is kept.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder for SQLite's files.
    Folder(PathBuf),
    /// `postgres://…`; what it leaves out, the variables of PostgreSQL's own clients say.
    Database(String),
}

/// Never with a password in it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Database(_) => f.write_str("the PostgreSQL database"),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// Asks how large the database is.
    pub(crate) fn size(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
            Self::Postgres => "SELECT pg_database_size(current_database())",
        }
    }
}

pub(crate) struct Opened {
    pub(crate) writer: AnyPool,
    pub(crate) readers: AnyPool,
    pub(crate) kind: Kind,
}

pub(crate) async fn sqlite(path: &Path) -> Result<Opened, PortError> {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let url = format!("sqlite://{}?mode=rwc", encoded(&whole));
    let pool = |size| {
        AnyPoolOptions::new()
            .max_connections(size)
            .after_connect(|connection, _| Box::pin(async move { set_up_sqlite(connection).await }))
    };
    open(Kind::Sqlite, &url, pool(1), pool(READERS), &FOR_SQLITE).await
}

/// A write is on disk before it is answered, and readers do not wait for writers.
async fn set_up_sqlite(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    for pragma in [
        "PRAGMA busy_timeout = 10000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
    ] {
        connection.execute(pragma).await?;
    }
    Ok(())
}

pub(crate) async fn postgres(url: &str) -> Result<Opened, PortError> {
    let url = whole_url(url);
    let pool = |size| {
        AnyPoolOptions::new()
            .min_connections(0)
            .max_connections(size)
            .acquire_timeout(PATIENCE)
            .idle_timeout(IDLE)
    };
    open(Kind::Postgres, url, pool(1), pool(READERS), &FOR_POSTGRES).await
}

/// The journal as it is, or an error where there is none. Makes nothing and changes nothing.
pub(crate) async fn read_only(place: &Place) -> Result<Opened, PortError> {
    let missing =
        || PortError::new(Fault::Missing, "open the journal", format!("there is no journal in {place}"));
    install_default_drivers();
    let wrong = |error| failed("open the journal", error);
    let (kind, url) = match place {
        Place::Folder(folder) => {
            let path = folder.join(FILE);
            if !path.is_file() {
                return Err(missing());
            }
            let whole = std::path::absolute(&path).unwrap_or(path);
            (Kind::Sqlite, format!("sqlite://{}?mode=ro", encoded(&whole)))
        }
        Place::Database(url) => (Kind::Postgres, whole_url(url).to_owned()),
    };
    let set_up = match kind {
        Kind::Sqlite => "PRAGMA query_only = ON",
        Kind::Postgres => "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    };
    let pool = AnyPoolOptions::new().max_connections(READERS).acquire_timeout(PATIENCE).after_connect(
        move |connection, _| Box::pin(async move { connection.execute(set_up).await.map(|_| ()) }),
    );
    let readers = pool.connect(&url).await.map_err(wrong)?;
    let there = match kind {
        Kind::Sqlite => "SELECT count(*) FROM sqlite_master WHERE name = 'entries'",
        Kind::Postgres => "SELECT count(*) FROM pg_tables WHERE tablename = 'entries'",
    };
    let tables: i64 = sqlx::query_scalar(there).fetch_one(&readers).await.map_err(wrong)?;
    if tables == 0 {
        return Err(missing());
    }
    Ok(Opened { writer: readers.clone(), readers, kind })
}

async fn open(
    kind: Kind,
    url: &str,
    writer: AnyPoolOptions,
    readers: AnyPoolOptions,
    migrations: &Migrator,
) -> Result<Opened, PortError> {
    install_default_drivers();
    let wrong = |error| failed("open the journal", error);
    let options = AnyConnectOptions::from_str(url).map_err(wrong)?;
    let writer = writer.connect_with(options.clone()).await.map_err(wrong)?;
    migrations.run(&writer).await.map_err(|error| {
        PortError::new(Fault::Unexpected, "bring the journal up to date", "").caused_by(error)
    })?;
    let readers = readers.connect_with(options).await.map_err(wrong)?;
    Ok(Opened { writer, readers, kind })
}

/// Without a host between the slashes, the variables of PostgreSQL's own clients say where it is.
fn whole_url(url: &str) -> &str {
    if url == "postgres://" { "postgres:" } else { url }
}

/// A transaction that is alone in writing, from its first statement on.
pub(crate) async fn begin(writer: &AnyPool, kind: Kind) -> Result<Transaction<'static, Any>, sqlx::Error> {
    match kind {
        // A reader that turns into a writer may be refused at once; one that begins as a writer waits.
        Kind::Sqlite => writer.begin_with("BEGIN IMMEDIATE").await,
        Kind::Postgres => {
            let mut transaction = writer.begin().await?;
            transaction.execute(TURN).await?;
            Ok(transaction)
        }
    }
}

/// A path as it stands in a URL.
fn encoded(path: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte);
    path.to_string_lossy()
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
