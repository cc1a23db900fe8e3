//! Starts a state machine that stands behind a gate, without a vote: an emergency, told to everybody.

use async_trait::async_trait;
use viridian_shared::{
    command::StartEmergency,
    evidence::evidence,
    journal::{Deed, Entry, Fact, Intention},
    rule::gate_of,
    snapshot::Snapshot,
};

use super::{
    Act, Found, Warrant, input,
    start_execution::{start, started},
};
use crate::{Context, Error, Service, port::PortError};

#[async_trait]
impl Act for StartEmergency {
    /// The gate’s title.
    type Ready = String;

    /// The journal keeps the whole of it: what is started around which gate, with which input, why, and what could
    /// be seen of both colours.
    async fn prepare(
        &self,
        service: &Service,
        _ctx: &Context,
        snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        input::check(service, snapshot, &self.input)?;
        let (command, gate, evidence) = (self.clone(), gate(self, snapshot), evidence(snapshot));
        Ok((Intention::StartEmergency { command, gate: gate.clone(), evidence }, gate))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, gate: String) -> Result<Deed, PortError> {
        let execution = start(service, warrant, &self.machine, &self.input).await?;
        Ok(deed(self, gate, execution))
    }

    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        Ok(match started(service, &self.machine, intent).await? {
            Some(detail) => Found::done(deed(self, intended(intent), detail.execution.arn)),
            None => Found::nothing_of(&self.machine),
        })
    }
}

/// The gate’s title.
fn gate(command: &StartEmergency, snapshot: &Snapshot) -> String {
    let machine = snapshot.machines().iter().find(|machine| machine.name == command.machine);
    let gate = snapshot.pipeline().zip(machine).and_then(|(pipeline, machine)| gate_of(pipeline, machine));
    gate.map(|gate| gate.title.clone()).unwrap_or_default()
}

/// The gate’s title as the intent has it.
fn intended(intent: &Entry) -> String {
    let Fact::Intended(intended) = &intent.fact else { return String::new() };
    match &intended.intention {
        Intention::StartEmergency { gate, .. } => gate.clone(),
        _ => String::new(),
    }
}

fn deed(command: &StartEmergency, gate: String, execution: String) -> Deed {
    let (machine, reason) = (command.machine.clone(), command.reason.trim().to_owned());
    Deed::StartEmergency { machine, gate, reason, execution }
}
