//! What a person is about to do: the command as it was sent, and what was found out for it before the act.

use serde::{Deserialize, Serialize};

use crate::{
    command::{
        AbandonGreen, AcceptNoise, AskProbe, Command, DeleteSuite, ImportSuite, RetryStep, RuleOnFinding,
        SaveSuite, SetDesiredCount, SetSentinel, StartEmergency, StartExecution, StartPipeline, StartRun,
        StopExecution, StopPipeline, StopRun, SwapBack, VoteOnGate, WithdrawNoise,
    },
    evidence::Evidence,
    pipeline::GateKind,
};

/// An intent as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Intended {
    pub intention: Intention,
    /// Digest of person, command and key as they were sent: what is kept beside the journal to recognise a
    /// repeated press is bound by it.
    #[serde(default)]
    pub press: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Intention {
    /// With everything that the evidence's digest is made of.
    Vote {
        command: VoteOnGate,
        gate: GateName,
        evidence: Evidence,
    },
    StartPipeline {
        command: StartPipeline,
    },
    StopPipeline {
        command: StopPipeline,
    },
    /// With the step's title.
    RetryStep {
        command: RetryStep,
        title: String,
    },
    SetDesiredCount {
        command: SetDesiredCount,
    },
    StartExecution {
        command: StartExecution,
    },
    /// With the title of the gate that it goes around, and everything that could be seen of both colours.
    StartEmergency {
        command: StartEmergency,
        gate: String,
        evidence: Evidence,
    },
    StopExecution {
        command: StopExecution,
    },
    /// With the machine that does it, and its input.
    AbandonGreen {
        command: AbandonGreen,
        machine: String,
        input: String,
    },
    /// With the machine that does it, and its input.
    SwapBack {
        command: SwapBack,
        machine: String,
        input: String,
    },
    StartRun {
        command: StartRun,
    },
    StopRun {
        command: StopRun,
    },
    AskProbe {
        command: AskProbe,
    },
    /// With the finding's title.
    RuleOnFinding {
        command: RuleOnFinding,
        title: String,
    },
    AcceptNoise {
        command: AcceptNoise,
    },
    WithdrawNoise {
        command: WithdrawNoise,
    },
    SaveSuite {
        command: SaveSuite,
    },
    /// Without the text that is imported, which may hold secrets.
    ImportSuite {
        command: ImportSuite,
    },
    DeleteSuite {
        command: DeleteSuite,
    },
    SetSentinel {
        command: SetSentinel,
    },
}

/// What a gate decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GateName {
    pub kind: GateKind,
    /// The step's title.
    pub title: String,
}

impl GateName {
    /// "the swap".
    pub fn words(&self) -> String {
        match self.kind {
            GateKind::ApproveSwap => "the swap".to_owned(),
            GateKind::ApproveCleanUp => "the clean-up".to_owned(),
            GateKind::Other => format!("“{}”", self.title),
        }
    }
}

impl Intention {
    /// The command's name.
    pub fn command(&self) -> &'static str {
        match self {
            Self::Vote { .. } => VoteOnGate::NAME,
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
}
