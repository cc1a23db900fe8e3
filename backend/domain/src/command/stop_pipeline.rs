//! Stops a release: at once, or after the actions that are running.

use async_trait::async_trait;
use viridian_shared::{
    command::StopPipeline,
    journal::{Deed, Entry, Intention, fact::UnclearBy},
    pipeline::ReleaseStatus,
    snapshot::Snapshot,
};

use super::{Act, Found, Warrant};
use crate::{
    Context, Error, Service,
    port::{PortError, pipelines::Stop},
};

#[async_trait]
impl Act for StopPipeline {
    type Ready = ();

    async fn prepare(
        &self,
        _service: &Service,
        _ctx: &Context,
        _snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        Ok((Intention::StopPipeline { command: self.clone() }, ()))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, (): ()) -> Result<Deed, PortError> {
        let stop = Stop {
            pipeline: service.settings.pipeline.clone(),
            execution: self.release.clone(),
            abandon: self.abandon,
            reason: self.reason.clone(),
        };
        service.ports.pipelines.stop(warrant, &stop).await?;
        Ok(deed(self))
    }

    async fn found(&self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        let executions = service.ports.pipelines.executions(&service.settings.pipeline).await?;
        let release = executions.iter().find(|execution| execution.id == self.release);
        Ok(match release.map(|release| &release.status) {
            Some(ReleaseStatus::Stopping | ReleaseStatus::Stopped) => Found::done(deed(self)),
            Some(ReleaseStatus::Unknown(_)) | None => Found::Unclear(UnclearBy::NoRelease),
            Some(_) => Found::nothing(),
        })
    }
}

fn deed(command: &StopPipeline) -> Deed {
    Deed::StopPipeline {
        release: command.release.clone(),
        is_abandoned: command.abandon,
        reason: command.reason.trim().to_owned(),
    }
}
