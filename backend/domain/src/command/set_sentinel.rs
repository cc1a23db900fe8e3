//! Lets a suite run by itself while a window is open, or not any more.

use async_trait::async_trait;
use viridian_shared::{
    command::SetSentinel,
    journal::{Deed, Entry, Intention},
    snapshot::Snapshot,
};

use super::{Act, Found, Warrant};
use crate::{
    Context, Error, Service,
    port::{PortError, suites::SentinelSetting},
};

#[async_trait]
impl Act for SetSentinel {
    type Ready = ();

    async fn prepare(
        &self,
        _service: &Service,
        _ctx: &Context,
        _snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        Ok((Intention::SetSentinel { command: self.clone() }, ()))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, (): ()) -> Result<Deed, PortError> {
        let set = service.ports.suites.set_sentinel(warrant, service.name(), &setting(self)).await;
        service.comparison.wake();
        set?;
        Ok(deed(self))
    }

    async fn found(&self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        let is_set = service.ports.suites.sentinel(service.name()).await? == Some(setting(self));
        Ok(if is_set { Found::done(deed(self)) } else { Found::nothing() })
    }
}

fn setting(command: &SetSentinel) -> SentinelSetting {
    SentinelSetting {
        is_on: command.is_on,
        suite: command.suite.clone(),
        period_minutes: command.period_minutes,
    }
}

fn deed(command: &SetSentinel) -> Deed {
    Deed::SetSentinel {
        is_on: command.is_on,
        suite: command.suite.clone(),
        period_minutes: command.period_minutes,
    }
}
