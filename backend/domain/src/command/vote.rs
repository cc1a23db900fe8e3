//! Says yes or no on the gate that is open: the vote is kept with its evidence, and once the policy is met AWS is told,
//! once. Where AWS is not reached the vote is kept all the same, and the console tells AWS by itself.

use async_trait::async_trait;
use viridian_shared::{
    command::VoteOnGate,
    evidence::{Evidence, EvidenceChange, evidence},
    journal::{Deed, Entry, Fact, GateName, Intention, NotDone, fact::UnclearBy},
    snapshot::Snapshot,
    time::Timestamp,
    vote::{Tally, Vote},
};

use super::{
    Act, Found, Warrant,
    telling::{self, Told, decision, summary},
};
use crate::{
    Context, Error, Service,
    ballot::{Course, course},
    port::{Fault, PortError, pipelines::GateAnswer},
};

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
        let mut deed = kept(self, service, warrant.entry());
        if !decides {
            return Ok(deed);
        }
        if let Some(counted) = outvoted(self, service, &deed).await? {
            return Ok(with_tally(deed, counted));
        }
        let answer = answer(service, self, warrant.entry());
        match telling::say(service, warrant, &answer).await {
            Ok(_) => service.answering.answered(&self.request),
            Err(error) if error.fault == Fault::Unreachable => unsaid(&mut deed),
            Err(error) => return Err(error),
        }
        Ok(deed)
    }

    /// A vote that does not decide is done once its intent is written. One that decides is kept in any case; where its
    /// answer did not reach AWS, the console gives it by itself.
    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let mut deed = kept(self, service, intent);
        let Deed::Vote { tally, .. } = &deed else { return Ok(Found::nothing()) };
        if tally.is_some() {
            return Ok(Found::done(deed));
        }
        let has_voters = !voters(intent).is_empty();
        Ok(match telling::told(service, &answer(service, self, intent)).await? {
            Told::ByUs => Found::done(deed),
            Told::Waits if has_voters => {
                unsaid(&mut deed);
                Found::done(deed)
            }
            Told::Waits => Found::NotDone(NotDone::GateStillOpen),
            Told::Otherwise(_) => Found::NotDone(NotDone::GateAnswered),
            Told::Nothing => Found::Unclear(UnclearBy::NoGate),
        })
    }

    fn after(&self, service: &Service) {
        service.answering.wake();
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

/// AWS was not reached, and the vote decides all the same.
fn unsaid(deed: &mut Deed) {
    if let Deed::Vote { is_unsaid, .. } = deed {
        *is_unsaid = true;
    }
}

fn with_tally(mut deed: Deed, counted: Tally) -> Deed {
    if let Deed::Vote { tally, .. } = &mut deed {
        *tally = Some(counted);
    }
    deed
}

/// Another console may have kept a vote while this one was about to decide: how far it is then.
async fn outvoted(command: &VoteOnGate, service: &Service, deed: &Deed) -> Result<Option<Tally>, PortError> {
    service.recount(&command.release).await?;
    let (snapshot, now) = (service.snapshot(), service.ports.clock.now());
    let policy = service.settings.policies.of(gate(&snapshot, command).kind);
    let course = deed.vote().map(|vote| course(policy, &snapshot, vote, now));
    Ok(match course {
        Some(Course::Counts(tally)) => Some(tally),
        _ => None,
    })
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
        return Deed::Vote { vote, gate: gate.clone(), tally: *tally, is_unsaid: false };
    }
    let given = Given { evidence: &Evidence::default(), groups: &[], policy: "" };
    let vote = vote(command, person, intent.at, &given);
    Deed::Vote { vote, gate: gate(&service.snapshot(), command), tally: None, is_unsaid: false }
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
        summary: match voters(intent) {
            [] => summary(intent, &command.comment),
            voters => decision(voters, &command.comment, (&command.release, &command.evidence), intent),
        },
    }
}

fn gate(snapshot: &Snapshot, command: &VoteOnGate) -> GateName {
    telling::gate(snapshot, &command.stage, &command.action)
}
