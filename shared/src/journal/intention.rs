//! What a person is about to do: the command as it was sent, and what was found out for it before the act.

use serde::{Deserialize, Serialize};

use crate::{
    command::{
        AbandonGreen, AcceptNoise, AnswerGate, AskProbe, Command, DeleteSuite, ImportSuite, RetryStep,
        RuleOnFinding, SaveSuite, SetDesiredCount, SetSentinel, StartEmergency, StartExecution,
        StartPipeline, StartRun, StopExecution, StopPipeline, StopRun, SwapBack, VoteOnGate, WithdrawNoise,
    },
    evidence::Evidence,
    pipeline::GateKind,
    vote::{Tally, Vote},
};

/// An intent as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Intended {
    /// What is about to be done.
    pub intention: Intention,
    /// Digest of person, command and key as they were sent: what is kept beside the journal to recognise a
    /// repeated press is bound by it.
    #[serde(default)]
    pub press: String,
}

/// What a person is about to do, with its values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Intention {
    /// With everything that the evidence's digest is made of.
    Vote {
        /// As it was sent.
        command: VoteOnGate,
        /// What the gate decides.
        gate: GateName,
        /// What the digest is made of.
        evidence: Evidence,
        /// How far the decision will be with it; none where it decides, and the gate is answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tally: Option<Tally>,
        /// Whose votes decide with it, as the answer names them; none in an entry of an older console.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        voters: Vec<String>,
        /// Groups and roles that the policy names, as far as the voter has them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        groups: Vec<String>,
        /// Version of the policy.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        policy: String,
    },
    /// The console is about to say on a gate what its votes have decided.
    AnswerGate {
        /// What it says.
        command: AnswerGate,
        /// What the gate decides.
        gate: GateName,
        /// Whose votes decided it.
        voters: Vec<String>,
    },
    /// To start a release.
    StartPipeline {
        /// As it was sent.
        command: StartPipeline,
    },
    /// To stop a release.
    StopPipeline {
        /// As it was sent.
        command: StopPipeline,
    },
    /// With the step's title.
    RetryStep {
        /// As it was sent.
        command: RetryStep,
        /// The title.
        title: String,
    },
    /// To change the desired count.
    SetDesiredCount {
        /// As it was sent.
        command: SetDesiredCount,
    },
    /// To start an execution, with its input.
    StartExecution {
        /// As it was sent.
        command: StartExecution,
    },
    /// With the title of the gate that it goes around, and everything that could be seen of both colours.
    StartEmergency {
        /// As it was sent.
        command: StartEmergency,
        /// Title of the gate.
        gate: String,
        /// What could be seen.
        evidence: Evidence,
    },
    /// To abort an execution.
    StopExecution {
        /// As it was sent.
        command: StopExecution,
    },
    /// With the machine that does it, and its input.
    AbandonGreen {
        /// As it was sent.
        command: AbandonGreen,
        /// The machine’s name.
        machine: String,
        /// JSON text.
        input: String,
        /// The no to the gate that is open, where one is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rejection: Option<Vote>,
    },
    /// With the machine that does it, and its input.
    SwapBack {
        /// As it was sent.
        command: SwapBack,
        /// The machine’s name.
        machine: String,
        /// JSON text.
        input: String,
    },
    /// To send a suite to both colours.
    StartRun {
        /// As it was sent.
        command: StartRun,
    },
    /// To end a run.
    StopRun {
        /// As it was sent.
        command: StopRun,
    },
    /// To send one probe to both colours.
    AskProbe {
        /// As it was sent.
        command: AskProbe,
    },
    /// With the finding's title.
    RuleOnFinding {
        /// As it was sent.
        command: RuleOnFinding,
        /// The title.
        title: String,
    },
    /// To make a noise rule.
    AcceptNoise {
        /// As it was sent.
        command: AcceptNoise,
    },
    /// To take back a noise rule.
    WithdrawNoise {
        /// As it was sent.
        command: WithdrawNoise,
    },
    /// To keep a suite.
    SaveSuite {
        /// As it was sent.
        command: SaveSuite,
    },
    /// Without the text that is imported, which may hold secrets.
    ImportSuite {
        /// As it was sent.
        command: ImportSuite,
    },
    /// To forget a suite.
    DeleteSuite {
        /// As it was sent.
        command: DeleteSuite,
    },
    /// To switch the sentinel.
    SetSentinel {
        /// As it was sent.
        command: SetSentinel,
    },
}

/// What a gate decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GateName {
    /// What it decides.
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
    /// Whether the console does it by itself, so that no person stands before its sentence.
    pub fn is_own(&self) -> bool {
        matches!(self, Self::AnswerGate { .. })
    }

    /// The command's name.
    pub fn command(&self) -> &'static str {
        match self {
            Self::Vote { .. } => VoteOnGate::NAME,
            Self::AnswerGate { .. } => AnswerGate::NAME,
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
