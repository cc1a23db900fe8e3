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

/// Pipelines by their names.
#[async_trait]
pub trait Pipelines: Send + Sync {
    /// The pipeline as it is declared. `Missing` if there is none of this name.
    async fn definition(&self, pipeline: &str) -> Result<PipelineDefinition, PortError>;

    /// The present state of every stage.
    async fn state(&self, pipeline: &str) -> Result<Vec<StageState>, PortError>;

    /// The latest executions, newest first; a bounded number.
    async fn executions(&self, pipeline: &str) -> Result<Vec<PipelineExecution>, PortError>;

    /// Every run of an action in one execution, newest first.
    async fn runs(&self, pipeline: &str, execution: &str) -> Result<Vec<ActionRun>, PortError>;

    /// Answers an approval. MUST be `Conflict` when the gate's open request is not the one named, or when the
    /// request was answered or has expired; MUST NOT answer any other request.
    async fn answer(&self, warrant: &Warrant, answer: &GateAnswer) -> Result<(), PortError>;

    /// Starts an execution and gives its id. The same warrant MUST NOT start two.
    async fn start(&self, warrant: &Warrant, pipeline: &str) -> Result<String, PortError>;

    /// Stops an execution. `Conflict` when it has ended already.
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

/// A pipeline as it is declared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PipelineDefinition {
    /// In the order in which an execution passes them.
    pub stages: Vec<StageDefinition>,
    /// AWS's word: `V1`, `V2`.
    pub kind: Option<String>,
    /// AWS's word: `SUPERSEDED`, `QUEUED`, `PARALLEL`.
    pub mode: Option<String>,
}

/// A stage as it is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageDefinition {
    /// Unique in its pipeline.
    pub name: String,
    /// In the order in which they run.
    pub actions: Vec<ActionDefinition>,
}

/// An action as it is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionDefinition {
    /// Unique in its stage.
    pub name: String,
    /// AWS's word: `Source`, `Build`, `Invoke`, `Approval`.
    pub category: String,
    /// AWS's word: `CodeCommit`, `StepFunctions`, `Manual`.
    pub provider: String,
    /// The state machine that it invokes.
    pub machine_arn: Option<String>,
    /// After how many minutes it fails; none for AWS’s own default.
    pub timeout_minutes: Option<u32>,
    /// The CodeCommit repository that it takes the source from.
    pub repository: Option<String>,
}

/// What stands in a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageState {
    /// Name of the stage.
    pub name: String,
    /// The execution that was in the stage last.
    pub execution: Option<String>,
    /// Executions that wait to enter.
    pub waiting: Vec<String>,
    /// Why none may enter, where somebody has closed the transition; empty where nobody said why.
    pub closed: Option<String>,
    /// Of each of its actions.
    pub actions: Vec<ActionState>,
}

/// What an action did last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionState {
    /// Name of the action.
    pub name: String,
    /// [`ActionRun::id`] of the run that this is the state of, which may be an earlier release's or attempt's.
    pub run: Option<String>,
    /// When its status changed last.
    pub changed_at: Option<Timestamp>,
    /// Digest of the token of an approval that is open.
    pub request: Option<String>,
}

/// An execution in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineExecution {
    /// AWS’s id of it.
    pub id: String,
    /// How far it is.
    pub status: ReleaseStatus,
    /// The commit that it brings, where its source says so.
    pub commit: Option<Commit>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When anything of it changed last.
    pub updated_at: Option<Timestamp>,
    /// What began it.
    pub trigger: Option<Trigger>,
}

/// What began an execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// AWS's word: `StartPipelineExecution`, `CloudWatchEvent`.
    pub kind: String,
    /// Who or what that was, as AWS says it.
    pub detail: Option<String>,
}

/// One run of one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionRun {
    /// AWS's id of it: the same action has another in every release and every attempt.
    pub id: Option<String>,
    /// Name of its stage.
    pub stage: String,
    /// Name of its action.
    pub action: String,
    /// How far it is.
    pub status: ActionRunStatus,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it changed last.
    pub updated_at: Option<Timestamp>,
    /// ARN of who touched it last.
    pub updated_by: Option<String>,
    /// What it says of itself: of an approval who decided and why.
    pub summary: Option<String>,
    /// Why it failed, where it did.
    pub error: Option<RunError>,
    /// The id of what it started: a build, an execution of a state machine.
    pub external_id: Option<String>,
    /// Where that is seen.
    pub external_url: Option<String>,
}

/// Why a run failed, in AWS’s words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunError {
    /// AWS’s word: `JobFailed`.
    pub code: Option<String>,
    /// AWS’s sentence.
    pub message: Option<String>,
}

/// How far a run of an action is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionRunStatus {
    /// It has begun.
    InProgress,
    /// It ended well.
    Succeeded,
    /// It ended badly; a rejected approval does so, too.
    Failed,
    /// Its execution was stopped without waiting for it.
    Abandoned,
    /// A status that the console does not know, by AWS’s word.
    Unknown(String),
}

/// What is told AWS of a gate, once.
#[derive(Debug, Clone)]
pub struct GateAnswer {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Id of the execution that waits.
    pub execution: String,
    /// Name of the stage.
    pub stage: String,
    /// Name of the gate’s action.
    pub action: String,
    /// [`ActionState::request`] of the request that is meant.
    pub request: String,
    /// What was decided.
    pub choice: Choice,
    /// At most 512 characters.
    pub summary: String,
}

/// Which execution is stopped, and how.
#[derive(Debug, Clone)]
pub struct Stop {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Id of the execution.
    pub execution: String,
    /// Whether actions under way are not waited for.
    pub abandon: bool,
    /// Why, in the person’s words.
    pub reason: String,
}
