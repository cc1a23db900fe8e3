//! Suites: from the repository, kept by the console, imported; and what none of them may hold.

use std::{path::Path, sync::atomic::Ordering};

use http::StatusCode;
use serde_json::{Value, json};
use viridian_shared::comparison::suite::SuiteOrigin;

use crate::{
    shop::{BASE, Colour, SMOKE, begun, comparing, json as document, look, run},
    test_app::{Client, TestApp},
};

async fn app(suites: &[&str]) -> TestApp {
    let answer = || Colour::of(|_| document(r#"{"ok":true}"#));
    comparing(&answer().await, &answer().await, suites).await
}

async fn import(client: &Client<'_>, name: &str, format: &str, text: &str) -> crate::test_app::Answer {
    let body = json!({ "name": name, "format": format, "text": text });
    client.post(&format!("{BASE}/import-suite"), &body.to_string()).await
}

async fn save(client: &Client<'_>, name: &str, probe: &Value, from: Option<&str>) -> crate::test_app::Answer {
    let body = json!({ "name": name, "suite": { "probes": [probe] }, "from": from });
    client.post(&format!("{BASE}/save-suite"), &body.to_string()).await
}

fn probe(path: &str, headers: &Value) -> Value {
    json!({ "name": "p", "method": "GET", "path": path, "headers": headers })
}

/// Every byte that the console has on disk.
fn on_disk(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap().flatten();
    files.flat_map(|file| std::fs::read(file.path()).unwrap()).collect()
}

#[tokio::test]
async fn a_file_that_is_no_suite_says_why_and_the_others_are_there() {
    let broken = "name = \"broken\"\n[[probe]]\nname = \"p\"\npath = \"p\"\n";
    let secret = "name = \"s\"\n[[probe]]\nname = \"p\"\npath = \"/\"\nheaders = [[\"cookie\", \"id=1\"]]\n";
    let app = app(&[SMOKE, broken, secret]).await;
    let suites = app.section(|section| section.suites.len() == 3).await.suites;
    let of = |name: &str| suites.iter().find(|suite| suite.name == name).unwrap();
    assert_eq!((of("smoke").probes, of("smoke").problem.as_deref()), (3, None));
    assert_eq!(of("smoke").changing, ["POST /orders"]);
    let problem = of("suite-1").problem.clone().unwrap();
    assert!(problem.starts_with("viridian/suite-1.toml: The path of"), "{problem}");
    let problem = of("suite-2").problem.clone().unwrap();
    assert!(problem.contains("in the open") && !problem.contains("id=1"), "{problem}");
    let client = app.sign_in("developer-1").await;
    let start = client.post(&format!("{BASE}/start-run"), r#"{"suite":"suite-1","samples":1}"#).await;
    assert_eq!(start.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_repository_that_cannot_be_read_keeps_what_was_known_and_says_so() {
    let app = app(&[SMOKE]).await;
    app.world.is_down.store(true, Ordering::SeqCst);
    let mut next = viridian_shared::sample::testing();
    viridian_shared::sample::release(&mut next).commit.as_mut().unwrap().id = "another".to_owned();
    app.service.snapshots.show(
        |it| &mut it.pipeline,
        next.pipeline.value.unwrap(),
        viridian_shared::sample::now(),
    );
    let section = app.section(|section| section.problem.is_some()).await;
    assert!(section.problem.unwrap().contains("could not be read"));
    assert_eq!(section.suites.len(), 1);
}

#[tokio::test]
async fn a_secret_is_named_and_never_kept_or_shown() {
    let app = app(&[]).await;
    let client = app.sign_in("developer-1").await;
    let open = probe("/", &json!([{ "name": "authorization", "value": "Bearer hunter2-open" }]));
    let refused = save(&client, "open", &open, None).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.text.contains("hunter2"), "{}", refused.text);
    let own = probe("/", &json!([{ "name": "authorization", "value": "env:AWS_SECRET_ACCESS_KEY" }]));
    let refused = save(&client, "own", &own, None).await;
    assert!(refused.json["detail"].as_str().unwrap().contains("probe_secrets"), "{}", refused.json);

    let text = "curl https://shop.example.com/orders -H 'Authorization: Bearer hunter2-imported'";
    let imported = import(&client, "mine", "curl", text).await;
    assert_eq!(imported.status, StatusCode::ACCEPTED, "{}", imported.json);
    assert!(imported.json["message"].as_str().unwrap().contains("1 remark"), "{}", imported.json);
    let suite = client.get(&format!("{BASE}/comparison/suites/mine")).await.json;
    assert_eq!(suite["suite"]["probes"][0]["headers"][0]["value"], "env:PROBE_AUTHORIZATION");
    assert!(suite["remarks"][0].as_str().unwrap().contains("PROBE_AUTHORIZATION"));

    let start = client.post(&format!("{BASE}/start-run"), r#"{"suite":"mine","samples":1}"#).await;
    let id = begun(&app, start).await;
    let status = look(&client, &id).await["brief"]["status"]["failed"].clone();
    assert_eq!(status, "The secret `PROBE_AUTHORIZATION` is not set where the console runs.");
    let disk = on_disk(app.folder.path());
    assert!(!disk.windows(7).any(|bytes| bytes == b"hunter2"), "a secret is on the disk");
    assert!(!format!("{:?}", app.entries().await).contains("hunter2"));
}

#[tokio::test]
async fn every_format_is_imported_and_what_is_none_is_refused() {
    let app = app(&[]).await;
    let client = app.sign_in("developer-1").await;
    let har = r#"{"log":{"entries":[{"request":{"method":"GET","url":"https://shop.example.com/a"}}]}}"#;
    let openapi = r#"{"openapi":"3.1.0","paths":{"/a":{"get":{}},"/b":{"post":{}}}}"#;
    let sitemap = "<urlset><url><loc>https://shop.example.com/a</loc></url></urlset>";
    let postman = r#"{"info":{"schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item":[{"name":"a","request":{"method":"GET","url":"https://shop.example.com/a"}}]}"#;
    let bruno = "meta {\n  name: a\n  type: http\n}\n\nget {\n  url: https://shop.example.com/a\n}\n";
    for (format, text) in [
        ("toml", SMOKE),
        ("open_api", openapi),
        ("har", har),
        ("curl", "curl https://shop.example.com/a"),
        ("hurl", "GET https://shop.example.com/a\n"),
        ("postman", postman),
        ("bruno", bruno),
        ("sitemap", sitemap),
        ("list", "/a\n/b\n"),
    ] {
        let answer = import(&client, format, format, text).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{format}: {}", answer.json);
        let twice = import(&client, format, format, text).await;
        assert_eq!(twice.status, StatusCode::CONFLICT, "{format}");
    }
    let section = app.section(|section| section.suites.len() == 9).await;
    assert!(section.suites.iter().all(|suite| suite.problem.is_none()), "{:?}", section.suites);
    assert!(matches!(&section.suites[0].origin, SuiteOrigin::Console { by, .. } if by == "developer-1"));
    for (format, text) in [("toml", "name = 1"), ("open_api", "{}"), ("har", "[]"), ("sitemap", "<a/>")] {
        let answer = import(&client, "none", format, text).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{format}: {}", answer.json);
    }
    let large = import(&client, "large", "list", &"/a\n".repeat(2_000_000)).await;
    assert_eq!(large.status, StatusCode::ACCEPTED, "{}", large.json);
    let larger = import(&client, "larger", "list", &"/a\n".repeat(12_000_000)).await;
    assert_eq!(larger.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_suite_is_kept_changed_and_forgotten_and_two_people_do_not_cross() {
    let app = app(&[SMOKE]).await;
    let client = app.sign_in("developer-1").await;
    let none = json!([]);
    assert_eq!(save(&client, "mine", &probe("/a", &none), None).await.status, StatusCode::ACCEPTED);
    let digest =
        |section: &viridian_shared::comparison::Comparison| section.suite("mine").unwrap().digest.clone();
    let first = digest(&app.section(|section| section.suite("mine").is_some()).await);
    assert_eq!(save(&client, "mine", &probe("/b", &none), Some(&first)).await.status, StatusCode::ACCEPTED);
    let crossed = save(&client, "mine", &probe("/c", &none), Some(&first)).await;
    assert_eq!(
        (crossed.status, &crossed.json["detail"]),
        (StatusCode::CONFLICT, &"mine was changed meanwhile. Look again.".into())
    );
    let of_repository = save(&client, "smoke", &probe("/a", &none), Some("x")).await;
    assert!(of_repository.json["detail"].as_str().unwrap().contains("by a commit"));

    let accept = r#"{"suite":"mine","name":"date","place":{"header":{"header":"date"}},"reason":"r"}"#;
    assert_eq!(client.post(&format!("{BASE}/accept-noise"), accept).await.status, StatusCode::ACCEPTED);
    let second = digest(&app.section(|it| it.suite("mine").is_some_and(|suite| suite.noise == 1)).await);
    let delete = json!({ "name": "mine", "from": second }).to_string();
    assert_eq!(client.post(&format!("{BASE}/delete-suite"), &delete).await.status, StatusCode::ACCEPTED);
    app.section(|section| section.suite("mine").is_none()).await;
    save(&client, "mine", &probe("/a", &none), None).await;
    let section = app.section(|section| section.suite("mine").is_some()).await;
    assert_eq!(section.suite("mine").unwrap().noise, 0, "noise goes with its suite");
    run(&app, &client, 1).await;
}

#[tokio::test]
async fn a_suite_of_the_console_yields_its_name_to_one_of_the_repository() {
    let app = app(&[]).await;
    let client = app.sign_in("developer-1").await;
    import(&client, "smoke", "list", "/a").await;
    *app.world.files.lock().unwrap() = vec![viridian_domain::port::sources::SourceFile {
        path: "viridian/smoke.toml".to_owned(),
        text: SMOKE.to_owned(),
    }];
    let mut next = viridian_shared::sample::testing();
    viridian_shared::sample::release(&mut next).commit.as_mut().unwrap().id = "another".to_owned();
    app.service.snapshots.show(
        |it| &mut it.pipeline,
        next.pipeline.value.unwrap(),
        viridian_shared::sample::now(),
    );
    let section = app.section(|section| section.suites.len() == 2).await;
    assert!(matches!(section.suites[0].origin, SuiteOrigin::Repository { .. }));
    assert_eq!(section.suites[1].name, "smoke (console)");
    assert!(section.suites[1].problem.is_some());
}

#[tokio::test]
async fn a_suite_is_edited_as_its_own_text_and_the_noise_beside_it_is_not_kept_twice() {
    let app = app(&[]).await;
    let client = app.sign_in("developer-1").await;
    assert_eq!(import(&client, "mine", "list", "/a\n").await.status, StatusCode::ACCEPTED);
    let noise = json!({ "suite": "mine", "name": "date", "reason": "the time of the answer",
        "place": { "header": { "header": "date" } } });
    let accepted = client.post(&format!("{BASE}/accept-noise"), &noise.to_string()).await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED, "{}", accepted.json);
    let section = app.section(|it| it.suite("mine").is_some_and(|suite| suite.noise == 1)).await;
    let seen = section.suite("mine").unwrap().digest.clone();
    let text =
        client.get(&format!("{BASE}/comparison/suites/mine")).await.json["text"].as_str().unwrap().to_owned();
    assert!(text.contains("date"), "{text}");

    let edit =
        |text: String, from: &str| json!({ "name": "mine", "format": "toml", "text": text, "from": from });
    let more = format!("{text}\n[[probe]]\nname = \"b\"\npath = \"/b\"\n");
    let path = format!("{BASE}/import-suite");
    let crossed = client.post(&path, &edit(more.clone(), "old").to_string()).await;
    assert_eq!(crossed.status, StatusCode::CONFLICT, "{}", crossed.json);
    let edited = client.post(&path, &edit(more, &seen).to_string()).await;
    assert_eq!(edited.status, StatusCode::ACCEPTED, "{}", edited.json);
    let section = app.section(|it| it.suite("mine").is_some_and(|suite| suite.probes == 2)).await;
    assert_eq!(section.suite("mine").unwrap().noise, 1);
}
