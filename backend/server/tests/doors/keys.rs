//! Keys: what guessing costs, and what ends a session.

use std::time::Instant;

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
