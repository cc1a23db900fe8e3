//! The journal: the only truth that is ours.
//!
//! Entries are only ever appended, each with a digest over itself and the digest before it. An implementation
//! MUST have an entry on disk before it answers, MUST number entries from 1 without gaps, and MUST answer with a
//! fact of a newer version as it is written.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;
use viridian_shared::{
    command::Receipt,
    journal::{Entry, Fact, JournalPage},
    snapshot::Snapshot,
    vote::Vote,
};

use super::PortError;

/// The append-only record.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Appends an entry and gives it as it is kept: with its number and digest.
    async fn append(&self, entry: NewEntry) -> Result<Entry, PortError>;

    /// Appends what was observed and keeps the snapshot it was observed in, both or neither, so that a crash
    /// neither loses nor repeats an observation.
    async fn observe(&self, entries: Vec<NewEntry>, snapshot: &Snapshot) -> Result<(), PortError>;

    /// The snapshot of the last [`Journal::observe`] of a service.
    async fn observed(&self, service: &str) -> Result<Option<Snapshot>, PortError>;

    /// Appends an intent and keeps what is needed to find out later what became of it.
    async fn open(&self, intent: Intent) -> Result<Entry, PortError>;

    /// Closes the intent that the entry names with its outcome; a vote is found by [`Journal::votes`] from then on.
    /// An intent that is already closed is `Conflict`.
    async fn close(&self, outcome: NewEntry) -> Result<Entry, PortError>;

    /// Intents of a service without an outcome, oldest first.
    async fn open_intents(&self, service: &str) -> Result<Vec<OpenIntent>, PortError>;

    /// What was done under a key.
    async fn kept(&self, key: &str) -> Result<Option<Kept>, PortError>;

    /// A page, newest first.
    async fn page(&self, ask: &PageRequest) -> Result<JournalPage, PortError>;

    /// Entries of a service after a number, oldest first; at most `limit`, the newest of them.
    async fn since(&self, service: &str, number: u64, limit: usize) -> Result<Vec<Entry>, PortError>;

    /// Votes on a release, oldest first.
    async fn votes(&self, service: &str, release: &str) -> Result<Vec<Vote>, PortError>;

    /// Who started a release here, if somebody did.
    async fn started_by(&self, service: &str, release: &str) -> Result<Option<String>, PortError>;

    /// The number of the newest entry; changes with every append.
    fn newest(&self) -> watch::Receiver<u64>;

    /// How it is waited for.
    fn waking(&self) -> watch::Receiver<Wait>;
}

/// How a database is waited for that may sleep.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wait {
    /// Callers who wait until it is awake; 0 while it answers.
    pub waiting: u32,
    /// Whether it was waited for in vain, and has not answered since.
    pub is_lost: bool,
}

/// An entry before it has a number.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEntry {
    /// When it happened, by the service’s clock.
    pub at: Timestamp,
    /// Name of the service.
    pub service: String,
    /// Id of the release that it is about.
    pub release: Option<String>,
    /// Name of who did it; none for what was only seen.
    pub person: Option<String>,
    /// What it says.
    pub fact: Fact,
    /// The intent that it closes.
    pub closes: Option<u64>,
}

/// What is about to be done, and what is kept to find out later whether it was.
#[derive(Debug, Clone)]
pub struct Intent {
    /// Its fact is [`Fact::Intended`].
    pub entry: NewEntry,
    /// The command, as far as it may be kept.
    pub body: Value,
    /// Names this press of the button.
    pub key: Option<String>,
    /// Digest of person, service, command and body: a key means one thing only.
    pub fingerprint: String,
}

/// An intent without an outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenIntent {
    /// The intent as it is kept.
    pub entry: Entry,
    /// The command, as far as it was kept.
    pub body: Value,
}

/// What is kept under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// [`Intent::fingerprint`] of what was done under it.
    pub fingerprint: String,
    /// None while its outcome is open, and when it failed.
    pub receipt: Option<Receipt>,
}

/// Which page of the journal is asked for.
#[derive(Debug, Clone, Default)]
pub struct PageRequest {
    /// Only entries of this service.
    pub service: Option<String>,
    /// Entries before this number.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: usize,
}
