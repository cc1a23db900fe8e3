//! Takes back a noise rule that was accepted in the console.

use async_trait::async_trait;
use viridian_shared::{
    command::WithdrawNoise,
    journal::{Deed, Entry, Intention},
    snapshot::Snapshot,
};

use super::{Act, Found, Warrant};
use crate::{Context, Error, Service, comparison::refresh, port::PortError};

#[async_trait]
impl Act for WithdrawNoise {
    type Ready = ();

    async fn prepare(
        &self,
        service: &Service,
        _ctx: &Context,
        _snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        if !is_kept(service, self).await.map_err(Error::from_port)? {
            return Err(Error::NotFound(format!(
                "No rule “{}” was accepted here for {}. One of the repository is changed by a commit.",
                self.name, self.suite
            )));
        }
        Ok((Intention::WithdrawNoise { command: self.clone() }, ()))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, (): ()) -> Result<Deed, PortError> {
        let suites = &service.ports.suites;
        let withdrawn = suites.withdraw(warrant, service.name(), &self.suite, &self.name).await;
        refresh(service).await;
        withdrawn?;
        Ok(deed(self))
    }

    async fn found(&self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        Ok(if is_kept(service, self).await? { Found::nothing() } else { Found::done(deed(self)) })
    }
}

async fn is_kept(service: &Service, command: &WithdrawNoise) -> Result<bool, PortError> {
    let noise = service.ports.suites.noise(service.name()).await?;
    Ok(noise.iter().any(|it| it.suite == command.suite && it.rule.name == command.name))
}

fn deed(command: &WithdrawNoise) -> Deed {
    Deed::WithdrawNoise {
        name: command.name.clone(),
        suite: command.suite.clone(),
        reason: command.reason.trim().to_owned(),
    }
}
