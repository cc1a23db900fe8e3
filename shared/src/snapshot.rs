//! What a person sees of one service: a snapshot made of sections, each as fresh as its last reading.

use serde::{Deserialize, Serialize};

use crate::{
    comparison::Comparison, machine::Machine, notice::Notice, people::Watcher, pipeline::Pipeline,
    source::Source, tasks::Tasks, time::Timestamp, traffic::Traffic, vote::Vote,
};

/// Counts the changes of a snapshot; a later one is greater.
pub type Revision = u64;

/// Everything the console knows of one service now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Snapshot {
    pub service: ServiceIdentity,
    /// Revision of the newest section.
    pub revision: Revision,
    pub pipeline: Section<Pipeline>,
    pub traffic: Section<Traffic>,
    pub tasks: Section<Tasks>,
    pub machines: Section<Vec<Machine>>,
    pub source: Section<Source>,
    /// Votes on the gates of the present release, oldest first.
    pub votes: Section<Vec<Vote>>,
    /// Blue and green compared.
    #[serde(default)]
    pub comparison: Section<Comparison>,
    /// What is missing in the set-up of this service, and what is dangerous about it.
    #[serde(default)]
    pub notices: Section<Vec<Notice>>,
    /// Who has this service open now.
    pub people: Section<Vec<Watcher>>,
}

/// Which service this is: what its configuration says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceIdentity {
    /// Name in routes and on screen.
    pub name: String,
    pub region: String,
    /// Whether it lives in the sandbox, where time can be moved and people switched.
    pub sandbox: bool,
    /// Where customers reach it, if known: `http://host:8000`.
    pub production_url: Option<String>,
    /// Where testers reach green while there is one.
    pub test_url: Option<String>,
    /// What a commit is pushed to.
    pub repository_url: Option<String>,
}

/// One part of a snapshot. A failed reading keeps the value and makes it stale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Section<T> {
    /// The last value that was read; none before the first reading.
    pub value: Option<T>,
    /// When that value was last confirmed.
    pub as_of: Option<Timestamp>,
    pub freshness: Freshness,
    /// The snapshot's revision when value or freshness last changed.
    pub revision: Revision,
}

/// How far a section can be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// Nothing was read yet.
    Waiting,
    Live,
    /// The last reading failed: what is shown is of `as_of`.
    Stale {
        /// A sentence for a person.
        reason: String,
        since: Timestamp,
    },
}

impl<T> Default for Section<T> {
    fn default() -> Self {
        Self { value: None, as_of: None, freshness: Freshness::Waiting, revision: 0 }
    }
}

impl<T> Section<T> {
    pub fn live(value: T, as_of: Timestamp, revision: Revision) -> Self {
        Self { value: Some(value), as_of: Some(as_of), freshness: Freshness::Live, revision }
    }

    pub fn is_stale(&self) -> bool {
        matches!(self.freshness, Freshness::Stale { .. })
    }
}

impl Snapshot {
    /// A snapshot of which nothing was read yet.
    pub fn new(service: ServiceIdentity) -> Self {
        Self {
            service,
            revision: 0,
            pipeline: Section::default(),
            traffic: Section::default(),
            tasks: Section::default(),
            machines: Section::default(),
            source: Section::default(),
            votes: Section::default(),
            comparison: Section::default(),
            notices: Section::default(),
            people: Section::default(),
        }
    }

    pub fn pipeline(&self) -> Option<&Pipeline> {
        self.pipeline.value.as_ref()
    }

    pub fn tasks(&self) -> Option<&Tasks> {
        self.tasks.value.as_ref()
    }

    pub fn traffic(&self) -> Option<&Traffic> {
        self.traffic.value.as_ref()
    }

    pub fn machines(&self) -> &[Machine] {
        self.machines.value.as_deref().unwrap_or_default()
    }

    pub fn comparison(&self) -> Option<&Comparison> {
        self.comparison.value.as_ref()
    }

    pub fn notices(&self) -> &[Notice] {
        self.notices.value.as_deref().unwrap_or_default()
    }

    pub fn votes(&self) -> &[Vote] {
        self.votes.value.as_deref().unwrap_or_default()
    }
}
