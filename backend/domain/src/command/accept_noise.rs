//! Makes something a noise rule of a suite, with name and reason.

use async_trait::async_trait;
use viridian_shared::{
    command::{AcceptNoise, Receipt},
    comparison::suite::NoiseRule,
    journal::Entry,
};

use super::{Found, Run};
use crate::{
    Context, Error, Service,
    comparison::refresh,
    port::{PortError, suites::KeptNoise},
    service::Done,
};

#[async_trait]
impl Run for AcceptNoise {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;
        let rule = rule(&self, &ctx.person.name);
        check(service, &self, &rule).await?;

        let text = format!("call “{}” noise in {}", self.name, self.suite);
        let warrant = service.open(ctx, permit, &self, &text).await?;

        let noise = KeptNoise { suite: self.suite.clone(), rule, at: ctx.at };
        let accepted = service.ports.suites.accept(&warrant, service.name(), &noise).await;
        refresh(service).await;

        service.close(ctx, warrant, accepted.map(|()| done(&self))).await
    }

    async fn found(self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        let noise = service.ports.suites.noise(service.name()).await?;
        let is_there = noise.iter().any(|it| it.suite == self.suite && it.rule.name == self.name);
        Ok(if is_there {
            Found::Done(Box::new(done(&self)))
        } else {
            Found::NotDone("The rule was not kept.".to_owned())
        })
    }
}

fn rule(command: &AcceptNoise, by: &str) -> NoiseRule {
    NoiseRule {
        name: command.name.trim().to_owned(),
        probe: command.probe.clone(),
        place: command.place.clone(),
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

fn done(command: &AcceptNoise) -> Done {
    let (name, suite, reason) = (command.name.trim(), &command.suite, command.reason.trim());
    Done::new(
        format!("{suite} hides “{name}” from its next run on."),
        format!("called “{name}” noise in {suite}: “{reason}”"),
    )
}
