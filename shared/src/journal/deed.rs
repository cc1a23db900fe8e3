//! What was done.

use serde::{Deserialize, Serialize};

use super::{GateName, fact::SIGN_IN, sentence::receipt};
use crate::{
    command::{
        AbandonGreen, AcceptNoise, AskProbe, Command, DeleteSuite, ImportSuite, Receipt, RetryStep,
        RuleOnFinding, SaveSuite, SetDesiredCount, SetSentinel, StartEmergency, StartExecution,
        StartPipeline, StartRun, StopExecution, StopPipeline, StopRun, SwapBack, VoteOnGate, WithdrawNoise,
    },
    comparison::{finding::Ruling, suite::ImportFormat},
    vote::Vote,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    Vote {
        vote: Vote,
        gate: GateName,
    },
    /// Somebody was let in.
    SignIn {},
    /// The release that was begun.
    StartPipeline {
        release: String,
    },
    StopPipeline {
        release: String,
        is_abandoned: bool,
        reason: String,
    },
    RetryStep {
        stage: String,
        action: String,
        title: String,
    },
    SetDesiredCount {
        from: u32,
        to: u32,
    },
    /// The machine's name and the ARN of the execution that was started.
    StartExecution {
        machine: String,
        execution: String,
    },
    /// The machine's name, the title of the gate that it went around, and the ARN of the execution.
    StartEmergency {
        machine: String,
        gate: String,
        reason: String,
        execution: String,
    },
    StopExecution {
        machine: String,
        execution: String,
        reason: String,
    },
    /// The ARN of the execution that does it.
    AbandonGreen {
        reason: String,
        execution: String,
    },
    /// The ARN of the execution that does it.
    SwapBack {
        reason: String,
        execution: String,
    },
    /// `changes` are the probes that may change something and were confirmed: "POST /orders".
    StartRun {
        run: String,
        suite: String,
        changes: Vec<String>,
    },
    StopRun {
        run: String,
    },
    AskProbe {
        run: String,
        method: String,
        path: String,
    },
    /// The finding's title is not known of a ruling that was found out later.
    RuleOnFinding {
        title: Option<String>,
        ruling: Ruling,
    },
    AcceptNoise {
        name: String,
        suite: String,
        reason: String,
    },
    WithdrawNoise {
        name: String,
        suite: String,
        reason: String,
    },
    /// `probes` counts them.
    SaveSuite {
        name: String,
        probes: usize,
    },
    /// `probes` and `remarks` count them.
    ImportSuite {
        name: String,
        format: ImportFormat,
        probes: usize,
        remarks: usize,
    },
    DeleteSuite {
        name: String,
    },
    SetSentinel {
        is_on: bool,
        suite: String,
        period_minutes: u32,
    },
}

impl Deed {
    /// The command's name.
    pub fn command(&self) -> &'static str {
        match self {
            Self::Vote { .. } => VoteOnGate::NAME,
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

    /// What the person who did it is told. `entry` is the number of the intent.
    pub fn receipt(&self, entry: u64) -> Receipt {
        Receipt { entry, message: receipt(self), started: self.started().map(str::to_owned) }
    }

    /// The vote, if it was one.
    pub fn vote(&self) -> Option<&Vote> {
        match self {
            Self::Vote { vote, .. } => Some(vote),
            _ => None,
        }
    }
}
