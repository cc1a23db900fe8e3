//! Noise rules: what each would hide is seen first, and none hides everything.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    shop::{BASE, Colour, comparing, json as document, run},
    test_app::{Answer, Client, TestApp},
};

const SUITE: &str = r#"
name = "smoke"

[[probe]]
name = "page"
path = "/"

[[probe]]
name = "status"
path = "/api/status"

[[probe]]
name = "words"
path = "/words.txt"
"#;

/// A shop of a page, a document and a text, which differ in some places.
async fn colour(kind: &'static str) -> Colour {
    Colour::of(move |request| {
        use axum::response::IntoResponse;
        match request.uri().path() {
            "/" => axum::response::Html(format!(
                "<html lang=en><head><title>Shop</title></head><body class={kind}><h1>{kind}</h1><p>Welcome</p><a href=/a>A</a></body></html>"
            ))
            .into_response(),
            "/api/status" => {
                let body = json!({ "id": kind, "owner": { "id": kind, "name": "a" }, "n": 2, "ok": true });
                document(Box::leak(body.to_string().into_boxed_str()))
            }
            _ => format!("first line\nbuilt as {kind}\nlast line of {kind}\n").into_response(),
        }
    })
    .await
}

async fn app() -> TestApp {
    comparing(&colour("blue").await, &colour("green").await, &[SUITE]).await
}

async fn accept(client: &Client<'_>, place: &Value, is_wide: bool) -> Answer {
    let body =
        json!({ "suite": "smoke", "name": "r", "place": place, "reason": "varies", "is_wide": is_wide });
    client.post(&format!("{BASE}/accept-noise"), &body.to_string()).await
}

async fn reach(client: &Client<'_>, place: &Value) -> Answer {
    let (kind, parts) = place.as_object().and_then(|place| place.iter().next()).unwrap();
    let at = parts.as_object().and_then(|parts| parts.values().find_map(Value::as_str)).unwrap_or_default();
    let at = viridian_shared::route::segment(at);
    client.get(&format!("{BASE}/comparison/suites/smoke/reach?kind={kind}&at={at}&whole=false")).await
}

fn text(pattern: &str) -> Value {
    json!({ "text": { "pattern": pattern } })
}

fn html(selector: &str) -> Value {
    json!({ "html": { "selector": selector, "whole": false } })
}

fn path(path: &str) -> Value {
    json!({ "json": { "path": path, "whole": false } })
}

#[tokio::test]
async fn a_rule_that_hides_everything_is_refused_to_everybody_and_the_preview_says_so_first() {
    let app = app().await;
    let developer = app.sign_in("developer-1").await;
    run(&app, &developer, 1).await;
    let approver = app.sign_in("approver-1").await;
    let mut places: Vec<_> =
        ["[ -~]+", r"[^\x01]+", r"[\x20-\x7e]+", r"[\w\s]{2,}", "(first|built|last).+"].map(text).to_vec();
    places.extend(["*", "html", "body", ":not(x)", "html > *", "[lang], [class] *"].map(html));
    places.extend(["$", "$..*", "$.*"].map(path));
    for place in &places {
        for (client, is_wide) in [(&developer, false), (&approver, true)] {
            let refused = accept(client, place, is_wide).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{place}: {}", refused.text);
            let said = refused.json["detail"].as_str().unwrap().to_owned();
            assert!(said.contains("would hide all that is answered"), "{place}: {said}");
        }
        let seen = reach(&developer, place).await;
        assert_eq!(seen.status, StatusCode::OK, "{place}: {}", seen.text);
        assert!(!seen.json["all_of"].as_array().unwrap().is_empty(), "{place}: {}", seen.json);
    }
}

#[tokio::test]
async fn what_is_no_place_is_refused_by_the_rule_and_by_its_preview() {
    let app = app().await;
    let developer = app.sign_in("developer-1").await;
    run(&app, &developer, 1).await;
    for place in [
        // XPath is no selector, and no path.
        html("//div"),
        html("//*[@id='x']"),
        path("//id"),
        path("id"),
        path("$.."),
        text("(?s).*"),
        text("("),
        // Wildcards in names, pinned headers, and the status by any name.
        json!({ "header": { "header": "x-*" } }),
        json!({ "header": { "header": "*" } }),
        json!({ "header": { "header": "" } }),
        json!({ "header": { "header": ":status" } }),
        json!({ "header": { "header": "content-security-policy" } }),
        json!({ "cookie": { "cookie": "*" } }),
        json!({ "status": {} }),
        json!({ "status": { "status": 500 } }),
        // A picture is masked by nobody.
        json!({ "picture": { "whole": true } }),
        json!({ "mask": { "x": 0, "y": 0, "width": 9999, "height": 9999 } }),
    ] {
        let refused = accept(&developer, &place, false).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{place}: {}", refused.text);
        let seen = reach(&developer, &place).await;
        assert!(matches!(seen.status.as_u16(), 400 | 422), "{place}: {}", seen.text);
    }
}

#[tokio::test]
async fn a_rule_that_hides_more_names_it_first_and_is_for_an_approver() {
    let app = app().await;
    let developer = app.sign_in("developer-1").await;
    run(&app, &developer, 1).await;
    let wide = path("$..id");
    let seen = reach(&developer, &wide).await.json;
    let others: Vec<_> = seen["others"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(others, ["$.id differs", "$.owner.id differs"], "{seen}");
    let refused = accept(&developer, &wide, false).await;
    assert!(refused.json["detail"].as_str().unwrap().contains("$.owner.id differs"), "{}", refused.json);
    assert_eq!(accept(&developer, &wide, true).await.status, StatusCode::FORBIDDEN);
    let approver = app.sign_in("approver-1").await;
    assert_eq!(accept(&approver, &wide, true).await.status, StatusCode::ACCEPTED);

    let narrow = path("$.ok");
    let seen = reach(&developer, &narrow).await.json;
    assert_eq!((&seen["own"], &seen["others"], &seen["run"]), (&json!([]), &json!([]), &json!("1")));
}

#[tokio::test]
async fn rules_that_each_hide_a_part_do_not_hide_everything_together() {
    let app = app().await;
    let developer = app.sign_in("developer-1").await;
    run(&app, &developer, 1).await;
    let approver = app.sign_in("approver-1").await;
    let named = async |name: &str, place: &Value| {
        let body =
            json!({ "suite": "smoke", "name": name, "place": place, "reason": "varies", "is_wide": true });
        approver.post(&format!("{BASE}/accept-noise"), &body.to_string()).await
    };
    for at in ["$..id", "$.owner.name", "$.n"] {
        let accepted = named(at, &path(at)).await;
        assert_eq!(accepted.status, StatusCode::ACCEPTED, "{at}: {}", accepted.text);
    }
    let rest = path("$.ok");
    assert_eq!(reach(&developer, &rest).await.json["all_of"], json!(["status"]));
    let refused = named("the rest", &rest).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert!(refused.json["detail"].as_str().unwrap().contains("would hide all that is answered"));
}

#[tokio::test]
async fn in_a_suite_that_never_ran_a_rule_takes_an_approver_and_its_first_run_judges_it() {
    let app = app().await;
    let developer = app.sign_in("developer-1").await;
    let everything = path("$..*");
    let seen = reach(&developer, &everything).await.json;
    assert_eq!(seen["run"], Value::Null, "{seen}");
    let refused = accept(&developer, &everything, false).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.json["detail"].as_str().unwrap().contains("Run it first"), "{}", refused.json);
    let date = json!({ "header": { "header": "date" } });
    let named =
        json!({ "suite": "smoke", "name": "date", "place": date, "reason": "the time of the answer" });
    let answer = developer.post(&format!("{BASE}/accept-noise"), &named.to_string()).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "a header is one value: {}", answer.text);

    let approver = app.sign_in("approver-1").await;
    assert_eq!(accept(&approver, &everything, true).await.status, StatusCode::ACCEPTED);
    let id = run(&app, &developer, 1).await;
    let whole = crate::shop::look(&developer, &id).await;
    let remarks = whole["remarks"].to_string() + &whole["probes"].to_string();
    assert!(whole["brief"]["verdict"]["open"].as_u64().unwrap() >= 3, "it hides nothing: {whole}");
    assert!(remarks.contains("hid") || remarks.contains("would hide"), "and that is said: {whole}");
}
