//! The shape of answers: problems for everything that goes wrong, and a document that is true.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use serde_json::Value;
use viridian_server::route::{document, table};
use viridian_shared::command::{
    COMMENT_LIMIT, DESIRED_COUNT_LIMIT, INPUT_LIMIT, MOST_MINUTES, MOST_SAMPLES, NAME_LIMIT, REASON_LIMIT,
};

use crate::test_app::{Answer, TestApp, filled, method, request};

fn problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.json);
    assert_eq!(answer.kind, "application/problem+json");
    assert_eq!(answer.json["code"], code);
    assert_eq!(answer.json["status"], status);
    assert!(answer.json["request_id"].is_string() && answer.json["detail"].as_str().unwrap().ends_with('.'));
}

#[tokio::test]
async fn everything_that_goes_wrong_is_a_problem_with_an_id() {
    let app = TestApp::testing().await;
    let client = app.sign_in("operator-1").await;
    let start = "/api/services/shop/start-pipeline";
    problem(&client.get("/api/nothing").await, 404, "not_found");
    problem(&client.get("/api/services/other").await, 404, "not_found");
    problem(&client.get("/api/services/shop/machines/teleport").await, 404, "not_found");
    let execution = "/api/services/shop/machines/swap/executions";
    problem(&client.get(&format!("{execution}/{}", "x".repeat(200))).await, 404, "not_found");
    problem(&client.get(&format!("{execution}/{}/definition", "x".repeat(200))).await, 404, "not_found");
    problem(&client.get(&format!("{execution}/x/definition")).await, 404, "not_found");
    problem(&client.get(&format!("{execution}/x?after=")).await, 400, "bad_request");
    problem(&client.get(&format!("{execution}/x?after={}", "0".repeat(1_025))).await, 400, "bad_request");
    problem(&client.get(start).await, 405, "method_not_allowed");
    problem(&client.get("/api/journal?before=yesterday").await, 400, "bad_request");
    problem(&client.post(start, "{").await, 400, "bad_request");
    problem(&client.post(start, r#"{"colour":"red"}"#).await, 422, "invalid");
    problem(&client.post(start, "[]").await, 422, "invalid");
    problem(&client.post(start, &format!("\"{}\"", "x".repeat(600_000))).await, 413, "too_large");
    problem(
        &client.post("/api/services/shop/swap-back", r#"{"release":"x","reason":""}"#).await,
        409,
        "conflict",
    );
    problem(&client.press(start, "{}", "").await, 400, "bad_request");
    problem(&client.press(start, "{}", "a\tb").await, 400, "bad_request");
    let mut text = request(Method::POST, start, Some(&client.cookie), Some("{}"));
    text.headers_mut().insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
    problem(&app.ask(text).await, 415, "unsupported_media_type");
}

#[tokio::test]
async fn another_sites_page_and_another_host_name_are_turned_away() {
    let app = TestApp::testing().await;
    let client = app.sign_in("operator-1").await;
    let start = "/api/services/shop/start-pipeline";
    let mut foreign = request(Method::POST, start, Some(&client.cookie), Some("{}"));
    foreign.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    problem(&app.ask(foreign).await, 403, "forbidden");
    let rebound = Request::get("/api/session").header(header::HOST, "evil.example").body(Body::empty());
    problem(&app.ask(rebound.unwrap()).await, 403, "forbidden");
    assert!(app.world.did().is_empty());
}

#[tokio::test]
async fn the_document_names_every_route_and_no_other() {
    let document = serde_json::to_value(document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let mut named: Vec<String> = Vec::new();
    for (path, item) in paths {
        named.extend(item.as_object().unwrap().keys().map(|method| format!("{method} {path}")));
    }
    let mut routed: Vec<_> = table()
        .iter()
        .map(|route| format!("{} {}", method(&route.method).as_str().to_lowercase(), route.path))
        .collect();
    named.sort();
    routed.sort();
    assert_eq!(named, routed);

    let app = TestApp::testing().await;
    let client = app.sign_in("operator-1").await;
    for line in &named {
        let (method, path) = line.split_once(' ').unwrap();
        let path = filled(path);
        let method: Method = method.to_uppercase().parse().unwrap();
        if path == "/api/session" && method == Method::DELETE {
            continue;
        }
        let body = (method == Method::POST).then_some("[]");
        let answer = app.ask(request(method, &path, Some(&client.cookie), body)).await;
        assert_ne!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{line}");
        let is_page =
            answer.json["detail"].as_str().is_some_and(|text| text.starts_with("There is nothing at"));
        assert!(!is_page, "{line} is not routed");
    }
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    let document = serde_json::to_value(document()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 50);
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn no_two_types_have_one_name() {
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    for route in table() {
        for (name, schema) in route.schemas() {
            let mut schema = serde_json::to_value(schema).unwrap();
            unbind(&mut schema);
            let first = known.entry(name.clone()).or_insert_with(|| schema.clone());
            assert_eq!(*first, schema, "two types are called {name}");
        }
    }
}

/// A command as the journal keeps it is the command as it is sent, told without its bounds.
fn unbind(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.retain(|key, _| !["maxLength", "maxItems", "pattern"].contains(&key.as_str()));
            members.values_mut().for_each(unbind);
        }
        Value::Array(items) => items.iter_mut().for_each(unbind),
        _ => {}
    }
}

#[test]
fn every_operation_says_who_may_and_what_may_go_wrong() {
    let document = serde_json::to_value(document()).unwrap();
    let scheme = &document["components"]["securitySchemes"]["session"];
    assert_eq!((&scheme["in"], &scheme["name"]), (&"cookie".into(), &"viridian-session".into()));
    assert_eq!(document["security"], serde_json::json!([{ "session": [] }, { "secure session": [] }]));
    for route in table() {
        let method = method(&route.method).as_str().to_lowercase();
        let operation = &document["paths"][&route.path][&method];
        let line = format!("{method} {}", route.path);
        let answers = operation["responses"].as_object().unwrap();
        assert!(!answers.contains_key("default"), "{line} does not say which statuses it has");
        let mut needed = vec!["400", "403", "429", "500", "503"];
        if !route.open {
            needed.push("401");
        }
        if route.path.contains('{') {
            needed.push("404");
        }
        if method == "post" {
            needed.extend(["413", "415", "422"]);
        }
        for status in needed {
            let kind = &answers[status]["content"]["application/problem+json"];
            assert!(kind.is_object(), "{line} does not say {status}");
        }
        let is_open = operation["security"] == serde_json::json!([]);
        assert_eq!(is_open, route.open, "{line}");
    }
}

/// The schema of a field in the document.
fn field(path: &str) -> Value {
    let document = serde_json::to_value(document()).unwrap();
    let (name, field) = path.split_once('.').unwrap();
    document["components"]["schemas"][name]["properties"][field].clone()
}

#[test]
fn the_limits_in_the_document_are_those_of_the_rules() {
    let limits = [
        ("VoteOnGate.comment", "maxLength", COMMENT_LIMIT),
        ("StartEmergency.reason", "maxLength", COMMENT_LIMIT),
        ("StopPipeline.reason", "maxLength", REASON_LIMIT),
        ("StartExecution.input", "maxLength", INPUT_LIMIT),
        ("SaveSuite.name", "maxLength", NAME_LIMIT),
        ("SetDesiredCount.to", "maximum", DESIRED_COUNT_LIMIT as usize),
        ("StartRun.samples", "maximum", MOST_SAMPLES as usize),
        ("SetSentinel.period_minutes", "maximum", MOST_MINUTES as usize),
    ];
    for (path, word, limit) in limits {
        assert_eq!(field(path)[word], limit, "{path}");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| collect(member, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}
