//! Ends the run under way.

use async_trait::async_trait;
use viridian_shared::{
    command::{Receipt, StopRun},
    comparison::run::RunStatus,
    journal::Entry,
};

use super::{Found, Run};
use crate::{
    Context, Error, Service,
    port::{Fault, PortError},
    service::Done,
};

#[async_trait]
impl Run for StopRun {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;

        let warrant = service.open(ctx, permit, &self, &format!("stop run {}", self.run)).await?;

        let told = service.comparison.stop(&self.run, &ctx.person.name);
        let ended = || PortError::new(Fault::Conflict, "stop a run", "this run has already ended");
        let stopped = if told { Ok(done(&self)) } else { Err(ended()) };

        service.close(ctx, warrant, stopped).await
    }

    async fn found(self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        let run = service.ports.runs.run(service.name(), &self.run).await?;
        Ok(match run.map(|run| run.brief.status) {
            Some(RunStatus::Stopped(_) | RunStatus::BrokenOff) => Found::Done(Box::new(done(&self))),
            Some(_) => Found::NotDone("The run was not stopped.".to_owned()),
            None => Found::Unknown("Nothing can be said of this run any more.".to_owned()),
        })
    }
}

fn done(command: &StopRun) -> Done {
    Done::new(format!("Run {} stops.", command.run), format!("stopped run {}", command.run))
}
