//! What a crash leaves behind, and what the observer makes of a world.

use std::sync::{Arc, atomic::Ordering};

use viridian_domain::{
    observe::Observer,
    port::{Intent, Journal, NewEntry},
    recover::recover,
};
use viridian_shared::{
    command::{SetDesiredCount, StartEmergency, StartExecution},
    evidence::Evidence,
    journal::{Entry, EntryKind, Fact, Intended, Intention},
    pipeline::StepStatus,
    sample,
    snapshot::Snapshot,
    vote::Choice,
};

use crate::{
    test_app::{TestApp, service},
    world::now,
};

async fn leave_open(app: &TestApp, intention: Intention) {
    let body = serde_json::to_value(&intention).unwrap();
    let body = body.as_object().unwrap().values().next().unwrap()["command"].clone();
    let fact = Fact::Intended(Box::new(Intended { intention, press: String::new() }));
    let entry = NewEntry {
        at: now(),
        service: "shop".to_owned(),
        release: None,
        person: Some("operator-1".to_owned()),
        fact,
        closes: None,
    };
    let intent = Intent { entry, body, key: None, fingerprint: String::new() };
    app.store.open(intent).await.unwrap();
}

fn count(from: u32, to: u32) -> Intention {
    Intention::SetDesiredCount { command: SetDesiredCount { from, to } }
}

#[tokio::test]
async fn an_intent_that_never_reached_aws_is_closed_as_failed() {
    let app = TestApp::testing().await;
    let command = StartExecution { machine: "swap".to_owned(), input: "{}".to_owned() };
    leave_open(&app, Intention::StartExecution { command }).await;
    leave_open(&app, count(2, 3)).await;
    let (machine, gate) = ("swap".to_owned(), "Approve swap".to_owned());
    let (input, reason, release) = ("{}".to_owned(), "now".to_owned(), sample::RELEASE.to_owned());
    let command = StartEmergency { release, machine, input, reason };
    leave_open(&app, Intention::StartEmergency { command, gate, evidence: Evidence::default() }).await;
    assert_eq!(recover(&app.service).await.unwrap(), 3);
    let kinds: Vec<_> = app.entries().await.iter().skip(3).map(|it| (it.kind, it.closes)).collect();
    assert_eq!(kinds, [1, 2, 3].map(|number| (EntryKind::Failed, Some(number))));
    assert!(app.world.did().is_empty());
}

#[tokio::test]
async fn an_intent_that_aws_carried_out_is_closed_as_done() {
    let app = TestApp::testing().await;
    leave_open(&app, count(1, 2)).await;
    recover(&app.service).await.unwrap();
    let last = app.entries().await.pop().unwrap();
    assert_eq!((last.kind, last.text().as_str()), (EntryKind::Done, "set the desired count from 1 to 2"));
}

#[tokio::test]
async fn an_intent_waits_while_aws_cannot_be_asked() {
    let app = TestApp::testing().await;
    leave_open(&app, count(1, 2)).await;
    app.world.is_down.store(true, Ordering::SeqCst);
    assert!(recover(&app.service).await.is_err());
    assert_eq!(app.store.open_intents("shop").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_round_shows_the_world_and_a_failed_one_keeps_it() {
    let app = TestApp::testing().await;
    let service = service(&app.world, &app.store);
    let mut observer = Observer::begin(Arc::clone(&service)).await;
    observer.round().await;
    let snapshot = service.snapshot();
    let pipeline = snapshot.pipeline().unwrap();
    let (step, gate) = pipeline.open_gate().unwrap();
    assert_eq!((step.title.as_str(), gate.request.as_deref()), ("Approve swap", Some(sample::REQUEST)));
    assert_eq!(gate.closes_at.unwrap().duration_since(now()).as_mins(), 60);

    app.world.is_down.store(true, Ordering::SeqCst);
    observer.round().await;
    let stale = service.snapshot();
    assert!(stale.pipeline.is_stale() && stale.traffic.is_stale() && stale.tasks.is_stale());
    assert_eq!(stale.pipeline(), snapshot.pipeline());
}

#[tokio::test]
async fn what_changed_is_told_once_even_over_a_restart() {
    let app = TestApp::testing().await;
    let first = service(&app.world, &app.store);
    Observer::begin(Arc::clone(&first)).await.round().await;
    let texts: Vec<_> = app.entries().await.iter().map(Entry::text).collect();
    assert_eq!(texts, ["The console looks at this service from now on."], "it has nothing to compare with");

    let vote = sample::vote(&app.service.snapshot(), Choice::Approve, "");
    let vote = serde_json::to_string(&vote).unwrap();
    app.sign_in("approver-1").await.post("/api/services/shop/vote", &vote).await;
    let again = service(&app.world, &app.store);
    let mut observer = Observer::begin(Arc::clone(&again)).await;
    observer.round().await;
    observer.round().await;
    assert_eq!(status(&again.snapshot()), StepStatus::Succeeded);
    let entries = app.entries().await;
    let told: Vec<_> = entries.iter().filter(|it| it.about == "gate").map(Entry::text).collect();
    assert_eq!(told, ["The swap was approved by approver-1."]);
}

fn status(snapshot: &Snapshot) -> StepStatus {
    snapshot.pipeline().unwrap().step("Release", "ApproveSwap").unwrap().status.clone()
}
