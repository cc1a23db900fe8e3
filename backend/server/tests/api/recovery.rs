//! What a crash leaves behind, and what the observer makes of a world.

use std::sync::{Arc, atomic::Ordering};

use serde_json::json;
use viridian_domain::{
    observe::Observer,
    port::{Intent, Journal, Line},
    recover::recover,
};
use viridian_shared::{journal::EntryKind, pipeline::StepStatus, sample, snapshot::Snapshot};

use crate::{
    house::{House, service},
    world::now,
};

async fn leave_open(house: &House, about: &str, body: serde_json::Value) {
    let line = Line {
        at: now(),
        service: "shop".to_owned(),
        release: None,
        person: Some("operator-1".to_owned()),
        kind: EntryKind::Intent,
        about: about.to_owned(),
        text: "is about to do something".to_owned(),
        closes: None,
    };
    let intent = Intent { line, body, key: None, fingerprint: String::new() };
    house.store.open(intent).await.unwrap();
}

#[tokio::test]
async fn an_intent_that_never_reached_aws_is_closed_as_failed() {
    let house = House::testing().await;
    leave_open(&house, "start-execution", json!({"machine": "swap", "input": "{}"})).await;
    leave_open(&house, "set-desired-count", json!({"from": 2, "to": 3})).await;
    assert_eq!(recover(&house.service).await.unwrap(), 2);
    let kinds: Vec<_> = house.entries().await.iter().skip(2).map(|it| (it.kind, it.closes)).collect();
    assert_eq!(kinds, [(EntryKind::Failed, Some(1)), (EntryKind::Failed, Some(2))]);
    assert!(house.world.did().is_empty());
}

#[tokio::test]
async fn an_intent_that_aws_carried_out_is_closed_as_done() {
    let house = House::testing().await;
    leave_open(&house, "set-desired-count", json!({"from": 1, "to": 2})).await;
    recover(&house.service).await.unwrap();
    let last = house.entries().await.pop().unwrap();
    assert_eq!((last.kind, last.text.as_str()), (EntryKind::Done, "set the desired count from 1 to 2"));
}

#[tokio::test]
async fn an_intent_waits_while_aws_cannot_be_asked() {
    let house = House::testing().await;
    leave_open(&house, "set-desired-count", json!({"from": 1, "to": 2})).await;
    house.world.is_down.store(true, Ordering::SeqCst);
    assert!(recover(&house.service).await.is_err());
    assert_eq!(house.store.open_intents("shop").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_round_shows_the_world_and_a_failed_one_keeps_it() {
    let house = House::testing().await;
    let service = service(&house.world, &house.store);
    let mut observer = Observer::begin(Arc::clone(&service)).await;
    observer.round().await;
    let snapshot = service.snapshot();
    let pipeline = snapshot.pipeline().unwrap();
    let (step, gate) = pipeline.open_gate().unwrap();
    assert_eq!((step.title.as_str(), gate.request.as_deref()), ("Approve swap", Some(sample::REQUEST)));
    assert_eq!(gate.closes_at.unwrap().duration_since(now()).as_mins(), 60);

    house.world.is_down.store(true, Ordering::SeqCst);
    observer.round().await;
    let stale = service.snapshot();
    assert!(stale.pipeline.is_stale() && stale.traffic.is_stale() && stale.tasks.is_stale());
    assert_eq!(stale.pipeline(), snapshot.pipeline());
}

#[tokio::test]
async fn what_changed_is_told_once_even_over_a_restart() {
    let house = House::testing().await;
    let first = service(&house.world, &house.store);
    Observer::begin(Arc::clone(&first)).await.round().await;
    assert!(house.entries().await.is_empty(), "a first look has nothing to compare with");

    house.sign_in("approver-1").await.post("/api/services/shop/vote", &approve()).await;
    let again = service(&house.world, &house.store);
    let mut observer = Observer::begin(Arc::clone(&again)).await;
    observer.round().await;
    observer.round().await;
    assert_eq!(status(&again.snapshot()), StepStatus::Succeeded);
    let entries = house.entries().await;
    let told: Vec<_> =
        entries.iter().filter(|it| it.kind == EntryKind::Observed).map(|it| it.text.as_str()).collect();
    assert_eq!(told, ["Approve swap was approved by approver-1."]);
}

fn approve() -> String {
    let (release, request) = (sample::RELEASE, sample::REQUEST);
    format!(
        r#"{{"release":"{release}","stage":"Release","action":"ApproveSwap","request":"{request}","choice":"approve","comment":""}}"#
    )
}

fn status(snapshot: &Snapshot) -> StepStatus {
    snapshot.pipeline().unwrap().step("Release", "ApproveSwap").unwrap().status.clone()
}
