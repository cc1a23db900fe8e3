//! Starts a release of the newest commit.

use async_trait::async_trait;
use viridian_shared::{
    command::StartPipeline,
    journal::{Deed, Entry, Intention},
    snapshot::Snapshot,
};

use super::{Act, Found, Warrant};
use crate::{Context, Error, Service, port::PortError};

#[async_trait]
impl Act for StartPipeline {
    type Ready = ();

    async fn prepare(
        &self,
        _service: &Service,
        _ctx: &Context,
        _snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        Ok((Intention::StartPipeline { command: self.clone() }, ()))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, (): ()) -> Result<Deed, PortError> {
        let release = service.ports.pipelines.start(warrant, &service.settings.pipeline).await?;
        Ok(Deed::StartPipeline { release })
    }

    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let executions = service.ports.pipelines.executions(&service.settings.pipeline).await?;
        let ours = executions.into_iter().find(|execution| {
            execution.trigger.as_ref().is_some_and(|trigger| trigger.kind == "StartPipelineExecution")
                && execution.started_at.is_some_and(|at| at >= intent.at)
        });
        Ok(ours.map_or_else(Found::nothing, |it| Found::done(Deed::StartPipeline { release: it.id })))
    }
}
