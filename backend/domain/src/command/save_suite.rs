//! Keeps a suite in the console.

use async_trait::async_trait;
use viridian_shared::{
    command::{Receipt, SaveSuite},
    journal::Entry,
    words::count,
};

use super::{Found, Run};
use crate::{
    Context, Error, Service,
    comparison::refresh,
    port::{PortError, suites::KeptSuite},
    service::Done,
};

#[async_trait]
impl Run for SaveSuite {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;
        let suite = kept(service, &self, ctx).await?;

        let warrant = service.open(ctx, permit, &self, &format!("keep the suite {}", self.name)).await?;

        let saved = service.ports.suites.save(&warrant, service.name(), &suite).await;
        refresh(service).await;

        service.close(ctx, warrant, saved.map(|()| done(&self))).await
    }

    async fn found(self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let suites = service.ports.suites.suites(service.name()).await?;
        let is_ours = |it: &KeptSuite| it.name == self.name && it.at == intent.at;
        Ok(if suites.iter().any(is_ours) {
            Found::Done(Box::new(done(&self)))
        } else {
            Found::NotDone("The suite was not kept.".to_owned())
        })
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

fn done(command: &SaveSuite) -> Done {
    let probes = count(command.suite.probes.len(), "probe", "probes");
    let name = command.name.trim();
    Done::new(format!("{name} is kept with {probes}."), format!("kept the suite {name} with {probes}"))
}
