//! Changes how many tasks each colour runs.

use async_trait::async_trait;
use viridian_shared::{
    command::{Receipt, SetDesiredCount},
    journal::Entry,
};

use super::{Found, Run};
use crate::{Context, Error, Service, port::PortError, service::Done};

#[async_trait]
impl Run for SetDesiredCount {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;

        let text = format!("set the desired count from {} to {}", self.from, self.to);
        let warrant = service.open(ctx, permit, &self, &text).await?;

        let settings = &service.settings;
        let tasks = &service.ports.tasks;
        let set = tasks.set_desired_count(&warrant, &settings.cluster, &settings.service, self.to).await;

        service.close(ctx, warrant, set.map(|()| done(&self))).await
    }

    async fn found(self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        let tasks = service.ports.tasks.read(&service.settings.cluster, &service.settings.service).await?;
        Ok(match tasks.desired_count {
            count if count == self.to => Found::Done(Box::new(done(&self))),
            count if count == self.from => Found::NotDone(format!("The desired count is still {count}.")),
            count => Found::Unknown(format!("The desired count is {count} by now.")),
        })
    }
}

fn done(command: &SetDesiredCount) -> Done {
    Done::new(
        format!("The desired count is {} now.", command.to),
        format!("set the desired count from {} to {}", command.from, command.to),
    )
}
