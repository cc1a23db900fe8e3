//! Blue and green compared, as everybody sees it live: suites in brief, the run under way, what the newest run
//! came to, since when nothing new was found, and the sentinel.
//!
//! Big things are asked for by the page that shows them: [`run::Run`], [`probe::ProbeDetail`], [`view::Rows`],
//! [`history::HeatMap`], [`suite::SuiteDetail`].

pub mod finding;
pub mod history;
pub mod latency;
pub mod probe;
pub mod quiet;
pub mod run;
pub mod suite;
pub mod view;

use serde::{Deserialize, Serialize};

use self::{
    quiet::Quiet,
    run::{Asker, RunBrief},
    suite::SuiteBrief,
};
use crate::time::Timestamp;

/// The section.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comparison {
    /// What can be run: the suites of the released repository, then those that the console keeps, by name.
    pub suites: Vec<SuiteBrief>,
    /// The run under way; one at a time.
    pub running: Option<Progress>,
    /// The newest whole run of a suite in the present release that came to its end: of the suite that the sentinel
    /// watches, if that has one. Its id goes into a vote.
    pub newest: Option<RunBrief>,
    /// What was asked since, of some probes only: it stands beside the evidence and replaces none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<RunBrief>,
    /// Since when no run of the present release has found anything new.
    pub quiet: Option<Quiet>,
    /// The watch over a test window.
    pub sentinel: Sentinel,
    /// Why the suites of the repository are missing or old, if they are.
    pub problem: Option<String>,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// Id of the run.
    pub run: String,
    /// None for probes that were asked for once.
    pub suite: Option<String>,
    /// Who started it.
    pub by: Asker,
    /// When it began.
    pub began_at: Timestamp,
    /// Requests answered so far, and all of them; both colours and warm-up are counted.
    pub answered: u32,
    /// Requests in all.
    pub of: u32,
    /// Whether it was told to stop.
    pub is_stopping: bool,
}

/// The watch over a test window: a suite that runs by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sentinel {
    /// Whether it is switched on.
    pub is_on: bool,
    /// The suite that it runs.
    pub suite: Option<String>,
    /// From the start of one run to the start of the next, on the service's clock.
    pub period_minutes: u32,
    /// When it runs next; none while it waits for something else than time.
    pub next_at: Option<Timestamp>,
    /// What it waits for instead: "No window is open."
    pub waits_for: Option<String>,
}

impl Comparison {
    /// The suite of this name.
    pub fn suite(&self, name: &str) -> Option<&SuiteBrief> {
        self.suites.iter().find(|suite| suite.name == name)
    }
}
