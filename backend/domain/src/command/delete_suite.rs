//! Forgets a suite that the console keeps.

use async_trait::async_trait;
use viridian_shared::{
    command::DeleteSuite,
    journal::{Deed, Entry, Intention},
    snapshot::Snapshot,
};

use super::{Act, Found, Warrant};
use crate::{Context, Error, Service, comparison::refresh, port::PortError};

#[async_trait]
impl Act for DeleteSuite {
    type Ready = ();

    async fn prepare(
        &self,
        _service: &Service,
        _ctx: &Context,
        _snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        Ok((Intention::DeleteSuite { command: self.clone() }, ()))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, (): ()) -> Result<Deed, PortError> {
        let deleted = service.ports.suites.delete(warrant, service.name(), &self.name).await;
        refresh(service).await;
        deleted?;
        Ok(Deed::DeleteSuite { name: self.name.clone() })
    }

    async fn found(&self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        let suites = service.ports.suites.suites(service.name()).await?;
        Ok(if suites.iter().any(|suite| suite.name == self.name) {
            Found::nothing()
        } else {
            Found::done(Deed::DeleteSuite { name: self.name.clone() })
        })
    }
}
