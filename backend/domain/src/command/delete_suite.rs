//! Forgets a suite that the console keeps.

use async_trait::async_trait;
use viridian_shared::{
    command::{DeleteSuite, Receipt},
    journal::Entry,
};

use super::{Found, Run};
use crate::{Context, Error, Service, comparison::refresh, port::PortError, service::Done};

#[async_trait]
impl Run for DeleteSuite {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;

        let warrant = service.open(ctx, permit, &self, &format!("forget the suite {}", self.name)).await?;

        let deleted = service.ports.suites.delete(&warrant, service.name(), &self.name).await;
        refresh(service).await;

        service.close(ctx, warrant, deleted.map(|()| done(&self))).await
    }

    async fn found(self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        let suites = service.ports.suites.suites(service.name()).await?;
        Ok(if suites.iter().any(|suite| suite.name == self.name) {
            Found::NotDone("The suite is still there.".to_owned())
        } else {
            Found::Done(Box::new(done(&self)))
        })
    }
}

fn done(command: &DeleteSuite) -> Done {
    let name = &command.name;
    Done::new(format!("{name} is forgotten. Its runs stay."), format!("forgot the suite {name}"))
}
