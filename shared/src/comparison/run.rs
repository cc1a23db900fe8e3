//! Runs: one execution of a suite, or of a probe asked for once.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

use super::{
    finding::{Finding, Verdict},
    latency::Latency,
    probe::ProbeBrief,
    suite::{Expects, NoisePlace},
};

/// A run in one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunBrief {
    /// Counts from 1 in each service: "17".
    pub id: String,
    /// None for probes that were asked for once.
    pub suite: Option<String>,
    /// Id of the release under test; none where there was none.
    pub release: Option<String>,
    /// Who started it.
    pub by: Asker,
    /// On the service's clock.
    pub began_at: Timestamp,
    /// When it ended; none while it runs.
    pub ended_at: Option<Timestamp>,
    /// How far it is.
    pub status: RunStatus,
    /// Probes that were sent.
    pub probes: u32,
    /// Probes that were left out, since they may change something and nobody confirmed them.
    pub not_sent: u32,
    /// How often each was sent to each colour, warm-up not counted.
    pub samples: u32,
    /// Whether every probe of the suite that only reads was sent: only such a run can say that nothing is new.
    pub is_whole: bool,
    /// None before its end.
    pub verdict: Option<Verdict>,
    /// Over the suite; none before its end.
    pub latency: Option<Latency>,
    /// The version in production.
    pub blue: Side,
    /// The version under test.
    pub green: Side,
    /// Whether what both answered can still be shown. Those of old runs are dropped first.
    pub has_answers: bool,
}

/// Who started a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Asker {
    /// A person, by name.
    Person(String),
    /// The console itself, on its own schedule.
    Sentinel,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Requests are being sent.
    Running,
    /// It came to its end; its verdict counts.
    Ended,
    /// This person stopped it.
    Stopped(String),
    /// The console stopped while it ran.
    BrokenOff,
    /// It could not be carried out; with a sentence.
    Failed(String),
}

/// One of the two that were asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Side {
    /// The commit that it ran, where its task set names one.
    pub commit: Option<String>,
    /// Where it was asked: `http://host:8000`.
    pub origin: String,
}

/// A run whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Run {
    /// The run in one line.
    pub brief: RunBrief,
    /// Those that are open first.
    pub findings: Vec<Finding>,
    /// In the order of the suite.
    pub probes: Vec<ProbeBrief>,
    /// Noise that blue's own answers suggest; a person accepts it or not.
    pub proposals: Vec<Proposal>,
    /// What can be shown only in part, a sentence each.
    pub remarks: Vec<String>,
    /// What was expected to differ and did as it should.
    #[serde(default)]
    pub proofs: Vec<Proof>,
}

/// An expectation of a suite that held in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Proof {
    /// Name of the rule that expects it.
    pub rule: String,
    /// What it expects.
    pub expects: Expects,
    /// In the answers to how many probes it held.
    pub probes: u32,
}

/// What a run proves, a sentence for each kind: "Each colour names the commit that it runs: “commit on the page”."
pub fn proven(proofs: &[Proof]) -> Vec<String> {
    let sentence = |(expects, what)| {
        let of = proofs.iter().filter(|it| it.expects == expects);
        let names: Vec<_> = of.map(|it| format!("“{}”", it.rule)).collect();
        (!names.is_empty()).then(|| format!("{what}: {}.", names.join(", ")))
    };
    let kinds = [
        (Expects::Commit, "Each colour names the commit that it runs"),
        (Expects::Later, "Green’s moment is later than blue’s"),
    ];
    kinds.into_iter().filter_map(sentence).collect()
}

/// A noise rule that blue against blue suggests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Proposal {
    /// What the rule would hide.
    pub place: NoisePlace,
    /// The probes that suggest it.
    pub probes: Vec<String>,
    /// In how many pairs of blue's answers the place differed, and of how many.
    pub seen: u32,
    /// Pairs of blue's answers that were compared.
    pub of: u32,
    /// The lower end of the 95% interval of how often it differs, 0 to 1.
    pub confidence: f64,
    /// Whether such a value belongs to the one exchange by definition, as a `Date` does.
    pub is_expected: bool,
    /// Two of the values, as evidence.
    pub examples: Vec<String>,
    /// A name for the rule: "header date".
    pub name: String,
}

/// A page of runs, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunPage {
    /// Newest first.
    pub runs: Vec<RunBrief>,
    /// Ask for runs before this id; none when this is the last page.
    pub before: Option<String>,
}

impl RunBrief {
    /// Whether it came to its end, so that its verdict counts.
    pub fn is_ended(&self) -> bool {
        self.status == RunStatus::Ended
    }

    /// Whether it may be what a decision rests on: a whole run of a suite that came to its end.
    pub fn is_evidence(&self) -> bool {
        self.is_ended() && self.is_whole && self.suite.is_some()
    }

    /// What a list calls it: the suite, or what was asked.
    pub fn title(&self) -> String {
        self.suite.clone().unwrap_or_else(|| "asked once".to_owned())
    }
}

impl Asker {
    /// As in a sentence: the person's name, or "the sentinel".
    pub fn name(&self) -> &str {
        match self {
            Self::Person(name) => crate::people::shown(name),
            Self::Sentinel => "the sentinel",
        }
    }
}
