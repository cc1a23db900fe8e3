//! What was done.

use serde::{Deserialize, Serialize};

use super::GateName;
use crate::{
    command::{
        AbandonGreen, AcceptNoise, AnswerGate, AskProbe, Command, DeleteSuite, ImportSuite, RetryStep,
        RuleOnFinding, SaveSuite, SetDesiredCount, SetSentinel, StartEmergency, StartExecution,
        StartPipeline, StartRun, StopExecution, StopPipeline, StopRun, SwapBack, VoteOnGate, WithdrawNoise,
    },
    comparison::{finding::Ruling, suite::ImportFormat},
    vote::{Choice, Tally, Vote},
};

/// What entries about sign-ins are about; they belong to no service.
pub const SIGN_IN: &str = "sign-in";

/// What was done, with its values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// Somebody voted, and the gate was answered where that decided it.
    Vote {
        /// The vote.
        vote: Vote,
        /// What the gate decides.
        gate: GateName,
        /// How far the decision was with it; none where it decided.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tally: Option<Tally>,
        /// Whether it decided, and the answer to the gate did not reach AWS: the console gives it by itself.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_unsaid: bool,
    },
    /// The console answered a gate as its votes had decided.
    AnswerGate {
        /// What the gate decides.
        gate: GateName,
        /// What they decided.
        choice: Choice,
        /// Whose votes decided it.
        voters: Vec<String>,
        /// Whether AWS had the same answer already, by another console or an attempt before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        was_said: bool,
    },
    /// Somebody was let in.
    SignIn {},
    /// The release that was begun.
    StartPipeline {
        /// The pipeline execution’s id.
        release: String,
    },
    /// A release was stopped.
    StopPipeline {
        /// The pipeline execution’s id.
        release: String,
        /// Whether running actions were given up.
        is_abandoned: bool,
        /// Why, in the person’s words; may be empty.
        reason: String,
    },
    /// The failed actions of a stage run again.
    RetryStep {
        /// The step’s stage.
        stage: String,
        /// The step’s action.
        action: String,
        /// The step’s title.
        title: String,
    },
    /// The desired count was changed.
    SetDesiredCount {
        /// The count before.
        from: u32,
        /// The count after.
        to: u32,
    },
    /// The machine's name and the ARN of the execution that was started.
    StartExecution {
        /// The machine’s name.
        machine: String,
        /// ARN of the execution.
        execution: String,
    },
    /// The machine's name, the title of the gate that it went around, and the ARN of the execution.
    StartEmergency {
        /// The machine’s name.
        machine: String,
        /// Title of the gate.
        gate: String,
        /// Why, in the person’s words; may be empty.
        reason: String,
        /// ARN of the execution.
        execution: String,
    },
    /// An execution was aborted.
    StopExecution {
        /// The machine’s name.
        machine: String,
        /// ARN of the execution.
        execution: String,
        /// Why, in the person’s words; may be empty.
        reason: String,
    },
    /// The ARN of the execution that does it.
    AbandonGreen {
        /// Why, in the person’s words; may be empty.
        reason: String,
        /// ARN of the execution.
        execution: String,
        /// The no to the gate that was open, where one was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rejection: Option<Vote>,
    },
    /// The ARN of the execution that does it.
    SwapBack {
        /// Why, in the person’s words; may be empty.
        reason: String,
        /// ARN of the execution.
        execution: String,
    },
    /// `changes` are the probes that may change something and were confirmed: "POST /orders".
    StartRun {
        /// The run’s id.
        run: String,
        /// The suite’s name.
        suite: String,
        /// The probes, each by its words.
        changes: Vec<String>,
    },
    /// A run was ended.
    StopRun {
        /// The run’s id.
        run: String,
    },
    /// One probe was sent to both colours.
    AskProbe {
        /// The run’s id.
        run: String,
        /// HTTP’s method.
        method: String,
        /// Path with its query.
        path: String,
    },
    /// The finding's title is not known of a ruling that was found out later.
    RuleOnFinding {
        /// The finding’s title, if known.
        title: Option<String>,
        /// The ruling.
        ruling: Ruling,
    },
    /// A noise rule was made.
    AcceptNoise {
        /// Its name.
        name: String,
        /// The suite’s name.
        suite: String,
        /// Why, in the person’s words; may be empty.
        reason: String,
    },
    /// A noise rule was taken back.
    WithdrawNoise {
        /// Its name.
        name: String,
        /// The suite’s name.
        suite: String,
        /// Why, in the person’s words; may be empty.
        reason: String,
    },
    /// `probes` counts them.
    SaveSuite {
        /// Its name.
        name: String,
        /// How many.
        probes: u32,
    },
    /// `probes` and `remarks` count them.
    ImportSuite {
        /// Its name.
        name: String,
        /// What the text was.
        format: ImportFormat,
        /// How many.
        probes: u32,
        /// How many.
        remarks: u32,
    },
    /// A suite was forgotten.
    DeleteSuite {
        /// Its name.
        name: String,
    },
    /// The sentinel was switched.
    SetSentinel {
        /// Whether it runs by itself.
        is_on: bool,
        /// The suite’s name.
        suite: String,
        /// How often it runs, in minutes.
        period_minutes: u32,
    },
}

impl Deed {
    /// The command's name.
    pub fn command(&self) -> &'static str {
        match self {
            Self::Vote { .. } => VoteOnGate::NAME,
            Self::AnswerGate { .. } => AnswerGate::NAME,
            Self::SignIn {} => SIGN_IN,
            Self::StartPipeline { .. } => StartPipeline::NAME,
            Self::StopPipeline { .. } => StopPipeline::NAME,
            Self::RetryStep { .. } => RetryStep::NAME,
            Self::SetDesiredCount { .. } => SetDesiredCount::NAME,
            Self::StartEmergency { .. } => StartEmergency::NAME,
            Self::StartExecution { .. } => StartExecution::NAME,
            Self::StopExecution { .. } => StopExecution::NAME,
            Self::AbandonGreen { .. } => AbandonGreen::NAME,
            Self::SwapBack { .. } => SwapBack::NAME,
            Self::StartRun { .. } => StartRun::NAME,
            Self::StopRun { .. } => StopRun::NAME,
            Self::AskProbe { .. } => AskProbe::NAME,
            Self::RuleOnFinding { .. } => RuleOnFinding::NAME,
            Self::AcceptNoise { .. } => AcceptNoise::NAME,
            Self::WithdrawNoise { .. } => WithdrawNoise::NAME,
            Self::SaveSuite { .. } => SaveSuite::NAME,
            Self::ImportSuite { .. } => ImportSuite::NAME,
            Self::DeleteSuite { .. } => DeleteSuite::NAME,
            Self::SetSentinel { .. } => SetSentinel::NAME,
        }
    }

    /// The id or ARN of what was started, if something was.
    pub fn started(&self) -> Option<&str> {
        match self {
            Self::StartPipeline { release } => Some(release),
            Self::StartExecution { execution, .. }
            | Self::StartEmergency { execution, .. }
            | Self::AbandonGreen { execution, .. }
            | Self::SwapBack { execution, .. } => Some(execution),
            Self::StartRun { run, .. } | Self::AskProbe { run, .. } => Some(run),
            _ => None,
        }
    }

    /// The release that it began; otherwise it belongs to the present one.
    pub fn began(&self) -> Option<&str> {
        match self {
            Self::StartPipeline { release } => Some(release),
            _ => None,
        }
    }

    /// The vote, if it was one.
    pub fn vote(&self) -> Option<&Vote> {
        match self {
            Self::Vote { vote, .. } | Self::AbandonGreen { rejection: Some(vote), .. } => Some(vote),
            _ => None,
        }
    }
}
