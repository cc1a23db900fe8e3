//! The one place where facts become sentences: for the page, the API, the command line and messages.

mod act;
mod rule;
mod seen;

pub use rule::rule;

use super::{
    NotDone, Refused,
    fact::{Fact, FailedBy, SignInRefused, Unclear, UnclearBy},
};
use crate::{
    command::{
        AbandonGreen, AcceptNoise, AskProbe, Command, DeleteSuite, ImportSuite, RetryStep, RuleOnFinding,
        SaveSuite, SetSentinel, StartEmergency, StartExecution, StartPipeline, StartRun, StopExecution,
        StopPipeline, StopRun, SwapBack, WithdrawNoise,
    },
    words::count,
};

/// What an entry says, for a person, without the name of whoever did it: "approved the swap". `about` is what
/// the entry says to be about, for a fact that this version does not know.
pub fn sentence(fact: &Fact, about: &str) -> String {
    match fact {
        Fact::Observed(it) => seen::sentence(it),
        Fact::Intended(it) if it.intention.is_own() => {
            format!("The console is about to {}.", act::intention(&it.intention))
        }
        Fact::Intended(it) => format!("asked to {}", act::intention(&it.intention)),
        Fact::Done(it) => act::deed(it),
        Fact::Failed(it) => match &it.why {
            FailedBy::Call(failure) => failure.sentence(),
            FailedBy::NotDone(found) => not_done(&it.command, found),
        },
        Fact::Refused(it) => refused(it),
        Fact::SignInRefused(it) => sign_in_refused(it),
        Fact::Unclear(it) => unclear(it),
        Fact::Prose { text } => text.clone(),
        Fact::Newer { .. } => {
            format!("A newer version of the console wrote this of “{about}”; this one cannot show it.")
        }
    }
}

fn refused(refused: &Refused) -> String {
    let (what, reason) = (act::kind(&refused.command), &refused.reason);
    let times = count(refused.times as usize, "time", "times");
    match refused.times {
        _ if refused.is_again && reason.is_empty() => format!("was refused {times} more, for many reasons."),
        _ if refused.is_again => format!("tried {times} more to {what}. {reason}"),
        0 | 1 => format!("tried to {what}. {reason}"),
        _ => format!("tried {times} to {what}. {reason}"),
    }
}

fn sign_in_refused(refused: &SignInRefused) -> String {
    let whom =
        refused.name.as_ref().map_or("under a name that nobody has".to_owned(), |name| format!("as {name}"));
    match usize::try_from(refused.more).unwrap_or(usize::MAX) {
        0 => format!("A sign-in {whom} was refused."),
        more => format!("A sign-in {whom} was refused {} more.", count(more, "time", "times")),
    }
}

fn not_done(command: &str, found: &NotDone) -> String {
    let what = match found {
        NotDone::GateStillOpen => {
            return "The decision did not reach AWS; the gate is still open.".to_owned();
        }
        NotDone::GateAnswered => {
            return "The gate was answered by somebody else, or has closed.".to_owned();
        }
        NotDone::CountIsStill(count) => return format!("The desired count is still {count}."),
        NotDone::NoTrace { what } => what.as_deref(),
    };
    let named = |otherwise: &str| what.unwrap_or(otherwise).to_owned();
    match command {
        StartPipeline::NAME => "No release was started.".to_owned(),
        StopPipeline::NAME => "The release was not stopped.".to_owned(),
        RetryStep::NAME => format!("{} did not run again.", named("The step")),
        StartEmergency::NAME | StartExecution::NAME => {
            format!("{} was not started.", named("The state machine"))
        }
        StopExecution::NAME => format!("{} was not stopped.", named("The execution")),
        AbandonGreen::NAME => "Green was not abandoned.".to_owned(),
        SwapBack::NAME => "Production was not swapped back.".to_owned(),
        StartRun::NAME => "The run was not begun.".to_owned(),
        StopRun::NAME => "The run was not stopped.".to_owned(),
        AskProbe::NAME => "The probe was not sent.".to_owned(),
        RuleOnFinding::NAME => "The ruling was not kept.".to_owned(),
        AcceptNoise::NAME => "The rule was not kept.".to_owned(),
        WithdrawNoise::NAME => "The rule was not taken back.".to_owned(),
        SaveSuite::NAME => "The suite was not kept.".to_owned(),
        ImportSuite::NAME => "The suite was not imported. Import it again.".to_owned(),
        DeleteSuite::NAME => "The suite is still there.".to_owned(),
        SetSentinel::NAME => "The sentinel was not changed.".to_owned(),
        _ => "It was not done.".to_owned(),
    }
}

fn unclear(unclear: &Unclear) -> String {
    let command = &unclear.command;
    match &unclear.why {
        UnclearBy::NoGate => "Nothing can be said of this gate any more.".to_owned(),
        UnclearBy::NoRelease => "Nothing can be said of this release any more.".to_owned(),
        UnclearBy::NoRun => "Nothing can be said of this run any more.".to_owned(),
        UnclearBy::CountIsNow(count) => format!("The desired count is {count} by now."),
        UnclearBy::Unanswered(failure) => {
            format!("What became of it could not be found out: {}", failure.sentence())
        }
        UnclearBy::UnknownCommand => format!("This version of the console does not know {command}."),
        UnclearBy::Unreadable => "What was sent cannot be read any more.".to_owned(),
    }
}

/// ": “reason”", or nothing where there is none.
fn quoted(reason: &str) -> String {
    match reason.trim() {
        "" => String::new(),
        reason => format!(": “{reason}”"),
    }
}
