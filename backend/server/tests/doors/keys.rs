//! Keys: what guessing costs, and what ends a session.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use viridian_domain::digest;
use viridian_server::{Config, serve::Console};
use viridian_shared::{
    journal::{Entry, EntryKind},
    people::Role,
};

use crate::bench::Listening;

const KEY: &str = "0123456789abcdef-kim";

fn keyed(folder: &std::path::Path, role: &str, key: &str) -> Config {
    let key = digest::hex(key);
    let mut config = config(folder, "");
    let role: Role = serde_json::from_value(serde_json::json!(role)).unwrap();
    config.people = vec![viridian_server::config::PersonConfig {
        name: "kim".to_owned(),
        roles: vec![role],
        key_sha256: key,
        ..viridian_server::config::PersonConfig::default()
    }];
    config
}

fn sign_in(name: &str, key: &str) -> String {
    serde_json::json!({ "name": name, "key": key }).to_string()
}

#[tokio::test]
async fn failed_sign_ins_are_slow_counted_and_journalled_and_so_are_good_ones() {
    let folder = tempfile::tempdir().unwrap();
    let console = Listening::start(&keyed(folder.path(), "approver", KEY)).await;
    let begun = Instant::now();
    let mut statuses = Vec::new();
    for number in 0..8 {
        let told =
            console.post("/api/session", "", &sign_in("kim", &format!("a wrong key {number}...."))).await;
        statuses.push(told.status);
        assert!(told.status == 401 || told.header("retry-after").is_some(), "{}", told.text);
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429, 429]);
    assert!(begun.elapsed().as_millis() >= 1_500);
    let unknown = console.post("/api/session", "", &sign_in("my secret key in the wrong field", "x")).await;
    assert_eq!(unknown.status, 401);
    console.stop().await;

    let console = Listening::start(&keyed(folder.path(), "approver", KEY)).await;
    let good = console.post("/api/session", "", &sign_in("kim", KEY)).await;
    assert_eq!(good.status, 200, "{}", good.text);
    let entries = console.entries().await;
    let of = |kind: EntryKind| entries.iter().filter(move |it| it.about == "sign-in" && it.kind == kind);
    let refused: Vec<_> = of(EntryKind::Refused).map(Entry::text).collect();
    assert_eq!(refused.len(), 3, "{refused:?}");
    assert!(refused.iter().any(|text| text == "A sign-in as kim was refused 4 times more."), "{refused:?}");
    assert!(refused.iter().all(|text| !text.contains("secret")), "{refused:?}");
    assert_eq!(of(EntryKind::Done).filter(|it| it.person.as_deref() == Some("kim")).count(), 1);
    let metrics = console.get("/metrics", "").await.text;
    assert!(metrics.contains("viridian_sign_ins_total{done=\"true\"} 1"), "{metrics}");
    console.stop().await;
}

#[tokio::test]
async fn another_key_or_role_ends_a_session_at_the_next_request() {
    let folder = tempfile::tempdir().unwrap();
    let console = Listening::start(&keyed(folder.path(), "approver", KEY)).await;
    let cookie = console.post("/api/session", "", &sign_in("kim", KEY)).await.cookie();
    assert_eq!(console.get("/api/services", &cookie).await.status, 200);
    console.stop().await;
    for (role, key) in [("operator", KEY), ("approver", "0123456789abcdef-new")] {
        let console = Listening::start(&keyed(folder.path(), "approver", KEY)).await;
        let cookie = console.post("/api/session", "", &sign_in("kim", KEY)).await.cookie();
        assert_eq!(console.get("/api/services", &cookie).await.status, 200);
        console.stop().await;
        let console = Listening::start(&keyed(folder.path(), role, key)).await;
        assert_eq!(console.get("/api/services", &cookie).await.status, 401, "{role} {key}");
        console.stop().await;
        let console = Listening::start(&keyed(folder.path(), "approver", KEY)).await;
        assert_eq!(console.get("/api/services", &cookie).await.status, 401, "the old one does not come back");
        console.stop().await;
    }
}

#[tokio::test]
async fn a_session_that_has_expired_opens_nothing_and_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let console = Listening::start(&config(folder.path(), "")).await;
    let cookie = console.choose("viewer-1").await;
    let token = cookie.trim().split_once('=').unwrap().1.to_owned();
    let (digest, store) = (digest::hex(&token), &console.app.store);
    let session = store.signed_in(&digest, Timestamp::MIN).await.unwrap().unwrap();
    store.sign_out(&digest).await.unwrap();
    let began = Timestamp::now().checked_sub(SignedDuration::from_hours(14 * 24 + 1)).unwrap();
    store.sign_in(&digest, &session, began).await.unwrap();
    assert_eq!(console.get("/api/services", &cookie).await.status, 401);
    assert!(store.signed_in(&digest, Timestamp::MIN).await.unwrap().is_some(), "it is still there");
    console.stop().await;

    let console = Listening::start(&config(folder.path(), "")).await;
    let gone = async {
        while console.app.store.signed_in(&digest, Timestamp::MIN).await.unwrap().is_some() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("nobody deletes it");
    console.stop().await;
}

#[tokio::test]
async fn over_https_a_cookie_belongs_to_this_host_alone() {
    let folder = tempfile::tempdir().unwrap();
    let secure = Config { https: true, ..config(folder.path(), "") };
    let console = Listening::start(&secure).await;
    let told = console.post("/api/session", "", r#"{"name":"viewer-1"}"#).await;
    let set = told.header("set-cookie").unwrap();
    assert!(
        set.starts_with("__Host-viridian-session=") && set.contains("; Secure") && set.contains("; Path=/;")
    );
    let cookie = told.cookie();
    assert_eq!(console.get("/api/services", &cookie).await.status, 200);
    let tossed = cookie.replace("__Host-", "");
    assert_eq!(console.get("/api/services", &tossed).await.status, 401, "a neighbour may set this name");
    console.stop().await;

    let folder = tempfile::tempdir().unwrap();
    let console = Listening::start(&config(folder.path(), "")).await;
    let told = console.post("/api/session", "X-Forwarded-Proto: https\r\n", r#"{"name":"viewer-1"}"#).await;
    assert!(
        told.header("set-cookie").unwrap().starts_with("viridian-session="),
        "nobody trusts that header here"
    );
    console.stop().await;
}

fn config(folder: &std::path::Path, lines: &str) -> Config {
    crate::bench::config(folder, lines)
}

#[tokio::test]
async fn nobody_is_chosen_freely_where_others_could_reach_it() {
    let folder = tempfile::tempdir().unwrap();
    let local = config(folder.path(), "");
    let open = Config { listen: "0.0.0.0:3000".parse().unwrap(), ..local.clone() };
    let refused = Console::start(&open).await.err().unwrap();
    assert!(refused.contains("0.0.0.0:3000") && refused.contains("--people FILE"), "{refused}");
    let mut elsewhere = local;
    elsewhere.services[0].endpoint_url = Some("http://sandbox.internal:4566".to_owned());
    let refused = Console::start(&elsewhere).await.err().unwrap();
    assert!(refused.contains("endpoint_url") && refused.contains("--people FILE"), "{refused}");
}

/// Rundeck 7884, akhq 389: the id from before signing in was still the one after it, or lived on after signing out.
#[tokio::test]
async fn signing_in_makes_a_new_session_and_ends_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let console = Listening::start(&config(folder.path(), "")).await;
    let planted = format!("Cookie: viridian-session={}\r\n", "a".repeat(64));
    let sign_in =
        async |cookie: &str| console.post("/api/session", cookie, r#"{"name":"viewer-1"}"#).await.cookie();
    let first = sign_in(&planted).await;
    let second = sign_in(&first).await;
    assert!(first != second && !first.contains(&"a".repeat(64)));
    let status = async |cookie: &str| console.get("/api/services", cookie).await.status;
    assert_eq!([status(&planted).await, status(&first).await, status(&second).await], [401, 401, 200]);
    let out = format!("DELETE /api/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{second}\r\n");
    assert_eq!(console.say(out).await.status, 204);
    assert_eq!(status(&second).await, 401);
    console.stop().await;
}

#[tokio::test]
async fn a_flood_of_invented_names_keeps_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let console = Listening::start(&keyed(folder.path(), "approver", KEY)).await;
    let invented = (0..400).map(|number| {
        let body = sign_in(&format!("nobody-{number}"), "a wrong key of length");
        let console = &console;
        async move { console.post("/api/session", "", &body).await.status }
    });
    let statuses = futures::future::join_all(invented).await;
    assert!(statuses.contains(&429) && statuses.iter().all(|it| matches!(it, 401 | 429)), "{statuses:?}");
    let good = console.post("/api/session", "", &sign_in("kim", KEY)).await;
    assert_eq!(good.status, 200, "who has the key comes in: {}", good.text);
    console.stop().await;
}
