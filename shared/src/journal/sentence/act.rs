//! Sentences about what people are about to do and have done.

use super::quoted;
use crate::{
    command::{
        AbandonGreen, AcceptNoise, AnswerGate, AskProbe, Command, DeleteSuite, ImportSuite, Receipt,
        RetryStep, RuleOnFinding, SaveSuite, SetDesiredCount, SetSentinel, StartEmergency, StartExecution,
        StartPipeline, StartRun, StopExecution, StopPipeline, StopRun, SwapBack, VoteOnGate, WithdrawNoise,
    },
    journal::{Deed, Intention},
    people::shown,
    vote::{Choice, Tally, Vote},
    words::{count, list},
};

/// What follows on "asked to".
pub(super) fn intention(intention: &Intention) -> String {
    match intention {
        Intention::Vote { command, gate, evidence, .. } => {
            let verb = if command.choice == Choice::Approve { "approve" } else { "reject" };
            let seen = evidence.digest.get(..12).unwrap_or(&evidence.digest);
            format!("{verb} {}{}, on evidence {seen}", gate.words(), in_view(command.run.as_deref()))
        }
        Intention::AnswerGate { command, gate, voters } => {
            let verb = if command.choice == Choice::Approve { "approve" } else { "reject" };
            format!("{verb} {} {}", gate.words(), in_names(voters))
        }
        Intention::StartPipeline { .. } => "start a release of the newest commit".to_owned(),
        Intention::StopPipeline { .. } => "stop the release".to_owned(),
        Intention::RetryStep { title, .. } => format!("run {title} again"),
        Intention::SetDesiredCount { command } => {
            format!("set the desired count from {} to {}", command.from, command.to)
        }
        Intention::StartExecution { command } => format!("start {}", command.machine),
        Intention::StartEmergency { command, gate, .. } => {
            format!("start {} in an emergency, around {gate}{}", command.machine, quoted(&command.reason))
        }
        Intention::StopExecution { command } => format!("stop {}", command.machine),
        Intention::AbandonGreen { rejection: Some(_), .. } => "reject and abandon green".to_owned(),
        Intention::AbandonGreen { .. } => "abandon green".to_owned(),
        Intention::SwapBack { .. } => "swap production back to blue".to_owned(),
        Intention::StartRun { command } => {
            format!("compare blue and green by {}{}", command.suite, changing(&command.changes))
        }
        Intention::StopRun { command } => format!("stop run {}", command.run),
        Intention::AskProbe { command } => format!("ask blue and green {}", command.probe.words()),
        Intention::RuleOnFinding { command, title } => {
            format!("rule “{title}” {}", command.judgement.word())
        }
        Intention::AcceptNoise { command } => {
            format!("call “{}” noise in {}", command.name, command.suite)
        }
        Intention::WithdrawNoise { command } => {
            format!("take “{}” back as noise in {}", command.name, command.suite)
        }
        Intention::SaveSuite { command } => format!("keep the suite {}", command.name),
        Intention::ImportSuite { command } => {
            format!("import the suite {} from {}", command.name, command.format.words())
        }
        Intention::DeleteSuite { command } => format!("forget the suite {}", command.name),
        Intention::SetSentinel { command } => {
            let verb = if command.is_on { "set the sentinel on" } else { "take the sentinel off" };
            format!("{verb} {}", command.suite)
        }
    }
}

/// What a command is for, where no more is known of it than its name.
pub(super) fn kind(command: &str) -> &'static str {
    match command {
        VoteOnGate::NAME => "vote",
        AnswerGate::NAME => "answer a gate as its votes decided",
        StartPipeline::NAME => "start a release",
        StopPipeline::NAME => "stop the release",
        RetryStep::NAME => "run a step again",
        SetDesiredCount::NAME => "set the desired count",
        StartExecution::NAME => "start a state machine",
        StartEmergency::NAME => "start a state machine in an emergency",
        StopExecution::NAME => "stop an execution",
        AbandonGreen::NAME => "abandon green",
        SwapBack::NAME => "swap production back",
        StartRun::NAME => "compare blue and green",
        StopRun::NAME => "stop a run",
        AskProbe::NAME => "ask blue and green",
        RuleOnFinding::NAME => "rule on a difference",
        AcceptNoise::NAME => "call a difference noise",
        WithdrawNoise::NAME => "take a noise rule back",
        SaveSuite::NAME => "save a suite",
        ImportSuite::NAME => "import a suite",
        DeleteSuite::NAME => "delete a suite",
        SetSentinel::NAME => "change a sentinel",
        _ => "do something that this version does not know",
    }
}

/// What was done, without the person: "approved the swap".
pub(super) fn deed(deed: &Deed) -> String {
    match deed {
        Deed::Vote { .. } | Deed::AnswerGate { .. } => on_gate(deed),
        Deed::SignIn {} => "signed in".to_owned(),
        Deed::StartPipeline { .. } => "started a release of the newest commit".to_owned(),
        Deed::StopPipeline { is_abandoned: true, reason, .. } => {
            format!("stopped the release at once{}", quoted(reason))
        }
        Deed::StopPipeline { reason, .. } => {
            format!("stopped the release after its running step{}", quoted(reason))
        }
        Deed::RetryStep { title, .. } => format!("ran {title} again"),
        Deed::SetDesiredCount { from, to } => format!("set the desired count from {from} to {to}"),
        Deed::StartExecution { machine, .. } => format!("started {machine}"),
        Deed::StartEmergency { machine, gate, reason, .. } => {
            format!("started {machine} in an emergency, around {gate}{}", quoted(reason))
        }
        Deed::StopExecution { machine, reason, .. } => format!("stopped {machine}{}", quoted(reason)),
        Deed::AbandonGreen { reason, rejection, .. } => {
            let no = if rejection.is_some() { "rejected and abandoned green" } else { "abandoned green" };
            format!("{no}{}", quoted(reason))
        }
        Deed::SwapBack { reason, .. } => format!("swapped production back to blue{}", quoted(reason)),
        Deed::StartRun { run, suite, changes } => {
            format!("began run {run} of {suite}{}", changing(changes))
        }
        Deed::StopRun { run } => format!("stopped run {run}"),
        Deed::AskProbe { run, method, path } => format!("asked {method} {path}, run {run}"),
        Deed::RuleOnFinding { title, ruling } => format!(
            "ruled {} in run {}{}",
            ruled(title.as_deref(), ruling.judgement.word()),
            ruling.run,
            quoted(&ruling.reason)
        ),
        Deed::AcceptNoise { name, suite, reason } => {
            format!("called “{name}” noise in {suite}{}", quoted(reason))
        }
        Deed::WithdrawNoise { name, suite, reason } => {
            format!("took “{name}” back as noise in {suite}{}", quoted(reason))
        }
        Deed::SaveSuite { name, probes } => format!("kept the suite {name} with {}", probes_of(*probes)),
        Deed::ImportSuite { name, format, probes, .. } => {
            format!("imported the suite {name} from {}, with {}", format.words(), probes_of(*probes))
        }
        Deed::DeleteSuite { name } => format!("forgot the suite {name}"),
        Deed::SetSentinel { is_on: false, .. } => "took the sentinel off".to_owned(),
        Deed::SetSentinel { suite, period_minutes, .. } => {
            format!("set the sentinel on {suite}, every {}", minutes(*period_minutes))
        }
    }
}

/// What was said of a gate, or to it.
fn on_gate(deed: &Deed) -> String {
    match deed {
        Deed::Vote { vote, gate, tally, is_unsaid } => format!(
            "{} {}{}{}{}{}",
            voted(vote, *tally),
            gate.words(),
            counted(*tally, ", "),
            if *is_unsaid { ", and AWS was not reached" } else { "" },
            in_view(vote.run.as_deref()),
            quoted(&vote.comment)
        ),
        Deed::AnswerGate { gate, choice, voters, was_said } => {
            let verb = if *choice == Choice::Approve { "approved" } else { "rejected" };
            let had = if *was_said { ", which AWS had already" } else { "" };
            format!("The console {verb} {} {}{had}.", gate.words(), in_names(voters))
        }
        _ => String::new(),
    }
}

impl Deed {
    /// What the person who did it is told. `entry` is the number of the intent.
    pub fn receipt(&self, entry: u64) -> Receipt {
        Receipt { entry, message: receipt(self), started: self.started().map(str::to_owned) }
    }
}

/// What was done, for the person who did it: "You approved the swap."
fn receipt(deed: &Deed) -> String {
    match deed {
        Deed::Vote { vote, gate, is_unsaid: true, .. } => format!(
            "You {} {}. AWS was not reached: the console answers the gate by itself as soon as it can.",
            voted(vote, None),
            gate.words()
        ),
        Deed::Vote { vote, gate, tally, .. } => {
            format!("You {} {}.{}", voted(vote, *tally), gate.words(), counted(*tally, " It stands at "))
        }
        Deed::AnswerGate { gate, .. } => format!("AWS has the answer to {}.", gate.words()),
        Deed::SignIn {} => "You are signed in.".to_owned(),
        Deed::StartPipeline { .. } => "A release of the newest commit was started.".to_owned(),
        Deed::StopPipeline { is_abandoned: true, .. } => "The release was stopped at once.".to_owned(),
        Deed::StopPipeline { .. } => "The release stops after the step that is running.".to_owned(),
        Deed::RetryStep { title, .. } => format!("{title} runs again."),
        Deed::SetDesiredCount { to, .. } => format!("The desired count is {to} now."),
        Deed::StartExecution { machine, .. } => format!("{machine} was started."),
        Deed::StartEmergency { machine, .. } => {
            format!("{machine} was started in an emergency. Everybody sees it.")
        }
        Deed::StopExecution { machine, .. } => format!("{machine} was stopped."),
        Deed::AbandonGreen { .. } => "Green is being taken down.".to_owned(),
        Deed::SwapBack { .. } => "Production goes back to blue.".to_owned(),
        Deed::StartRun { run, suite, .. } => format!("Run {run} of {suite} has begun."),
        Deed::StopRun { run } => format!("Run {run} stops."),
        Deed::AskProbe { method, path, .. } => format!("{method} {path} is on its way to both colours."),
        Deed::RuleOnFinding { title, ruling } => {
            format!("You ruled {}.", ruled(title.as_deref(), ruling.judgement.word()))
        }
        Deed::AcceptNoise { name, suite, .. } => format!("{suite} hides “{name}” from its next run on."),
        Deed::WithdrawNoise { name, suite, .. } => {
            format!("{suite} shows what “{name}” hid from its next run on.")
        }
        Deed::SaveSuite { name, probes } => format!("{name} is kept with {}.", probes_of(*probes)),
        Deed::ImportSuite { name, format, probes, remarks } => {
            let remarks = match remarks {
                0 => String::new(),
                number => {
                    format!(
                        " {} on what was left out or changed.",
                        count(*number as usize, "remark", "remarks")
                    )
                }
            };
            format!("{name} was made of {}, with {}.{remarks}", format.words(), probes_of(*probes))
        }
        Deed::DeleteSuite { name } => format!("{name} is forgotten. Its runs stay."),
        Deed::SetSentinel { is_on: false, .. } => "No suite runs by itself any more.".to_owned(),
        Deed::SetSentinel { suite, period_minutes, .. } => {
            format!("While a window is open, {suite} runs every {}.", minutes(*period_minutes))
        }
    }
}

/// A vote that decided, and one that is counted with others.
fn voted(vote: &Vote, tally: Option<Tally>) -> &'static str {
    match (vote.choice, tally) {
        (Choice::Approve, None) => "approved",
        (Choice::Reject, None) => "rejected",
        (Choice::Approve, Some(_)) => "voted for",
        (Choice::Reject, Some(_)) => "voted against",
    }
}

/// "in the names of kim and lee, who voted so".
fn in_names(voters: &[String]) -> String {
    let names: Vec<_> = voters.iter().map(|name| shown(name).to_owned()).collect();
    let of = if names.len() == 1 { "name" } else { "names" };
    format!("in the {of} of {}, who voted so", list(&names, "and"))
}

/// ", 1 of 2 approvals", where that is not all.
fn counted(tally: Option<Tally>, before: &str) -> String {
    let of = |it: Tally| format!("{before}{} of {} approvals", it.approvals, it.needed);
    let end = if before.starts_with(',') { "" } else { "." };
    tally.map(|tally| of(tally) + end).unwrap_or_default()
}

fn in_view(run: Option<&str>) -> String {
    run.map(|run| format!(" when run {run} was the newest comparison")).unwrap_or_default()
}

/// ", with POST /orders", for a journal that tells what may have been changed.
fn changing(changes: &[String]) -> String {
    if changes.is_empty() { String::new() } else { format!(", with {}", changes.join(", ")) }
}

fn ruled(title: Option<&str>, judgement: &str) -> String {
    title.map_or_else(|| format!("it {judgement}"), |title| format!("“{title}” {judgement}"))
}

fn probes_of(number: u32) -> String {
    count(number as usize, "probe", "probes")
}

fn minutes(number: u32) -> String {
    count(number as usize, "minute", "minutes")
}
