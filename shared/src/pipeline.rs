//! A release on the rail: one pipeline execution as steps, with its gates and their windows.

use serde::{Deserialize, Serialize};

use crate::{
    commit::Commit,
    time::{SignedDuration, Timestamp},
};

/// How long a gate stays open when its action does not say: CodePipeline's default of seven days.
pub const DEFAULT_WINDOW_MINUTES: u32 = 10_080;

/// The pipeline of a service and the release that is on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pipeline {
    /// CodePipeline's name of it.
    pub name: String,
    /// The oldest execution under way, or the newest if none is; none before the first push.
    pub release: Option<Release>,
    /// The steps of `release` in their order on the rail; those of the definition when there is none.
    pub steps: Vec<Step>,
    /// Later executions that wait behind `release`, in the order in which they will go on.
    pub waiting: Vec<WaitingRelease>,
}

/// One pipeline execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Release {
    /// The pipeline execution's id.
    pub id: String,
    /// How far it is.
    pub status: ReleaseStatus,
    /// The commit that it releases; none before its source was read.
    pub commit: Option<Commit>,
    /// When it started.
    pub started_at: Option<Timestamp>,
    /// When its status last changed.
    pub updated_at: Option<Timestamp>,
    /// What started it, in words: "a push to main", "approver-1".
    pub started_by: Option<String>,
}

/// How far a pipeline execution is, in AWS's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReleaseStatus {
    /// It is under way, or waits at a gate.
    InProgress,
    /// Every step succeeded.
    Succeeded,
    /// A step failed, was rejected or expired.
    Failed,
    /// It ends after the actions that are running.
    Stopping,
    /// Somebody stopped it.
    Stopped,
    /// A later execution took its place while it waited.
    Superseded,
    /// It was given up with the pipeline's structure.
    Cancelled,
    /// A value that AWS added later.
    Unknown(String),
}

impl ReleaseStatus {
    /// Whether nothing more will happen in this execution.
    pub fn is_ended(&self) -> bool {
        !matches!(self, Self::InProgress | Self::Stopping | Self::Unknown(_))
    }
}

/// A release that waits for the present one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitingRelease {
    /// The pipeline execution's id.
    pub id: String,
    /// The commit that it releases; none before its source was read.
    pub commit: Option<Commit>,
    /// The stage that it waits to enter.
    pub before_stage: String,
}

/// One action of the pipeline as drawn on the rail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    /// Name of its stage.
    pub stage: String,
    /// Name of its action; unique in its stage.
    pub action: String,
    /// In words: "Deploy green", from the action's name.
    pub title: String,
    /// What it does.
    pub kind: StepKind,
    /// How far it is.
    pub status: StepStatus,
    /// When its present run started.
    pub started_at: Option<Timestamp>,
    /// When its status last changed; the end for a step that has ended.
    pub changed_at: Option<Timestamp>,
    /// What AWS says of it, or what a voter wrote.
    pub summary: Option<String>,
    /// Why it failed, as far as AWS tells.
    pub error: Option<String>,
    /// Present while the step is a gate (manual approval), open or not.
    pub gate: Option<Gate>,
    /// ARN of the state machine that it starts, without version or alias.
    #[serde(default)]
    pub machine: Option<String>,
    /// The build or the execution behind it.
    pub external_id: Option<String>,
    /// Where AWS's own console shows it.
    pub external_url: Option<String>,
}

/// What a step does, computed from its action's provider and configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Reads a commit.
    Source,
    /// Builds or tests.
    Build,
    /// Starts a state machine; its kind is that of the machine.
    Invoke(crate::machine::MachineKind),
    /// Waits for a person; with what is decided.
    Gate(GateKind),
    /// Something else.
    Other,
}

/// What a gate decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum GateKind {
    /// Whether green gets production.
    ApproveSwap,
    /// Whether blue is taken down.
    ApproveCleanUp,
    /// Something else.
    Other,
}

/// How far a step is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Not reached.
    Todo,
    /// Its action is under way.
    Running,
    /// A gate that is open.
    Waiting,
    /// Its action did what it is for; a gate was approved.
    Succeeded,
    /// Its action failed.
    Failed,
    /// A gate that somebody answered with no.
    Rejected,
    /// A gate that nobody answered in time.
    Expired,
    /// Given up with its release.
    Abandoned,
    /// A value that AWS added later.
    Unknown(String),
}

impl StepStatus {
    /// Whether nothing more will happen in this step by itself.
    pub fn is_ended(&self) -> bool {
        !matches!(self, Self::Todo | Self::Running | Self::Waiting | Self::Unknown(_))
    }

    /// Whether it ended without doing what it was for.
    pub fn is_unsuccessful(&self) -> bool {
        matches!(self, Self::Failed | Self::Rejected | Self::Expired | Self::Abandoned)
    }
}

/// A manual approval and its window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gate {
    /// What it decides.
    pub kind: GateKind,
    /// 5 minutes to 60 days.
    pub timeout_minutes: u32,
    /// When its present request was made; none before.
    pub opened_at: Option<Timestamp>,
    /// `opened_at` plus the timeout.
    pub closes_at: Option<Timestamp>,
    /// Names the present request without being able to answer it: a digest of AWS's token.
    pub request: Option<String>,
    /// Who answered it, once somebody has.
    pub answered_by: Option<String>,
}

impl Gate {
    /// Time left at `now`; zero when it is over.
    pub fn left(&self, now: Timestamp) -> Option<SignedDuration> {
        Some(self.closes_at?.duration_since(now).max(SignedDuration::ZERO))
    }
}

impl Pipeline {
    /// The gate that waits for a decision now, with its step.
    pub fn open_gate(&self) -> Option<(&Step, &Gate)> {
        self.steps
            .iter()
            .find(|step| step.status == StepStatus::Waiting)
            .and_then(|step| Some((step, step.gate.as_ref()?)))
    }

    /// The step of this stage and action.
    pub fn step(&self, stage: &str, action: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.stage == stage && step.action == action)
    }

    /// The gate that must be passed before a step is reached: the nearest one before it.
    pub fn gate_before(&self, step: &Step) -> Option<&Step> {
        let at = self.steps.iter().position(|it| it.stage == step.stage && it.action == step.action)?;
        self.steps.iter().take(at).rfind(|it| it.gate.is_some())
    }

    /// The step of a kind, if the pipeline has one.
    pub fn step_of(&self, kind: &StepKind) -> Option<&Step> {
        self.steps.iter().find(|step| step.kind == *kind)
    }

    /// The step the release is at: the first that is running, waiting or unsuccessful.
    pub fn present_step(&self) -> Option<&Step> {
        self.steps.iter().find(|step| {
            matches!(step.status, StepStatus::Running | StepStatus::Waiting) || step.status.is_unsuccessful()
        })
    }
}
