//! Behind a load balancer people are whom it vouches for, and nobody else gets in.

use axum::body::Body;
use http::{Method, StatusCode, header};
use serde_json::json;
use viridian_server::config::IdentityConfig;

use crate::bench::{Bench, TestApp, request};

const SIGNER: &str = "arn:aws:elasticloadbalancing:ap-northeast-1:1:loadbalancer/app/console/1";

#[tokio::test]
async fn behind_a_balancer_nobody_is_let_in_without_its_signature() {
    let bench = Bench::empty().await;
    let mut config = bench.config().await;
    config.identity = Some(IdentityConfig::of_signer(SIGNER.to_owned()));
    let app = TestApp::start(&config).await;
    let plain = request(Method::GET, "/api/services").body(Body::empty()).unwrap();
    assert_eq!(app.ask(plain).await.0, StatusCode::UNAUTHORIZED);
    let forged = request(Method::GET, "/api/services").header("x-amzn-oidc-data", "e30.e30.e30");
    assert_eq!(app.ask(forged.body(Body::empty()).unwrap()).await.0, StatusCode::UNAUTHORIZED);
    let by_name = request(Method::POST, "/api/session")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json!({ "name": "operator-1" }).to_string()))
        .unwrap();
    let (status, problem, _) = app.ask(by_name).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(problem["hint"].as_str().unwrap().contains("identity provider"), "{problem}");
    app.console.stop().await;
}

#[tokio::test]
async fn a_health_check_needs_neither_a_name_nor_a_host() {
    let bench = Bench::empty().await;
    let app = bench.console().await;
    let check = http::Request::builder().uri("/healthz").header(header::HOST, "10.0.0.7:3000");
    assert_eq!(app.ask(check.body(Body::empty()).unwrap()).await.0, StatusCode::OK);
    let page = http::Request::builder().uri("/").header(header::HOST, "10.0.0.7:3000");
    assert_eq!(app.ask(page.body(Body::empty()).unwrap()).await.0, StatusCode::FORBIDDEN);
    app.console.stop().await;
}
