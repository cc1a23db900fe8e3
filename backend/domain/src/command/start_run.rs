//! Sends a suite to both colours, in the background.

use async_trait::async_trait;
use viridian_shared::{
    command::{Receipt, StartRun},
    comparison::{run::Asker, suite::Suite},
    journal::Entry,
};

use super::{Found, Run};
use crate::{
    Context, Error, Service,
    comparison::{Draft, Known},
    port::PortError,
    service::Done,
};

#[async_trait]
impl Run for StartRun {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;
        let draft = draft(service, &self).await?;

        let text = format!("compare blue and green by {}{}", self.suite, changing(&self.changes));
        let warrant = service.open(ctx, permit, &self, &text).await?;

        let by = Asker::Person(ctx.person.name.clone());
        let begun = service.begin(draft, by, Some(warrant.entry().number)).await;

        service.close(ctx, warrant, begun.map(|run| done(&self, run))).await
    }

    async fn found(self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        Ok(match service.ports.runs.begun_by(service.name(), intent.number).await? {
            Some(run) => Found::Done(Box::new(done(&self, run))),
            None => Found::NotDone("The run was not begun.".to_owned()),
        })
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

/// ", with POST /orders", for a journal that tells what may have been changed.
pub(super) fn changing(changes: &[String]) -> String {
    if changes.is_empty() { String::new() } else { format!(", with {}", changes.join(", ")) }
}

fn done(command: &StartRun, run: String) -> Done {
    let (suite, changes) = (&command.suite, changing(&command.changes));
    Done::new(format!("Run {run} of {suite} has begun."), format!("began run {run} of {suite}{changes}"))
        .started(run)
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
