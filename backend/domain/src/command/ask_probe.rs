//! Sends one probe to both colours, once, without a suite.

use async_trait::async_trait;
use viridian_shared::{
    command::{AskProbe, Receipt},
    comparison::{run::Asker, suite::Suite},
    journal::Entry,
};

use super::{Found, Run};
use crate::{Context, Error, Service, comparison::Draft, port::PortError, service::Done};

/// What the check of a suite calls a probe that has none.
const NO_SUITE: &str = "asked once";

#[async_trait]
impl Run for AskProbe {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;
        let suite = Suite { probes: vec![self.probe.clone()], ..Suite::default() };
        service.ports.comparer.check(NO_SUITE, &suite).map_err(Error::Invalid)?;
        let mut draft = Draft::new(&service.snapshot(), None, suite, self.samples)?;
        draft.changes.clone_from(&self.changes);

        let text = format!("ask blue and green {}", self.probe.words());
        let warrant = service.open(ctx, permit, &self, &text).await?;

        let by = Asker::Person(ctx.person.name.clone());
        let begun = service.begin(draft, by, Some(warrant.entry().number)).await;

        service.close(ctx, warrant, begun.map(|run| done(&self, run))).await
    }

    async fn found(self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        Ok(match service.ports.runs.begun_by(service.name(), intent.number).await? {
            Some(run) => Found::Done(Box::new(done(&self, run))),
            None => Found::NotDone("The probe was not sent.".to_owned()),
        })
    }
}

fn done(command: &AskProbe, run: String) -> Done {
    let words = command.probe.words();
    Done::new(format!("{words} is on its way to both colours."), format!("asked {words}, run {run}"))
        .started(run)
}
