//! Makes a suite of what a team has already.
//!
//! What is imported may hold secrets, and so it is not written down: the intent stands for it without the text.

use async_trait::async_trait;
use viridian_shared::{
    command::{ImportSuite, Receipt},
    comparison::suite::{ImportFormat, NoiseRule},
    journal::Entry,
    words::count,
};

use super::{Found, Run};
use crate::{
    Context, Error, Service,
    comparison::refresh,
    port::{PortError, suites::KeptSuite},
    service::Done,
};

#[async_trait]
impl Run for ImportSuite {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;
        let suite = imported(service, &self, ctx).await?;

        let text = format!("import the suite {} from {}", self.name, self.format.words());
        let silent = Self { text: String::new(), ..self.clone() };
        let warrant = service.open_keeping(ctx, permit, &self, &silent, &text).await?;

        let saved = service.ports.suites.save(&warrant, service.name(), &suite).await;
        refresh(service).await;

        service.close(ctx, warrant, saved.map(|()| done(self.format, &suite))).await
    }

    async fn found(self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let suites = service.ports.suites.suites(service.name()).await?;
        Ok(match suites.iter().find(|it| it.name == self.name && it.at == intent.at) {
            Some(suite) => Found::Done(Box::new(done(self.format, suite))),
            None => Found::NotDone("The suite was not imported. Import it again.".to_owned()),
        })
    }
}

/// Noise that is kept beside the suite stands in its text too, and is not kept twice.
async fn imported(service: &Service, command: &ImportSuite, ctx: &Context) -> Result<KeptSuite, Error> {
    let comparer = &service.ports.comparer;
    let mut imported = comparer.import(command.format, &command.text).map_err(Error::Invalid)?;
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

fn done(format: ImportFormat, suite: &KeptSuite) -> Done {
    let (name, from) = (&suite.name, format.words());
    let probes = count(suite.suite.probes.len(), "probe", "probes");
    let remarks = match suite.remarks.len() {
        0 => String::new(),
        number => format!(" {} on what was left out or changed.", count(number, "remark", "remarks")),
    };
    Done::new(
        format!("{name} was made of {from}, with {probes}.{remarks}"),
        format!("imported the suite {name} from {from}, with {probes}"),
    )
}
