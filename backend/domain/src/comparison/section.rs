//! The section of the snapshot: composed anew after every command and every run.

use viridian_shared::comparison::{Comparison, quiet::quiet, run::RunBrief};

use super::sentinel::setting;
use crate::{
    Service,
    port::{PortError, error::chain, runs::RunRequest},
    service::comparison::lock,
};

/// Runs of a release that are looked at for how long it has been quiet.
const LOOKED_AT: usize = 5_000;

/// Hangs up what is known; how far the run under way is stays as it is.
pub(crate) async fn refresh(service: &Service) {
    let _composing = service.comparison.composing.lock().await;
    let now = service.ports.clock.now();
    match compose(service).await {
        Ok(fresh) => service.snapshots.update(
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
            service.snapshots.stale(|snapshot| &mut snapshot.comparison, &error, now);
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
    let set = service.ports.suites.sentinel(service.name()).await?;
    let briefs: Vec<_> = suites.iter().map(|known| known.brief.clone()).collect();
    let (newest, asked) = evidence(&runs, &setting(set, &briefs).suite);
    let problem = lock(&service.comparison.repository).problem.clone();
    Ok(Comparison {
        suites: briefs,
        newest: whole(service, newest).await?,
        asked: whole(service, asked).await?,
        quiet: quiet(&runs),
        problem,
        ..Comparison::default()
    })
}

/// A run with the rulings that count now.
async fn whole(service: &Service, run: Option<&RunBrief>) -> Result<Option<RunBrief>, PortError> {
    match run {
        Some(run) => service.run_brief(&run.id).await,
        None => Ok(None),
    }
}

/// What decisions rest on among the ended runs of a release, newest first: the newest whole run of the watched
/// suite, else of any. And what was asked since.
fn evidence<'r>(runs: &'r [RunBrief], watched: &str) -> (Option<&'r RunBrief>, Option<&'r RunBrief>) {
    let of = |suite: Option<&str>| {
        runs.iter().position(|it| it.is_evidence() && (suite.is_none() || it.suite.as_deref() == suite))
    };
    let at = of(Some(watched)).or_else(|| of(None));
    let since = runs.get(..at.unwrap_or(runs.len())).unwrap_or_default();
    (at.and_then(|at| runs.get(at)), since.first())
}

#[cfg(test)]
mod tests {
    use viridian_shared::sample;

    use super::*;

    fn run(id: &str, suite: Option<&str>, is_whole: bool) -> RunBrief {
        RunBrief { suite: suite.map(str::to_owned), is_whole, ..sample::run_brief(id) }
    }

    fn ids(runs: &[RunBrief]) -> (Option<&str>, Option<&str>) {
        let (newest, asked) = evidence(runs, "smoke");
        (newest.map(|it| it.id.as_str()), asked.map(|it| it.id.as_str()))
    }

    #[test]
    fn what_was_asked_once_stands_beside_the_evidence_and_never_replaces_it() {
        let ask = run("9", None, false);
        let part = run("8", Some("smoke"), false);
        assert_eq!(ids(&[ask.clone(), part.clone()]), (None, Some("9")));
        let whole = run("7", Some("smoke"), true);
        assert_eq!(ids(&[ask.clone(), part, whole.clone()]), (Some("7"), Some("9")));
        assert_eq!(ids(&[whole, ask]), (Some("7"), None));
    }

    #[test]
    fn the_watched_suite_speaks_before_others() {
        let (own, other) = (run("7", Some("smoke"), true), run("8", Some("mine"), true));
        assert_eq!(ids(&[other.clone(), own]), (Some("7"), Some("8")));
        assert_eq!(ids(&[other]), (Some("8"), None));
    }
}
