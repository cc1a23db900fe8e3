//! The state of steps, executions and targets: always an icon and a word.

use viridian_shared::{
    machine::ExecutionStatus,
    pipeline::{ReleaseStatus, StepStatus},
    tasks::TaskSetStatus,
    traffic::TargetHealth,
};

use crate::{
    prelude::*,
    ui::icon::{Icon, Mark},
};

/// How something stands, with its own hue in the style sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    Ok,
    Waiting,
    Running,
    Bad,
    Idle,
}

impl Tone {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Bad => "bad",
            Self::Idle => "idle",
        }
    }
}

/// A state as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub tone: Tone,
    pub icon: Icon,
    pub word: String,
}

fn status(tone: Tone, icon: Icon, word: &str) -> Status {
    Status { tone, icon, word: word.to_owned() }
}

/// The state of a step on the rail.
pub fn of_step(step: &StepStatus) -> Status {
    match step {
        StepStatus::Todo => status(Tone::Idle, Icon::Ahead, "Not reached"),
        StepStatus::Running => status(Tone::Running, Icon::Running, "Running"),
        StepStatus::Waiting => status(Tone::Waiting, Icon::Waiting, "Waiting for a decision"),
        StepStatus::Succeeded => status(Tone::Ok, Icon::Done, "Done"),
        StepStatus::Failed => status(Tone::Bad, Icon::Failed, "Failed"),
        StepStatus::Rejected => status(Tone::Bad, Icon::Failed, "Rejected"),
        StepStatus::Expired => status(Tone::Bad, Icon::Expired, "Expired"),
        StepStatus::Abandoned => status(Tone::Idle, Icon::Failed, "Not decided"),
        StepStatus::Unknown(word) => status(Tone::Idle, Icon::Unknown, word),
    }
}

/// The state of a release.
pub fn of_release(release: &ReleaseStatus) -> Status {
    match release {
        ReleaseStatus::InProgress => status(Tone::Running, Icon::Running, "In progress"),
        ReleaseStatus::Succeeded => status(Tone::Ok, Icon::Done, "Done"),
        ReleaseStatus::Failed => status(Tone::Bad, Icon::Failed, "Failed"),
        ReleaseStatus::Stopping => status(Tone::Waiting, Icon::Running, "Stopping"),
        ReleaseStatus::Stopped => status(Tone::Idle, Icon::Failed, "Stopped"),
        ReleaseStatus::Superseded => status(Tone::Idle, Icon::Failed, "Superseded"),
        ReleaseStatus::Cancelled => status(Tone::Idle, Icon::Failed, "Cancelled"),
        ReleaseStatus::Unknown(word) => status(Tone::Idle, Icon::Unknown, word),
    }
}

/// The state of an execution.
pub fn of_execution(execution: &ExecutionStatus) -> Status {
    match execution {
        ExecutionStatus::Running => status(Tone::Running, Icon::Running, "Running"),
        ExecutionStatus::Succeeded => status(Tone::Ok, Icon::Done, "Succeeded"),
        ExecutionStatus::Failed => status(Tone::Bad, Icon::Failed, "Failed"),
        ExecutionStatus::TimedOut => status(Tone::Bad, Icon::Expired, "Timed out"),
        ExecutionStatus::Aborted => status(Tone::Idle, Icon::Failed, "Aborted"),
        ExecutionStatus::PendingRedrive => status(Tone::Waiting, Icon::Waiting, "Waits to go on"),
        ExecutionStatus::Unknown(word) => status(Tone::Idle, Icon::Unknown, word),
    }
}

/// The health of a target.
pub fn of_target(health: &TargetHealth) -> Status {
    match health {
        TargetHealth::Initial => status(Tone::Running, Icon::Running, "starting"),
        TargetHealth::Healthy => status(Tone::Ok, Icon::Done, "healthy"),
        TargetHealth::Unhealthy => status(Tone::Bad, Icon::Failed, "unhealthy"),
        TargetHealth::Unused => status(Tone::Idle, Icon::Waiting, "unused"),
        TargetHealth::Draining => status(Tone::Waiting, Icon::Expired, "draining"),
        TargetHealth::Unavailable => status(Tone::Bad, Icon::Unknown, "unavailable"),
        TargetHealth::Unknown(word) => status(Tone::Idle, Icon::Unknown, word),
    }
}

/// What ECS calls a task set.
pub fn task_set_word(status: &TaskSetStatus) -> &str {
    match status {
        TaskSetStatus::Primary => "primary",
        TaskSetStatus::Active => "active",
        TaskSetStatus::Draining => "draining",
        TaskSetStatus::Unknown(word) => word,
    }
}

impl Status {
    /// The same state in other words.
    #[must_use]
    pub fn saying(self, word: String) -> Self {
        Self { word, ..self }
    }
}

/// The icon of a state, where words beside it say which.
#[component]
pub fn StatusIcon(status: Status) -> impl IntoView {
    view! { <span class="status" data-tone=status.tone.slug()><Mark icon=status.icon/></span> }
}

/// Shows a state.
#[component]
pub fn StatusMark(status: Status) -> impl IntoView {
    view! {
        <span class="status" data-tone=status.tone.slug()>
            <Mark icon=status.icon/>
            {status.word}
        </span>
    }
}
