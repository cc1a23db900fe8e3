//! The console's own numbers, read by a real Prometheus, and asked for as the dashboard asks.

use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Empty};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use viridian_sandbox::faults::{self, Fault};
use viridian_shared::command::StartPipeline;

use crate::bench::{Bench, TestApp, request};

const DASHBOARD: &str = include_str!("../../../../infra/grafana/viridian.json");
const TOKEN: &str = "a token of many letters";
const PATIENCE: Duration = Duration::from_secs(90);

/// A server of Prometheus that reads one console every second, in a folder of its own.
struct Prometheus {
    process: Child,
    address: SocketAddr,
    folder: tempfile::TempDir,
}

impl Prometheus {
    async fn reading(console: SocketAddr) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = format!(
            "global:\n  scrape_interval: 1s\nscrape_configs:\n  - job_name: viridian\n    authorization:\n      \
             credentials: {TOKEN}\n    static_configs:\n      - targets: ['{console}']\n"
        );
        let file = folder.path().join("prometheus.yml");
        fs::write(&file, config).unwrap();
        // It cannot be asked which port it was given, so one is chosen that was free a moment ago.
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let process = Command::new(program())
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { process, address, folder }
    }

    /// What a query finds; an error is the server's.
    async fn find(&self, query: &str) -> Result<Vec<Value>, String> {
        let path = format!("/api/v1/query?query={}", encoded(query));
        let (_, text) = get(self.address, &path).await?;
        let answer: Value = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
        match answer["data"]["result"].as_array() {
            Some(found) => Ok(found.clone()),
            None => Err(format!("{answer}")),
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// On the path, or where the tests' tools are kept.
fn program() -> PathBuf {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let cache = folder("VIRIDIAN_CACHE")
        .or_else(|| Some(folder("XDG_CACHE_HOME")?.join("viridian")))
        .or_else(|| Some(folder("HOME")?.join(".cache/viridian")));
    let kept = cache.map(|cache| cache.join("tools/prometheus/usr/bin"));
    let found = std::env::split_paths(&on_path)
        .chain(kept)
        .map(|folder| folder.join("prometheus"))
        .find(|path| path.is_file());
    assert!(found.is_some(), "prometheus is missing: `cargo xtask test` installs it");
    found.unwrap()
}

async fn get(address: SocketAddr, path: &str) -> Result<(StatusCode, String), String> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let uri = format!("http://{address}{path}").parse().unwrap();
    let answer = client.get(uri).await.map_err(|error| error.to_string())?;
    let status = answer.status();
    let bytes = answer.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Every query of the dashboard by the title of its panel, as Grafana sends it for all jobs.
fn queries() -> Vec<(String, String)> {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let of = |panel: &Value| {
        let title = panel["title"].as_str().unwrap().to_owned();
        let targets = panel["targets"].as_array().cloned().unwrap_or_default();
        let query = |target: &Value| {
            let query = target["expr"].as_str().unwrap();
            (title.clone(), query.replace("$__rate_interval", "30s").replace("$job", ".+"))
        };
        targets.iter().map(query).collect::<Vec<_>>()
    };
    panels.iter().flat_map(of).collect()
}

/// A console with something of everything: a command, events, throttled calls.
async fn busy(bench: &Bench) -> TestApp {
    let throttled =
        json!({ "service": "elasticloadbalancingv2", "operation": "DescribeRules", "kind": "throttle" });
    let throttled: Fault = serde_json::from_value(throttled).unwrap();
    bench.sandbox.with(|world| faults::add(world, throttled)).unwrap();
    let mut config = bench.config().await;
    config.metrics_token = Some(TOKEN.to_owned());
    for service in &mut config.services {
        (service.fast_seconds, service.slow_seconds) = (Some(1.0), Some(1.0));
    }
    let app = TestApp::start(&config).await;
    app.until("a reading", |it| it.pipeline().is_some()).await;
    app.command("developer-1", &StartPipeline {}).await;
    bench.pass(SignedDuration::from_mins(2)).await;
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prometheus_reads_the_console_and_every_query_of_the_dashboard_finds_something() {
    let bench = Bench::released().await;
    let app = Box::pin(busy(&bench)).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = viridian_server::app(app.console.app.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let prometheus = Prometheus::reading(address).await;
    let begun = Instant::now();
    let mut left = queries();
    assert!(left.len() > 15, "{left:?}");
    let mut said = Vec::new();
    while !left.is_empty() {
        assert!(begun.elapsed() < PATIENCE, "{left:#?} find nothing: {said:#?}\n{}", prometheus.log());
        said.clear();
        let mut empty = Vec::new();
        for (title, query) in left {
            match prometheus.find(&query).await {
                Ok(found) if !found.is_empty() => continue,
                Ok(_) => {}
                Err(error) => said.push(error),
            }
            empty.push((title, query));
        }
        left = empty;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    eprintln!("every query found something after {} ms", begun.elapsed().as_millis());
    // A query that finds nothing is noticed.
    assert_eq!(prometheus.find("viridian_no_such_metric").await, Ok(Vec::new()));
    let stale = prometheus.find("viridian_section_stale{section=\"traffic\"}").await.unwrap();
    assert_eq!(stale[0]["value"][1], json!("1"));
    assert_eq!(stale[0]["metric"]["service"], json!(app.service().name()));
    app.console.stop().await;
}

#[tokio::test]
async fn units_are_told_by_names_and_services_only_to_those_who_may_know() {
    let bench = Bench::empty().await;
    let mut config = bench.config().await;
    let app = TestApp::start(&config).await;
    app.until("a reading", |it| it.pipeline().is_some()).await;
    let nameless = text(&app, None).await;
    assert!(!nameless.contains(app.service().name()), "{nameless}");
    assert!(nameless.contains("viridian_section_age_seconds{section=\"pipeline\"}"), "{nameless}");
    app.console.stop().await;

    config.metrics_token = Some(TOKEN.to_owned());
    let app = TestApp::start(&config).await;
    app.until("a reading", |it| it.pipeline().is_some()).await;
    assert_eq!(text(&app, None).await, "");
    let whole = text(&app, Some(TOKEN)).await;
    let named =
        format!("viridian_section_age_seconds{{service=\"{}\",section=\"pipeline\"}}", app.service().name());
    assert!(whole.contains(&named), "{whole}");
    for (name, unit) in whole.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' ')) {
        let ends = match unit {
            "counter" => name.ends_with("_total"),
            "histogram" => name.ends_with("_seconds"),
            _ => true,
        };
        assert!(ends, "{name} is a {unit}");
    }
    app.console.stop().await;
}

/// What `/metrics` says; empty where it is denied.
async fn text(app: &TestApp, token: Option<&str>) -> String {
    let mut ask = request(Method::GET, "/metrics");
    if let Some(token) = token {
        ask = ask.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let ask: Request<axum::body::Body> = ask.body(axum::body::Body::empty()).unwrap();
    let answer = app.answer(ask).await;
    if answer.status() != StatusCode::OK {
        return String::new();
    }
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}
