//! What the console saw: each with the whole value that it speaks of, so that a past snapshot can be built again.

use serde::{Deserialize, Serialize};

use super::{GateName, Stretch, Turn};
use crate::{
    colour::Colour,
    comparison::run::{Asker, RunBrief, RunStatus},
    machine::{Execution, Machine},
    pipeline::{Pipeline, Release, ReleaseStatus, Step, StepStatus, WaitingRelease},
    policy::Policy,
    tasks::{ServiceEvent, TaskSet, Tasks},
    traffic::{Door, TargetGroup, Traffic},
};

/// What was seen, with its values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Observation {
    /// The console looked at the service for the first time.
    Watch {
        /// The sections as they were read.
        frame: Frame,
    },
    /// A release came onto the rail; everything as it stood then.
    ReleaseBegan {
        /// The release.
        release: Release,
        /// The sections as they were read.
        frame: Frame,
    },
    /// The release on the rail is in another state.
    ReleaseChanged {
        /// The release.
        release: Release,
        /// What it was before; none where that is not known.
        before: Option<ReleaseStatus>,
    },
    /// A later release waits behind the one on the rail.
    ReleaseWaits {
        /// The release.
        release: WaitingRelease,
    },
    /// A step, or a gate, is in another state, or is told more of.
    Step {
        /// The step.
        step: Step,
        /// What it was before; none where that is not known.
        before: Option<StepStatus>,
    },
    /// An execution of a state machine started.
    ExecutionStarted {
        /// The machine’s name.
        machine: String,
        /// The execution.
        execution: Execution,
    },
    /// An execution of a state machine ended.
    ExecutionEnded {
        /// The machine’s name.
        machine: String,
        /// The execution.
        execution: Execution,
    },
    /// Something happened to a task set.
    TaskSet {
        /// What happened.
        news: TaskSetNews,
        /// The task set.
        set: TaskSet,
    },
    /// The desired count was changed.
    DesiredCount {
        /// The count before.
        from: u32,
        /// The count after.
        to: u32,
    },
    /// Scale-in was suspended, or is allowed again.
    Scaling {
        /// Whether it is suspended now.
        is_suspended: bool,
    },
    /// A listener rule does something else with requests.
    Rule {
        /// Which rule.
        side: ListenerKind,
        /// What it did before.
        before: Door,
        /// What it is now.
        after: Door,
        /// What each group gets now.
        shares: Vec<Share>,
    },
    /// Targets became healthy, or stopped being so.
    Targets {
        /// What happened.
        news: TargetNews,
        /// The target group.
        group: TargetGroup,
        /// Whose it is, if a task set has it.
        colour: Option<Colour>,
        /// The commit that runs there, if known.
        commit: Option<String>,
    },
    /// A comparison came to its end. `first` holds the titles of the differences that no run of this release had
    /// before.
    RunEnded {
        /// The run.
        run: RunBrief,
        /// Titles of the findings.
        first: Vec<String>,
    },
    /// A comparison ended without a verdict. Who began it is not known of one that the console stopped in.
    RunCut {
        /// The run’s id.
        run: String,
        /// The suite’s name; none for a probe that was asked for once.
        suite: Option<String>,
        /// Who began it.
        by: Option<Asker>,
        /// How it ended.
        how: RunStatus,
    },
    /// A gate is open, and by this policy it is decided.
    Policy {
        /// What the gate decides.
        gate: GateName,
        /// Its version, as votes name it.
        version: String,
        /// What it asks for.
        policy: Policy,
    },
    /// What changed besides; told to nobody, and kept so that nothing is missing.
    Reading {
        /// The sections as they were read.
        frame: Frame,
        /// What ECS said.
        events: Vec<ServiceEvent>,
    },
}

/// Sections as they were read: whole, or absent where they are not known or have not changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Frame {
    /// The release on the rail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<Pipeline>,
    /// Who sees what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic: Option<Traffic>,
    /// What runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Tasks>,
    /// State machines with their latest executions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machines: Option<Vec<Machine>>,
}

/// Which listener rule of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ListenerKind {
    /// The rule of the production port.
    Production,
    /// The rule of the test port.
    Test,
}

/// What a target group gets of the requests, and who answers there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Share {
    /// Name of the group.
    pub target_group: String,
    /// 0.0 to 1.0.
    pub share: f64,
    /// None where no task set has this group.
    pub of: Option<ShareOf>,
}

/// The task set behind a target group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareOf {
    /// Which of the two versions it runs.
    pub colour: Colour,
    /// The commit that it runs, if known.
    pub commit: Option<String>,
    /// Healthy targets and all that count; none where the group was not read.
    pub targets: Option<(u32, u32)>,
}

/// What happened to a task set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskSetNews {
    /// It was made.
    Appeared,
    /// It is steady.
    Steady,
    /// It is no longer steady.
    Unsteady,
    /// It is primary now.
    Primary,
    /// It is on its way out.
    Draining,
    /// It is there no more.
    Gone,
}

/// What happened to the targets of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TargetNews {
    /// All of them are healthy.
    Healthy,
    /// One more is ill.
    Ill,
}

impl Observation {
    /// What it is about, as the journal calls it.
    pub fn about(&self) -> &'static str {
        match self {
            Self::Watch { .. } => "watch",
            Self::ReleaseBegan { .. } | Self::ReleaseChanged { .. } | Self::ReleaseWaits { .. } => "release",
            Self::Step { step, .. } if is_gate(step) => "gate",
            Self::Step { .. } => "step",
            Self::ExecutionStarted { .. } | Self::ExecutionEnded { .. } => "execution",
            Self::TaskSet { .. } => "task-set",
            Self::DesiredCount { .. } => "desired-count",
            Self::Scaling { .. } => "scaling",
            Self::Rule { .. } => "traffic",
            Self::Targets { .. } => "target",
            Self::RunEnded { .. } | Self::RunCut { .. } => "comparison",
            Self::Policy { .. } => "policy",
            Self::Reading { .. } => READING,
        }
    }

    pub(super) fn stretch(&self) -> Option<Stretch> {
        let Self::Step { step, .. } = self else { return None };
        if is_gate(step) {
            return None;
        }
        let turn = match step.status {
            StepStatus::Running => Turn::Begins,
            StepStatus::Succeeded => Turn::EndsWell,
            StepStatus::Failed | StepStatus::Abandoned => Turn::EndsBadly,
            _ => return None,
        };
        Some(Stretch { step: format!("{}/{}", step.stage, step.action), turn })
    }
}

/// What the journal calls a reading that is told to nobody.
pub const READING: &str = "reading";

/// A gate that nobody answered because it failed or was given up is told of as a step.
fn is_gate(step: &Step) -> bool {
    match step.status {
        StepStatus::Waiting | StepStatus::Rejected | StepStatus::Expired => true,
        StepStatus::Succeeded => step.gate.is_some(),
        _ => false,
    }
}
