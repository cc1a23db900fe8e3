//! Commands: carried out once, written down before and after, told truly.

use std::sync::atomic::Ordering;

use http::StatusCode;
use viridian_domain::port::Journal;
use viridian_shared::{journal::EntryKind, sample};

use crate::house::House;

const START: &str = "/api/services/shop/start-pipeline";
const VOTE: &str = "/api/services/shop/vote";

fn vote(choice: &str, comment: &str) -> String {
    let (release, request) = (sample::RELEASE, sample::REQUEST);
    format!(
        r#"{{"release":"{release}","stage":"Release","action":"ApproveSwap","request":"{request}","choice":"{choice}","comment":"{comment}"}}"#
    )
}

#[tokio::test]
async fn a_double_click_starts_one_release_and_gets_one_receipt() {
    let house = House::testing().await;
    let visitor = house.sign_in("developer-1").await;
    let (one, other) = tokio::join!(visitor.press(START, "{}", "k1"), visitor.press(START, "{}", "k1"));
    assert_eq!((one.status, &one.json), (StatusCode::ACCEPTED, &other.json));
    assert_eq!(house.world.did(), ["start shop"]);
    let reused = house.sign_in("operator-1").await.press(START, "{}", "k1").await;
    assert_eq!(reused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_intent_stands_before_the_act_and_an_outcome_closes_it() {
    let house = House::testing().await;
    house.sign_in("developer-1").await.post(START, "{}").await;
    let entries = house.entries().await;
    let kinds: Vec<_> = entries.iter().map(|entry| (entry.number, entry.kind, entry.closes)).collect();
    assert_eq!(kinds, [(1, EntryKind::Intent, None), (2, EntryKind::Done, Some(1))]);
    assert!(house.store.open_intents("shop").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_refusal_is_written_down_too() {
    let house = House::testing().await;
    let answer = house.sign_in("viewer-1").await.post(START, "{}").await;
    assert_eq!(answer.json["detail"], "Only a developer can do this.");
    let entries = house.entries().await;
    assert_eq!(entries.first().map(|entry| entry.kind), Some(EntryKind::Refused));
}

#[tokio::test]
async fn a_vote_tells_aws_who_and_why_and_is_kept_with_its_evidence() {
    let house = House::testing().await;
    let answer = house.sign_in("approver-1").await.post(VOTE, &vote("approve", "both phones")).await;
    assert_eq!(answer.json["message"], "You approved the swap.");
    let answers = house.world.answers.lock().unwrap().clone();
    assert_eq!(answers.first().map(|it| it.summary.as_str()), Some("approver-1: both phones"));
    let votes = house.store.votes("shop", sample::RELEASE).await.unwrap();
    assert_eq!(votes.first().map(|vote| vote.evidence.len()), Some(64));
}

#[tokio::test]
async fn a_decision_whose_acknowledgement_was_lost_is_recognised_as_ours() {
    let house = House::testing().await;
    house.world.loses_answer.store(true, Ordering::SeqCst);
    let answer = house.sign_in("approver-1").await.post(VOTE, &vote("approve", "")).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.json);
    assert_eq!(house.world.answers.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_gate_that_somebody_else_answered_says_who() {
    let house = House::testing().await;
    house.world.was_answered.store(true, Ordering::SeqCst);
    let answer = house.sign_in("approver-1").await.post(VOTE, &vote("reject", "too slow")).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.json["detail"].as_str().unwrap().contains("lee: fine"), "{}", answer.json);
    assert!(house.store.votes("shop", sample::RELEASE).await.unwrap().is_empty());
}

#[tokio::test]
async fn green_is_abandoned_by_the_roll_back_machine() {
    let house = House::testing().await;
    let body = format!(r#"{{"release":"{}","reason":"wrong colour"}}"#, sample::RELEASE);
    let answer = house.sign_in("operator-1").await.post("/api/services/shop/abandon-green", &body).await;
    assert!(answer.json["started"].as_str().unwrap().contains(":execution:roll-back:console-1-"));
    assert!(house.world.did().first().unwrap().starts_with("run roll-back console-1-"));
}

#[tokio::test]
async fn the_journal_holds_and_a_change_to_it_is_found() {
    let house = House::testing().await;
    house.sign_in("developer-1").await.post(START, "{}").await;
    assert_eq!(house.store.verify().await.unwrap(), Ok(2));
    let page = house.sign_in("viewer-1").await.get("/api/journal?limit=1").await;
    assert_eq!((&page.json["entries"][0]["number"], &page.json["before"]), (&2.into(), &2.into()));
}
