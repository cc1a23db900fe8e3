//! CodePipeline as the console needs it.
//!
//! Approval tokens never pass this port: a reading names an open request by [`crate::digest::request`], and an
//! answer names the request it means in the same way. The implementation finds the token when it needs it.

use async_trait::async_trait;
use jiff::Timestamp;
use viridian_shared::{commit::Commit, pipeline::ReleaseStatus, vote::Choice};

use super::PortError;
use crate::Warrant;

/// What AWS shows at a transition that is closed while green is taken down. It takes few signs besides letters.
pub const CLOSED_FOR_ROLL_BACK: &str = "Green is being taken down.";

#[async_trait]
pub trait Pipelines: Send + Sync {
    /// The pipeline as it is declared. `Missing` if there is none of this name.
    async fn definition(&self, pipeline: &str) -> Result<Definition, PortError>;

    /// The present state of every stage.
    async fn state(&self, pipeline: &str) -> Result<Vec<StageState>, PortError>;

    /// The latest executions, newest first; a bounded number.
    async fn executions(&self, pipeline: &str) -> Result<Vec<Execution>, PortError>;

    /// Every run of an action in one execution, newest first.
    async fn runs(&self, pipeline: &str, execution: &str) -> Result<Vec<Run>, PortError>;

    /// Answers an approval. MUST be `Conflict` when the gate's open request is not the one named, or when the
    /// request was answered or has expired; MUST NOT answer any other request.
    async fn answer(&self, warrant: &Warrant, answer: &GateAnswer) -> Result<(), PortError>;

    /// Starts an execution and gives its id. The same warrant MUST NOT start two.
    async fn start(&self, warrant: &Warrant, pipeline: &str) -> Result<String, PortError>;

    async fn stop(&self, warrant: &Warrant, stop: &Stop) -> Result<(), PortError>;

    /// Runs the failed actions of a stage again.
    async fn retry(
        &self,
        warrant: &Warrant,
        pipeline: &str,
        stage: &str,
        execution: &str,
    ) -> Result<(), PortError>;

    /// Lets no execution into a stage until it is opened. One that is closed already stays so, with the new reason: at
    /// most 300 letters, digits, spaces and `!@().*?-`.
    async fn close(
        &self,
        warrant: &Warrant,
        pipeline: &str,
        stage: &str,
        reason: &str,
    ) -> Result<(), PortError>;

    /// Lets executions into a stage again. One that is open stays so.
    async fn open(&self, warrant: &Warrant, pipeline: &str, stage: &str) -> Result<(), PortError>;
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Definition {
    pub stages: Vec<StageDefinition>,
    /// AWS's word: `V1`, `V2`.
    pub kind: Option<String>,
    /// AWS's word: `SUPERSEDED`, `QUEUED`, `PARALLEL`.
    pub mode: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageDefinition {
    pub name: String,
    /// In the order in which they run.
    pub actions: Vec<ActionDefinition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionDefinition {
    pub name: String,
    /// AWS's word: `Source`, `Build`, `Invoke`, `Approval`.
    pub category: String,
    /// AWS's word: `CodeCommit`, `StepFunctions`, `Manual`.
    pub provider: String,
    /// The state machine that it invokes.
    pub machine_arn: Option<String>,
    pub timeout_minutes: Option<u32>,
    /// The CodeCommit repository that it takes the source from.
    pub repository: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageState {
    pub name: String,
    /// The execution that was in the stage last.
    pub execution: Option<String>,
    /// Executions that wait to enter.
    pub waiting: Vec<String>,
    /// Why none may enter, where somebody has closed the transition; empty where nobody said why.
    pub closed: Option<String>,
    pub actions: Vec<ActionState>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionState {
    pub name: String,
    /// [`Run::id`] of the run that this is the state of, which may be an earlier release's or attempt's.
    pub run: Option<String>,
    pub changed_at: Option<Timestamp>,
    /// Digest of the token of an approval that is open.
    pub request: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    pub id: String,
    pub status: ReleaseStatus,
    pub commit: Option<Commit>,
    pub started_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    pub trigger: Option<Trigger>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// AWS's word: `StartPipelineExecution`, `CloudWatchEvent`.
    pub kind: String,
    pub detail: Option<String>,
}

/// One run of one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// AWS's id of it: the same action has another in every release and every attempt.
    pub id: Option<String>,
    pub stage: String,
    pub action: String,
    pub status: RunStatus,
    pub started_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    /// ARN of who touched it last.
    pub updated_by: Option<String>,
    pub summary: Option<String>,
    pub error: Option<RunError>,
    pub external_id: Option<String>,
    pub external_url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunError {
    pub code: Option<String>,
    pub message: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunStatus {
    InProgress,
    Succeeded,
    Failed,
    Abandoned,
    Unknown(String),
}

/// What is told AWS of a gate, once.
#[derive(Debug, Clone)]
pub struct GateAnswer {
    pub pipeline: String,
    pub execution: String,
    pub stage: String,
    pub action: String,
    /// [`ActionState::request`] of the request that is meant.
    pub request: String,
    pub choice: Choice,
    /// At most 512 characters.
    pub summary: String,
}

#[derive(Debug, Clone)]
pub struct Stop {
    pub pipeline: String,
    pub execution: String,
    pub abandon: bool,
    pub reason: String,
}
