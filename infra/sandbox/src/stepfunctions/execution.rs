//! What is kept of an execution: the record that callers see, the run behind it, and its branches.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::timers::TimerId;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    Running,
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted => "ABORTED",
        }
    }
}

/// An execution as callers see it. Written when it starts and when it ends.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Execution {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) machine: String,
    /// Key of the definition that it runs.
    pub(crate) revision: String,
    pub(crate) role: String,
    /// The input as it was sent.
    pub(crate) input: String,
    pub(crate) status: Status,
    pub(crate) output: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
    pub(crate) started: Timestamp,
    pub(crate) stopped: Option<Timestamp>,
    pub(crate) redrives: u32,
    pub(crate) redriven: Option<Timestamp>,
    /// Counts up with every execution, for the order of listings.
    pub(crate) number: u64,
    /// The tasks that wait for this execution to end.
    pub(crate) waiters: Vec<Waiter>,
    /// Client tokens of the last redrives, each with the moment of its redrive.
    #[serde(default)]
    pub(crate) redrive_tokens: Vec<(String, Timestamp)>,
}

/// How long an execution that has ended is kept: 90 days (quotas of the developer guide).
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

impl Execution {
    /// Whether the execution is still known.
    pub(crate) fn is_kept(&self, now: Timestamp) -> bool {
        self.stopped.is_none_or(|stopped| now.duration_since(stopped) <= KEPT)
    }
}

/// A task that waits for an execution which it started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiter {
    pub(crate) execution: String,
    pub(crate) branch: u32,
}

/// What changes with every event of an execution.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) last_event: u64,
    pub(crate) next_branch: u32,
    /// Bytes of the history so far.
    pub(crate) size: u64,
    /// Bytes of all variables that there are.
    #[serde(default)]
    pub(crate) variables: u64,
    /// The timer of the machine's own timeout.
    pub(crate) deadline: Option<TimerId>,
}

/// One line of states: the execution's own is number 0; branches and iterations have the rest.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Branch {
    pub(crate) parent: Option<u32>,
    /// Which branch or iteration of its parent it is.
    pub(crate) index: usize,
    /// The state that it is in or about to enter.
    pub(crate) state: String,
    /// The input of that state.
    pub(crate) input: Value,
    /// The input as it was sent, for the first state of an execution.
    pub(crate) raw: Option<String>,
    /// Id of the event with which the state was entered, and of the one before.
    pub(crate) entered: u64,
    pub(crate) before: u64,
    pub(crate) entered_at: Timestamp,
    /// Id of the last event of this line.
    pub(crate) last: u64,
    pub(crate) variables: Map<String, Value>,
    /// How often each retrier of the state was used.
    pub(crate) retries: Vec<u32>,
    /// The element of `$$.Map.Item.Value`.
    pub(crate) item: Option<Value>,
    pub(crate) doing: Doing,
    /// Whether it failed or was cut off by a failure; a redrive goes on from here.
    #[serde(default)]
    pub(crate) stopped: bool,
    /// Timers that are taken back when the state is left.
    pub(crate) timers: Vec<TimerId>,
}

/// What a branch is busy with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) enum Doing {
    /// About to enter its state.
    #[default]
    Arriving,
    /// In its state, until a timer fires.
    Resting,
    /// Its task was scheduled with these parameters.
    Calling { parameters: Value },
    /// Its task waits for another execution.
    Awaiting { execution: String },
    /// Its branches or iterations run.
    Holding { total: usize, started: usize, ended: usize },
    /// It has ended with an output, and waits for its siblings.
    Ended { output: Value },
}
