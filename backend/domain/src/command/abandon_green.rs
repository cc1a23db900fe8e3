//! Takes green down before the swap: `roll-back` gives the test port and the tasks back.
//!
//! A release that waits for the stage would run into the green that goes the moment its gate is rejected. So the way
//! into the stage is closed first, then the open gate is answered with no, and `roll-back` opens the way again once
//! green is gone. Where it cannot be started the way stays closed: giving the command again goes on.

use async_trait::async_trait;
use viridian_shared::{
    command::AbandonGreen,
    evidence::{Evidence, evidence},
    journal::{Deed, Entry, Fact, Intention},
    machine::MachineKind,
    snapshot::Snapshot,
    vote::{Choice, Vote},
};

use super::{
    Act, Found, Warrant,
    roll_back::{self, RollBack},
    telling,
};
use crate::{
    Context, Error, Service,
    port::{
        PortError,
        error::chain,
        pipelines::{CLOSED_FOR_ROLL_BACK, GateAnswer},
    },
};

/// What is found out beforehand.
pub struct Abandoning {
    back: RollBack,
    /// The stage that green was made in.
    stage: Option<String>,
    /// The gate that is open, as it is answered; the summary is written when it is.
    gate: Option<GateAnswer>,
    /// The same as a vote, which the journal keeps.
    rejection: Option<Vote>,
}

#[async_trait]
impl Act for AbandonGreen {
    type Ready = Abandoning;

    async fn prepare(
        &self,
        service: &Service,
        ctx: &Context,
        snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        let stage = stage_of_green(service, snapshot);
        let back = match &stage {
            Some(stage) => RollBack::reopening(service, stage),
            None => RollBack::of(service),
        };
        let RollBack { machine, input } = back.clone();
        let gate = open_gate(self, service, snapshot)?;
        let rejection = gate.as_ref().map(|gate| rejection(self, ctx, snapshot, gate));
        let ready = Abandoning { back, stage, gate, rejection: rejection.clone() };
        Ok((Intention::AbandonGreen { command: self.clone(), machine, input, rejection }, ready))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, ready: Abandoning) -> Result<Deed, PortError> {
        let Abandoning { back, stage, gate, rejection } = ready;
        let (pipelines, pipeline) = (&service.ports.pipelines, service.settings.pipeline.as_str());
        if let Some(stage) = &stage {
            pipelines.close(warrant, pipeline, stage, CLOSED_FOR_ROLL_BACK).await?;
        }
        let has_gate = gate.is_some();
        if let Some(mut answer) = gate {
            answer.summary = telling::summary(warrant.entry(), &self.reason);
            if let Err(error) = telling::say(service, warrant, &answer).await {
                reopen(service, warrant, stage.as_deref()).await;
                return Err(error);
            }
        }
        match roll_back::start(service, warrant, &back).await {
            Ok(execution) => Ok(deed(self, execution, rejection)),
            Err(error) => {
                // After a no the way stays closed until green is gone.
                if !has_gate {
                    reopen(service, warrant, stage.as_deref()).await;
                }
                Err(error)
            }
        }
    }

    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let rejection = match &intent.fact {
            Fact::Intended(it) => match &it.intention {
                Intention::AbandonGreen { rejection, .. } => rejection.clone(),
                _ => None,
            },
            _ => None,
        };
        roll_back::found(service, intent, |execution| deed(self, execution, rejection)).await
    }
}

/// The stage whose step stands green up: that is where the next release would meet it.
fn stage_of_green(service: &Service, snapshot: &Snapshot) -> Option<String> {
    let machines = service.settings.machines.iter();
    let arns: Vec<&str> = machines
        .filter(|machine| MachineKind::from_name(&machine.name) == MachineKind::DeployGreen)
        .map(|machine| machine.arn.as_str())
        .collect();
    let is_it = |machine: &String| arns.contains(&machine.as_str());
    let step = snapshot.pipeline()?.steps.iter().find(|step| step.machine.as_ref().is_some_and(is_it))?;
    Some(step.stage.clone())
}

/// A gate may be seen to be open a moment before it can be answered.
fn open_gate(
    command: &AbandonGreen,
    service: &Service,
    snapshot: &Snapshot,
) -> Result<Option<GateAnswer>, Error> {
    let Some((step, gate)) = snapshot.pipeline().and_then(|pipeline| pipeline.open_gate()) else {
        return Ok(None);
    };
    let just_opened =
        || Error::Conflict(format!("{} has only just opened. Try again in a moment.", step.title));
    Ok(Some(GateAnswer {
        pipeline: service.settings.pipeline.clone(),
        execution: command.release.clone(),
        stage: step.stage.clone(),
        action: step.action.clone(),
        request: gate.request.clone().ok_or_else(just_opened)?,
        choice: Choice::Reject,
        summary: String::new(),
    }))
}

/// Nothing has come of it, so everything is as before.
async fn reopen(service: &Service, warrant: &Warrant, stage: Option<&str>) {
    let Some(stage) = stage else { return };
    if let Err(error) = service.ports.pipelines.open(warrant, &service.settings.pipeline, stage).await {
        tracing::warn!(service.id = service.name(), stage, error = %chain(&error), "the way into a stage stays closed");
    }
}

/// The answer as a vote of whoever gives the command, on what the console sees.
fn rejection(command: &AbandonGreen, ctx: &Context, snapshot: &Snapshot, gate: &GateAnswer) -> Vote {
    let Evidence { digest, inputs } = evidence(snapshot);
    let newest = snapshot.comparison.value.as_ref().and_then(|it| it.newest.as_ref());
    Vote {
        release: command.release.clone(),
        stage: gate.stage.clone(),
        action: gate.action.clone(),
        person: ctx.person.name.clone(),
        choice: Choice::Reject,
        comment: command.reason.trim().to_owned(),
        at: ctx.at,
        evidence: digest,
        run: newest.map(|run| run.id.clone()),
        request: gate.request.clone(),
        groups: Vec::new(),
        policy: String::new(),
        seen: inputs,
    }
}

fn deed(command: &AbandonGreen, execution: String, rejection: Option<Vote>) -> Deed {
    Deed::AbandonGreen { reason: command.reason.trim().to_owned(), execution, rejection }
}
