//! What an entry says, as values.

use serde::{Deserialize, Serialize};

use super::{Deed, EntryKind, Intended, Observation, Stretch, deed::SIGN_IN};
use crate::{evidence::EvidenceChange, failure::Failure, time::Timestamp};

/// One fact. Its name and its fields are the journal's format: they are kept for ever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Something changed in AWS, or a comparison ended.
    Observed(Box<Observation>),
    /// A person is about to do something.
    Intended(Box<Intended>),
    /// It was done.
    Done(Box<Deed>),
    /// It was not done.
    Failed(Failed),
    /// The console did not allow it.
    Refused(Refused),
    /// Nobody was let in.
    SignInRefused(SignInRefused),
    /// What became of it could not be found out.
    Unclear(Unclear),
    /// What an entry of the first format holds instead of a fact.
    Prose {
        /// The sentence.
        text: String,
    },
    /// What this version does not know: a fact of a newer one, as it is written.
    Newer {
        /// JSON text.
        json: String,
    },
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Failed {
    /// The command's name.
    pub command: String,
    /// What stopped it.
    pub why: FailedBy,
}

/// What stopped it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FailedBy {
    /// The call that it needed failed.
    Call(Failure),
    /// It was found out later that it was never done.
    NotDone(NotDone),
}

/// What was found instead of what was intended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotDone {
    /// The gate waits still.
    GateStillOpen,
    /// The gate was answered by somebody else, or has closed.
    GateAnswered,
    /// The desired count is as it was.
    CountIsStill(u32),
    /// There is no trace of it. `what` names the machine or step that it was about, where it was about one.
    NoTrace {
        /// Name of the machine or title of the step.
        what: Option<String>,
    },
}

/// What the console did not allow. What is tried again and again is one entry with a count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refused {
    /// The command's name.
    pub command: String,
    /// What the person was told.
    pub reason: String,
    /// What had changed since the person looked, where that was the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<EvidenceChange>,
    /// How often, in this entry.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub times: u32,
    /// The first time, where there were several; the entry's own moment is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Whether these are repeats of what an entry before tells.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_again: bool,
}

/// A sign-in that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInRefused {
    /// The person whose name was tried; none where nobody has that name, which may be anything then.
    pub name: Option<String>,
    /// How often more, where this tells of repeats; 0 for the first.
    #[serde(default)]
    pub more: u64,
}

fn once() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_once(times: &u32) -> bool {
    *times == 1
}

/// What became of an intent could not be found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unclear {
    /// The command's name.
    pub command: String,
    /// Why it cannot be found out.
    pub why: UnclearBy,
}

/// Why it cannot be found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnclearBy {
    /// AWS knows the gate no more.
    NoGate,
    /// AWS knows the release no more.
    NoRelease,
    /// The console knows the run no more.
    NoRun,
    /// The desired count is another one by now than before and after.
    CountIsNow(u32),
    /// Whoever knows could not be asked.
    Unanswered(Failure),
    /// This version of the console does not know the command.
    UnknownCommand,
    /// What was sent cannot be read any more.
    Unreadable,
}

impl Refused {
    /// Refused once.
    pub fn once(command: &str, reason: String) -> Self {
        Self {
            command: command.to_owned(),
            reason,
            changed: Vec::new(),
            times: 1,
            since: None,
            is_again: false,
        }
    }
}

impl Fact {
    /// None for what this version did not write: such an entry says its kind by itself.
    pub fn kind(&self) -> Option<EntryKind> {
        match self {
            Self::Observed(_) => Some(EntryKind::Observed),
            Self::Intended(_) => Some(EntryKind::Intent),
            Self::Done(_) => Some(EntryKind::Done),
            Self::Failed(_) => Some(EntryKind::Failed),
            Self::Refused(_) | Self::SignInRefused(_) => Some(EntryKind::Refused),
            Self::Unclear(_) => Some(EntryKind::Unknown),
            Self::Prose { .. } | Self::Newer { .. } => None,
        }
    }

    /// A command's name, or what was observed; none for what this version did not write.
    pub fn about(&self) -> Option<&str> {
        match self {
            Self::Observed(it) => Some(it.about()),
            Self::Intended(it) => Some(it.intention.command()),
            Self::Done(it) => Some(it.command()),
            Self::Failed(it) => Some(&it.command),
            Self::Refused(it) => Some(&it.command),
            Self::SignInRefused(_) => Some(SIGN_IN),
            Self::Unclear(it) => Some(&it.command),
            Self::Prose { .. } | Self::Newer { .. } => None,
        }
    }

    /// The step that it tells of, if it tells of one that begins or ends.
    pub fn stretch(&self) -> Option<Stretch> {
        match self {
            Self::Observed(it) => it.stretch(),
            _ => None,
        }
    }

    /// The name of the execution that it tells of: one that was seen to start or to end.
    pub fn execution(&self) -> Option<&str> {
        let Self::Observed(it) = self else { return None };
        match it.as_ref() {
            Observation::ExecutionStarted { execution, .. }
            | Observation::ExecutionEnded { execution, .. } => Some(&execution.name),
            _ => None,
        }
    }
}
