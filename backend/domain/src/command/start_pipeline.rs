//! Starts a release of the newest commit.

use async_trait::async_trait;
use viridian_shared::{
    command::{Receipt, StartPipeline},
    journal::Entry,
};

use super::{Found, Run};
use crate::{Context, Error, Service, port::PortError, service::Done};

#[async_trait]
impl Run for StartPipeline {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;

        let warrant = service.open(ctx, permit, &self, "start a release of the newest commit").await?;

        let started = service.ports.pipelines.start(&warrant, &service.settings.pipeline).await;

        service.close(ctx, warrant, started.map(done)).await
    }

    async fn found(self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let executions = service.ports.pipelines.executions(&service.settings.pipeline).await?;
        let ours = executions.into_iter().find(|execution| {
            execution.trigger.as_ref().is_some_and(|trigger| trigger.kind == "StartPipelineExecution")
                && execution.started_at.is_some_and(|at| at >= intent.at)
        });
        Ok(ours.map_or_else(
            || Found::NotDone("No release was started.".to_owned()),
            |execution| Found::Done(Box::new(done(execution.id))),
        ))
    }
}

fn done(execution: String) -> Done {
    Done::new("A release of the newest commit was started.", "started a release of the newest commit")
        .began(execution)
}
