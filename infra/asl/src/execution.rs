//! What is kept of an execution: the record that callers see, the run behind it, and its branches.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Names a timer, so that it can be cancelled.
pub type TimerId = u64;

/// How an execution stands, in AWS's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "AWS's own words")]
pub enum Status {
    Running,
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

impl Status {
    /// As in AWS's answers: `TIMED_OUT`.
    pub fn name(self) -> &'static str {
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
pub struct Execution {
    /// Its own ARN; names it everywhere.
    pub arn: String,
    /// The last part of the ARN.
    pub name: String,
    /// ARN of its machine.
    pub machine: String,
    /// Key under which its host keeps the definition that it runs.
    pub revision: String,
    /// ARN of the role in whose name its tasks call.
    pub role: String,
    /// The input as it was sent.
    pub input: String,
    /// How it stands.
    pub status: Status,
    /// The output as JSON.
    pub output: Option<String>,
    /// Name of the error that it failed with.
    pub error: Option<String>,
    /// What that error says of itself.
    pub cause: Option<String>,
    /// When it was started; a redrive leaves it.
    pub started: Timestamp,
    /// When it ended; none while it runs.
    pub stopped: Option<Timestamp>,
    /// How often it was redriven.
    pub redrives: u32,
    /// When it was redriven last.
    pub redriven: Option<Timestamp>,
    /// Counts up with every execution, for the order of listings.
    pub number: u64,
    /// The tasks that wait for this execution to end.
    pub waiters: Vec<Waiter>,
    /// Client tokens of the last redrives, each with the moment of its redrive.
    #[serde(default)]
    pub redrive_tokens: Vec<(String, Timestamp)>,
}

/// How long an execution that has ended is kept: 90 days (quotas of the developer guide).
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

impl Execution {
    /// An execution that begins now.
    pub fn new(arn: &str, machine: &str, role: &str, input: &str, started: Timestamp) -> Self {
        Self {
            arn: arn.to_owned(),
            name: arn.rsplit(':').next().unwrap_or_default().to_owned(),
            machine: machine.to_owned(),
            revision: String::new(),
            role: role.to_owned(),
            input: input.to_owned(),
            status: Status::Running,
            output: None,
            error: None,
            cause: None,
            started,
            stopped: None,
            redrives: 0,
            redriven: None,
            number: 0,
            waiters: Vec::new(),
            redrive_tokens: Vec::new(),
        }
    }

    /// Whether the execution is still known.
    pub fn is_kept(&self, now: Timestamp) -> bool {
        self.stopped.is_none_or(|stopped| now.duration_since(stopped) <= KEPT)
    }
}

/// A task that waits for an execution which it started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiter {
    /// ARN of the execution that the task belongs to.
    pub execution: String,
    /// Number of the branch that the task belongs to.
    pub branch: u32,
}

/// What changes with every event of an execution.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Run {
    /// Id of the newest event; 0 before the first.
    pub last_event: u64,
    /// The number that the next branch gets.
    pub next_branch: u32,
    /// Bytes of the history so far.
    pub size: u64,
    /// Bytes of all variables that there are.
    #[serde(default)]
    pub variables: u64,
    /// The timer of the machine's own timeout.
    pub deadline: Option<TimerId>,
}

/// One line of states: the execution's own is number 0; branches and iterations have the rest.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Branch {
    /// Number of the branch whose Parallel or Map state holds it; none of the execution's own.
    pub parent: Option<u32>,
    /// Which branch or iteration of its parent it is.
    pub index: usize,
    /// The state that it is in or about to enter.
    pub state: String,
    /// The input of that state.
    pub input: Value,
    /// The input as it was sent, for the first state of an execution.
    pub raw: Option<String>,
    /// Id of the event with which the state was entered, and of the one before.
    pub entered: u64,
    /// Id of the event before the one with which the state was entered.
    pub before: u64,
    /// When the state was entered.
    pub entered_at: Timestamp,
    /// Id of the last event of this line.
    pub last: u64,
    /// Those that were assigned in this line; those of the parents are seen through them.
    pub variables: Map<String, Value>,
    /// How often each retrier of the state was used.
    pub retries: Vec<u32>,
    /// The element of `$$.Map.Item.Value`.
    pub item: Option<Value>,
    /// What it is busy with.
    pub doing: Doing,
    /// Whether it failed or was cut off by a failure; a redrive goes on from here.
    #[serde(default)]
    pub stopped: bool,
    /// Timers that are taken back when the state is left.
    pub timers: Vec<TimerId>,
}

/// What a branch is busy with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "what a variant says names its values")]
pub enum Doing {
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
