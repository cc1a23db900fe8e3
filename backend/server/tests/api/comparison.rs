//! Runs: what goes wrong first, then what they find, what people say of it, and what a vote keeps of it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{body::Body, response::IntoResponse};
use http::StatusCode;
use serde_json::json as value;
use viridian_domain::{
    port::{
        Journal, Runs,
        runs::{NewRun, RunRequest},
    },
    recover::recover,
};
use viridian_shared::{
    command::{StartRun, VoteOnGate},
    comparison::{
        run::{Asker, RunBrief, RunStatus},
        suite::Suite,
    },
    evidence::evidence,
    journal::{EntryKind, Fact, Intended, Intention},
    sample,
    vote::Choice,
};
use viridian_store::{Checks, Room};

use crate::{
    shop::{BASE, Colour, SMOKE, answer, begun, comparing, json, look, over, page, release, run, titles},
    test_app::TestApp,
};

const START: &str = "/api/services/shop/start-run";
const ONE: &str = r#"{"suite":"smoke","samples":1}"#;

async fn shop() -> (Colour, Colour) {
    (Colour::shop("#99c", "71b8d02").await, Colour::shop("#9c9", "9c9f1d2").await)
}

#[tokio::test]
async fn a_colour_that_is_dead_is_a_finding_that_says_nothing_of_the_network() {
    let (blue, _) = shop().await;
    let green = Colour::dead().await;
    let app = comparing(&blue, &green, &[SMOKE]).await;
    let client = app.sign_in("developer-1").await;
    let whole = look(&client, &run(&app, &client, 1).await).await;
    assert_eq!(titles(&whole), ["answer differs"]);
    assert_eq!(whole["findings"][0]["example"]["green"], "it could not be reached");
    assert_eq!(whole["probes"][0]["state"], "unanswered");
    let text = whole.to_string().to_lowercase();
    assert!(!text.contains("refused") && !text.contains("os error"), "{text}");

    let app = comparing(&Colour::dead().await, &Colour::dead().await, &[SMOKE]).await;
    let client = app.sign_in("developer-1").await;
    let whole = look(&client, &run(&app, &client, 1).await).await;
    assert_eq!(whole["brief"]["verdict"]["open"], 1, "two dead colours are not the same");
}

#[tokio::test]
async fn an_endless_body_is_cut_and_named() {
    let (blue, _) = shop().await;
    let green = Colour::of(|_| {
        let chunk = || Ok::<_, std::convert::Infallible>(vec![b'a'; 64 * 1024]);
        answer("text/html", Body::from_stream(futures::stream::iter(std::iter::repeat_with(chunk))))
    })
    .await;
    let app = comparing(&blue, &green, &[SMOKE]).await;
    let client = app.sign_in("developer-1").await;
    let id = run(&app, &client, 1).await;
    let probe = client.get(&format!("{BASE}/comparison/runs/{id}/probes/home")).await.json;
    let differences = probe["differences"].to_string();
    assert!(differences.contains("still coming after 4194304 bytes"), "{differences}");
    assert_eq!(probe["green"]["kept"], 1 << 20);
}

#[tokio::test]
async fn a_run_can_be_stopped_and_the_next_one_begun() {
    let (blue, _) = shop().await;
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
    let app = comparing(&blue, &green, &[SMOKE]).await;
    let client = app.sign_in("developer-1").await;
    let started = client.post(START, ONE).await;
    assert_eq!(started.json["started"], "1");
    let busy = client.post(START, ONE).await;
    assert_eq!(
        (busy.status, &busy.json["detail"]),
        (StatusCode::CONFLICT, &"Run 1 is under way. Wait, or stop it.".into())
    );
    let stopped = client.post(&format!("{BASE}/stop-run"), r#"{"run":"1"}"#).await;
    assert_eq!(stopped.status, StatusCode::ACCEPTED);
    over(&app, "1").await;
    let brief = &look(&client, "1").await["brief"];
    assert_eq!((&brief["status"]["stopped"], &brief["verdict"]), (&"developer-1".into(), &value!(null)));
    slow.store(false, Ordering::SeqCst);
    assert_eq!(run(&app, &client, 1).await, "2");
}

#[tokio::test]
async fn a_double_click_begins_one_run() {
    let (blue, green) = shop().await;
    let app = comparing(&blue, &green, &[SMOKE]).await;
    let client = app.sign_in("developer-1").await;
    let (one, other) = tokio::join!(client.press(START, ONE, "k"), client.press(START, ONE, "k"));
    assert_eq!((one.status, &one.json), (StatusCode::ACCEPTED, &other.json));
    over(&app, "1").await;
    let page = client.get(&format!("{BASE}/comparison/runs")).await.json;
    assert_eq!(page["runs"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_run_whose_findings_cannot_be_kept_has_failed_and_blocks_nobody() {
    let (blue, green) = shop().await;
    let app = comparing(&blue, &green, &[SMOKE]).await;
    let url = format!("sqlite://{}", app.folder.path().join("journal.sqlite").display());
    let raw = sqlx::SqlitePool::connect(&url).await.unwrap();
    let full = "CREATE TRIGGER full BEFORE INSERT ON answers BEGIN SELECT RAISE(ABORT, 'disk is full'); END";
    sqlx::query(full).execute(&raw).await.unwrap();
    let client = app.sign_in("developer-1").await;
    let brief = look(&client, &run(&app, &client, 1).await).await["brief"].clone();
    let reason = brief["status"]["failed"].as_str().unwrap();
    assert!(reason.contains("could not be kept"), "{reason}");
    sqlx::query("DROP TRIGGER full").execute(&raw).await.unwrap();
    raw.close().await;
    let whole = look(&client, &run(&app, &client, 1).await).await;
    assert_eq!(whole["brief"]["status"], "ended");
    let verified = app.store.verify(&Checks::default()).await.unwrap();
    assert_eq!((verified.entries, verified.flaws), (app.entries().await.len() as u64, Vec::new()));
}

/// A run that was under way when the process was killed.
async fn left_under_way(app: &TestApp, entry: Option<u64>) -> String {
    let brief = RunBrief {
        status: RunStatus::Running,
        by: Asker::Person("developer-1".to_owned()),
        ..sample::run_brief("0")
    };
    let run = NewRun { brief, entry, suite: Suite::default() };
    Runs::begin(&app.store, "shop", &run).await.unwrap()
}

#[tokio::test]
async fn a_kill_in_the_middle_leaves_a_run_that_is_marked_and_not_lost() {
    let (blue, green) = shop().await;
    let first = TestApp::with(release(&blue, &green)).await;
    let id = left_under_way(&first, None).await;
    first.work();
    first.section(|_| true).await;
    let brief = Runs::run(&first.store, "shop", &id).await.unwrap().unwrap().brief;
    assert_eq!(brief.status, RunStatus::BrokenOff);
    let said: Vec<_> = first.entries().await.into_iter().map(|entry| entry.text()).collect();
    assert_eq!(said, ["Run 1 broke off when the console stopped."]);
}

#[tokio::test]
async fn an_orderly_stop_in_the_middle_marks_the_run_too() {
    let (blue, _) = shop().await;
    let hangs = || Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let green = Colour::of(move |_| answer("text/plain", hangs())).await;
    let app = comparing(&blue, &green, &[SMOKE]).await;
    app.sign_in("developer-1").await.post(START, ONE).await;
    app.app.stop.cancel();
    let status = async {
        loop {
            let brief = Runs::run(&app.store, "shop", "1").await.unwrap().unwrap().brief;
            if brief.status != RunStatus::Running {
                return brief.status;
            }
            tokio::task::yield_now().await;
        }
    };
    let status = tokio::time::timeout(Duration::from_secs(20), status).await.unwrap();
    assert_eq!(status, RunStatus::BrokenOff);
}

#[tokio::test]
async fn an_intent_to_run_is_closed_by_what_became_of_it() {
    let (blue, green) = shop().await;
    let app = TestApp::with(release(&blue, &green)).await;
    let open = || {
        let body = value!({"suite": "smoke", "samples": 1});
        let command: StartRun = serde_json::from_value(body.clone()).unwrap();
        let intention = Intention::StartRun { command };
        let entry = viridian_domain::port::NewEntry {
            at: crate::world::now(),
            service: "shop".to_owned(),
            release: None,
            person: Some("developer-1".to_owned()),
            fact: Fact::Intended(Box::new(Intended { intention, press: String::new() })),
            closes: None,
        };
        viridian_domain::port::Intent { entry, body, key: None, fingerprint: String::new() }
    };
    let begun = app.store.open(open()).await.unwrap();
    app.store.open(open()).await.unwrap();
    left_under_way(&app, Some(begun.number)).await;
    recover(&app.service).await.unwrap();
    let outcomes: Vec<_> =
        app.entries().await.into_iter().skip(2).map(|entry| (entry.kind, entry.closes)).collect();
    assert_eq!(outcomes, [(EntryKind::Done, Some(1)), (EntryKind::Failed, Some(2))]);
}

#[tokio::test]
async fn addresses_of_this_machine_are_refused_outside_the_sandbox() {
    let (blue, green) = shop().await;
    let mut snapshot = release(&blue, &green);
    snapshot.service.sandbox = false;
    let app = TestApp::with(snapshot).await;
    app.work();
    app.section(|_| true).await;
    let client = app.sign_in("developer-1").await;
    let ask = r#"{"probe":{"name":"home","method":"GET","path":"/"},"samples":1}"#;
    let id = begun(&app, client.post(&format!("{BASE}/ask-probe"), ask).await).await;
    let status = look(&client, &id).await["brief"]["status"]["failed"].clone();
    assert_eq!(status, "This origin leads to an address that is never asked.");
    assert_eq!(blue.asked.load(Ordering::SeqCst) + green.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_may_change_something_is_sent_once_by_an_operator_who_named_it() {
    let (blue, green) = shop().await;
    let app = comparing(&blue, &green, &[SMOKE]).await;
    let developer = app.sign_in("developer-1").await;
    let whole = look(&developer, &run(&app, &developer, 2).await).await;
    assert_eq!(whole["probes"][2]["state"], "not_sent");
    assert_eq!(green.asked.load(Ordering::SeqCst), 6, "two probes, warm-up and two samples");
    let changes = r#"{"suite":"smoke","samples":2,"changes":["POST /orders"]}"#;
    assert_eq!(developer.post(START, changes).await.status, StatusCode::FORBIDDEN);
    let operator = app.sign_in("operator-1").await;
    begun(&app, operator.post(START, changes).await).await;
    assert_eq!(green.asked.load(Ordering::SeqCst), 13);
    let entries = app.entries().await;
    assert!(entries.iter().any(|entry| entry.text().ends_with("by smoke, with POST /orders")), "{entries:?}");
}

#[tokio::test]
async fn a_colour_change_is_found_whole_and_nothing_else_is() {
    let (blue, green) = shop().await;
    let app = comparing(&blue, &green, &[SMOKE]).await;
    let client = app.sign_in("developer-1").await;
    let id = run(&app, &client, 1).await;
    let whole = look(&client, &id).await;
    assert_eq!(titles(&whole), ["$.commit differs", "html > head > style text body { color: … differs"]);
    let verdict = &whole["brief"]["verdict"];
    assert_eq!((&verdict["open"], &verdict["new"], &verdict["first"]), (&2.into(), &2.into(), &2.into()));
    let told = app.entries().await.pop().unwrap();
    assert_eq!(told.text(), "Run 1 of smoke: 2 differences open, all new.");

    let again = look(&client, &run(&app, &client, 1).await).await;
    assert_eq!(
        (&again["brief"]["verdict"]["new"], &again["findings"][0]["first_seen"]),
        (&0.into(), &"1".into())
    );
    let section = app.section(|section| section.quiet.is_some_and(|quiet| quiet.runs == 1)).await;
    assert_eq!(section.newest.unwrap().id, "2");
}

#[tokio::test]
async fn a_quick_ask_stands_beside_the_evidence_and_takes_no_vote_from_its_run() {
    let (blue, green) = shop().await;
    let app = comparing(&blue, &green, &[SMOKE]).await;
    let developer = app.sign_in("developer-1").await;
    let suite = run(&app, &developer, 1).await;
    let probe = r#"{"name":"GET /","method":"GET","path":"/","headers":[],"body":null}"#;
    let ask = format!(r#"{{"probe":{probe},"samples":1,"changes":[]}}"#);
    let asked = begun(&app, developer.post(&format!("{BASE}/ask-probe"), &ask).await).await;
    let section = app.section(|it| it.asked.is_some()).await;
    assert_eq!(section.newest.map(|run| run.id), Some(suite.clone()));
    assert_eq!(section.asked.map(|run| run.id), Some(asked));
    let vote = sample::vote(&app.service.snapshot(), Choice::Approve, "");
    assert_eq!(vote.run, Some(suite));
    let approver = app.sign_in("approver-1").await;
    let voted = approver.post(&format!("{BASE}/vote"), &serde_json::to_string(&vote).unwrap()).await;
    assert_eq!(voted.status, StatusCode::ACCEPTED, "{}", voted.json);
}

/// "No new differences for 26 h" is a fact on the decision, on the service's clock.
#[tokio::test]
async fn how_long_nothing_new_was_found_is_told_by_the_services_clock() {
    let (blue, green) = shop().await;
    let app = comparing(&blue, &green, &[SMOKE]).await;
    let client = app.sign_in("developer-1").await;
    for hours in [0, 13, 26] {
        app.world.minutes.store(hours * 60, Ordering::SeqCst);
        run(&app, &client, 1).await;
    }
    let section = app.section(|section| section.quiet.is_some_and(|quiet| quiet.runs == 2)).await;
    let now = app.service.ports.clock.now();
    assert_eq!(section.quiet.unwrap().words(now), "No new differences for 26 h");
}

#[tokio::test]
async fn a_ruling_counts_at_once_and_intended_ends_with_its_release() {
    let (blue, green) = shop().await;
    let app = comparing(&blue, &green, &[SMOKE]).await;
    let client = app.sign_in("approver-1").await;
    let developer = app.sign_in("developer-1").await;
    let id = run(&app, &developer, 1).await;
    let finding = look(&client, &id).await["findings"][0]["id"].as_str().unwrap().to_owned();
    let rule = |reason: &str| {
        format!(r#"{{"run":"{id}","finding":"{finding}","judgement":"intended","reason":"{reason}"}}"#)
    };
    let path = format!("{BASE}/rule-on-finding");
    assert_eq!(client.post(&path, &rule(" ")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let unknown = rule("x").replace(&finding, "0000");
    assert_eq!(client.post(&path, &unknown).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(client.post(&path, &rule("as planned")).await.status, StatusCode::ACCEPTED);
    let newest =
        app.section(|it| it.newest.as_ref().is_some_and(|run| run.verdict.unwrap().intended == 1)).await;
    assert_eq!(newest.newest.unwrap().verdict.unwrap().open, 1);
    let later = look(&client, &run(&app, &developer, 1).await).await;
    assert_eq!(later["brief"]["verdict"]["intended"], 1);

    let mut next = release(&blue, &green);
    sample::release(&mut next).id = "the-next-release".to_owned();
    app.service.snapshots.show(|it| &mut it.pipeline, next.pipeline.value.unwrap(), sample::now());
    app.section(|section| section.newest.is_none()).await;
    let whole = look(&client, &run(&app, &developer, 1).await).await;
    assert_eq!(whole["brief"]["verdict"]["open"], 2);
    let lapsed = whole["findings"].as_array().unwrap().iter().find(|it| it["id"] == *finding).unwrap();
    assert_eq!(lapsed["lapsed"]["reason"], "It was intended in an earlier release.");
}

#[tokio::test]
async fn a_vote_keeps_the_run_that_was_in_view_and_its_evidence_covers_it() {
    let (blue, green) = shop().await;
    let app = comparing(&blue, &green, &[SMOKE]).await;
    let developer = app.sign_in("developer-1").await;
    let id = run(&app, &developer, 1).await;
    let approver = app.sign_in("approver-1").await;
    let snapshot = app.section(|it| it.newest.as_ref().is_some_and(|run| run.id == id)).await;
    assert_eq!(snapshot.newest.map(|run| run.id), Some(id.clone()));
    let vote = |run: Option<&str>| {
        let vote = sample::vote(&app.service.snapshot(), Choice::Approve, "");
        serde_json::to_string(&VoteOnGate { run: run.map(str::to_owned), ..vote }).unwrap()
    };
    let unknown = approver.post(&format!("{BASE}/vote"), &vote(Some("99"))).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unknown.json);
    assert!(app.world.answers.lock().unwrap().is_empty());
    let voted = approver.post(&format!("{BASE}/vote"), &vote(Some(&id))).await;
    assert_eq!(voted.status, StatusCode::ACCEPTED, "{}", voted.json);
    let vote = app.store.votes("shop", sample::RELEASE).await.unwrap().pop().unwrap();
    assert_eq!(vote.run.as_deref(), Some("1"));
    let mut snapshot = (*app.service.snapshot()).clone();
    assert_eq!(vote.evidence, evidence(&snapshot).digest);
    sample::compared(&mut snapshot).newest = None;
    assert_ne!(vote.evidence, evidence(&snapshot).digest);
    let told = app.entries().await.pop().unwrap().text();
    assert_eq!(told, "approved the swap when run 1 was the newest comparison");
}

#[tokio::test]
async fn the_answers_of_old_runs_make_room_and_the_page_is_told() {
    let (blue, green) = shop().await;
    let folder = tempfile::tempdir().unwrap();
    let store = viridian_store::Store::open(&folder.path().join("journal.sqlite")).await.unwrap();
    let store = store.with_room(Room { runs: 1, ..Room::default() });
    let app = TestApp::in_folder(release(&blue, &green), folder, store, crate::world::shared());
    app.work();
    app.section(|_| true).await;
    let client = app.sign_in("developer-1").await;
    let ask = r#"{"probe":{"name":"home","method":"GET","path":"/"},"samples":1}"#;
    for _ in 0..2 {
        begun(&app, client.post(&format!("{BASE}/ask-probe"), ask).await).await;
    }
    let runs = app.store.runs("shop", &RunRequest { limit: 9, ..RunRequest::default() }).await.unwrap();
    assert_eq!(runs.iter().map(|run| run.has_answers).collect::<Vec<_>>(), [true, false]);
    let gone = client.get(&format!("{BASE}/comparison/runs/1/probes/home")).await;
    assert!(gone.json["detail"].as_str().unwrap().contains("dropped to make room"), "{}", gone.json);
    assert_eq!(look(&client, "1").await["findings"].as_array().unwrap().len(), 1, "what was found stays");
}

#[tokio::test]
async fn a_heat_map_shows_when_a_probe_began_to_differ() {
    let is_other = Arc::new(AtomicBool::new(false));
    let other = Arc::clone(&is_other);
    let (blue, _) = shop().await;
    let green = Colour::of(move |request| match request.uri().path() {
        "/api/status" if other.load(Ordering::SeqCst) => json(r#"{"commit":"71b8d02","open":false}"#),
        "/api/status" => json(r#"{"commit":"71b8d02","open":true}"#),
        "/" => page("<style>body { color: #99c }</style><h1>Shop</h1>"),
        _ => StatusCode::NOT_FOUND.into_response(),
    })
    .await;
    let app = comparing(&blue, &green, &[SMOKE]).await;
    let client = app.sign_in("developer-1").await;
    run(&app, &client, 1).await;
    is_other.store(true, Ordering::SeqCst);
    run(&app, &client, 1).await;
    let map = client.get(&format!("{BASE}/comparison/heat-map")).await.json;
    let row = map["rows"].as_array().unwrap().iter().find(|row| row["probe"] == "status").unwrap();
    let cells: Vec<_> =
        row["cells"].as_array().unwrap().iter().map(|it| (&it["kind"], &it["first_seen"])).collect();
    assert_eq!(cells, [(&"same".into(), &0.into()), (&"differs".into(), &1.into())]);
}
