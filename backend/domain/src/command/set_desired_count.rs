//! Changes how many tasks each colour runs.

use async_trait::async_trait;
use viridian_shared::{
    command::SetDesiredCount,
    journal::{Deed, Entry, Intention, NotDone, fact::UnclearBy},
    snapshot::Snapshot,
};

use super::{Act, Found, Warrant};
use crate::{Context, Error, Service, port::PortError};

#[async_trait]
impl Act for SetDesiredCount {
    type Ready = ();

    async fn prepare(
        &self,
        _service: &Service,
        _ctx: &Context,
        _snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        Ok((Intention::SetDesiredCount { command: self.clone() }, ()))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, (): ()) -> Result<Deed, PortError> {
        let settings = &service.settings;
        let tasks = &service.ports.tasks;
        tasks.set_desired_count(warrant, &settings.cluster, &settings.service, self.to).await?;
        Ok(Deed::SetDesiredCount { from: self.from, to: self.to })
    }

    async fn found(&self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        let tasks = service.ports.tasks.read(&service.settings.cluster, &service.settings.service).await?;
        Ok(match tasks.desired_count {
            count if count == self.to => Found::done(Deed::SetDesiredCount { from: self.from, to: self.to }),
            count if count == self.from => Found::NotDone(NotDone::CountIsStill(count)),
            count => Found::Unclear(UnclearBy::CountIsNow(count)),
        })
    }
}
