//! Starts an execution of a state machine.

use async_trait::async_trait;
use viridian_shared::{
    command::{Receipt, StartExecution},
    journal::Entry,
    machine::ExecutionDetail,
};

use super::{Found, Run};
use crate::{
    Context, Error, Service,
    port::{Fault, PortError, machines::execution_arn},
    service::Done,
    warrant,
};

#[async_trait]
impl Run for StartExecution {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;
        if serde_json::from_str::<serde_json::Value>(&self.input).is_err() {
            return Err(Error::Invalid("The input is not JSON.".to_owned()));
        }

        let warrant = service.open(ctx, permit, &self, &format!("start {}", self.machine)).await?;

        let name = warrant.name();
        let arn = service.machine_arn(&self.machine);
        let started = service.ports.machines.start(&warrant, &arn, &name, &self.input).await;

        service.close(ctx, warrant, started.map(|arn| done(&self.machine, arn))).await
    }

    async fn found(self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        Ok(match started(service, &self.machine, intent).await? {
            Some(detail) => Found::Done(Box::new(done(&self.machine, detail.execution.arn))),
            None => Found::NotDone(format!("{} was not started.", self.machine)),
        })
    }
}

fn done(machine: &str, execution: String) -> Done {
    Done::new(format!("{machine} was started."), format!("started {machine}")).started(execution)
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
