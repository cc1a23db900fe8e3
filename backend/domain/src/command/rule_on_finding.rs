//! Says what a finding is: intended, a bug, or noise.

use async_trait::async_trait;
use viridian_shared::{
    command::RuleOnFinding,
    comparison::finding::{Finding, Ruling},
    journal::{Deed, Entry, Intention},
    snapshot::Snapshot,
};

use super::{Act, Found, Warrant};
use crate::{
    Context, Error, Service,
    comparison::refresh,
    port::{PortError, runs::KeptRun},
};

#[async_trait]
impl Act for RuleOnFinding {
    type Ready = (Finding, Ruling);

    async fn prepare(
        &self,
        service: &Service,
        ctx: &Context,
        _snapshot: &Snapshot,
    ) -> Result<(Intention, Self::Ready), Error> {
        let (finding, release) = finding(service, self).await?;
        let ruling = Ruling {
            finding: finding.id.clone(),
            judgement: self.judgement,
            by: ctx.person.name.clone(),
            reason: self.reason.trim().to_owned(),
            at: ctx.at,
            release,
            run: self.run.clone(),
            probes: finding.probes.clone(),
        };
        let intention = Intention::RuleOnFinding { command: self.clone(), title: finding.title.clone() };
        Ok((intention, (finding, ruling)))
    }

    async fn act(
        &self,
        service: &Service,
        warrant: &Warrant,
        (finding, ruling): (Finding, Ruling),
    ) -> Result<Deed, PortError> {
        let ruled = service.ports.runs.rule(warrant, service.name(), &ruling).await;
        refresh(service).await;
        ruled?;
        Ok(Deed::RuleOnFinding { title: Some(finding.title), ruling })
    }

    async fn found(&self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let rulings = service.ports.runs.rulings(service.name()).await?;
        let is_ours = |it: &Ruling| {
            it.finding == self.finding
                && it.run == self.run
                && Some(&it.by) == intent.person.as_ref()
                && it.at == intent.at
        };
        let ruling = rulings.into_iter().find(is_ours);
        Ok(ruling
            .map_or_else(Found::nothing, |ruling| Found::done(Deed::RuleOnFinding { title: None, ruling })))
    }
}

/// The finding as the run has it, and the run's release.
async fn finding(service: &Service, command: &RuleOnFinding) -> Result<(Finding, String), Error> {
    let run = service.ports.runs.run(service.name(), &command.run).await.map_err(Error::from_port)?;
    let missing = || Error::NotFound(format!("There is no run {}.", command.run));
    let KeptRun { brief, record, .. } = run.ok_or_else(missing)?;
    let finding = record.findings.into_iter().find(|finding| finding.id == command.finding);
    let other = || Error::Invalid(format!("Run {} has no such finding.", command.run));
    Ok((finding.ok_or_else(other)?, brief.release.unwrap_or_default()))
}
