//! Keeps a suite in the console.

use async_trait::async_trait;
use viridian_shared::{
    command::SaveSuite,
    journal::{Deed, Entry, Intention},
    snapshot::Snapshot,
    words::many,
};

use super::{Act, Found, Warrant};
use crate::{
    Context, Error, Service,
    comparison::refresh,
    port::{PortError, suites::KeptSuite},
};

#[async_trait]
impl Act for SaveSuite {
    type Ready = KeptSuite;

    async fn prepare(
        &self,
        service: &Service,
        ctx: &Context,
        _snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        let suite = kept(service, self, ctx).await?;
        Ok((Intention::SaveSuite { command: self.clone() }, suite))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, suite: KeptSuite) -> Result<Deed, PortError> {
        let saved = service.ports.suites.save(warrant, service.name(), &suite).await;
        refresh(service).await;
        saved?;
        Ok(deed(self))
    }

    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let suites = service.ports.suites.suites(service.name()).await?;
        let is_ours = |it: &KeptSuite| it.name == self.name && it.at == intent.at;
        Ok(if suites.iter().any(is_ours) { Found::done(deed(self)) } else { Found::nothing() })
    }
}

/// The suite as it is kept: without the noise that is kept beside it, and checked with it.
async fn kept(service: &Service, command: &SaveSuite, ctx: &Context) -> Result<KeptSuite, Error> {
    service.ports.comparer.check(&command.name, &command.suite).map_err(Error::Invalid)?;
    service.judge_rules(ctx, &command.name, &command.suite).await?;
    let beside = service.ports.suites.noise(service.name()).await.map_err(Error::from_port)?;
    let mut suite = command.suite.clone();
    suite.noise.retain(|rule| !beside.iter().any(|it| it.suite == command.name && it.rule == *rule));
    Ok(KeptSuite {
        name: command.name.trim().to_owned(),
        suite,
        by: ctx.person.name.clone(),
        at: ctx.at,
        remarks: Vec::new(),
    })
}

fn deed(command: &SaveSuite) -> Deed {
    Deed::SaveSuite { name: command.name.trim().to_owned(), probes: many(command.suite.probes.len()) }
}
