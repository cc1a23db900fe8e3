//! Runs the failed actions of a stage again.

use async_trait::async_trait;
use viridian_shared::{
    command::RetryStep,
    journal::{Deed, Entry, Intention},
    snapshot::Snapshot,
};

use super::{Act, Found, Warrant};
use crate::{Context, Error, Service, port::PortError};

#[async_trait]
impl Act for RetryStep {
    type Ready = ();

    async fn prepare(
        &self,
        _service: &Service,
        _ctx: &Context,
        snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        Ok((Intention::RetryStep { command: self.clone(), title: title(snapshot, self) }, ()))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, (): ()) -> Result<Deed, PortError> {
        let pipeline = &service.settings.pipeline;
        service.ports.pipelines.retry(warrant, pipeline, &self.stage, &self.release).await?;
        Ok(deed(service, self))
    }

    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let runs = service.ports.pipelines.runs(&service.settings.pipeline, &self.release).await?;
        let again = runs.iter().any(|run| {
            run.stage == self.stage
                && run.action == self.action
                && run.started_at.is_some_and(|at| at >= intent.at)
        });
        Ok(if again {
            Found::done(deed(service, self))
        } else {
            Found::nothing_of(&title(&service.snapshot(), self))
        })
    }
}

fn title(snapshot: &Snapshot, command: &RetryStep) -> String {
    let step = snapshot.pipeline().and_then(|pipeline| pipeline.step(&command.stage, &command.action));
    step.map_or_else(|| command.action.clone(), |step| step.title.clone())
}

fn deed(service: &Service, command: &RetryStep) -> Deed {
    Deed::RetryStep {
        stage: command.stage.clone(),
        action: command.action.clone(),
        title: title(&service.snapshot(), command),
    }
}
