//! Makes a suite of what a team has already.
//!
//! What is imported may hold secrets, and so it is not written down: the intent stands for it without the text.

use async_trait::async_trait;
use viridian_shared::{
    command::ImportSuite,
    comparison::suite::{ImportFormat, NoiseRule},
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
impl Act for ImportSuite {
    type Ready = KeptSuite;

    async fn prepare(
        &self,
        service: &Service,
        ctx: &Context,
        _snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        let suite = imported(service, self, ctx).await?;
        Ok((Intention::ImportSuite { command: self.kept() }, suite))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, suite: KeptSuite) -> Result<Deed, PortError> {
        let saved = service.ports.suites.save(warrant, service.name(), &suite).await;
        refresh(service).await;
        saved?;
        Ok(deed(self.format, &suite))
    }

    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let suites = service.ports.suites.suites(service.name()).await?;
        let suite = suites.iter().find(|it| it.name == self.name && it.at == intent.at);
        Ok(suite.map_or_else(Found::nothing, |suite| Found::done(deed(self.format, suite))))
    }

    fn kept(&self) -> Self {
        Self { text: String::new(), ..self.clone() }
    }
}

/// Noise that is kept beside the suite stands in its text too, and is not kept twice.
async fn imported(service: &Service, command: &ImportSuite, ctx: &Context) -> Result<KeptSuite, Error> {
    let comparer = &service.ports.comparer;
    let mut imported = comparer.import(command.format, &command.text).await.map_err(Error::Invalid)?;
    comparer.check(&command.name, &imported.suite).map_err(Error::Invalid)?;
    service.judge_rules(ctx, &command.name, &imported.suite).await?;
    if command.from.is_some() {
        let beside = service.ports.suites.noise(service.name()).await.map_err(Error::from_port)?;
        let is_beside =
            |rule: &NoiseRule| beside.iter().any(|it| it.suite == command.name && it.rule == *rule);
        imported.suite.noise.retain(|rule| !is_beside(rule));
    }
    Ok(KeptSuite {
        name: command.name.trim().to_owned(),
        suite: imported.suite,
        by: ctx.person.name.clone(),
        at: ctx.at,
        remarks: imported.remarks,
    })
}

fn deed(format: ImportFormat, suite: &KeptSuite) -> Deed {
    Deed::ImportSuite {
        name: suite.name.clone(),
        format,
        probes: many(suite.suite.probes.len()),
        remarks: many(suite.remarks.len()),
    }
}
