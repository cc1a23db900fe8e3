//! Takes back a noise rule that was accepted in the console.

use async_trait::async_trait;
use viridian_shared::{
    command::{Receipt, WithdrawNoise},
    journal::Entry,
};

use super::{Found, Run};
use crate::{Context, Error, Service, comparison::refresh, port::PortError, service::Done};

#[async_trait]
impl Run for WithdrawNoise {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;
        if !is_kept(service, &self).await.map_err(Error::from_port)? {
            return Err(Error::NotFound(format!(
                "No rule “{}” was accepted here for {}. One of the repository is changed by a commit.",
                self.name, self.suite
            )));
        }

        let text = format!("take “{}” back as noise in {}", self.name, self.suite);
        let warrant = service.open(ctx, permit, &self, &text).await?;

        let suites = &service.ports.suites;
        let withdrawn = suites.withdraw(&warrant, service.name(), &self.suite, &self.name).await;
        refresh(service).await;

        service.close(ctx, warrant, withdrawn.map(|()| done(&self))).await
    }

    async fn found(self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        Ok(if is_kept(service, &self).await? {
            Found::NotDone("The rule was not taken back.".to_owned())
        } else {
            Found::Done(Box::new(done(&self)))
        })
    }
}

async fn is_kept(service: &Service, command: &WithdrawNoise) -> Result<bool, PortError> {
    let noise = service.ports.suites.noise(service.name()).await?;
    Ok(noise.iter().any(|it| it.suite == command.suite && it.rule.name == command.name))
}

fn done(command: &WithdrawNoise) -> Done {
    let (name, suite, reason) = (&command.name, &command.suite, command.reason.trim());
    Done::new(
        format!("{suite} shows what “{name}” hid from its next run on."),
        format!("took “{name}” back as noise in {suite}: “{reason}”"),
    )
}
