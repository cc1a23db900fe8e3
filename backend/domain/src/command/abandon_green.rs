//! Takes green down before the swap: `roll-back` gives the test port and the tasks back.

use async_trait::async_trait;
use viridian_shared::{
    command::AbandonGreen,
    journal::{Deed, Entry, Intention},
    snapshot::Snapshot,
};

use super::{
    Act, Found, Warrant,
    roll_back::{self, RollBack},
};
use crate::{Context, Error, Service, port::PortError};

#[async_trait]
impl Act for AbandonGreen {
    type Ready = RollBack;

    async fn prepare(
        &self,
        service: &Service,
        _ctx: &Context,
        _snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        let back = RollBack::of(service);
        let RollBack { machine, input } = back.clone();
        Ok((Intention::AbandonGreen { command: self.clone(), machine, input }, back))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, back: RollBack) -> Result<Deed, PortError> {
        let execution = roll_back::start(service, warrant, &back).await?;
        Ok(deed(self, execution))
    }

    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        roll_back::found(service, intent, |execution| deed(self, execution)).await
    }
}

fn deed(command: &AbandonGreen, execution: String) -> Deed {
    Deed::AbandonGreen { reason: command.reason.trim().to_owned(), execution }
}
