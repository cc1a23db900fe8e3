//! Makes something a noise rule of a suite, with name and reason.

use async_trait::async_trait;
use viridian_shared::{
    command::AcceptNoise,
    comparison::suite::NoiseRule,
    journal::{Deed, Entry, Intention},
    snapshot::Snapshot,
};

use super::{Act, Found, Warrant};
use crate::{
    Context, Error, Service,
    comparison::refresh,
    port::{PortError, suites::KeptNoise},
};

#[async_trait]
impl Act for AcceptNoise {
    type Ready = KeptNoise;

    async fn prepare(
        &self,
        service: &Service,
        ctx: &Context,
        _snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        let rule = rule(self, &ctx.person.name);
        check(service, self, &rule).await?;
        let noise = KeptNoise { suite: self.suite.clone(), rule, at: ctx.at };
        Ok((Intention::AcceptNoise { command: self.clone() }, noise))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, noise: KeptNoise) -> Result<Deed, PortError> {
        let accepted = service.ports.suites.accept(warrant, service.name(), &noise).await;
        refresh(service).await;
        accepted?;
        Ok(deed(self))
    }

    async fn found(&self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        let noise = service.ports.suites.noise(service.name()).await?;
        let is_there = noise.iter().any(|it| it.suite == self.suite && it.rule.name == self.name);
        Ok(if is_there { Found::done(deed(self)) } else { Found::nothing() })
    }
}

fn rule(command: &AcceptNoise, by: &str) -> NoiseRule {
    NoiseRule {
        name: command.name.trim().to_owned(),
        probe: command.probe.clone(),
        place: command.place.clone(),
        expects: None,
        by: by.to_owned(),
        reason: command.reason.trim().to_owned(),
    }
}

/// The suite must bear the rule: a pinned header, a selector that is none and the like are refused here.
async fn check(service: &Service, command: &AcceptNoise, rule: &NoiseRule) -> Result<(), Error> {
    let known = service.known_suite(&command.suite).await.map_err(Error::from_port)?;
    let gone = || Error::Conflict(format!("There is no suite {} any more.", command.suite));
    let mut suite = known.ok_or_else(gone)?.suite;
    if suite.noise.iter().any(|it| it.name == rule.name) {
        return Err(Error::Invalid(format!("{} has a rule “{}” already.", command.suite, rule.name)));
    }
    let before = suite.clone();
    suite.noise.push(rule.clone());
    service.ports.comparer.check(&command.suite, &suite).map_err(Error::Invalid)?;
    service.judge_noise((&command.suite, &before), rule, command.is_wide).await
}

fn deed(command: &AcceptNoise) -> Deed {
    Deed::AcceptNoise {
        name: command.name.trim().to_owned(),
        suite: command.suite.clone(),
        reason: command.reason.trim().to_owned(),
    }
}
