//! What a person does in the comparison of blue and green.

use serde::{Deserialize, Serialize};

use super::{Command, command};
use crate::{
    comparison::{
        finding::Judgement,
        suite::{ImportFormat, NoisePlace, Probe, Suite},
    },
    people::Role,
};

command!(
    /// Sends a suite to both colours.
    StartRun, "start-run", Developer | Operator, {
    /// Name of the suite.
    suite: String,
    /// Names of the probes to send; the whole suite when empty.
    #[serde(default)]
    probes: Vec<String>,
    /// How often each is sent to each colour after warm-up, 1 to [`MOST_SAMPLES`].
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 30))]
    #[serde(deserialize_with = "crate::whole::read")]
    samples: u32,
    /// The probes that may change something and that the person confirmed, each by its words: "POST /orders".
    /// They are sent once to each colour; those that are not named here are not sent.
    #[serde(default)]
    changes: Vec<String>,
}, roles = start_roles);

command!(
    /// Ends the run under way; what it was told so far is dropped.
    StopRun, "stop-run", Developer | Operator, {
    /// Id of the run.
    run: String,
});

command!(
    /// Sends one probe to both colours, once, without a suite.
    AskProbe, "ask-probe", Developer | Operator, {
    /// What is sent.
    probe: Probe,
    /// How often it is sent to each colour, 1 to [`MOST_SAMPLES`].
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 30))]
    #[serde(deserialize_with = "crate::whole::read")]
    samples: u32,
    /// The probe by its words, when it may change something and the person confirmed it.
    #[serde(default)]
    changes: Vec<String>,
}, roles = ask_roles);

command!(
    /// Says what a finding is.
    RuleOnFinding, "rule-on-finding", Approver | Developer, {
    /// The run that the person has in front of them.
    run: String,
    /// [`crate::comparison::finding::Finding::id`].
    finding: String,
    /// What it is.
    judgement: Judgement,
    /// 1 to 400 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    reason: String,
});

command!(
    /// Makes a proposal, or a place that the person names, a noise rule of a suite.
    AcceptNoise, "accept-noise", Approver | Developer, {
    /// Name of the suite.
    suite: String,
    /// Unique in the suite.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    name: String,
    /// Only for this probe.
    #[serde(default)]
    probe: Option<String>,
    /// What the rule hides.
    place: NoisePlace,
    /// 1 to 400 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    reason: String,
    /// The person was told that the rule hides more of the last run than the place that it is for, and wants that.
    #[serde(default)]
    is_wide: bool,
}, roles = noise_roles);

command!(
    /// Takes back a noise rule that was accepted in the console. One that stands in the repository is changed
    /// by a commit.
    WithdrawNoise, "withdraw-noise", Approver | Developer, {
    /// Name of the suite.
    suite: String,
    /// Name of the rule.
    name: String,
    /// 1 to 400 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    reason: String,
});

command!(
    /// Keeps a suite in the console: a new one, or another version of one that the console keeps.
    SaveSuite, "save-suite", Developer, {
    /// Name of the suite.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    name: String,
    /// Its probes and rules.
    suite: Suite,
    /// [`crate::comparison::suite::SuiteBrief::digest`] of the version that the person changed; none for a new
    /// suite.
    #[serde(default)]
    from: Option<String>,
});

command!(
    /// Makes a suite of what a team has already: a new one, or another version of one that the console keeps.
    ImportSuite, "import-suite", Developer, {
    /// Name of the suite.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    name: String,
    /// What the text is.
    format: ImportFormat,
    /// What is imported; the journal keeps a command without it.
    text: String,
    /// As in [`SaveSuite`].
    #[serde(default)]
    from: Option<String>,
});

command!(
    /// Forgets a suite that the console keeps. Its runs stay.
    DeleteSuite, "delete-suite", Developer, {
    /// Name of the suite.
    name: String,
    /// [`crate::comparison::suite::SuiteBrief::digest`] of what the person saw.
    from: String,
});

command!(
    /// Lets a suite run by itself while a window is open, or not any more.
    SetSentinel, "set-sentinel", Developer | Operator, {
    /// Whether it runs by itself.
    is_on: bool,
    /// Name of the suite.
    suite: String,
    /// 1 to [`MOST_MINUTES`].
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_440))]
    #[serde(deserialize_with = "crate::whole::read")]
    period_minutes: u32,
});

/// Most samples of a probe in one run.
pub const MOST_SAMPLES: u32 = 30;
/// The longest period of the sentinel: a day.
pub const MOST_MINUTES: u32 = 1_440;
/// Longest name of a suite, a probe or a noise rule.
pub const NAME_LIMIT: usize = 120;

/// To change something in both colours takes an operator.
fn start_roles(command: &StartRun) -> &'static [Role] {
    if command.changes.is_empty() { StartRun::ROLES } else { &[Role::Operator] }
}

/// A rule that hides more than it was made for takes an approver.
fn noise_roles(command: &AcceptNoise) -> &'static [Role] {
    if command.is_wide { &[Role::Approver] } else { AcceptNoise::ROLES }
}

fn ask_roles(command: &AskProbe) -> &'static [Role] {
    if command.changes.is_empty() { AskProbe::ROLES } else { &[Role::Operator] }
}
