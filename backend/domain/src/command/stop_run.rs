//! Ends the run under way.

use async_trait::async_trait;
use viridian_shared::{
    command::StopRun,
    comparison::run::RunStatus,
    journal::{Deed, Entry, Intention, fact::UnclearBy},
    snapshot::Snapshot,
};

use super::{Act, Found, Warrant};
use crate::{
    Context, Error, Service,
    port::{Fault, PortError},
};

#[async_trait]
impl Act for StopRun {
    type Ready = ();

    async fn prepare(
        &self,
        _service: &Service,
        _ctx: &Context,
        _snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        Ok((Intention::StopRun { command: self.clone() }, ()))
    }

    async fn act(&self, service: &Service, warrant: &Warrant, (): ()) -> Result<Deed, PortError> {
        if service.comparison.stop(&self.run, warrant.person()) {
            Ok(deed(self))
        } else {
            Err(PortError::new(Fault::Conflict, "stop a run", "this run has already ended"))
        }
    }

    async fn found(&self, service: &Service, _intent: &Entry) -> Result<Found, PortError> {
        let run = service.ports.runs.run(service.name(), &self.run).await?;
        Ok(match run.map(|run| run.brief.status) {
            Some(RunStatus::Stopped(_) | RunStatus::BrokenOff) => Found::done(deed(self)),
            Some(_) => Found::nothing(),
            None => Found::Unclear(UnclearBy::NoRun),
        })
    }
}

fn deed(command: &StopRun) -> Deed {
    Deed::StopRun { run: command.run.clone() }
}
