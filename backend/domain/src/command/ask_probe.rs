//! Sends one probe to both colours, once, without a suite.

use async_trait::async_trait;
use viridian_shared::{
    command::AskProbe,
    comparison::{run::Asker, suite::Suite},
    journal::{Deed, Entry, Intention},
    snapshot::Snapshot,
};

use super::{Act, Found, Warrant};
use crate::{Context, Error, Service, comparison::Draft, port::PortError};

/// What the check of a suite calls a probe that has none.
const NO_SUITE: &str = "asked once";

#[async_trait]
impl Act for AskProbe {
    type Ready = Draft;

    async fn prepare(
        &self,
        service: &Service,
        _ctx: &Context,
        snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        let suite = Suite { probes: vec![self.probe.clone()], ..Suite::default() };
        service.ports.comparer.check(NO_SUITE, &suite).map_err(Error::Invalid)?;
        let mut draft = Draft::new(snapshot, None, suite, self.samples)?;
        draft.changes.clone_from(&self.changes);
        Ok((Intention::AskProbe { command: self.clone() }, draft))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, draft: Draft) -> Result<Deed, PortError> {
        let by = Asker::Person(warrant.person().to_owned());
        let run = service.begin(draft, by, Some(warrant.entry().number)).await?;
        Ok(deed(self, run))
    }

    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let run = service.ports.runs.begun_by(service.name(), intent.number).await?;
        Ok(run.map_or_else(Found::nothing, |run| Found::done(deed(self, run))))
    }
}

fn deed(command: &AskProbe, run: String) -> Deed {
    let (method, path) = (command.probe.method.clone(), command.probe.path.clone());
    Deed::AskProbe { run, method, path }
}
