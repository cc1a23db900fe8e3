//! Commands: carried out once, written down before and after, told truly.

use std::sync::atomic::Ordering;

use http::StatusCode;
use viridian_domain::port::Journal;
use viridian_shared::{
    evidence::{digest, evidence},
    journal::{EntryKind, Fact, Intention},
    sample,
    vote::Choice,
};
use viridian_store::Checks;

use crate::test_app::TestApp;

const START: &str = "/api/services/shop/start-pipeline";
const VOTE: &str = "/api/services/shop/vote";

/// A vote by somebody who sees what the app shows.
fn vote(app: &TestApp, choice: Choice, comment: &str) -> String {
    serde_json::to_string(&sample::vote(&app.service.snapshot(), choice, comment)).unwrap()
}

#[tokio::test]
async fn a_double_click_starts_one_release_and_gets_one_receipt() {
    let app = TestApp::testing().await;
    let client = app.sign_in("developer-1").await;
    let (one, other) = tokio::join!(client.press(START, "{}", "k1"), client.press(START, "{}", "k1"));
    assert_eq!((one.status, &one.json), (StatusCode::ACCEPTED, &other.json));
    assert_eq!(app.world.did(), ["start shop"]);
    let reused = app.sign_in("operator-1").await.press(START, "{}", "k1").await;
    assert_eq!(reused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_intent_stands_before_the_act_and_an_outcome_closes_it() {
    let app = TestApp::testing().await;
    app.sign_in("developer-1").await.post(START, "{}").await;
    let entries = app.entries().await;
    let kinds: Vec<_> = entries.iter().map(|entry| (entry.number, entry.kind, entry.closes)).collect();
    assert_eq!(kinds, [(1, EntryKind::Intent, None), (2, EntryKind::Done, Some(1))]);
    assert!(app.store.open_intents("shop").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_refusal_is_written_down_too() {
    let app = TestApp::testing().await;
    let answer = app.sign_in("viewer-1").await.post(START, "{}").await;
    assert_eq!(answer.json["detail"], "Only a developer can do this.");
    let entries = app.entries().await;
    assert_eq!(entries.first().map(|entry| entry.kind), Some(EntryKind::Refused));
}

#[tokio::test]
async fn a_vote_tells_aws_who_and_why_and_is_kept_with_its_evidence() {
    let app = TestApp::testing().await;
    let answer =
        app.sign_in("approver-1").await.post(VOTE, &vote(&app, Choice::Approve, "both phones")).await;
    assert_eq!(answer.json["message"], "You approved the swap.");
    let answers = app.world.answers.lock().unwrap().clone();
    let entries = app.entries().await;
    let head = format!("{}:{}", entries[0].number, &entries[0].digest[..32]);
    let votes = app.store.votes("shop", sample::RELEASE).await.unwrap();
    let seen = evidence(&app.service.snapshot());
    let on = format!("release {}, evidence {}", &sample::RELEASE[..8], &seen.digest[..12]);
    assert_eq!(answers[0].summary, format!("approver-1: both phones ({on}, journal {head})"));
    assert_eq!(votes.first().map(|vote| &vote.evidence), Some(&seen.digest));
    let Fact::Intended(intended) = &entries[0].fact else { panic!("{:?}", entries[0]) };
    let Intention::Vote { evidence: kept, .. } = &intended.intention else { panic!("{intended:?}") };
    assert_eq!((kept, digest(&kept.inputs)), (&seen, seen.digest.clone()));
}

#[tokio::test]
async fn a_vote_on_what_has_changed_between_screen_and_server_is_refused_by_name() {
    let app = TestApp::testing().await;
    let seen = vote(&app, Choice::Approve, "");
    let mut rebuilt = sample::testing();
    sample::green(&mut rebuilt).image = Some("shop@sha256:other".to_owned());
    let tasks = sample::tasks(&mut rebuilt).clone();
    app.service.snapshots.show(|it| &mut it.tasks, tasks, sample::now());
    let approver = app.sign_in("approver-1").await;
    let answer = approver.post(VOTE, &seen).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.json);
    let said = answer.json["detail"].as_str().unwrap();
    assert!(
        said.contains("the image of task set green: was “shop@sha256:green”, is “shop@sha256:other” now"),
        "{said}"
    );
    assert!(app.world.answers.lock().unwrap().is_empty());
    let entry = app.entries().await.pop().unwrap();
    let Fact::Refused(refused) = &entry.fact else { panic!("{entry:?}") };
    assert_eq!(refused.changed[0].now.as_deref(), Some("shop@sha256:other"));

    let now = approver.get("/api/services/shop/evidence").await;
    assert_eq!(now.json["digest"], evidence(&app.service.snapshot()).digest);
    let answer = approver.post(VOTE, &vote(&app, Choice::Approve, "")).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.json);
}

#[tokio::test]
async fn a_decision_whose_acknowledgement_was_lost_is_recognised_as_ours() {
    let app = TestApp::testing().await;
    app.world.loses_answer.store(true, Ordering::SeqCst);
    let answer = app.sign_in("approver-1").await.post(VOTE, &vote(&app, Choice::Approve, "")).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.json);
    assert_eq!(app.world.answers.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_gate_that_somebody_else_answered_says_who() {
    let app = TestApp::testing().await;
    app.world.was_answered.store(true, Ordering::SeqCst);
    let answer = app.sign_in("approver-1").await.post(VOTE, &vote(&app, Choice::Reject, "too slow")).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.json["detail"].as_str().unwrap().contains("lee: fine"), "{}", answer.json);
    assert!(app.store.votes("shop", sample::RELEASE).await.unwrap().is_empty());
}

#[tokio::test]
async fn green_is_abandoned_by_the_roll_back_machine() {
    let app = TestApp::testing().await;
    let body = format!(r#"{{"release":"{}","reason":"wrong colour"}}"#, sample::RELEASE);
    let answer = app.sign_in("operator-1").await.post("/api/services/shop/abandon-green", &body).await;
    assert!(answer.json["started"].as_str().unwrap().contains(":execution:roll-back:console-1-"));
    let did = app.world.did();
    assert_eq!(did.first().unwrap(), "close Release");
    assert!(did.last().unwrap().starts_with("run roll-back console-1-"), "{did:?}");
}

#[tokio::test]
async fn the_journal_holds_and_a_change_to_it_is_found() {
    let app = TestApp::testing().await;
    app.sign_in("developer-1").await.post(START, "{}").await;
    let verified = app.store.verify(&Checks::default()).await.unwrap();
    assert_eq!((verified.entries, verified.flaws), (2, Vec::new()));
    let page = app.sign_in("viewer-1").await.get("/api/journal?limit=1").await;
    assert_eq!((&page.json["entries"][0]["number"], &page.json["before"]), (&2.into(), &2.into()));
}
