//! What a person does: one struct a command, each with its name, its path and the role that it needs.

mod comparison;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use comparison::{
    AcceptNoise, AskProbe, DeleteSuite, ImportSuite, MOST_MINUTES, MOST_SAMPLES, NAME_LIMIT, RuleOnFinding,
    SaveSuite, SetSentinel, StartRun, StopRun, WithdrawNoise,
};

use crate::{evidence::Input, people::Role, vote::Choice};

/// A command on one service. The browser sends it, the server carries it out, both by this trait.
pub trait Command: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The verb in routes, journal entries and logs: `set-desired-count`.
    const NAME: &'static str;
    /// The roles of which a person needs one.
    const ROLES: &'static [Role];

    /// The roles of which a person needs one for this very command, which may do more than others of its name.
    fn roles(&self) -> &'static [Role] {
        Self::ROLES
    }
}

macro_rules! command {
    (
        $(#[$doc:meta])* $type:ident, $name:literal, $($role:ident)|+, {
            $($(#[$field_doc:meta])* $field:ident: $of:ty),* $(,)?
        }
        $(, roles = $roles:path)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(deny_unknown_fields)]
        pub struct $type { $($(#[$field_doc])* pub $field: $of),* }

        impl Command for $type {
            const NAME: &'static str = $name;
            const ROLES: &'static [Role] = &[$(Role::$role),+];
            $(
                fn roles(&self) -> &'static [Role] {
                    $roles(self)
                }
            )?
        }
    };
}
use command;

command!(
    /// Says yes or no on the gate that is open.
    VoteOnGate, "vote", Approver, {
    /// The release that the voter saw.
    release: String,
    /// Stage of the gate.
    stage: String,
    /// Action of the gate.
    action: String,
    /// [`crate::pipeline::Gate::request`] that the voter saw.
    request: String,
    /// Yes or no.
    choice: Choice,
    /// At most 400 characters; a rejection needs one.
    comment: String,
    /// The comparison run that the voter had in front of them, if any.
    #[serde(default)]
    run: Option<String>,
    /// [`crate::evidence::Evidence::digest`] of what the voter had in front of them.
    evidence: String,
    /// The values that the digest is made of. Where the world has changed since, they say what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seen: Vec<Input>,
});

/// Says on a gate what its votes have decided. Nobody gives it: the console does so by itself, in the voters’ names,
/// where their votes stand and AWS does not have the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnswerGate {
    /// The release.
    pub release: String,
    /// Stage of the gate.
    pub stage: String,
    /// Action of the gate.
    pub action: String,
    /// [`crate::pipeline::Gate::request`] that the votes are on.
    pub request: String,
    /// What they decided.
    pub choice: Choice,
    /// What the last of them said to it; may be empty.
    pub comment: String,
    /// [`crate::evidence::Evidence::digest`] on which they stand.
    pub evidence: String,
}

impl Command for AnswerGate {
    const NAME: &'static str = "answer-gate";
    const ROLES: &'static [Role] = &[];
}

command!(
    /// Starts a release of the newest commit.
    StartPipeline, "start-pipeline", Developer, {});

command!(
    /// Stops a release: at once, or after the actions that are running.
    StopPipeline, "stop-pipeline", Operator, {
    /// Id of the release.
    release: String,
    /// Whether running actions are given up. A waiting gate is answered by nobody otherwise.
    abandon: bool,
    /// At most 200 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    reason: String,
});

command!(
    /// Runs the failed actions of a stage again.
    RetryStep, "retry-step", Operator, {
    /// Id of the release.
    release: String,
    /// Stage of the step that failed.
    stage: String,
    /// Action of the step that failed.
    action: String,
});

command!(
    /// Changes how many tasks each colour runs.
    SetDesiredCount, "set-desired-count", Operator, {
    /// The count that the person saw, so that two changes do not cross.
    #[cfg_attr(feature = "openapi", schema(maximum = 2_147_483_647))]
    #[serde(deserialize_with = "crate::whole::read")]
    from: u32,
    /// The count that is wanted, 0 to [`DESIRED_COUNT_LIMIT`].
    #[cfg_attr(feature = "openapi", schema(maximum = 100))]
    #[serde(deserialize_with = "crate::whole::read")]
    to: u32,
});

command!(
    /// Starts an execution of a state machine that does not stand behind a gate.
    StartExecution, "start-execution", Operator, {
    /// [`crate::machine::Machine::name`].
    machine: String,
    /// JSON text.
    input: String,
});

command!(
    /// Starts a state machine that stands behind a gate, without a vote: only in an emergency, under the checks
    /// that an approval is under, and told to everybody.
    StartEmergency, "start-emergency", Operator, {
    /// The release that the person saw.
    release: String,
    /// [`crate::machine::Machine::name`].
    machine: String,
    /// JSON text.
    input: String,
    /// 1 to 400 characters: why nobody is asked.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    reason: String,
});

command!(
    /// Aborts a running execution; calls already made are not undone.
    StopExecution, "stop-execution", Operator, {
    /// [`crate::machine::Machine::name`].
    machine: String,
    /// [`crate::machine::Execution::arn`].
    execution_arn: String,
    /// At most 200 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    reason: String,
});

command!(
    /// Takes green down before the swap: `roll-back` gives the test port and the tasks back.
    AbandonGreen, "abandon-green", Operator, {
    /// The release that the person saw.
    release: String,
    /// At most 200 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    reason: String,
});

command!(
    /// After the swap: gives production back to blue.
    SwapBack, "swap-back", Operator, {
    /// The release that the person saw.
    release: String,
    /// At most 200 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    reason: String,
});

/// What the server answers to a command that it took on; the truth follows by the stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// Number of the journal entry of the intent.
    pub entry: u64,
    /// What was done, as a sentence for the person who did it.
    pub message: String,
    /// ARN or id of what was started, if something was.
    pub started: Option<String>,
}

/// Longest comment on a vote: AWS takes 512 characters, and the voters' names go in front.
pub const COMMENT_LIMIT: usize = 400;
/// Longest reason for stopping, as AWS takes it.
pub const REASON_LIMIT: usize = 200;
/// Largest desired count that the console sets.
pub const DESIRED_COUNT_LIMIT: u32 = 100;
/// Largest input of an execution: 256 KiB, as Step Functions takes it.
pub const INPUT_LIMIT: usize = 262_144;
