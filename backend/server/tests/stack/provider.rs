//! What tells who somebody is cannot be reached: the console says so, and is right again once it can.

use std::time::{Duration, Instant};

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use axum::body::Body;
use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{Method, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use viridian_server::config::{IdentityConfig, RolesFrom};
use viridian_shared::{
    command::{Command, StartPipeline},
    people::Role,
    route,
    snapshot::Snapshot,
};

use crate::bench::{Bench, TestApp, request};

const SIGNER: &str = "arn:aws:elasticloadbalancing:ap-northeast-1:1:loadbalancer/app/console/1";
/// Within which the console has to be right again.
const MINUTE: Duration = Duration::from_mins(1);

/// A key, and the port on this machine where it is published once it is.
struct Publisher {
    pair: EcdsaKeyPair,
    port: u16,
}

impl Publisher {
    async fn unreached() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        Self { pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(), port }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on it answers: as a load balancer publishes its key, and as a provider does.
    async fn come_back(&self) {
        let der = BASE64_STANDARD.encode(self.pair.public_key().as_der().unwrap().as_ref());
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n");
        let point = self.pair.public_key().as_ref();
        let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let key = json!({ "kid": "key", "kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..]) });
        let keys = json!({ "keys": [key] }).to_string();
        let about = json!({ "issuer": self.url(), "jwks_uri": format!("{}/keys", self.url()) }).to_string();
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut asked = [0; 1024];
                let length = stream.read(&mut asked).await.unwrap_or(0);
                let path = String::from_utf8_lossy(&asked[..length]).into_owned();
                let body = match path.split(' ').nth(1) {
                    Some("/keys") => &keys,
                    Some("/.well-known/openid-configuration") => &about,
                    _ => &pem,
                };
                let head =
                    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            }
        });
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

/// A balancer with its provider, and a person whom they know.
struct World {
    balancer: Publisher,
    provider: Publisher,
}

impl World {
    async fn new() -> Self {
        Self { balancer: Publisher::unreached().await, provider: Publisher::unreached().await }
    }

    async fn console(&self, bench: &Bench) -> TestApp {
        let mut config = bench.config().await;
        let mut identity = IdentityConfig::of_signer(SIGNER.to_owned());
        identity.keys_url = Some(self.balancer.url());
        identity.issuer = Some(self.provider.url());
        identity.roles_from = RolesFrom::AccessToken;
        identity.roles.insert("releasers".to_owned(), vec![Role::Developer]);
        config.identity = Some(identity);
        TestApp::start(&config).await
    }

    async fn ask(&self, app: &TestApp, method: Method, path: &str) -> (StatusCode, Value) {
        let soon = Timestamp::now().as_second() + 120;
        let issuer = self.provider.url();
        let header = json!({ "kid": "key", "alg": "ES256", "iss": issuer, "signer": SIGNER, "exp": soon });
        let data = self.balancer.sign(&header, &json!({ "sub": "1", "email": "kim@example.com" }));
        let claims = json!({ "sub": "1", "iss": issuer, "groups": ["releasers"], "exp": soon });
        let access = self.provider.sign(&json!({ "kid": "key", "alg": "ES256" }), &claims);
        let asked = request(method, path)
            .header("x-amzn-oidc-data", data)
            .header("x-amzn-oidc-accesstoken", access)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from("{}"))
            .unwrap();
        let (status, body, _) = app.ask(asked).await;
        (status, body)
    }

    /// Asks until the answer is no longer this.
    async fn no_longer(&self, app: &TestApp, method: Method, path: &str, status: StatusCode) -> StatusCode {
        let begun = Instant::now();
        loop {
            let (found, _) = self.ask(app, method.clone(), path).await;
            if found != status {
                return found;
            }
            assert!(begun.elapsed() < MINUTE, "{path} is answered with {status}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

fn is_told(snapshot: &Snapshot) -> bool {
    snapshot.notices().iter().any(|it| it.text.contains("the identity provider’s keys are not reached"))
}

#[tokio::test]
async fn a_lost_identity_provider_is_told_and_nobody_is_sent_to_sign_in_again() {
    let bench = Bench::released().await;
    let world = World::new().await;
    let app = Box::pin(world.console(&bench)).await;
    let start = route::command::<StartPipeline>(app.service().name());

    // The balancer's own keys are not there: nobody is known, and nobody has to sign in again.
    let (status, answer) = world.ask(&app, Method::GET, "/api/services").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{answer}");
    assert!(answer["detail"].as_str().unwrap().starts_with("Who you are cannot be checked now"), "{answer}");

    // Then the provider's are not: people look on.
    world.balancer.come_back().await;
    let lost = StatusCode::SERVICE_UNAVAILABLE;
    assert_eq!(world.no_longer(&app, Method::GET, "/api/services", lost).await, StatusCode::OK);
    app.until("everything", |it| it.pipeline().is_some()).await;
    let (status, answer) = world.ask(&app, Method::POST, &start).await;
    assert_eq!(status, lost, "{}: {answer}", StartPipeline::NAME);
    assert!(answer["detail"].as_str().unwrap().contains("Nothing was done"), "{answer}");
    app.until("the notice", is_told).await;

    world.provider.come_back().await;
    assert_eq!(world.no_longer(&app, Method::POST, &start, lost).await, StatusCode::ACCEPTED);
    app.until("no notice", |it| !is_told(it)).await;
    app.console.stop().await;
}
