//! Aborts a running execution; calls already made are not undone.

use async_trait::async_trait;
use viridian_shared::{
    command::StopExecution,
    journal::{Deed, Entry, Intention},
    machine::ExecutionStatus,
    snapshot::Snapshot,
};

use super::{Act, Found, Warrant};
use crate::{Context, Error, Service, port::PortError};

#[async_trait]
impl Act for StopExecution {
    type Ready = ();

    async fn prepare(
        &self,
        _service: &Service,
        _ctx: &Context,
        _snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        Ok((Intention::StopExecution { command: self.clone() }, ()))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, (): ()) -> Result<Deed, PortError> {
        service.ports.machines.stop(warrant, &self.execution_arn, &self.reason).await?;
        Ok(deed(self))
    }

    async fn found(&self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        let detail = service.ports.machines.execution(&self.execution_arn).await?;
        Ok(match detail.execution.status {
            ExecutionStatus::Aborted => Found::done(deed(self)),
            _ => Found::nothing_of(&self.machine),
        })
    }
}

fn deed(command: &StopExecution) -> Deed {
    Deed::StopExecution {
        machine: command.machine.clone(),
        execution: command.execution_arn.clone(),
        reason: command.reason.trim().to_owned(),
    }
}
