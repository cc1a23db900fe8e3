//! The demo's shop, from a push to findings: the real sandbox, the real pipeline, the suite of its repository.

#![cfg(feature = "sandbox")]
#![expect(clippy::unwrap_used, reason = "what a test cannot set up fails it")]

use std::time::Duration;

use axum::{Router, body::Body};
use http::{Request, header};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tower::ServiceExt;
use viridian_fixture::{Stack, pipeline};
use viridian_sandbox::World;
use viridian_server::{Config, serve::Console};

/// Longer than any step takes that nobody has to answer, on the virtual clock.
const RELEASE: SignedDuration = SignedDuration::from_hours(3);
/// Longer than the console takes to see anything.
const PATIENCE: Duration = Duration::from_mins(1);

/// A sandbox with a first release in production, and the console over it.
struct Shop {
    stack: Stack,
    console: Console,
    router: Router,
    cookie: String,
    /// Where the service is asked for.
    service: String,
}

impl Shop {
    async fn open() -> Self {
        let stack = Stack::released().await;
        let outputs = &stack.outputs;
        let config = json!({
            "data_dir": stack.folder(),
            "services": [{
                "name": "shop",
                "region": outputs.region,
                "endpoint_url": outputs.aws_endpoint_url,
                "sandbox_clock_url": format!("{}/_sandbox/clock", outputs.aws_endpoint_url),
                "pipeline": outputs.pipeline_name,
                "cluster": outputs.ecs_cluster_name,
                "service": outputs.ecs_service_name,
                "production_rule_arn": outputs.prod_listener_rule_arn,
                "test_rule_arn": outputs.test_listener_rule_arn,
                "production_url": outputs.alb_prod_url,
                "test_url": outputs.alb_test_url,
                "state_machines": outputs.state_machine_arns,
            }],
        });
        let config: Config = serde_json::from_value(config).unwrap();
        let console = Console::start(&config).await.unwrap();
        let router = viridian_server::app(console.app.clone());
        let (cookie, service) = (String::new(), "/api/services/shop".to_owned());
        let mut shop = Self { stack, console, router, cookie, service };
        shop.cookie = shop.sign_in().await;
        shop
    }

    async fn sign_in(&self) -> String {
        let request = Request::post("/api/session").header(header::CONTENT_TYPE, "application/json");
        let request = request.header(header::HOST, "localhost").body(Body::from(r#"{"name":"developer-1"}"#));
        let response = self.router.clone().oneshot(request.unwrap()).await.unwrap();
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    async fn get(&self, path: &str) -> Value {
        self.ask(Request::get(format!("{}{path}", self.service)), Body::empty()).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.ask(Request::post(format!("{}{path}", self.service)), Body::from(body.to_string())).await
    }

    async fn ask(&self, request: http::request::Builder, body: Body) -> Value {
        let request = request.header(header::HOST, "localhost").header(header::COOKIE, &self.cookie);
        let request = request.header(header::CONTENT_TYPE, "application/json").body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        serde_json::from_slice(&bytes).unwrap()
    }

    /// Pushes one commit with changes of files, and waits until its release comes to the first gate.
    async fn release(&self, changes: &[(&str, &str, &str)]) {
        let clone = self.stack.checkout().await;
        for (file, from, to) in changes {
            clone.edit(file, from, to);
        }
        clone.push("Change the shop").await;
        let name = &self.stack.outputs.pipeline_name;
        let gate_is_open = |world: &mut World| pipeline::token(world, name, "ApproveSwap").is_some();
        assert!(self.stack.sandbox.run_until(gate_is_open, RELEASE).await, "the release came to no gate");
    }

    /// The section of the comparison once it is as it should be.
    async fn section(&self, is: impl Fn(&Value) -> bool) -> Value {
        let waiting = async {
            loop {
                let section = self.get("").await["comparison"]["value"].clone();
                if is(&section) {
                    return section;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap()
    }

    /// The sentinel's first run of the release, whole.
    async fn found(&self) -> Value {
        let section = self.section(|section| section["newest"].is_object()).await;
        let id = section["newest"]["id"].as_str().unwrap().to_owned();
        self.get(&format!("/comparison/runs/{id}")).await
    }

    async fn close(self) {
        self.console.stop().await;
        self.stack.sandbox.stop(Duration::from_secs(4)).await;
    }
}

fn titles(run: &Value) -> Vec<&str> {
    let mut titles: Vec<_> =
        run["findings"].as_array().unwrap().iter().map(|it| it["title"].as_str().unwrap()).collect();
    titles.sort_unstable();
    titles
}

const COLOUR: (&str, &str, &str) = ("index.html", "background-color: #99c", "background-color: #9c9");

#[tokio::test(flavor = "multi_thread")]
async fn a_colour_change_is_exactly_one_finding_and_that_commit_and_date_differ_is_proof() {
    let shop = Shop::open().await;
    shop.release(&[COLOUR]).await;
    let run = shop.found().await;
    assert_eq!(titles(&run), ["html > head > style text background-color: … differs"]);
    let proof = |it: &Value| format!("{} {}", it["expects"].as_str().unwrap(), it["rule"].as_str().unwrap());
    let proofs: Vec<_> = run["proofs"].as_array().unwrap().iter().map(proof).collect();
    let expected = [
        "commit commit on the page",
        "commit commit in the status",
        "commit commit in the products",
        "later moment of the build on the page",
        "later moment of the build in the status",
    ];
    assert_eq!(proofs, expected);
    assert_eq!(run["brief"]["by"], "sentinel", "the window opened and the sentinel looked");
    // Blue never varied the date: learning must not take it for noise, whatever two builds differ in.
    let proposed = run["proposals"].to_string();
    assert!(!proposed.contains("dd#date") && !proposed.contains("dd#commit"), "{proposed}");

    let start = json!({ "suite": "shop", "samples": 3 });
    let begun = shop.post("/start-run", start).await;
    let id = begun["started"].as_str().unwrap().to_owned();
    let section = shop.section(|section| section["newest"]["id"] == *id).await;
    assert_eq!(
        (&section["newest"]["verdict"]["open"], &section["newest"]["verdict"]["new"]),
        (&1.into(), &0.into())
    );
    assert_eq!(section["quiet"]["runs"], 1);
    // Three pairs of the sentinel's and three of this run suffice where three alone do not.
    let latency = |run: &Value| run["probes"][0]["latency"].clone();
    assert_eq!((&latency(&run)["pairs"], &latency(&run)["estimate"]), (&json!(3), &Value::Null));
    let second = latency(&shop.get(&format!("/comparison/runs/{id}")).await);
    assert!(second["pairs"] == 6 && second["estimate"].is_object(), "{second}");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_field_a_moved_element_and_a_broken_header_are_each_named_rightly() {
    let shop = Shop::open().await;
    let mug = "    { \"id\": \"p-1001\", \"name\": \"Enamel mug\", \"price\": 1480, \"stock\": 32, \"tags\": [\"kitchen\", \"blue\"] },\n";
    let last = "\"tags\": [\"desk\", \"paper\"] }\n";
    let moved = format!("\"tags\": [\"desk\", \"paper\"] }},\n{}\n", mug.trim_end().trim_end_matches(','));
    shop.release(&[
        ("default.conf", "add_header Cache-Control \"no-store\";", "add_header Cache-Control \"public\";"),
        ("api/products.json", "\"total\": 4,", "\"total\": 4,\n  \"currency\": \"JPY\","),
        ("api/products.json", last, &moved),
        ("api/products.json", &format!("[\n{mug}"), "[\n"),
    ])
    .await;
    let run = shop.found().await;
    assert_eq!(titles(&run), ["$.currency is new", "$.products[*] has moved", "cache-control differs"]);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_green_that_names_another_commit_than_its_own_is_a_finding_and_no_proof() {
    let shop = Shop::open().await;
    shop.release(&[("api/status.json", "\"{{commit_id}}\"", "\"0123456789abcdef0123456789abcdef01234567\"")])
        .await;
    let run = shop.found().await;
    assert_eq!(titles(&run), ["$.commit differs"]);
    assert_eq!(run["findings"][0]["probes"], json!(["status"]), "health names its commit rightly");
    let remarks = run["remarks"].to_string();
    let told =
        "status: the rule “commit in the status” hides nothing here, since green does not name its commit";
    assert!(remarks.contains(told), "{remarks}");
    shop.close().await;
}
