//! A shop in two colours on this machine, and a console that compares them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    extract::Request,
    response::{IntoResponse, Response},
    routing::any,
};
use http::StatusCode;
use serde_json::Value;
use viridian_domain::port::sources::SourceFile;
use viridian_shared::{
    comparison::{Comparison, run::RunStatus},
    sample,
    snapshot::{Section, Snapshot},
};
use viridian_store::Store;

use crate::{
    test_app::{Answer, Client, TestApp},
    world::shared,
};

/// Reads the page, a status and a list.
pub(crate) const SMOKE: &str = r#"
name = "smoke"

[[probe]]
name = "home"
path = "/"

[[probe]]
name = "status"
path = "/api/status"
headers = [["accept", "application/json"]]

[[probe]]
name = "order"
method = "POST"
path = "/orders"
body = "{}"
"#;

pub(crate) const BASE: &str = "/api/services/shop";

/// A colour that answers by a function of the request, and how often it was asked.
pub(crate) struct Colour {
    pub(crate) url: String,
    pub(crate) asked: Arc<AtomicUsize>,
}

impl Colour {
    pub(crate) async fn of(answer: impl Fn(&Request) -> Response + Clone + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let handler = move |request: Request| {
            count.fetch_add(1, Ordering::SeqCst);
            let mut answer = answer(&request);
            // Fixed unless a test is about it: two answers may be given in different seconds.
            let date = || http::HeaderValue::from_static("Fri, 04 Oct 2024 10:00:00 GMT");
            answer.headers_mut().entry("date").or_insert_with(date);
            async move { answer }
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(any(handler))).await });
        Self { url, asked }
    }

    /// Nobody listens here.
    pub(crate) async fn dead() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        Self { url, asked: Arc::default() }
    }

    /// The shop with a page in a colour, and a status that names a commit.
    pub(crate) async fn shop(colour: &'static str, commit: &'static str) -> Self {
        Self::of(move |request| match request.uri().path() {
            "/" => page(&format!("<style>body {{ color: {colour} }}</style><h1>Shop</h1>")),
            "/api/status" => json(&format!(r#"{{"commit":"{commit}","open":true}}"#)),
            "/orders" => json(r#"{"id":1}"#),
            _ => StatusCode::NOT_FOUND.into_response(),
        })
        .await
    }
}

pub(crate) fn page(html: &str) -> Response {
    answer("text/html; charset=utf-8", html.to_owned())
}

pub(crate) fn json(text: &str) -> Response {
    answer("application/json", text.to_owned())
}

pub(crate) fn answer(kind: &str, body: impl Into<axum::body::Body>) -> Response {
    ([("content-type", kind)], body.into()).into_response()
}

/// A release under test whose colours are these.
pub(crate) fn release(blue: &Colour, green: &Colour) -> Snapshot {
    let mut snapshot = sample::testing();
    snapshot.comparison = Section::default();
    snapshot.service.sandbox = true;
    snapshot.service.production_url = Some(blue.url.clone());
    snapshot.service.test_url = Some(green.url.clone());
    snapshot
}

/// A console that compares these, with suites in the repository.
pub(crate) async fn comparing(blue: &Colour, green: &Colour, suites: &[&str]) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("journal.sqlite")).await.unwrap();
    let world = shared();
    *world.files.lock().unwrap() = suites
        .iter()
        .enumerate()
        .map(|(number, text)| SourceFile {
            path: format!("viridian/suite-{number}.toml"),
            text: (*text).to_owned(),
        })
        .collect();
    let app = TestApp::in_folder(release(blue, green), folder, store, world);
    // The sentinel would begin by itself: these tests begin their runs.
    quiet_sentinel(&app).await;
    app.work();
    let number = suites.len();
    app.section(|section| section.suites.len() == number && section.sentinel.waits_for.is_none()).await;
    app
}

async fn quiet_sentinel(app: &TestApp) {
    let url = format!("sqlite://{}", app.folder.path().join("journal.sqlite").display());
    let raw = sqlx::SqlitePool::connect(&url).await.unwrap();
    let setting = r#"{"is_on":false,"suite":"","period_minutes":30}"#;
    sqlx::query("INSERT INTO sentinels (service, setting) VALUES ('shop', $1)")
        .bind(setting)
        .execute(&raw)
        .await
        .unwrap();
    raw.close().await;
}

/// Starts a run of the suite and waits for its end; gives its id.
pub(crate) async fn run(app: &TestApp, client: &Client<'_>, samples: u32) -> String {
    let body = format!(r#"{{"suite":"smoke","samples":{samples}}}"#);
    begun(app, client.post(&format!("{BASE}/start-run"), &body).await).await
}

/// Waits for the end of a run that was begun; gives its id.
pub(crate) async fn begun(app: &TestApp, answer: Answer) -> String {
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.json);
    let id = answer.json["started"].as_str().unwrap().to_owned();
    over(app, &id).await;
    id
}

/// Waits until no run is under way and the newest is this one, or it came to nothing.
pub(crate) async fn over(app: &TestApp, id: &str) -> Comparison {
    app.section(|section| section.running.is_none()).await;
    let kept = viridian_domain::port::Runs::run(&app.store, "shop", id).await.unwrap().unwrap();
    if kept.brief.status == RunStatus::Ended {
        return app.section(|it| [&it.newest, &it.asked].into_iter().flatten().any(|run| run.id == id)).await;
    }
    app.section(|section| section.running.is_none()).await
}

/// A run as its lens gives it.
pub(crate) async fn look(client: &Client<'_>, run: &str) -> Value {
    client.get(&format!("{BASE}/comparison/runs/{run}")).await.json
}

/// Titles of findings, sorted.
pub(crate) fn titles(run: &Value) -> Vec<String> {
    let findings = run["findings"].as_array().unwrap();
    let mut titles: Vec<_> = findings.iter().map(|it| it["title"].as_str().unwrap().to_owned()).collect();
    titles.sort();
    titles
}
