//! Starts an execution of a state machine that does not stand behind a gate.

use async_trait::async_trait;
use viridian_shared::{
    command::StartExecution,
    journal::{Deed, Entry, Intention},
    machine::ExecutionDetail,
    snapshot::Snapshot,
};

use super::{Act, Found, Warrant, input};
use crate::{
    Context, Error, Service,
    port::{Fault, PortError, machines::execution_arn},
    warrant,
};

#[async_trait]
impl Act for StartExecution {
    type Ready = ();

    async fn prepare(
        &self,
        service: &Service,
        _ctx: &Context,
        snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        input::check(service, snapshot, &self.input)?;
        Ok((Intention::StartExecution { command: self.clone() }, ()))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, (): ()) -> Result<Deed, PortError> {
        let execution = start(service, warrant, &self.machine, &self.input).await?;
        Ok(Deed::StartExecution { machine: self.machine.clone(), execution })
    }

    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        Ok(match started(service, &self.machine, intent).await? {
            Some(detail) => Found::done(Deed::StartExecution {
                machine: self.machine.clone(),
                execution: detail.execution.arn,
            }),
            None => Found::nothing_of(&self.machine),
        })
    }
}

/// Starts an execution under the warrant's name and gives its ARN.
pub(super) async fn start(
    service: &Service,
    warrant: &Warrant,
    machine: &str,
    input: &str,
) -> Result<String, PortError> {
    let (machines, name) = (&service.ports.machines, warrant.name());
    machines.start(warrant, &service.machine_arn(machine), &name, input).await
}

/// The execution that an intent started, if it did.
pub(super) async fn started(
    service: &Service,
    machine: &str,
    intent: &Entry,
) -> Result<Option<ExecutionDetail>, PortError> {
    let arn = execution_arn(&service.machine_arn(machine), &warrant::name(intent));
    match service.ports.machines.execution(&arn).await {
        Ok(detail) => Ok(Some(detail)),
        Err(error) if error.fault == Fault::Missing => Ok(None),
        Err(error) => Err(error),
    }
}

impl Service {
    /// The ARN of a machine by its name; empty if the service has none such, which AWS will refuse.
    pub fn machine_arn(&self, name: &str) -> String {
        let machine = self.settings.machines.iter().find(|machine| machine.name == name);
        machine.map(|machine| machine.arn.clone()).unwrap_or_default()
    }
}
