//! Sends a suite to both colours, in the background.

use async_trait::async_trait;
use viridian_shared::{
    command::StartRun,
    comparison::{run::Asker, suite::Suite},
    journal::{Deed, Entry, Intention},
    snapshot::Snapshot,
};

use super::{Act, Found, Warrant};
use crate::{
    Context, Error, Service,
    comparison::{Draft, Known},
    port::PortError,
};

#[async_trait]
impl Act for StartRun {
    type Ready = Draft;

    async fn prepare(
        &self,
        service: &Service,
        _ctx: &Context,
        _snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        let draft = draft(service, self).await?;
        Ok((Intention::StartRun { command: self.clone() }, draft))
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

async fn draft(service: &Service, command: &StartRun) -> Result<Draft, Error> {
    let known = service.known_suite(&command.suite).await.map_err(Error::from_port)?;
    let gone = || Error::Conflict(format!("There is no suite {} any more.", command.suite));
    let Known { brief, suite, .. } = known.ok_or_else(gone)?;
    if let Some(problem) = brief.problem {
        return Err(Error::Conflict(problem));
    }
    let name = Some(command.suite.clone());
    let mut draft = Draft::new(&service.snapshot(), name, meant(suite, &command.probes)?, command.samples)?;
    draft.changes.clone_from(&command.changes);
    draft.is_whole = command.probes.is_empty();
    Ok(draft)
}

/// The suite with only the probes that are meant.
fn meant(mut suite: Suite, probes: &[String]) -> Result<Suite, Error> {
    if probes.is_empty() {
        return Ok(suite);
    }
    let missing = probes.iter().find(|name| !suite.probes.iter().any(|probe| probe.name == **name));
    if let Some(missing) = missing {
        return Err(Error::Invalid(format!("The suite has no probe “{missing}”.")));
    }
    suite.probes.retain(|probe| probes.contains(&probe.name));
    Ok(suite)
}

fn deed(command: &StartRun, run: String) -> Deed {
    Deed::StartRun { run, suite: command.suite.clone(), changes: command.changes.clone() }
}

#[cfg(test)]
mod tests {
    use viridian_shared::sample;

    use super::*;

    #[test]
    fn a_probe_that_is_not_in_the_suite_is_not_left_out_silently() {
        let suite = Suite { probes: vec![sample::probe()], ..Suite::default() };
        assert!(matches!(meant(suite.clone(), &["gone".to_owned()]), Err(Error::Invalid(_))));
        assert_eq!(meant(suite.clone(), &[]).unwrap(), suite);
        assert_eq!(meant(suite.clone(), &["home".to_owned()]).unwrap().probes.len(), 1);
    }
}
