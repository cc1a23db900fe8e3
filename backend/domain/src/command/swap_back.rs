//! After the swap: gives production back to blue.

use async_trait::async_trait;
use viridian_shared::{
    command::SwapBack,
    journal::{Deed, Entry, Intention},
    snapshot::Snapshot,
};

use super::{
    Act, Found, Warrant,
    roll_back::{self, RollBack},
};
use crate::{Context, Error, Service, port::PortError};

#[async_trait]
impl Act for SwapBack {
    type Ready = RollBack;

    async fn prepare(
        &self,
        service: &Service,
        _ctx: &Context,
        _snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        let back = RollBack::of(service);
        let RollBack { machine, input } = back.clone();
        Ok((Intention::SwapBack { command: self.clone(), machine, input }, back))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, back: RollBack) -> Result<Deed, PortError> {
        let execution = roll_back::start(service, warrant, &back).await?;
        Ok(deed(self, execution))
    }

    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        roll_back::found(service, intent, |execution| deed(self, execution)).await
    }
}

fn deed(command: &SwapBack, execution: String) -> Deed {
    Deed::SwapBack { reason: command.reason.trim().to_owned(), execution }
}
