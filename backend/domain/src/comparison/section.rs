//! The section of the snapshot: composed anew after every command and every run.

use viridian_shared::comparison::{Comparison, quiet::quiet};

use super::lock;
use crate::{
    Service,
    port::{PortError, error::chain, runs::RunRequest},
};

/// Runs of a release that are looked at for how long it has been quiet.
const LOOKED_AT: usize = 5_000;

/// Hangs up what is known; how far the run under way is stays as it is.
pub(crate) async fn refresh(service: &Service) {
    let _composing = service.comparison.composing.lock().await;
    let now = service.ports.clock.now();
    match compose(service).await {
        Ok(fresh) => service.board.amend(
            |snapshot| &mut snapshot.comparison,
            now,
            |section| {
                let running = section.running.take();
                let sentinel = std::mem::take(&mut section.sentinel);
                *section = Comparison { running, sentinel, ..fresh };
            },
        ),
        Err(error) => {
            tracing::warn!(service.id = service.name(), error = %chain(&error), "comparison not read");
            service.board.stale(|snapshot| &mut snapshot.comparison, &error, now);
        }
    }
}

async fn compose(service: &Service) -> Result<Comparison, PortError> {
    let suites = service.known_suites().await?;
    let snapshot = service.snapshot();
    let release = snapshot.pipeline().and_then(|pipeline| pipeline.release.as_ref());
    let mut runs = Vec::new();
    if let Some(release) = release {
        let ask = RunRequest {
            release: Some(release.id.clone()),
            ended: true,
            limit: LOOKED_AT,
            ..RunRequest::default()
        };
        runs = service.ports.runs.runs(service.name(), &ask).await?;
    }
    let newest = match runs.first() {
        Some(run) => service.run_brief(&run.id).await?,
        None => None,
    };
    let problem = lock(&service.comparison.repository).problem.clone();
    Ok(Comparison {
        suites: suites.into_iter().map(|known| known.brief).collect(),
        newest,
        quiet: quiet(&runs),
        problem,
        ..Comparison::default()
    })
}
