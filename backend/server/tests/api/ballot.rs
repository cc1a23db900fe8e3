//! Votes under a policy: for every person, choice and state the page says what the server does, in the same words.

use std::collections::BTreeMap;

use http::StatusCode;
use viridian_domain::{policy::Policies, port::Journal, sample::show};
use viridian_shared::{
    command::VoteOnGate,
    journal::Fact,
    people::Person,
    pipeline::{GateKind, StepStatus},
    policy::{Freeze, Hours, Policy, Rejection},
    rule::{Refusal, verdict},
    sample,
    snapshot::Snapshot,
    vote::Choice,
};

use crate::test_app::TestApp;

const VOTE: &str = "/api/services/shop/vote";

fn two() -> Policy {
    Policy { approvals: 2, ..Policy::default() }
}

async fn under(policy: &Policy, snapshot: Snapshot) -> TestApp {
    let policies = Policies::new(&BTreeMap::from([(GateKind::ApproveSwap, policy.clone())])).unwrap();
    let app = TestApp::under(snapshot, policies).await;
    app.service.count_ballot();
    app
}

async fn post(app: &TestApp, name: &str, vote: &VoteOnGate) -> (StatusCode, String) {
    let answer = app.sign_in(name).await.post(VOTE, &serde_json::to_string(vote).unwrap()).await;
    (answer.status, answer.json["detail"].as_str().unwrap_or_default().to_owned())
}

async fn approve(app: &TestApp, name: &str) -> StatusCode {
    post(app, name, &sample::vote(&app.service.snapshot(), Choice::Approve, "why")).await.0
}

/// States of a gate, by name.
const STATES: [&str; 12] = [
    "nobody has voted",
    "approver-1 has approved",
    "approver-1 has approved, and it has lapsed",
    "operator-1 has rejected under a majority",
    "approver-2 has committed",
    "one has approved in a freeze",
    "a comment is wanted",
    "evidence is wanted",
    "green is not steady",
    "the gate was answered",
    "the release was taken back",
    "one approval decides",
];

/// A console in this state, and what somebody who votes has on screen.
async fn state(name: &str) -> TestApp {
    let always = Hours {
        zone: "Europe/Berlin".to_owned(),
        days: Vec::new(),
        from: "00:00".to_owned(),
        until: "24:00".to_owned(),
        freezes: vec![Freeze {
            from: "1970-01-01".to_owned(),
            until: "2100-01-01".to_owned(),
            why: String::new(),
        }],
    };
    let policy = match name {
        "operator-1 has rejected under a majority" => Policy { rejection: Rejection::Majority, ..two() },
        "approver-2 has committed" => Policy { committers_vote: false, ..two() },
        "one has approved in a freeze" => Policy { hours: Some(always), ..two() },
        "a comment is wanted" => Policy { comment: true, ..two() },
        "evidence is wanted" => Policy { quiet_hours: Some(10_000), no_open_findings: true, ..two() },
        "one approval decides" => Policy::default(),
        _ => two(),
    };
    let app = under(&policy, sample::testing()).await;
    match name {
        "approver-1 has approved" | "one has approved in a freeze" => {
            assert_eq!(approve(&app, "approver-1").await, StatusCode::ACCEPTED);
        }
        "approver-1 has approved, and it has lapsed" => {
            assert_eq!(approve(&app, "approver-1").await, StatusCode::ACCEPTED);
            let mut rebuilt = sample::testing();
            sample::green(&mut rebuilt).image = Some("shop@sha256:other".to_owned());
            show(&app.service, rebuilt);
        }
        "operator-1 has rejected under a majority" => {
            let no = sample::vote(&app.service.snapshot(), Choice::Reject, "why");
            assert_eq!(post(&app, "operator-1", &no).await.0, StatusCode::ACCEPTED);
        }
        "green is not steady" => {
            let mut shaky = sample::testing();
            sample::green(&mut shaky).is_steady = false;
            show(&app.service, shaky);
        }
        "the gate was answered" => {
            let mut answered = sample::testing();
            sample::step(&mut answered, "ApproveSwap").status = StepStatus::Succeeded;
            show(&app.service, answered);
        }
        "the release was taken back" => show(&app.service, sample::taken_back(sample::testing())),
        _ => {}
    }
    // Looks up what a vote would be judged by, as the console does every second; a rejection without words is none.
    let nothing = sample::vote(&sample::testing(), Choice::Reject, "");
    assert_ne!(post(&app, "approver-1", &nothing).await.0, StatusCode::ACCEPTED);
    app
}

/// What the page says of a vote before it is sent, and what the server answers to it.
async fn both(
    app: &TestApp,
    person: &Person,
    choice: Choice,
    comment: &str,
) -> (Result<String, Refusal>, (StatusCode, String)) {
    let snapshot = app.service.snapshot();
    let is_open = snapshot.pipeline().is_some_and(|pipeline| pipeline.open_gate().is_some());
    let seen = if is_open { (*snapshot).clone() } else { sample::testing() };
    let vote = sample::vote(&seen, choice, comment);
    (verdict(&vote, &snapshot, Some(person)), post(app, &person.name, &vote).await)
}

#[tokio::test]
async fn page_and_server_say_the_same_to_everybody_in_every_state() {
    let mut cells = 0;
    let mut taken = 0;
    for name in STATES {
        let mut app = state(name).await;
        for person in app.app.people.choices() {
            for (choice, comment) in [
                (Choice::Approve, ""),
                (Choice::Approve, "why"),
                (Choice::Reject, ""),
                (Choice::Reject, "why"),
            ] {
                let (page, (status, said)) = both(&app, &person, choice, comment).await;
                let cell =
                    format!("{name}: {} {choice:?} {comment:?}: {page:?}, {status} {said}", person.name);
                match page {
                    Ok(_) => assert_eq!(status, StatusCode::ACCEPTED, "{cell}"),
                    Err(refusal) => {
                        assert!(status.is_client_error(), "{cell}");
                        assert_eq!(status == StatusCode::UNPROCESSABLE_ENTITY, refusal.is_field, "{cell}");
                        assert_eq!(said, refusal.reason, "{cell}");
                    }
                }
                cells += 1;
                // What was refused has changed nothing.
                if status == StatusCode::ACCEPTED {
                    taken += 1;
                    app = state(name).await;
                }
            }
        }
    }
    assert_eq!(cells, STATES.len() * 20);
    assert!((20..120).contains(&taken), "{taken} of {cells} votes were taken");
}

#[tokio::test]
async fn two_approvals_answer_the_gate_once_and_the_api_tells_how_far_it_is() {
    let app = under(&two(), sample::testing()).await;
    assert_eq!(approve(&app, "approver-1").await, StatusCode::ACCEPTED);
    assert!(app.world.answers.lock().unwrap().is_empty());
    app.service.count_ballot();
    let shown = app.sign_in("viewer-1").await.get("/api/services/shop").await.json;
    let ballot = &shown["ballot"]["value"];
    assert_eq!(
        (ballot["needed"].as_u64(), ballot["rules"][0].as_str()),
        (Some(2), Some("2 approvals of different people decide."))
    );
    assert_eq!(approve(&app, "approver-2").await, StatusCode::ACCEPTED);
    let answers = app.world.answers.lock().unwrap().clone();
    let [answer] = answers.as_slice() else { panic!("{answers:?}") };
    assert!(
        answer.summary.starts_with("approver-1, approver-2: why (release 0f8fad5b, evidence "),
        "{}",
        answer.summary
    );
    let votes = app.store.votes("shop", sample::RELEASE).await.unwrap();
    assert!(votes.iter().all(|vote| !vote.policy.is_empty() && !vote.seen.is_empty()), "{votes:?}");
    assert!(app.store.verify(&viridian_store::Checks::default()).await.unwrap().is_whole());
}

#[tokio::test]
async fn a_gate_that_opens_tells_the_journal_its_policy() {
    let app = under(&two(), sample::testing()).await;
    let mut observer = viridian_domain::observe::Observer::begin(std::sync::Arc::clone(&app.service)).await;
    observer.round().await;
    observer.round().await;
    let told = app.entries().await.into_iter().filter(|entry| entry.about == "policy").collect::<Vec<_>>();
    let [entry] = told.as_slice() else { panic!("{told:?}") };
    assert!(
        entry.text().contains("goes by this policy: 2 approvals of different people decide."),
        "{}",
        entry.text()
    );
    assert!(matches!(&entry.fact, Fact::Observed(_)));
}
