//! Says on a gate what its votes have decided, by itself and in the voters' names, where AWS does not have the answer.

use async_trait::async_trait;
use viridian_shared::{
    command::AnswerGate,
    journal::{Deed, Entry, Fact, Intention, NotDone, fact::UnclearBy},
    snapshot::Snapshot,
};

use super::{
    Act, Found, Warrant,
    telling::{self, GATE, Told},
};
use crate::{
    Context, Error, Service,
    ballot::decision,
    port::{Fault, PortError, pipelines::GateAnswer},
};

#[async_trait]
impl Act for AnswerGate {
    type Ready = ();

    async fn prepare(
        &self,
        _service: &Service,
        _ctx: &Context,
        snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        let voters = decision(snapshot, self.choice).into_iter().map(|vote| vote.person.clone()).collect();
        let gate = telling::gate(snapshot, &self.stage, &self.action);
        Ok((Intention::AnswerGate { command: self.clone(), gate, voters }, ()))
    }

    /// Another console may have kept a vote since the votes were counted: they are counted once more.
    async fn act(&self, service: &Service, warrant: &Warrant, (): ()) -> Result<Deed, PortError> {
        service.recount(&self.release).await?;
        let snapshot = service.snapshot();
        if snapshot.ballot().and_then(|ballot| ballot.decided) != Some(self.choice) {
            let said = "somebody voted a moment ago, so it is not decided any more";
            return Err(PortError::new(Fault::Conflict, GATE, said));
        }
        let was_said = telling::say(service, warrant, &answer(service, self, warrant.entry())).await?;
        service.answering.answered(&self.request);
        Ok(deed(service, self, warrant.entry(), was_said))
    }

    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        Ok(match telling::told(service, &answer(service, self, intent)).await? {
            Told::ByUs => Found::done(deed(service, self, intent, false)),
            Told::Waits => Found::NotDone(NotDone::GateStillOpen),
            Told::Otherwise(_) => Found::NotDone(NotDone::GateAnswered),
            Told::Nothing => Found::Unclear(UnclearBy::NoGate),
        })
    }
}

fn answer(service: &Service, command: &AnswerGate, intent: &Entry) -> GateAnswer {
    let on = (command.release.as_str(), command.evidence.as_str());
    GateAnswer {
        pipeline: service.settings.pipeline.clone(),
        execution: command.release.clone(),
        stage: command.stage.clone(),
        action: command.action.clone(),
        request: command.request.clone(),
        choice: command.choice,
        summary: telling::decision(&voters(intent), &command.comment, on, intent),
    }
}

fn voters(intent: &Entry) -> Vec<String> {
    match intention(intent) {
        Some(Intention::AnswerGate { voters, .. }) => voters.clone(),
        _ => Vec::new(),
    }
}

fn intention(intent: &Entry) -> Option<&Intention> {
    match &intent.fact {
        Fact::Intended(intended) => Some(&intended.intention),
        _ => None,
    }
}

fn deed(service: &Service, command: &AnswerGate, intent: &Entry, was_said: bool) -> Deed {
    let gate = match intention(intent) {
        Some(Intention::AnswerGate { gate, .. }) => gate.clone(),
        _ => telling::gate(&service.snapshot(), &command.stage, &command.action),
    };
    Deed::AnswerGate { gate, choice: command.choice, voters: voters(intent), was_said }
}
