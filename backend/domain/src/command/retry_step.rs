//! Runs the failed actions of a stage again.

use async_trait::async_trait;
use viridian_shared::{
    command::{Receipt, RetryStep},
    journal::Entry,
};

use super::{Found, Run};
use crate::{Context, Error, Service, port::PortError, service::Done};

#[async_trait]
impl Run for RetryStep {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;

        let title = title(service, &self);
        let warrant = service.open(ctx, permit, &self, &format!("run {title} again")).await?;

        let pipelines = &service.ports.pipelines;
        let retried = pipelines.retry(&warrant, &service.settings.pipeline, &self.stage, &self.release).await;

        service.close(ctx, warrant, retried.map(|()| done(&title))).await
    }

    async fn found(self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let runs = service.ports.pipelines.runs(&service.settings.pipeline, &self.release).await?;
        let again = runs.iter().any(|run| {
            run.stage == self.stage
                && run.action == self.action
                && run.started_at.is_some_and(|at| at >= intent.at)
        });
        let title = title(service, &self);
        Ok(if again {
            Found::Done(Box::new(done(&title)))
        } else {
            Found::NotDone(format!("{title} did not run again."))
        })
    }
}

fn title(service: &Service, command: &RetryStep) -> String {
    let snapshot = service.snapshot();
    let step = snapshot.pipeline().and_then(|pipeline| pipeline.step(&command.stage, &command.action));
    step.map_or_else(|| command.action.clone(), |step| step.title.clone())
}

fn done(title: &str) -> Done {
    Done::new(format!("{title} runs again."), format!("ran {title} again"))
}
