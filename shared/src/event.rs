//! The stream from the server to a page: everything on connect, then whole sections as they change.

use serde::{Deserialize, Serialize};

pub use crate::snapshot::SectionChange;
use crate::{clock::Clock, journal::Told, people::Session, row::ServiceRow, snapshot::Snapshot};

/// One message of the stream. Whole values only: a page that missed some needs just the last one of each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// First on every connection.
    Hello(Hello),
    /// Every service in brief, when any of them changed.
    Rows(Vec<ServiceRow>),
    /// The service that the page asked for, whole.
    Snapshot(Box<Snapshot>),
    /// One section of that service.
    Section(Box<SectionChange>),
    /// Entries of that service since the last ones sent, oldest first.
    Journal(Vec<Told>),
    /// The clock was moved, or its rate changed.
    Clock(Clock),
    /// The server stops; the page reconnects.
    Bye,
}

/// The first event of every stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hello {
    /// Differs from the page's own after an upgrade: the page reloads itself.
    pub build: String,
    /// The clock that the service lives by.
    pub clock: Clock,
    /// Who is signed in.
    pub session: Session,
}
