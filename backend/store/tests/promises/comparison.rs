//! What is promised of suites, runs and answers: one run at a time, over a restart, and within a bound.

use viridian_domain::port::{
    Fault, Runs,
    comparer::{Capture, RanProbe},
    runs::{Ended, Finished, HeatOf, NewRun, Record, RunRequest},
};
use viridian_shared::{
    colour::Colour,
    comparison::{
        history::{HeatCell, HeatKind},
        probe::ProbeDetail,
        run::{RunBrief, RunStatus},
        suite::Suite,
    },
    sample,
};
use viridian_store::{Room, Store};

use crate::Home;

fn new() -> NewRun {
    let brief = RunBrief { status: RunStatus::Running, verdict: None, ..sample::run_brief("") };
    let suite = Suite { probes: vec![sample::probe()], ..Suite::default() };
    NewRun { brief, entry: None, suite }
}

/// A run that came to its end, with a body of its own.
fn finished(id: &str, body: Vec<u8>) -> Ended {
    let whole = sample::run_whole();
    let detail = ProbeDetail { run: id.to_owned(), ..sample::probe_detail() };
    let capture = |colour, asset: Option<&str>| Capture {
        colour,
        asset: asset.map(str::to_owned),
        kind: "text/html".to_owned(),
        bytes: body.clone().into(),
    };
    let captures = vec![
        capture(Colour::Blue, None),
        capture(Colour::Green, None),
        capture(Colour::Green, Some("/a.css")),
    ];
    let cell = HeatCell { kind: HeatKind::Differs, differences: 3, first_seen: 0 };
    Ended::Whole(Box::new(Finished {
        brief: sample::run_brief(id),
        record: Record { findings: whole.findings, probes: whole.probes, ..Record::default() },
        probes: vec![RanProbe { detail, captures }],
        heat: vec![HeatOf { probe: "home".to_owned(), cell }],
    }))
}

async fn run_to_its_end(store: &Store, body: Vec<u8>) -> String {
    let id = Runs::begin(store, "shop", &new()).await.unwrap();
    store.end("shop", &id, &finished(&id, body)).await.unwrap();
    id
}

/// Bytes that do not pack.
fn noise(seed: u8, length: usize) -> Vec<u8> {
    let mut state = u64::from(seed) + 1;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

pub(crate) async fn a_second_run_is_refused_while_one_is_under_way_even_over_a_restart(home: &Home) {
    let store = home.open().await;
    assert_eq!(Runs::begin(&store, "shop", &new()).await.unwrap(), "1");
    assert_eq!(Runs::begin(&store, "shop", &new()).await.unwrap_err().fault, Fault::Conflict);
    assert_eq!(Runs::begin(&store, "other", &new()).await.unwrap(), "1", "each service counts for itself");
    store.close().await;
    let store = home.open().await;
    assert_eq!(Runs::begin(&store, "shop", &new()).await.unwrap_err().fault, Fault::Conflict);
    assert_eq!(store.break_off("shop", sample::now()).await.unwrap(), ["1"]);
    assert_eq!(store.break_off("shop", sample::now()).await.unwrap(), Vec::<String>::new());
    assert_eq!(Runs::begin(&store, "shop", &new()).await.unwrap(), "2");
    let broken = store.run("shop", "1").await.unwrap().unwrap();
    assert_eq!((broken.brief.status, broken.brief.ended_at), (RunStatus::BrokenOff, Some(sample::now())));
    assert_eq!(broken.suite.probes, [sample::probe()]);
}

pub(crate) async fn a_run_ends_once(home: &Home) {
    let store = home.open().await;
    let id = run_to_its_end(&store, b"<h1>".to_vec()).await;
    let twice = store.end("shop", &id, &finished(&id, b"<h1>".to_vec())).await.unwrap_err();
    assert_eq!(twice.fault, Fault::Conflict);
    let short = Ended::Short { status: RunStatus::BrokenOff, at: sample::now() };
    assert_eq!(store.end("shop", &id, &short).await.unwrap_err().fault, Fault::Conflict);
    assert_eq!(store.run("shop", &id).await.unwrap().unwrap().brief.status, RunStatus::Ended);
    assert!(
        store.run("shop", "99").await.unwrap().is_none() && store.run("shop", "x").await.unwrap().is_none()
    );
}

pub(crate) async fn what_was_answered_comes_back_as_it_was(home: &Home) {
    let store = home.open().await;
    let id = run_to_its_end(&store, noise(1, 5_000)).await;
    let detail = store.probe("shop", &id, "home").await.unwrap().unwrap();
    assert_eq!(detail, ProbeDetail { run: id.clone(), ..sample::probe_detail() });
    let captures = store.captures("shop", &id, "home", Colour::Green).await.unwrap();
    let of: Vec<_> = captures.iter().map(|it| (it.asset.as_deref(), it.bytes.len())).collect();
    assert_eq!(of, [(None, 5_000), (Some("/a.css"), 5_000)]);
    assert!(store.probe("shop", &id, "gone").await.unwrap().is_none());
    let first = store.first_seen("shop", sample::RELEASE).await.unwrap();
    assert_eq!(first.len(), 3);
    run_to_its_end(&store, b"other".to_vec()).await;
    assert_eq!(store.first_seen("shop", sample::RELEASE).await.unwrap(), first, "seen first is seen first");
    let heat = store.heat("shop", sample::RELEASE, "smoke").await.unwrap();
    assert_eq!(heat.iter().map(|it| it.run.as_str()).collect::<Vec<_>>(), ["1", "2"]);
}

pub(crate) async fn the_same_body_is_kept_once_and_the_oldest_answers_go_first(home: &Home) {
    let store = home.open().await.with_room(Room { runs: 100, bytes: 25_000 });
    for _ in 0..20 {
        run_to_its_end(&store, noise(1, 10_000)).await;
    }
    let all = RunRequest { limit: 99, ..RunRequest::default() };
    let kept =
        || async { store.runs("shop", &all).await.unwrap().iter().filter(|it| it.has_answers).count() };
    assert_eq!(kept().await, 20, "twenty runs with one body");
    for seed in 2..5 {
        run_to_its_end(&store, noise(seed, 10_000)).await;
    }
    let runs = store.runs("shop", &all).await.unwrap();
    let with_answers: Vec<_> = runs.iter().filter(|it| it.has_answers).map(|it| it.id.as_str()).collect();
    assert_eq!(with_answers, ["23", "22"]);
    assert!(store.probe("shop", "1", "home").await.unwrap().is_none());
    assert_eq!(store.run("shop", "1").await.unwrap().unwrap().record.findings.len(), 3);
}

pub(crate) async fn runs_are_listed_by_release_suite_and_page(home: &Home) {
    let store = home.open().await;
    for _ in 0..4 {
        run_to_its_end(&store, Vec::new()).await;
    }
    let ids = |ask: RunRequest| {
        let store = store.clone();
        async move { store.runs("shop", &ask).await.unwrap().into_iter().map(|it| it.id).collect::<Vec<_>>() }
    };
    let page = RunRequest { limit: 2, ..RunRequest::default() };
    assert_eq!(ids(page.clone()).await, ["4", "3"]);
    assert_eq!(ids(RunRequest { before: Some("3".to_owned()), ..page.clone() }).await, ["2", "1"]);
    assert!(ids(RunRequest { release: Some("x".to_owned()), ..page.clone() }).await.is_empty());
    assert!(ids(RunRequest { suite: Some("x".to_owned()), ..page.clone() }).await.is_empty());
    Runs::begin(&store, "shop", &new()).await.unwrap();
    assert_eq!(ids(RunRequest { ended: true, ..page }).await, ["4", "3"]);
    assert_eq!(crate::journal::whole(&store).await, 0, "runs do not touch the journal");
}
