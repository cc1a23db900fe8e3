//! Stops a release: at once, or after the actions that are running.

use async_trait::async_trait;
use viridian_shared::{
    command::{Receipt, StopPipeline},
    journal::Entry,
    pipeline::ReleaseStatus,
};

use super::{Found, Run};
use crate::{
    Context, Error, Service,
    port::{PortError, pipelines::Stop},
    service::Done,
};

#[async_trait]
impl Run for StopPipeline {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;

        let warrant = service.open(ctx, permit, &self, "stop the release").await?;

        let stop = Stop {
            pipeline: service.settings.pipeline.clone(),
            execution: self.release.clone(),
            abandon: self.abandon,
            reason: self.reason.clone(),
        };
        let stopped = service.ports.pipelines.stop(&warrant, &stop).await;

        service.close(ctx, warrant, stopped.map(|()| done(&self))).await
    }

    async fn found(self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        let executions = service.ports.pipelines.executions(&service.settings.pipeline).await?;
        let release = executions.iter().find(|execution| execution.id == self.release);
        Ok(match release.map(|release| &release.status) {
            Some(ReleaseStatus::Stopping | ReleaseStatus::Stopped) => Found::Done(Box::new(done(&self))),
            Some(ReleaseStatus::Unknown(_)) | None => {
                Found::Unknown("Nothing can be said of this release any more.".to_owned())
            }
            Some(_) => Found::NotDone("The release was not stopped.".to_owned()),
        })
    }
}

fn done(command: &StopPipeline) -> Done {
    let reason =
        if command.reason.is_empty() { String::new() } else { format!(": “{}”", command.reason.trim()) };
    if command.abandon {
        Done::new("The release was stopped at once.", format!("stopped the release at once{reason}"))
    } else {
        Done::new(
            "The release stops after the step that is running.",
            format!("stopped the release after its running step{reason}"),
        )
    }
}
