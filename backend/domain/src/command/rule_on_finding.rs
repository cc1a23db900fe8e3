//! Says what a finding is: intended, a bug, or noise.

use async_trait::async_trait;
use jiff::Timestamp;
use viridian_shared::{
    command::{Receipt, RuleOnFinding},
    comparison::finding::{Finding, Ruling},
    journal::Entry,
};

use super::{Found, Run};
use crate::{
    Context, Error, Service,
    comparison::refresh,
    port::{PortError, runs::KeptRun},
    service::Done,
};

#[async_trait]
impl Run for RuleOnFinding {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;
        let (finding, release) = finding(service, &self).await?;

        let what = format!("“{}” {}", finding.title, self.judgement.word());
        let warrant = service.open(ctx, permit, &self, &format!("rule {what}")).await?;

        let ruling = ruling(&self, finding, release, &ctx.person.name, ctx.at);
        let ruled = service.ports.runs.rule(&warrant, service.name(), &ruling).await;
        refresh(service).await;

        service.close(ctx, warrant, ruled.map(|()| done(&self, &what))).await
    }

    async fn found(self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let rulings = service.ports.runs.rulings(service.name()).await?;
        let is_ours = |it: &&Ruling| {
            it.finding == self.finding && it.run == self.run && Some(&it.by) == intent.person.as_ref()
        };
        Ok(match rulings.iter().find(|it| is_ours(it) && it.at == intent.at) {
            Some(_) => Found::Done(Box::new(done(&self, &format!("it {}", self.judgement.word())))),
            None => Found::NotDone("The ruling was not kept.".to_owned()),
        })
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

fn ruling(command: &RuleOnFinding, finding: Finding, release: String, by: &str, at: Timestamp) -> Ruling {
    Ruling {
        finding: finding.id,
        judgement: command.judgement,
        by: by.to_owned(),
        reason: command.reason.trim().to_owned(),
        at,
        release,
        run: command.run.clone(),
        probes: finding.probes,
    }
}

fn done(command: &RuleOnFinding, what: &str) -> Done {
    let reason = command.reason.trim();
    let run = &command.run;
    Done::new(format!("You ruled {what}."), format!("ruled {what} in run {run}: “{reason}”"))
}
