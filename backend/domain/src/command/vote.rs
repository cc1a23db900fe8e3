//! Says yes or no on the gate that is open: the vote is kept with its evidence, and once the policy is met AWS is told,
//! once.

use async_trait::async_trait;
use viridian_shared::{
    command::VoteOnGate,
    evidence::{Evidence, EvidenceChange, evidence},
    journal::{Deed, Entry, Fact, GateName, Intention, NotDone, fact::UnclearBy},
    people,
    pipeline::GateKind,
    snapshot::Snapshot,
    time::Timestamp,
    vote::{Choice, Tally, Vote},
    words,
};

use super::{Act, Found, Warrant};
use crate::{
    Context, Error, Service,
    ballot::{Course, course},
    port::{
        Fault, PortError,
        pipelines::{ActionRun, ActionRunStatus, GateAnswer},
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
/// Digits that name a release and its evidence there.
const RELEASE_DIGITS: usize = 8;
const EVIDENCE_DIGITS: usize = 12;

#[async_trait]
impl Act for VoteOnGate {
    /// Whether it decides.
    type Ready = bool;

    /// What the policy goes by may be seconds old: the votes are read anew, and counted by the clock.
    async fn refresh(&self, service: &Service) -> Result<(), Error> {
        service.recount(&self.release).await.map_err(|source| Error::Unavailable {
            sentence: format!("Who has voted cannot be read, so nothing was done. {}", source.sentence()),
            source,
        })
    }

    async fn prepare(
        &self,
        service: &Service,
        ctx: &Context,
        snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        let gate = gate(snapshot, self);
        let policy = service.settings.policies.of(gate.kind);
        let (evidence, groups) = (evidence(snapshot), policy.names_of(&ctx.person));
        let given = Given { evidence: &evidence, groups: &groups, policy: &policy.version };
        let vote = vote(self, &ctx.person.name, ctx.at, &given);
        let (tally, voters) = match course(policy, snapshot, &vote, ctx.at) {
            Course::Decides(voters) => (None, voters),
            Course::Counts(tally) => (Some(tally), Vec::new()),
            Course::Waits(why) => return Err(Error::Conflict(why)),
        };
        // The values stand in the evidence already.
        let command = Self { seen: Vec::new(), ..self.clone() };
        let policy = policy.version.clone();
        Ok((Intention::Vote { command, gate, evidence, tally, voters, groups, policy }, tally.is_none()))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, decides: bool) -> Result<Deed, PortError> {
        if decides {
            let answer = answer(service, self, warrant.entry());
            say(service, warrant, &answer).await?;
        }
        Ok(kept(self, service, warrant.entry()))
    }

    /// A vote that does not decide is done once its intent is written. One that decides is kept in any case; where its
    /// answer did not reach AWS, whoever looks at the gate next answers it by a vote of their own.
    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let mut deed = kept(self, service, intent);
        let Deed::Vote { tally, .. } = &mut deed else { return Ok(Found::nothing()) };
        if tally.is_some() {
            return Ok(Found::done(deed));
        }
        let answer = answer(service, self, intent);
        Ok(match present_run(service, &answer).await? {
            Some(run) if is_ours(&run, &answer) => Found::done(deed),
            Some(run) if run.status == ActionRunStatus::InProgress => match words::many(voters(intent).len())
            {
                0 => Found::NotDone(NotDone::GateStillOpen),
                needed => {
                    *tally = Some(Tally { approvals: needed, needed });
                    Found::Kept(Box::new(deed))
                }
            },
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

/// What a vote is given on.
struct Given<'g> {
    evidence: &'g Evidence,
    groups: &'g [String],
    policy: &'g str,
}

fn voters(intent: &Entry) -> &[String] {
    match &intent.fact {
        Fact::Intended(intended) => match &intended.intention {
            Intention::Vote { voters, .. } => voters,
            _ => &[],
        },
        _ => &[],
    }
}

/// The vote that an intent speaks of. One of an older console did not keep its evidence.
fn kept(command: &VoteOnGate, service: &Service, intent: &Entry) -> Deed {
    let person = intent.person.as_deref().unwrap_or_default();
    if let Fact::Intended(intended) = &intent.fact
        && let Intention::Vote { gate, evidence, tally, groups, policy, .. } = &intended.intention
    {
        let vote = vote(command, person, intent.at, &Given { evidence, groups, policy });
        return Deed::Vote { vote, gate: gate.clone(), tally: *tally };
    }
    let given = Given { evidence: &Evidence::default(), groups: &[], policy: "" };
    let vote = vote(command, person, intent.at, &given);
    Deed::Vote { vote, gate: gate(&service.snapshot(), command), tally: None }
}

fn vote(command: &VoteOnGate, person: &str, at: Timestamp, given: &Given<'_>) -> Vote {
    Vote {
        release: command.release.clone(),
        stage: command.stage.clone(),
        action: command.action.clone(),
        person: person.to_owned(),
        choice: command.choice,
        comment: command.comment.trim().to_owned(),
        at,
        evidence: given.evidence.digest.clone(),
        run: command.run.clone(),
        request: command.request.clone(),
        groups: given.groups.to_vec(),
        policy: given.policy.to_owned(),
        seen: given.evidence.inputs.clone(),
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
        summary: decision(command, intent),
    }
}

/// Whose votes decided what on which evidence, and why, as AWS keeps it.
fn decision(command: &VoteOnGate, intent: &Entry) -> String {
    let names: Vec<_> = voters(intent).iter().map(|name| people::shown(name)).collect();
    if names.is_empty() {
        return summary(intent, &command.comment);
    }
    let first = |text: &str, digits: usize| text.get(..digits).unwrap_or(text).to_owned();
    let on = format!(
        "release {}, evidence {}, ",
        first(&command.release, RELEASE_DIGITS),
        first(&command.evidence, EVIDENCE_DIGITS)
    );
    told(&names.join(", "), &command.comment, &on, intent)
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
    told(people::shown(intent.person.as_deref().unwrap_or_default()), comment, "", intent)
}

fn told(who: &str, comment: &str, on: &str, intent: &Entry) -> String {
    let text = if comment.trim().is_empty() { who.to_owned() } else { format!("{who}: {}", comment.trim()) };
    let digits = intent.digest.get(..HEAD_DIGITS).unwrap_or(&intent.digest);
    let head = format!(" ({on}journal {}:{digits})", intent.number);
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
        Ok(Some(run)) if run.status != ActionRunStatus::InProgress => {
            let how =
                if run.status == ActionRunStatus::Succeeded { "approved" } else { "rejected, or closed," };
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
    let text = [" (release ", " (journal "]
        .iter()
        .fold(summary, |text, head| text.split(head).next().unwrap_or_default());
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
    let status =
        if answer.choice == Choice::Approve { ActionRunStatus::Succeeded } else { ActionRunStatus::Failed };
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
