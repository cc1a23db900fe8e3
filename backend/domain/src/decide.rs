//! Says on a gate what its votes have decided, where nobody's press did: the console died between the last vote and
//! its answer, the answer did not reach AWS, or two consoles over one journal each counted one vote of two.
//!
//! It is looked for after each vote that was kept, once what a crash left open is settled, and with each change of
//! the snapshot. What stands against it is the rule's to say, and is shown; what AWS refuses is tried again a few
//! times, after longer and longer pauses.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;
use viridian_shared::{
    command::{AbandonGreen, AnswerGate, Command, VoteOnGate},
    evidence::evidence,
    rule::Rule,
    snapshot::Snapshot,
};

use crate::{
    Service,
    ballot::decision,
    command::{answer_gate, gate_waits},
    port::{Fault, PortError, error::chain},
    recover::settle_one,
    service::answering::Question,
};

/// How often pauses are looked at.
const PERIOD: Duration = Duration::from_secs(1);
/// What another console began so long ago and did not end, it never will.
const LOST: SignedDuration = SignedDuration::from_secs(60);
/// What may be answering a gate.
const ANSWERING: [&str; 3] = [VoteOnGate::NAME, AnswerGate::NAME, AbandonGreen::NAME];

/// Decides until it is told to stop.
pub async fn decide(service: Arc<Service>, stop: CancellationToken) {
    let mut snapshots = service.snapshots.watch();
    let mut votes_are_new = false;
    while !stop.is_cancelled() {
        snapshots.mark_unchanged();
        if let Err(error) = once(&service, votes_are_new).await {
            tracing::debug!(service.id = service.name(), error = %chain(&error), "a decision waits");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = service.answering.woken() => votes_are_new = true,
            changed = snapshots.changed() => votes_are_new = changed.is_err(),
            () = tokio::time::sleep(PERIOD) => votes_are_new = false,
        }
    }
}

/// Answers the gate where that is due now.
pub(crate) async fn once(service: &Service, votes_are_new: bool) -> Result<(), PortError> {
    if votes_are_new && let Some(release) = release(&service.snapshot()) {
        service.recount(&release).await?;
    }
    if due(service, &service.snapshot()).is_none() || others_answer(service).await? {
        return Ok(());
    }
    let _turn = service.turn.lock().await;
    if let Some(release) = release(&service.snapshot()) {
        service.recount(&release).await?;
    }
    let Some((question, command)) = due(service, &service.snapshot()) else { return Ok(()) };
    match gate_waits(service, &command).await {
        Ok(true) => {}
        Ok(false) => {
            service.answering.answered(&command.request);
            service.nudge();
            return Ok(());
        }
        Err(error) => {
            service.answering.failed(&question, error.sentence());
            return Err(error);
        }
    }
    if let Err(error) = answer_gate(service, &command).await {
        service.answering.failed(&question, error.to_string());
    }
    service.count_ballot();
    Ok(())
}

/// What is decided and may be said now.
fn due(service: &Service, snapshot: &Snapshot) -> Option<(Question, AnswerGate)> {
    let question = Question::of(snapshot.ballot()?).filter(|question| service.answering.is_due(question))?;
    let command = command(snapshot)?;
    command.judge(snapshot).is_ok().then_some((question, command))
}

fn command(snapshot: &Snapshot) -> Option<AnswerGate> {
    let (step, gate) = snapshot.pipeline()?.open_gate()?;
    let choice = snapshot.ballot()?.decided?;
    let said =
        decision(snapshot, choice).into_iter().map(|vote| vote.comment.trim()).rfind(|it| !it.is_empty());
    Some(AnswerGate {
        release: release(snapshot)?,
        stage: step.stage.clone(),
        action: step.action.clone(),
        request: gate.request.clone()?,
        choice,
        comment: said.unwrap_or_default().to_owned(),
        evidence: evidence(snapshot).digest,
    })
}

fn release(snapshot: &Snapshot) -> Option<String> {
    Some(snapshot.pipeline()?.release.as_ref()?.id.clone())
}

/// Whether somebody is about to answer the gate, here or on another console over this journal. What one of them left
/// open is settled as after a crash.
async fn others_answer(service: &Service) -> Result<bool, PortError> {
    let (mut are_at_it, now) = (false, service.ports.clock.now());
    for intent in service.ports.journal.open_intents(service.name()).await? {
        if !ANSWERING.contains(&intent.entry.about.as_str()) {
            continue;
        }
        are_at_it = true;
        if now.duration_since(intent.entry.at) >= LOST {
            match settle_one(service, intent).await {
                // Somebody was faster.
                Err(error) if error.fault == Fault::Conflict => {}
                settled => settled?,
            }
            service.answering.wake();
        }
    }
    Ok(are_at_it)
}
