//! How a person's command becomes one call of AWS or one change of what the console keeps: five beats, one file
//! for each command.
//!
//! 1. permit: who is this and may they do it.
//! 2. rule: does the snapshot allow it.
//! 3. intent: what must be looked up for it, then the entry. No journal, no action.
//! 4. act: one call through a port.
//! 5. outcome: append it, nudge the observer.
//!
//! A command says by [`Act`] what is its own in them; the order is here and nowhere else. What changes something
//! wants a [`Warrant`], and only the third beat makes one, so a write that is not recorded cannot be written.
//!
//! The truth arrives by the stream; a receipt only says that AWS took the call.

mod abandon_green;
mod accept_noise;
mod answer_gate;
mod ask_probe;
mod beats;
mod delete_suite;
mod import_suite;
mod input;
mod retry_step;
mod roll_back;
mod rule_on_finding;
mod save_suite;
mod set_desired_count;
mod set_sentinel;
mod start_emergency;
mod start_execution;
mod start_pipeline;
mod start_run;
mod stop_execution;
mod stop_pipeline;
mod stop_run;
mod swap_back;
mod telling;
mod vote;
mod withdraw_noise;

use async_trait::async_trait;
use serde_json::Value;
use viridian_shared::{
    command::{
        AbandonGreen, AcceptNoise, AnswerGate, AskProbe, Command, DeleteSuite, ImportSuite, Receipt,
        RetryStep, RuleOnFinding, SaveSuite, SetDesiredCount, SetSentinel, StartEmergency, StartExecution,
        StartPipeline, StartRun, StopExecution, StopPipeline, StopRun, SwapBack, VoteOnGate, WithdrawNoise,
    },
    evidence::EvidenceChange,
    journal::{Deed, Entry, Intention, NotDone, fact::UnclearBy},
    rule::Rule,
    snapshot::Snapshot,
};

use crate::{
    Context, Error, Service, Warrant, bounds,
    permit::Permit,
    port::{OpenIntent, PortError},
};

/// What is a command's own in the five beats.
#[async_trait]
pub trait Act: Rule {
    /// What is found out before the act and needed for it.
    type Ready: Send;

    /// Before the intent: refuses what the snapshot alone cannot tell, and says what will stand in the journal.
    /// Changes nothing. `snapshot` is the one that the rule judged.
    async fn prepare(
        &self,
        service: &Service,
        ctx: &Context,
        snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error>;

    /// One call through a port, and what it came to.
    async fn act(&self, service: &Service, warrant: &Warrant, ready: Self::Ready) -> Result<Deed, PortError>;

    /// Asks AWS what became of an intent whose outcome was lost. Changes nothing.
    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError>;

    /// Before the rule: looks up anew what the rule judges by, where a moment ago is too old.
    async fn refresh(&self, _service: &Service) -> Result<(), Error> {
        Ok(())
    }

    /// As much of the command as may be kept: all of it, unless it may hold secrets.
    #[must_use]
    fn kept(&self) -> Self {
        self.clone()
    }

    /// Once its outcome is written: whom it concerns.
    fn after(&self, _service: &Service) {}

    /// What has changed since the person looked, where the rule refuses for that.
    fn changed(&self, _snapshot: &Snapshot) -> Vec<EvidenceChange> {
        Vec::new()
    }
}

/// What became of an intent.
pub enum Found {
    /// It was done, with this outcome.
    Done(Box<Deed>),
    /// It did not reach AWS, or AWS did not do it.
    NotDone(NotDone),
    /// It cannot be found out.
    Unclear(UnclearBy),
}

impl Found {
    fn done(deed: Deed) -> Self {
        Self::Done(Box::new(deed))
    }

    /// There is no trace of it.
    fn nothing() -> Self {
        Self::NotDone(NotDone::NoTrace { what: None })
    }

    /// There is no trace of what was about a machine or a step.
    fn nothing_of(what: &str) -> Self {
        Self::NotDone(NotDone::NoTrace { what: Some(what.to_owned()) })
    }
}

/// Carries a command out, one after another on each service, and never twice under the same key. One with a text that
/// does not fit is written nowhere.
pub async fn carry_out<C: Act>(service: &Service, ctx: &Context, command: C) -> Result<Receipt, Error> {
    bounds::check(&command)?;
    let _turn = service.turn.lock().await;
    if let Some(receipt) = repeated(service, ctx, &command).await? {
        return Ok(receipt);
    }
    beats::all(service, ctx, &command).await
}

/// Whether AWS has the gate open, as far as it knows of it.
pub(crate) async fn gate_waits(service: &Service, command: &AnswerGate) -> Result<bool, PortError> {
    telling::waits(service, command).await
}

/// Says on a gate what its votes have decided, for whoever has the turn among commands; what stands against it is an error, and is
/// written nowhere.
pub(crate) async fn answer_gate(service: &Service, command: &AnswerGate) -> Result<Receipt, Error> {
    beats::by_itself(service, command, Permit::of_votes(command)).await
}

async fn repeated<C: Act>(service: &Service, ctx: &Context, command: &C) -> Result<Option<Receipt>, Error> {
    let Some(key) = &ctx.key else { return Ok(None) };
    let kept = service.ports.journal.kept(key).await.map_err(Error::from_port)?;
    let Some(kept) = kept else { return Ok(None) };
    if kept.fingerprint != beats::fingerprint(service, ctx, command) {
        return Err(Error::Invalid("This idempotency key was used for another command.".to_owned()));
    }
    match kept.receipt {
        Some(receipt) => Ok(Some(receipt)),
        None => Err(Error::Conflict("This was tried already and did not succeed. Press again.".to_owned())),
    }
}

/// Asks AWS about an open intent, by the name of its command.
pub(crate) async fn found(service: &Service, intent: &OpenIntent) -> Result<Found, PortError> {
    match intent.entry.about.as_str() {
        VoteOnGate::NAME => found_as::<VoteOnGate>(service, intent).await,
        AnswerGate::NAME => found_as::<AnswerGate>(service, intent).await,
        StartPipeline::NAME => found_as::<StartPipeline>(service, intent).await,
        StopPipeline::NAME => found_as::<StopPipeline>(service, intent).await,
        RetryStep::NAME => found_as::<RetryStep>(service, intent).await,
        SetDesiredCount::NAME => found_as::<SetDesiredCount>(service, intent).await,
        StartEmergency::NAME => found_as::<StartEmergency>(service, intent).await,
        StartExecution::NAME => found_as::<StartExecution>(service, intent).await,
        StopExecution::NAME => found_as::<StopExecution>(service, intent).await,
        AbandonGreen::NAME => found_as::<AbandonGreen>(service, intent).await,
        SwapBack::NAME => found_as::<SwapBack>(service, intent).await,
        StartRun::NAME => found_as::<StartRun>(service, intent).await,
        StopRun::NAME => found_as::<StopRun>(service, intent).await,
        AskProbe::NAME => found_as::<AskProbe>(service, intent).await,
        RuleOnFinding::NAME => found_as::<RuleOnFinding>(service, intent).await,
        AcceptNoise::NAME => found_as::<AcceptNoise>(service, intent).await,
        WithdrawNoise::NAME => found_as::<WithdrawNoise>(service, intent).await,
        SaveSuite::NAME => found_as::<SaveSuite>(service, intent).await,
        ImportSuite::NAME => found_as::<ImportSuite>(service, intent).await,
        DeleteSuite::NAME => found_as::<DeleteSuite>(service, intent).await,
        SetSentinel::NAME => found_as::<SetSentinel>(service, intent).await,
        _ => Ok(Found::Unclear(UnclearBy::UnknownCommand)),
    }
}

async fn found_as<C: Act>(service: &Service, intent: &OpenIntent) -> Result<Found, PortError> {
    match serde_json::from_value::<C>(intent.body.clone()) {
        Ok(command) => command.found(service, &intent.entry).await,
        Err(_) => Ok(Found::Unclear(UnclearBy::Unreadable)),
    }
}

/// A command as JSON.
fn body<C: Command>(command: &C) -> Value {
    serde_json::to_value(command).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests;
