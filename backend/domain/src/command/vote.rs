//! Says yes or no on the gate that is open: the vote is kept with its evidence, and AWS is told once.

use async_trait::async_trait;
use viridian_shared::{
    command::VoteOnGate,
    evidence::{EvidenceChange, evidence},
    journal::{Deed, Entry, Fact, GateName, Intention, NotDone, fact::UnclearBy},
    people,
    pipeline::GateKind,
    snapshot::Snapshot,
    time::Timestamp,
    vote::{Choice, Vote},
};

use super::{Act, Found, Warrant};
use crate::{
    Context, Error, Service,
    port::{
        Fault, PortError,
        pipelines::{GateAnswer, Run as ActionRun, RunStatus},
    },
};

/// In a sentence of the console itself, which names no operation of AWS.
const GATE: &str = "gate";
/// As much as AWS takes.
const SUMMARY_LIMIT: usize = 512;
/// Characters of another’s comment that are told to whoever came second.
const SAID: usize = 100;
/// Digits of the journal's head in a summary: enough that no other journal ends with them.
const HEAD_DIGITS: usize = 32;

#[async_trait]
impl Act for VoteOnGate {
    type Ready = GateName;

    async fn prepare(
        &self,
        _service: &Service,
        _ctx: &Context,
        snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        let gate = gate(snapshot, self);
        let evidence = evidence(snapshot);
        // The values stand in the evidence already.
        let command = Self { seen: Vec::new(), ..self.clone() };
        Ok((Intention::Vote { command, gate: gate.clone(), evidence }, gate))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, gate: GateName) -> Result<Deed, PortError> {
        let answer = answer(service, self, warrant.entry());
        say(service, warrant, &answer).await?;
        let vote = vote(self, warrant.person(), warrant.entry().at, self.evidence.clone());
        Ok(Deed::Vote { vote, gate })
    }

    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let answer = answer(service, self, intent);
        Ok(match present_run(service, &answer).await? {
            Some(run) if is_ours(&run, &answer) => Found::done(kept(self, &service.snapshot(), intent)),
            Some(run) if run.status == RunStatus::InProgress => Found::NotDone(NotDone::GateStillOpen),
            Some(_) => Found::NotDone(NotDone::GateAnswered),
            None => Found::Unclear(UnclearBy::NoGate),
        })
    }

    fn kept(&self) -> Self {
        Self { seen: Vec::new(), ..self.clone() }
    }

    fn changed(&self, snapshot: &Snapshot) -> Vec<EvidenceChange> {
        viridian_shared::rule::changes(self, &evidence(snapshot))
    }
}

/// The vote that an intent speaks of. One of an older console did not keep its evidence.
fn kept(command: &VoteOnGate, snapshot: &Snapshot, intent: &Entry) -> Deed {
    let (gate, evidence) = match &intent.fact {
        Fact::Intended(intended) => match &intended.intention {
            Intention::Vote { gate, evidence, .. } => (Some(gate.clone()), evidence.digest.clone()),
            _ => (None, String::new()),
        },
        _ => (None, String::new()),
    };
    let person = intent.person.as_deref().unwrap_or_default();
    Deed::Vote {
        vote: vote(command, person, intent.at, evidence),
        gate: gate.unwrap_or_else(|| self::gate(snapshot, command)),
    }
}

fn vote(command: &VoteOnGate, person: &str, at: Timestamp, evidence: String) -> Vote {
    Vote {
        release: command.release.clone(),
        stage: command.stage.clone(),
        action: command.action.clone(),
        person: person.to_owned(),
        choice: command.choice,
        comment: command.comment.trim().to_owned(),
        at,
        evidence,
        run: command.run.clone(),
    }
}

fn answer(service: &Service, command: &VoteOnGate, intent: &Entry) -> GateAnswer {
    GateAnswer {
        pipeline: service.settings.pipeline.clone(),
        execution: command.release.clone(),
        stage: command.stage.clone(),
        action: command.action.clone(),
        request: command.request.clone(),
        choice: command.choice,
        summary: summary(intent, &command.comment),
    }
}

/// Answers a gate. What may have been said before, or was said and not heard of, is looked up.
pub(super) async fn say(service: &Service, warrant: &Warrant, answer: &GateAnswer) -> Result<(), PortError> {
    match service.ports.pipelines.answer(warrant, answer).await {
        Err(error) if may_be_ours(&error) => settle(service, answer, error).await,
        sent => sent,
    }
}

/// Who decided and why, as AWS keeps it; and where the journal stood then, so that a journal that was cut or made
/// anew can be held against what AWS keeps.
pub(super) fn summary(intent: &Entry, comment: &str) -> String {
    let person = people::shown(intent.person.as_deref().unwrap_or_default());
    let text =
        if comment.trim().is_empty() { person.to_owned() } else { format!("{person}: {}", comment.trim()) };
    let digits = intent.digest.get(..HEAD_DIGITS).unwrap_or(&intent.digest);
    let head = format!(" (journal {}:{digits})", intent.number);
    let room = SUMMARY_LIMIT - head.chars().count();
    text.chars().take(room).chain(head.chars()).collect()
}

/// A lost answer and a refusal may both follow on our own success: AWS knows.
fn may_be_ours(error: &PortError) -> bool {
    matches!(error.fault, Fault::Conflict | Fault::Unreachable)
}

async fn settle(service: &Service, answer: &GateAnswer, error: PortError) -> Result<(), PortError> {
    match present_run(service, answer).await {
        Ok(Some(run)) if is_ours(&run, answer) => Ok(()),
        Ok(Some(run)) if run.status != RunStatus::InProgress => {
            let how = if run.status == RunStatus::Succeeded { "approved" } else { "rejected, or closed," };
            let who = run.summary.or(run.updated_by).map(|text| format!(" ({})", said(&text)));
            let who = who.unwrap_or_default();
            let said = format!("this gate was {how} a moment ago{who}, so this decision was not counted");
            Err(PortError::new(Fault::Conflict, GATE, said).caused_by(error))
        }
        _ => Err(error),
    }
}

/// What AWS keeps of a decision, without where the journal stood, and no longer than a sentence takes.
fn said(summary: &str) -> String {
    let text = summary.split(" (journal ").next().unwrap_or_default();
    let kept: String = text.chars().take(SAID).collect();
    if kept.len() < text.len() { format!("{}…", kept.trim_end()) } else { kept }
}

async fn present_run(service: &Service, answer: &GateAnswer) -> Result<Option<ActionRun>, PortError> {
    let runs = service.ports.pipelines.runs(&answer.pipeline, &answer.execution).await?;
    Ok(runs
        .into_iter()
        .filter(|run| run.stage == answer.stage && run.action == answer.action)
        .max_by_key(|run| run.started_at))
}

fn is_ours(run: &ActionRun, answer: &GateAnswer) -> bool {
    let status = if answer.choice == Choice::Approve { RunStatus::Succeeded } else { RunStatus::Failed };
    run.status == status && run.summary.as_deref().is_some_and(|summary| summary.trim() == answer.summary)
}

fn gate(snapshot: &Snapshot, command: &VoteOnGate) -> GateName {
    let step = snapshot.pipeline().and_then(|pipeline| pipeline.step(&command.stage, &command.action));
    GateName {
        kind: step.and_then(|step| step.gate.as_ref()).map_or(GateKind::Other, |gate| gate.kind),
        title: step.map_or_else(|| command.action.clone(), |step| step.title.clone()),
    }
}

#[cfg(test)]
mod tests {
    use viridian_shared::journal::{EntryKind, Fact};

    use super::*;

    fn intent(person: &str) -> Entry {
        Entry {
            number: 1_585,
            at: Timestamp::UNIX_EPOCH,
            service: "shop".to_owned(),
            release: None,
            person: Some(person.to_owned()),
            kind: EntryKind::Intent,
            about: "vote".to_owned(),
            fact: Fact::Prose { text: String::new() },
            closes: None,
            digest: "0123456789abcdef".repeat(4),
        }
    }

    #[test]
    fn a_summary_names_the_voter_and_the_journal_and_fits_what_aws_takes() {
        let head = "(journal 1585:0123456789abcdef0123456789abcdef)";
        assert_eq!(summary(&intent("kim"), " checked "), format!("kim: checked {head}"));
        assert_eq!(summary(&intent("kim"), "  "), format!("kim {head}"));
        let long = summary(&intent("kim"), &"ä".repeat(600));
        assert_eq!(long.chars().count(), SUMMARY_LIMIT);
        assert!(long.ends_with(head));
    }
}
