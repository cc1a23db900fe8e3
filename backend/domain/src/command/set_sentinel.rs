//! Lets a suite run by itself while a window is open, or not any more.

use async_trait::async_trait;
use viridian_shared::{
    command::{Receipt, SetSentinel},
    journal::Entry,
    words::count,
};

use super::{Found, Run};
use crate::{
    Context, Error, Service,
    port::{PortError, suites::SentinelSetting},
    service::Done,
};

#[async_trait]
impl Run for SetSentinel {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;

        let verb = if self.is_on { "set the sentinel on" } else { "take the sentinel off" };
        let warrant = service.open(ctx, permit, &self, &format!("{verb} {}", self.suite)).await?;

        let set = service.ports.suites.set_sentinel(&warrant, service.name(), &setting(&self)).await;
        service.comparison.wake();

        service.close(ctx, warrant, set.map(|()| done(&self))).await
    }

    async fn found(self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        let is_set = service.ports.suites.sentinel(service.name()).await? == Some(setting(&self));
        Ok(if is_set {
            Found::Done(Box::new(done(&self)))
        } else {
            Found::NotDone("The sentinel was not changed.".to_owned())
        })
    }
}

fn setting(command: &SetSentinel) -> SentinelSetting {
    SentinelSetting {
        is_on: command.is_on,
        suite: command.suite.clone(),
        period_minutes: command.period_minutes,
    }
}

fn done(command: &SetSentinel) -> Done {
    if !command.is_on {
        return Done::new("No suite runs by itself any more.", "took the sentinel off");
    }
    let suite = &command.suite;
    let every = count(command.period_minutes as usize, "minute", "minutes");
    Done::new(
        format!("While a window is open, {suite} runs every {every}."),
        format!("set the sentinel on {suite}, every {every}"),
    )
}
