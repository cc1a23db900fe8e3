//! Lenses on the comparison: suites, runs, probes, windows of rows, the heat map.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use viridian_comparer::view::{NoRows, Subject};
use viridian_domain::port::runs::RunRequest;
use viridian_shared::{
    comparison::{
        history::HeatMap,
        probe::ProbeDetail,
        run::{Run, RunPage},
        suite::{NoisePlace, NoiseRule, SuiteDetail},
        view::{Rows, View},
    },
    problem::ProblemCode,
    rule::Reach,
};

use crate::{
    App,
    extract::{
        looking::Looking,
        query::{Ask, Whole},
        signed::Signed,
    },
    reply::{Failure, Reply, store},
    state::Served,
};

const DEFAULT_RUNS: usize = 20;
const DEFAULT_ROWS: usize = 200;

pub(crate) async fn suite(
    State(app): State<App>,
    _signed: Signed,
    Path((service, suite)): Path<(String, String)>,
) -> Reply<Json<SuiteDetail>> {
    let found = served(&app, &service)?.service.suite(&suite).await.map_err(store)?;
    found.map(Json).ok_or_else(|| missing(format!("There is no suite {suite}.")))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Header,
    Cookie,
    Json,
    Html,
    Text,
}

#[derive(Deserialize, IntoParams)]
pub(crate) struct Tried {
    /// Of what the rule is.
    #[param(inline)]
    kind: Kind,
    /// The name, path, selector or pattern.
    at: String,
    /// Whether it also hides that the place is missing.
    whole: Option<bool>,
    /// Only one part of it: `@name` or `text` of an element, the name of a part of a header.
    only: Option<String>,
    /// Only in this probe.
    probe: Option<String>,
}

pub(crate) async fn reach(
    State(app): State<App>,
    looking: Looking,
    Path((service, suite)): Path<(String, String)>,
    Ask(Tried { kind, at, whole, only, probe }): Ask<Tried>,
) -> Reply<Json<Reach>> {
    let whole = whole.unwrap_or_default();
    let place = match kind {
        Kind::Header => NoisePlace::Header { header: at, part: only },
        Kind::Cookie => NoisePlace::Cookie { cookie: at },
        Kind::Json => NoisePlace::Json { path: at, whole },
        Kind::Html => NoisePlace::Html { selector: at, whole, only },
        Kind::Text => NoisePlace::Text { pattern: at },
    };
    let rule = NoiseRule {
        name: "a rule that is only tried".to_owned(),
        probe,
        place,
        expects: None,
        by: looking.person.name.clone(),
        reason: "tried".to_owned(),
    };
    Ok(Json(served(&app, &service)?.service.preview_noise(&suite, &rule).await?))
}

#[derive(Deserialize, IntoParams)]
pub(crate) struct Page {
    /// Runs before this id.
    before: Option<String>,
    /// At most 50 come; 20 unless told.
    #[param(value_type = Option<u64>, maximum = 9_007_199_254_740_991_i64)]
    limit: Option<Whole>,
    /// Only runs of this suite.
    suite: Option<String>,
}

pub(crate) async fn runs(
    State(app): State<App>,
    _signed: Signed,
    Path(service): Path<String>,
    Ask(Page { before, limit, suite }): Ask<Page>,
) -> Reply<Json<RunPage>> {
    let limit = limit.map_or(DEFAULT_RUNS, Whole::count);
    let ask = RunRequest { before, suite, limit, ..RunRequest::default() };
    Ok(Json(served(&app, &service)?.service.runs(&ask).await.map_err(store)?))
}

pub(crate) async fn run(
    State(app): State<App>,
    _signed: Signed,
    Path((service, run)): Path<(String, String)>,
) -> Reply<Json<Run>> {
    let found = served(&app, &service)?.service.run(&run).await.map_err(store)?;
    found.map(Json).ok_or_else(|| missing(format!("There is no run {run}.")))
}

pub(crate) async fn probe(
    State(app): State<App>,
    _signed: Signed,
    Path((service, run, probe)): Path<(String, String, String)>,
) -> Reply<Json<ProbeDetail>> {
    let detail = detail(served(&app, &service)?, &run, &probe).await?;
    prepare(&app, &service, &detail);
    Ok(Json(detail))
}

#[derive(Deserialize, IntoParams)]
pub(crate) struct Window {
    /// Which view.
    #[param(inline)]
    view: View,
    /// The first row, from 0; with 0 comes the outline.
    #[param(value_type = Option<u64>, maximum = 9_007_199_254_740_991_i64)]
    from: Option<Whole>,
    /// At most 1000 come; 200 unless told.
    #[param(value_type = Option<u64>, maximum = 9_007_199_254_740_991_i64)]
    count: Option<Whole>,
}

pub(crate) async fn rows(
    State(app): State<App>,
    _looking: Looking,
    Path((service, run, probe)): Path<(String, String, String)>,
    Ask(Window { view, from, count }): Ask<Window>,
) -> Reply<Json<Rows>> {
    let served = served(&app, &service)?;
    let subject = Subject { service, run, probe, view };
    let from = from.map_or(0, Whole::count);
    let count = count.map_or(DEFAULT_ROWS, Whole::count);
    let rows = app.views.rows(&served.service, &subject, from, count).await;
    rows.map(Json).map_err(|error| match error {
        NoRows::Missing => gone(&subject.run, &subject.probe),
        NoRows::Unshown(reason) => missing(reason),
        NoRows::Store(error) => store(error),
        NoRows::Internal => Failure::new(ProblemCode::Internal, "The rows could not be made."),
    })
}

#[derive(Deserialize, IntoParams)]
pub(crate) struct Which {
    /// That of the newest run unless told.
    suite: Option<String>,
}

pub(crate) async fn heat_map(
    State(app): State<App>,
    _signed: Signed,
    Path(service): Path<String>,
    Ask(Which { suite }): Ask<Which>,
) -> Reply<Json<HeatMap>> {
    Ok(Json(served(&app, &service)?.service.heat_map(suite.as_deref()).await.map_err(store)?))
}

pub(super) fn served<'a>(app: &'a App, service: &str) -> Reply<&'a Served> {
    app.find(service).ok_or_else(|| Failure::missing_service(service))
}

pub(super) async fn detail(served: &Served, run: &str, probe: &str) -> Reply<ProbeDetail> {
    let service = &served.service;
    let found = service.ports.runs.probe(service.name(), run, probe).await.map_err(store)?;
    found.ok_or_else(|| gone(run, probe))
}

/// Whoever asks for a probe asks for its first view next: it is built while the answer is on its way.
fn prepare(app: &App, service: &str, detail: &ProbeDetail) {
    let first = detail.views.iter().find(|view| **view != View::Page).copied();
    let (Some(view), Some(served)) = (first, app.find(service)) else { return };
    let (app, service) = (app.clone(), Arc::clone(&served.service));
    let (run, probe) = (detail.run.clone(), detail.brief.name.clone());
    let subject = Subject { service: service.name().to_owned(), run, probe, view };
    // What goes wrong here is told to whoever asks for the rows.
    tokio::spawn(async move { app.views.prepare(&service, &subject).await });
}

pub(super) fn missing(detail: String) -> Failure {
    Failure::new(ProblemCode::NotFound, detail)
}

pub(super) fn gone(run: &str, probe: &str) -> Failure {
    missing(format!(
        "Run {run} has no answers to “{probe}”: there is no such probe, or they were dropped to make room."
    ))
}
