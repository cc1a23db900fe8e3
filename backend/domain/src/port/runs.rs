//! Runs as they are kept: what was found, what people ruled, and for a while what was answered.
//!
//! A run is there from its beginning, so that a crash in the middle leaves it marked and not lost. An
//! implementation MUST refuse a second run of a service while one is under way, MUST number the runs of a
//! service from 1 without gaps, and MUST bound what it keeps of answers: those of the oldest runs go first, and
//! the run says so.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use viridian_shared::{
    colour::Colour,
    comparison::{
        finding::{Finding, Ruling},
        probe::{ProbeBrief, ProbeDetail},
        run::{Proof, Proposal, RunBrief, RunStatus},
        suite::Suite,
    },
};

use super::{
    PortError,
    comparer::{Capture, RanProbe},
};
use crate::Warrant;

/// What is kept of comparisons.
#[async_trait]
pub trait Runs: Send + Sync {
    /// Writes a run down as under way and gives its id. `Conflict` while another one is.
    async fn begin(&self, service: &str, run: &NewRun) -> Result<String, PortError>;

    /// Writes down how a run ended. One that is not under way any more is `Conflict`.
    async fn end(&self, service: &str, run: &str, ended: &Ended) -> Result<(), PortError>;

    /// Marks runs as broken off that are still under way, and gives their ids.
    async fn break_off(&self, service: &str, at: Timestamp) -> Result<Vec<String>, PortError>;

    /// The run that an intent began, by the number of its entry.
    async fn begun_by(&self, service: &str, entry: u64) -> Result<Option<String>, PortError>;

    /// Runs, newest first.
    async fn runs(&self, service: &str, ask: &RunRequest) -> Result<Vec<RunBrief>, PortError>;

    /// A run by its id; none if there is no such run.
    async fn run(&self, service: &str, run: &str) -> Result<Option<KeptRun>, PortError>;

    /// One probe of a run; none if there is no such probe or its answers were dropped.
    async fn probe(&self, service: &str, run: &str, probe: &str) -> Result<Option<ProbeDetail>, PortError>;

    /// What a colour sent for a probe: the body, then what its page names.
    async fn captures(
        &self,
        service: &str,
        run: &str,
        probe: &str,
        colour: Colour,
    ) -> Result<Vec<Capture>, PortError>;

    /// For each probe of the runs of a suite in a release what it showed; oldest run first.
    async fn heat(&self, service: &str, release: &str, suite: &str) -> Result<Vec<Heat>, PortError>;

    /// When each finding was seen first in a release, and by which run.
    async fn first_seen(&self, service: &str, release: &str) -> Result<FirstSeen, PortError>;

    /// Every ruling on findings of a service, oldest first.
    async fn rulings(&self, service: &str) -> Result<Vec<Ruling>, PortError>;

    /// Keeps a ruling beside the earlier ones.
    async fn rule(&self, warrant: &Warrant, service: &str, ruling: &Ruling) -> Result<(), PortError>;
}

/// Run and moment by the finding's id.
pub type FirstSeen = HashMap<String, (String, Timestamp)>;

/// A run that begins.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRun {
    /// Its id is not known yet.
    pub brief: RunBrief,
    /// The intent that began it; none for the sentinel's.
    pub entry: Option<u64>,
    /// What is asked.
    pub suite: Suite,
}

/// How a run ended.
#[derive(Debug, Clone)]
pub enum Ended {
    /// It came to its end.
    Whole(Box<Finished>),
    /// Without a verdict.
    Short {
        /// How it ended instead.
        status: RunStatus,
        /// When it ended.
        at: Timestamp,
    },
}

/// A run that came to its end.
#[derive(Debug, Clone)]
pub struct Finished {
    /// With verdict, latency and end.
    pub brief: RunBrief,
    /// What is kept of it for good.
    pub record: Record,
    /// What came of each probe, with what was answered; in the order of the suite.
    pub probes: Vec<RanProbe>,
    /// What each probe showed, in the order of the suite.
    pub heat: Vec<HeatOf>,
}

/// What is kept of a run for good.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Record {
    /// Without rulings.
    pub findings: Vec<Finding>,
    /// In the order of the suite.
    pub probes: Vec<ProbeBrief>,
    /// Noise that blue’s own answers suggest.
    pub proposals: Vec<Proposal>,
    /// What can be shown only in part, a sentence each.
    pub remarks: Vec<String>,
    /// What was expected to differ and did as it should.
    #[serde(default)]
    pub proofs: Vec<Proof>,
}

/// A run as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptRun {
    /// The run in one line.
    pub brief: RunBrief,
    /// What is kept of it for good; empty before its end.
    pub record: Record,
    /// What was asked.
    pub suite: Suite,
}

/// Which runs are asked for.
#[derive(Debug, Clone, Default)]
pub struct RunRequest {
    /// Only those of this release.
    pub release: Option<String>,
    /// Only those of this suite.
    pub suite: Option<String>,
    /// Only those that came to their end.
    pub ended: bool,
    /// Runs before this id.
    pub before: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// A run on the heat map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heat {
    /// Id of the run.
    pub run: String,
    /// When it began.
    pub began_at: Timestamp,
    /// In the order of the suite.
    pub probes: Vec<HeatOf>,
}

/// What one probe showed in one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeatOf {
    /// Name of the probe.
    pub probe: String,
    /// What it showed.
    pub cell: viridian_shared::comparison::history::HeatCell,
}
