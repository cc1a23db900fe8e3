//! Asking both colours the same, and making sense of what they answer.
//!
//! An implementation MUST ask only the origins of the order, MUST refuse addresses of the machine itself and of
//! the cloud's metadata, and MUST NOT let secrets, bodies or what the network looks like into a sentence. Its
//! sentences are for a person and say what can be done.

use std::sync::{Arc, atomic::AtomicU32};

use async_trait::async_trait;
use viridian_shared::{
    colour::Colour,
    comparison::{
        finding::{Finding, Ruling, Verdict},
        latency::Latency,
        probe::{ProbeDetail, Times},
        run::{Proof, Proposal, Side},
        suite::{ImportFormat, NoiseRule, Suite},
    },
    words::many,
};

/// The comparison of a service’s two colours.
#[async_trait]
pub trait Comparer: Send + Sync {
    /// Whether a suite can be used: paths, names, noise rules, no secret in the open.
    fn check(&self, name: &str, suite: &Suite) -> Result<(), String>;

    /// Reads a suite file, checked; gives its name too.
    fn read(&self, text: &str) -> Result<(String, Suite), String>;

    /// Writes a suite file.
    fn write(&self, name: &str, suite: &Suite) -> Result<String, String>;

    /// Makes a suite of what a team has already, or gives up after a while. Secrets become references.
    async fn import(&self, format: ImportFormat, text: &str) -> Result<Imported, String>;

    /// Sends what was ordered and compares what comes back. `answered` counts requests on the way. Dropping
    /// the future ends it.
    async fn run(&self, order: &Order, answered: &Arc<AtomicU32>) -> Result<Ran, String>;

    /// What a rule hides of what was answered to one probe, besides what the suite hides already.
    async fn effect(&self, suite: &Suite, rule: &NoiseRule, answered: Answered)
    -> Result<RuleEffect, String>;

    /// What pairs of times say of green against blue: of one probe, or over several.
    fn latency(&self, probes: &[Vec<Times>]) -> Latency;

    /// Puts the ruling that counts on each finding, and says what the run comes to.
    fn judge(&self, findings: &mut [Finding], rulings: &[Ruling], release: &str) -> Verdict;
}

/// What both colours answered to one probe, as it is kept.
#[derive(Debug, Clone)]
pub struct Answered {
    /// What was kept of it besides the bodies.
    pub detail: ProbeDetail,
    /// Blue’s body as it came.
    pub blue: bytes::Bytes,
    /// Green’s body as it came.
    pub green: bytes::Bytes,
}

/// What a rule hides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleEffect {
    /// Titles of the findings that it hides at the very place that it is for.
    pub own: Vec<String>,
    /// Titles of the findings that it hides elsewhere.
    pub others: Vec<String>,
    /// Whether next to nothing of the answers is left to compare.
    pub is_all: bool,
}

/// What an import brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// What is asked from now on.
    pub suite: Suite,
    /// What was left out or changed, a sentence each.
    pub remarks: Vec<String>,
}

/// What to send, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Id of the run.
    pub run: String,
    /// Only the probes that are meant.
    pub suite: Suite,
    /// How often each probe that reads is sent to each colour, warm-up not counted.
    pub samples: u32,
    /// Probes that may change something and were confirmed, by their words; others of that kind are not sent.
    pub changes: Vec<String>,
    /// The version in production.
    pub blue: Side,
    /// The version under test.
    pub green: Side,
}

impl Order {
    /// How many requests it takes: each probe that reads once to warm up and then `samples` times, each that
    /// may change something once; to both colours.
    pub fn requests(&self) -> u32 {
        let (changing, reading): (Vec<_>, Vec<_>) =
            self.suite.probes.iter().partition(|probe| probe.changes_something());
        let sent = changing.iter().filter(|probe| self.changes.contains(&probe.words())).count();
        many(reading.len())
            .saturating_mul(self.samples.saturating_add(1))
            .saturating_add(many(sent))
            .saturating_mul(2)
    }

    /// Probes that are sent, and those that are left out.
    pub fn sent(&self) -> (u32, u32) {
        let is_sent = |words: String, changes: bool| !changes || self.changes.contains(&words);
        let all = self.suite.probes.len();
        let sent = self.suite.probes.iter().filter(|it| is_sent(it.words(), it.changes_something())).count();
        (many(sent), many(all - sent))
    }
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Ran {
    /// Without rulings; `first_seen` and `is_new` are for the caller to fill.
    pub findings: Vec<Finding>,
    /// In the order of the suite.
    pub probes: Vec<RanProbe>,
    /// Noise that blue’s own answers suggest.
    pub proposals: Vec<Proposal>,
    /// Over all probes; none if nothing was sent.
    pub latency: Option<Latency>,
    /// What can be shown only in part, a sentence each.
    pub remarks: Vec<String>,
    /// What was expected to differ and did as it should.
    pub proofs: Vec<Proof>,
}

/// One probe with what is kept of its answers.
#[derive(Debug, Clone)]
pub struct RanProbe {
    /// What came of it.
    pub detail: ProbeDetail,
    /// What both colours sent: bodies, then what their pages name.
    pub captures: Vec<Capture>,
}

/// Bytes that a colour sent. They never leave the store but to be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Capture {
    /// Who sent them.
    pub colour: Colour,
    /// The address of what a page names; none for the body itself.
    pub asset: Option<String>,
    /// Content type as it came.
    pub kind: String,
    /// As they came.
    pub bytes: bytes::Bytes,
}

impl std::fmt::Debug for Capture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Capture({:?}, {:?}, {} bytes)", self.colour, self.asset, self.bytes.len())
    }
}
