//! The sentinel: runs by itself while a window is open, on the service's clock, and does not hammer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::body::Body;
use http::StatusCode;
use viridian_domain::port::{Runs, runs::RunRequest, sources::SourceFile};
use viridian_shared::{
    comparison::run::{Asker, RunBrief, RunStatus},
    pipeline::StepStatus,
    sample,
    snapshot::Snapshot,
};

use crate::{
    shop::{BASE, Colour, SMOKE, answer, page, release},
    test_app::TestApp,
    world::shared,
};

async fn app(snapshot: Snapshot) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    let store = viridian_store::Store::open(&folder.path().join("journal.sqlite")).await.unwrap();
    let world = shared();
    *world.files.lock().unwrap() =
        vec![SourceFile { path: "viridian/smoke.toml".to_owned(), text: SMOKE.to_owned() }];
    let app = TestApp::in_folder(snapshot, folder, store, world);
    app.work();
    app
}

async fn two() -> (Colour, Colour) {
    (Colour::shop("#99c", "71b8d02").await, Colour::shop("#9c9", "9c9f1d2").await)
}

async fn runs(app: &TestApp) -> Vec<RunBrief> {
    app.store.runs("shop", &RunRequest { limit: 99, ..RunRequest::default() }).await.unwrap()
}

async fn until_run(app: &TestApp, id: &str) {
    app.section(|section| section.newest.as_ref().is_some_and(|run| run.id == id)).await;
}

#[tokio::test]
async fn without_an_open_window_it_waits_and_says_for_what() {
    let (blue, green) = two().await;
    let mut closed = release(&blue, &green);
    sample::step(&mut closed, "ApproveSwap").status = StepStatus::Rejected;
    let app = app(closed).await;
    let section = app.section(|section| section.sentinel.waits_for.is_some()).await;
    assert!(section.sentinel.is_on, "the repository brings a suite");
    assert_eq!(section.sentinel.waits_for.as_deref(), Some("No window is open."));
    assert!(runs(&app).await.is_empty());
}

#[tokio::test]
async fn it_runs_when_a_window_opens_and_then_by_its_period_and_tells_only_what_is_new() {
    let (blue, green) = two().await;
    let app = app(release(&blue, &green)).await;
    until_run(&app, "1").await;
    let next = app.section(|section| section.sentinel.next_at.is_some_and(|at| at > sample::now())).await;
    assert_eq!(next.sentinel.next_at.unwrap().duration_since(sample::now()).as_mins(), 30);
    app.world.minutes.store(31, Ordering::SeqCst);
    until_run(&app, "2").await;
    app.world.minutes.store(62, Ordering::SeqCst);
    until_run(&app, "3").await;
    assert!(runs(&app).await.iter().all(|run| run.by == Asker::Sentinel && run.not_sent == 1));
    let told: Vec<_> = app.entries().await.into_iter().map(|entry| entry.text()).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("The sentinel’s run 1 of smoke found 2 new differences: "), "{told:?}");
}

/// codedeploy-plugin 95: polling throttled the account. However fast the clock runs, the colours rest in between.
#[tokio::test]
async fn codedeploy_plugin_95_a_fast_clock_does_not_hammer_the_colours() {
    let (blue, green) = two().await;
    let app = app(release(&blue, &green)).await;
    until_run(&app, "1").await;
    // A day in each look: as if a day passed in a second.
    let asked = green.asked.load(Ordering::SeqCst);
    let hurrying = async {
        for day in 1..=20 {
            app.world.minutes.store(day * 1_440, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    hurrying.await;
    let more = green.asked.load(Ordering::SeqCst) - asked;
    assert!(more <= 3 * 8, "{more} requests in four seconds");
}

#[tokio::test]
async fn its_run_gives_way_to_a_persons_and_comes_again() {
    let (blue, _) = two().await;
    let slow = Arc::new(AtomicBool::new(true));
    let is_slow = Arc::clone(&slow);
    let green = Colour::of(move |_| {
        if is_slow.load(Ordering::SeqCst) {
            answer(
                "text/plain",
                Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>()),
            )
        } else {
            page("<h1>Shop</h1>")
        }
    })
    .await;
    let app = app(release(&blue, &green)).await;
    app.section(|section| section.running.is_some()).await;
    slow.store(false, Ordering::SeqCst);
    let client = app.sign_in("developer-1").await;
    let mine = client.post(&format!("{BASE}/start-run"), r#"{"suite":"smoke","samples":1}"#).await;
    assert_eq!((mine.status, &mine.json["started"]), (StatusCode::ACCEPTED, &"2".into()), "{}", mine.json);
    until_run(&app, "2").await;
    let given = runs(&app).await.pop().unwrap();
    assert_eq!(given.status, RunStatus::Stopped("developer-1".to_owned()));
    let told: Vec<_> = app.entries().await.into_iter().map(|entry| entry.text()).collect();
    assert!(
        told.contains(&"The sentinel’s run 1 of smoke was stopped by developer-1.".to_owned()),
        "{told:?}"
    );
}

#[tokio::test]
async fn it_is_set_by_a_person_and_turned_off() {
    let (blue, green) = two().await;
    let app = app(release(&blue, &green)).await;
    until_run(&app, "1").await;
    let client = app.sign_in("developer-1").await;
    let set = |body: &str| {
        let (path, body) = (format!("{BASE}/set-sentinel"), body.to_owned());
        let client = &client;
        async move { client.post(&path, &body).await }
    };
    let every = set(r#"{"is_on":true,"suite":"smoke","period_minutes":5}"#).await;
    assert_eq!(every.status, StatusCode::ACCEPTED, "{}", every.json);
    app.section(|section| section.sentinel.period_minutes == 5).await;
    let off = set(r#"{"is_on":false,"suite":"smoke","period_minutes":5}"#).await;
    assert_eq!(off.status, StatusCode::ACCEPTED);
    app.section(|section| !section.sentinel.is_on).await;
    let again = set(r#"{"is_on":false,"suite":"smoke","period_minutes":5}"#).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn over_a_restart_it_goes_on_where_it_was() {
    let (blue, green) = two().await;
    let snapshot = release(&blue, &green);
    let first = app(snapshot.clone()).await;
    until_run(&first, "1").await;
    let again = viridian_store::Store::open(&first.folder.path().join("journal.sqlite")).await.unwrap();
    first.app.stop.cancel();
    let folder = tempfile::tempdir().unwrap();
    let world = Arc::clone(&first.world);
    world.minutes.store(10, Ordering::SeqCst);
    let second = TestApp::in_folder(snapshot, folder, again, world);
    second.work();
    let section = second.section(|section| section.sentinel.next_at.is_some()).await;
    assert_eq!(section.sentinel.next_at.unwrap().duration_since(sample::now()).as_mins(), 30);
    assert_eq!(section.newest.unwrap().id, "1");
}
