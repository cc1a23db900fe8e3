//! The stream from the server to a page: everything on connect, then whole sections as they change.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Clock,
    comparison::Comparison,
    journal::Entry,
    machine::Machine,
    notice::Notice,
    people::{Session, Watcher},
    pipeline::Pipeline,
    row::ServiceRow,
    snapshot::{Section, Snapshot},
    source::Source,
    tasks::Tasks,
    traffic::Traffic,
    vote::Vote,
};

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
    Journal(Vec<Entry>),
    /// The clock was moved, or its rate changed.
    Clock(Clock),
    /// The server stops; the page reconnects.
    Bye,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hello {
    /// Differs from the page's own after an upgrade: the page reloads itself.
    pub build: String,
    pub clock: Clock,
    pub session: Session,
}

/// A section under its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SectionChange {
    Pipeline(Section<Pipeline>),
    Traffic(Section<Traffic>),
    Tasks(Section<Tasks>),
    Machines(Section<Vec<Machine>>),
    Source(Section<Source>),
    Votes(Section<Vec<Vote>>),
    Comparison(Box<Section<Comparison>>),
    Notices(Section<Vec<Notice>>),
    People(Section<Vec<Watcher>>),
}

impl SectionChange {
    /// Puts the section into a snapshot.
    pub fn apply(self, snapshot: &mut Snapshot) {
        let revision = match self {
            Self::Pipeline(section) => replace(&mut snapshot.pipeline, section),
            Self::Traffic(section) => replace(&mut snapshot.traffic, section),
            Self::Tasks(section) => replace(&mut snapshot.tasks, section),
            Self::Machines(section) => replace(&mut snapshot.machines, section),
            Self::Source(section) => replace(&mut snapshot.source, section),
            Self::Votes(section) => replace(&mut snapshot.votes, section),
            Self::Comparison(section) => replace(&mut snapshot.comparison, *section),
            Self::Notices(section) => replace(&mut snapshot.notices, section),
            Self::People(section) => replace(&mut snapshot.people, section),
        };
        snapshot.revision = snapshot.revision.max(revision);
    }
}

fn replace<T>(slot: &mut Section<T>, section: Section<T>) -> u64 {
    let revision = section.revision;
    *slot = section;
    revision
}
