//! A console over a [`World`], and a client who asks it things.

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Body, response::Response};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use viridian_compare::probe::{Limits, guard::Origin};
use viridian_comparer::{Compare, End, Secrets};
use viridian_domain::{
    Ports, Service, Settings,
    policy::Policies,
    port::Journal,
    sample::{settings, show},
};
use viridian_server::{
    App, Config, doors::Doors, metrics::Metrics, page::Page, people::People, state::Ingredients,
};
use viridian_shared::{
    comparison::Comparison,
    journal::Entry,
    sample,
    snapshot::{ServiceIdentity, Snapshot},
};
use viridian_store::Store;

use crate::world::{World, shared};

/// Everything of one test. The folder lives as long as it does.
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) router: Router,
    pub(crate) world: Arc<World>,
    pub(crate) service: Arc<Service>,
    pub(crate) store: Store,
    pub(crate) folder: tempfile::TempDir,
}

const CONFIG: &str = r#"
    data_dir = "unused"
    [[services]]
    name = "shop"
    region = "eu-central-1"
    endpoint_url = "http://127.0.0.1:1"
    sandbox_clock_url = "http://127.0.0.1:1/"
    pipeline = "shop"
    cluster = "c"
    service = "shop"
    production_rule_arn = "rule/8000"
    test_rule_arn = "rule/8080"
"#;

impl TestApp {
    /// A release under test is in the snapshot; nothing observes.
    pub(crate) async fn testing() -> Self {
        Self::with(sample::testing()).await
    }

    pub(crate) async fn with(snapshot: Snapshot) -> Self {
        Self::under(snapshot, Policies::default()).await
    }

    /// The same where gates are decided by these policies.
    pub(crate) async fn under(snapshot: Snapshot, policies: Policies) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("journal.sqlite")).await.unwrap();
        let world = shared();
        let service = service_under(&world, &store, snapshot.service.clone(), policies);
        Self::of(service, snapshot, folder, store, world)
    }

    /// A console that begins over what another one left.
    pub(crate) fn in_folder(
        snapshot: Snapshot,
        folder: tempfile::TempDir,
        store: Store,
        world: Arc<World>,
    ) -> Self {
        let service = service_under(&world, &store, snapshot.service.clone(), Policies::default());
        Self::of(service, snapshot, folder, store, world)
    }

    fn of(
        service: Arc<Service>,
        snapshot: Snapshot,
        folder: tempfile::TempDir,
        store: Store,
        world: Arc<World>,
    ) -> Self {
        let stop = CancellationToken::new();
        show(&service, snapshot);
        let app = App::new(Ingredients {
            services: vec![(Arc::clone(&service), None)],
            store: store.clone(),
            people: People::of(&Config::parse(CONFIG).unwrap()).unwrap(),
            page: Page::load(),
            doors: Doors::default(),
            stop,
            metrics: Metrics::default(),
        });
        Self { router: viridian_server::app(app.clone()), app, world, service, store, folder }
    }

    /// Lets the worker of the service work until the app is gone.
    pub(crate) fn work(&self) {
        let (service, stop) = (Arc::clone(&self.service), self.app.stop.clone());
        tokio::spawn(viridian_domain::comparison::compare(service, stop));
    }

    /// Waits until the section is as it should be; the test fails if it does not become so.
    pub(crate) async fn section(&self, is: impl Fn(&Comparison) -> bool) -> Comparison {
        let mut snapshots = self.service.snapshots.watch();
        let waiting = snapshots.wait_for(|snapshot| snapshot.comparison().is_some_and(&is));
        let found = tokio::time::timeout(Duration::from_secs(30), waiting).await;
        assert!(found.is_ok(), "{:?}", self.service.snapshot().comparison);
        found.unwrap().unwrap().comparison().cloned().unwrap()
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        Answer::read(response).await
    }

    pub(crate) async fn sign_in(&self, name: &str) -> Client<'_> {
        let body = format!("{{\"name\":\"{name}\"}}");
        let answer = self.ask(request(Method::POST, "/api/session", None, Some(&body))).await;
        assert_eq!(answer.status, StatusCode::OK);
        Client { app: self, cookie: answer.cookie.unwrap() }
    }

    pub(crate) async fn entries(&self) -> Vec<Entry> {
        self.store.since("shop", 0, 500).await.unwrap()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.app.stop.cancel();
    }
}

/// A service over the world that writes to a store.
pub(crate) fn service(world: &Arc<World>, store: &Store) -> Arc<Service> {
    service_under(world, store, sample::quiet().service, Policies::default())
}

/// A service whose colours stand at these addresses, on this machine.
fn service_under(
    world: &Arc<World>,
    store: &Store,
    identity: ServiceIdentity,
    policies: Policies,
) -> Arc<Service> {
    let urls = [&identity.production_url, &identity.test_url];
    let end = |url: &Option<String>| {
        let origin: Origin = url.as_deref().unwrap().parse().unwrap();
        End { shown: origin.clone(), asked: origin }
    };
    let limits = Limits {
        first_byte: Duration::from_secs(2),
        total: Duration::from_secs(3),
        kept: 1 << 20,
        read: 4 << 20,
        ..Limits::default()
    };
    let comparer = Compare::new(urls.map(end).to_vec(), identity.sandbox, None, Secrets::default());
    let comparer = comparer.within(limits);
    let ports = Ports {
        pipelines: Arc::clone(world) as _,
        machines: Arc::clone(world) as _,
        tasks: Arc::clone(world) as _,
        listeners: Arc::clone(world) as _,
        scaling: Arc::clone(world) as _,
        sources: Arc::clone(world) as _,
        comparer: Arc::new(comparer),
        runs: Arc::new(store.clone()),
        suites: Arc::new(store.clone()),
        journal: Arc::new(store.clone()),
        clock: Arc::clone(world) as _,
    };
    let settings = Settings { policies, ..settings(identity, Duration::from_millis(1)) };
    Arc::new(Service::new(settings, ports))
}

/// A path of the table with something in each of its places.
pub(crate) fn filled(path: &str) -> String {
    let places = [
        ("{service}", "shop"),
        ("{machine}", "swap"),
        ("{execution}", "e"),
        ("{suite}", "smoke"),
        ("{run}", "17"),
        ("{probe}", "home"),
        ("{colour}", "blue"),
    ];
    places.iter().fold(path.to_owned(), |path, (place, value)| path.replace(place, value))
}

/// Somebody with a session.
pub(crate) struct Client<'a> {
    app: &'a TestApp,
    pub(crate) cookie: String,
}

impl Client<'_> {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.app.ask(request(Method::GET, path, Some(&self.cookie), None)).await
    }

    /// An answer of which nothing was taken yet.
    pub(crate) async fn open(&self, path: &str) -> Response {
        let request = request(Method::GET, path, Some(&self.cookie), None);
        self.app.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        self.app.ask(request(Method::POST, path, Some(&self.cookie), Some(body))).await
    }

    pub(crate) async fn press(&self, path: &str, body: &str, key: &str) -> Answer {
        let mut request = request(Method::POST, path, Some(&self.cookie), Some(body));
        request.headers_mut().insert("idempotency-key", key.parse().unwrap());
        self.app.ask(request).await
    }
}

pub(crate) fn request(method: Method, path: &str, cookie: Option<&str>, body: Option<&str>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost:3000");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    if body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_owned()))).unwrap()
}

/// An answer that has ended.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) kind: String,
    pub(crate) cookie: Option<String>,
    pub(crate) json: Value,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    async fn read(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let text = |name| response.headers().get(name).and_then(|it| it.to_str().ok()).map(str::to_owned);
        let kind = text(header::CONTENT_TYPE).unwrap_or_default();
        let cookie = text(header::SET_COOKIE).and_then(|it| it.split(';').next().map(str::to_owned));
        // A stream does not end: its head is all that is wanted here.
        let bytes = if kind == "text/event-stream" {
            bytes::Bytes::new()
        } else {
            response.into_body().collect().await.unwrap().to_bytes()
        };
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Self { status, kind, cookie, json, headers, text }
    }
}

/// A route's method as a request has it.
pub(crate) fn method(method: &utoipa::openapi::HttpMethod) -> Method {
    use utoipa::openapi::HttpMethod::{Delete, Post};
    match method {
        Post => Method::POST,
        Delete => Method::DELETE,
        _ => Method::GET,
    }
}
