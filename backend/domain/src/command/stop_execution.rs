//! Aborts a running execution; calls already made are not undone.

use async_trait::async_trait;
use viridian_shared::{
    command::{Receipt, StopExecution},
    journal::Entry,
    machine::ExecutionStatus,
};

use super::{Found, Run};
use crate::{Context, Error, Service, port::PortError, service::Done};

#[async_trait]
impl Run for StopExecution {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;

        let warrant = service.open(ctx, permit, &self, &format!("stop {}", self.machine)).await?;

        let stopped = service.ports.machines.stop(&warrant, &self.execution_arn, &self.reason).await;

        service.close(ctx, warrant, stopped.map(|()| done(&self))).await
    }

    async fn found(self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        let detail = service.ports.machines.execution(&self.execution_arn).await?;
        Ok(match detail.execution.status {
            ExecutionStatus::Aborted => Found::Done(Box::new(done(&self))),
            _ => Found::NotDone(format!("{} was not stopped.", self.machine)),
        })
    }
}

fn done(command: &StopExecution) -> Done {
    let reason =
        if command.reason.is_empty() { String::new() } else { format!(": “{}”", command.reason.trim()) };
    Done::new(format!("{} was stopped.", command.machine), format!("stopped {}{reason}", command.machine))
}
