//! What a person sees of one service: a snapshot made of sections, each as fresh as its last reading.

use serde::{Deserialize, Serialize};

use crate::{
    ballot::Ballot, comparison::Comparison, machine::Machine, notice::Notice, people::Watcher,
    pipeline::Pipeline, source::Source, tasks::Tasks, time::Timestamp, traffic::Traffic, vote::Vote,
};

/// Counts the changes of a snapshot; a later one is greater.
pub type Revision = u64;

/// The sections of a snapshot, listed once: everything that goes through all of them is made here.
macro_rules! sections {
    ($($(#[doc = $doc:literal])+ $(#[serde($($read:tt)+)])* $name:ident: $variant:ident($of:ty),)+) => {
        /// Everything the console knows of one service now.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub struct Snapshot {
            /// Which service it is.
            pub service: ServiceIdentity,
            /// Revision of the newest section.
            pub revision: Revision,
            $($(#[doc = $doc])+ $(#[serde($($read)+)])* pub $name: Section<$of>,)+
        }

        /// A section under its name.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum SectionChange {
            $($(#[doc = $doc])+ $variant(Box<Section<$of>>),)+
        }

        impl SectionChange {
            /// Puts the section into a snapshot.
            pub fn apply(self, snapshot: &mut Snapshot) {
                let revision = match self {
                    $(Self::$variant(section) => {
                        let revision = section.revision;
                        snapshot.$name = *section;
                        revision
                    })+
                };
                snapshot.revision = snapshot.revision.max(revision);
            }
        }

        impl Snapshot {
            /// A snapshot of which nothing was read yet.
            pub fn new(service: ServiceIdentity) -> Self {
                Self { service, revision: 0, $($name: Section::default(),)+ }
            }

            /// The revisions of its sections.
            pub fn revisions(&self) -> impl Iterator<Item = Revision> {
                [$(self.$name.revision,)+].into_iter()
            }

            /// The sections that changed after a revision, each with its own.
            pub fn changes_after(&self, known: Revision) -> Vec<(Revision, SectionChange)> {
                let mut changes = Vec::new();
                $(if self.$name.revision > known {
                    let change = SectionChange::$variant(Box::new(self.$name.clone()));
                    changes.push((self.$name.revision, change));
                })+
                changes
            }
        }
    };
}

sections! {
    /// The release on the rail.
    pipeline: Pipeline(Pipeline),
    /// Who sees what.
    traffic: Traffic(Traffic),
    /// What runs.
    tasks: Tasks(Tasks),
    /// State machines with their latest executions.
    machines: Machines(Vec<Machine>),
    /// What was released before.
    source: Source(Source),
    /// Votes on the gates of the present release, oldest first.
    votes: Votes(Vec<Vote>),
    /// How far the decision on the open gate is.
    #[serde(default)]
    ballot: Ballot(Ballot),
    /// Blue and green compared.
    #[serde(default)]
    comparison: Comparison(Comparison),
    /// What is missing in the set-up of this service, and what is dangerous about it.
    #[serde(default)]
    notices: Notices(Vec<Notice>),
    /// Who has this service open now.
    people: People(Vec<Watcher>),
}

/// Which service this is: what its configuration says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceIdentity {
    /// Name in routes and on screen.
    pub name: String,
    /// AWS's region: `eu-central-1`.
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
    /// How far the value can be trusted.
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
    /// The last reading succeeded.
    Live,
    /// The last reading failed: what is shown is of `as_of`.
    Stale {
        /// A sentence for a person.
        reason: String,
        /// When the first reading failed since the last good one.
        since: Timestamp,
        /// The AWS operation that the console's role may not do, where that is why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        denied: Option<String>,
    },
}

impl<T> Default for Section<T> {
    fn default() -> Self {
        Self { value: None, as_of: None, freshness: Freshness::Waiting, revision: 0 }
    }
}

impl<T> Section<T> {
    /// A section that was just read.
    pub fn live(value: T, as_of: Timestamp, revision: Revision) -> Self {
        Self { value: Some(value), as_of: Some(as_of), freshness: Freshness::Live, revision }
    }

    /// Whether the last reading failed.
    pub fn is_stale(&self) -> bool {
        matches!(self.freshness, Freshness::Stale { .. })
    }
}

impl Snapshot {
    /// The pipeline, once it was read.
    pub fn pipeline(&self) -> Option<&Pipeline> {
        self.pipeline.value.as_ref()
    }

    /// The tasks, once they were read.
    pub fn tasks(&self) -> Option<&Tasks> {
        self.tasks.value.as_ref()
    }

    /// The traffic, once it was read.
    pub fn traffic(&self) -> Option<&Traffic> {
        self.traffic.value.as_ref()
    }

    /// The state machines; empty before they were read.
    pub fn machines(&self) -> &[Machine] {
        self.machines.value.as_deref().unwrap_or_default()
    }

    /// The comparison, once there is one.
    pub fn comparison(&self) -> Option<&Comparison> {
        self.comparison.value.as_ref()
    }

    /// The notices; empty before the first reading.
    pub fn notices(&self) -> &[Notice] {
        self.notices.value.as_deref().unwrap_or_default()
    }

    /// How far the decision on the open gate is; none while no gate is open.
    pub fn ballot(&self) -> Option<&Ballot> {
        self.ballot.value.as_ref().filter(|ballot| !ballot.request.is_empty())
    }

    /// The votes on the gates of the present release, oldest first.
    pub fn votes(&self) -> &[Vote] {
        self.votes.value.as_deref().unwrap_or_default()
    }
}
