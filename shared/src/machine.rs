//! State machines and their executions.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A state machine of the service, with its latest executions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Machine {
    /// Name in routes and on screen: `deploy-green`.
    pub name: String,
    /// What it does in a release.
    pub kind: MachineKind,
    /// Its ARN.
    pub arn: String,
    /// Newest first; a bounded number.
    pub executions: Vec<Execution>,
    /// Why this machine cannot be read, if it cannot.
    pub problem: Option<String>,
}

/// What a state machine does in a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MachineKind {
    /// Stands green up beside production.
    DeployGreen,
    /// Gives production to green.
    Swap,
    /// Takes blue down.
    CleanUp,
    /// Gives production back to blue and takes green down.
    RollBack,
    /// Something else.
    Other,
}

/// One execution of a state machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Execution {
    /// Its ARN.
    pub arn: String,
    /// Unique among the executions of its machine; names it in routes.
    pub name: String,
    /// How far it is.
    pub status: ExecutionStatus,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended; none while it runs.
    pub stopped_at: Option<Timestamp>,
}

/// How far an execution is, in AWS's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExecutionStatus {
    /// It is under way.
    Running,
    /// It came to its end.
    Succeeded,
    /// A state failed and nothing caught it.
    Failed,
    /// It took longer than its definition allows.
    TimedOut,
    /// Somebody stopped it.
    Aborted,
    /// It failed and will go on from where it failed.
    PendingRedrive,
    /// A value that AWS added later.
    Unknown(String),
}

/// A state machine's definition, asked for by the page that shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Definition {
    /// Amazon States Language, indented.
    pub text: String,
    /// An input to start from, as JSON text.
    pub input_example: String,
}

/// The definition that an execution runs by, whatever became of its machine since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsedDefinition {
    /// Amazon States Language, indented.
    pub text: String,
}

/// One execution whole, with the first page of its events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExecutionDetail {
    /// The execution in one line.
    pub execution: Execution,
    /// JSON text.
    pub input: Option<String>,
    /// JSON text; none unless it succeeded.
    pub output: Option<String>,
    /// The error's name, if it failed.
    pub error: Option<String>,
    /// The error's cause, if AWS tells one.
    pub cause: Option<String>,
    /// In the order in which they happened.
    pub events: Vec<ExecutionEvent>,
    /// Asks for the events after these.
    pub next: Option<String>,
}

/// One line of an execution's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExecutionEvent {
    /// Counts from 1 in its execution.
    pub id: i64,
    /// Id of the event that led to it; 0 for the first.
    pub previous_id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// AWS's word: `TaskStateEntered`.
    pub kind: String,
    /// The state it speaks of, where it names one.
    pub state: Option<String>,
    /// The rest of the event as indented JSON text; empty when there is none.
    pub detail: String,
}

/// How the names of executions begin that the console started.
pub const BY_HAND: &str = "console-";

/// A state machine's ARN without its version or alias.
pub fn plain_arn(arn: &str) -> &str {
    arn.match_indices(':').nth(6).map_or(arn, |(end, _)| arn.get(..end).unwrap_or(arn))
}

impl Machine {
    /// The execution under way, if one is.
    pub fn running(&self) -> Option<&Execution> {
        self.executions.iter().find(|execution| execution.status == ExecutionStatus::Running)
    }
}

impl MachineKind {
    /// From a machine's name, which may carry a stack's prefix or suffix.
    pub fn from_name(name: &str) -> Self {
        let plain: String =
            name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        if plain.contains("deploygreen") {
            Self::DeployGreen
        } else if plain.contains("rollback") {
            Self::RollBack
        } else if plain.contains("cleanup") {
            Self::CleanUp
        } else if plain.contains("swap") {
            Self::Swap
        } else {
            Self::Other
        }
    }
}
