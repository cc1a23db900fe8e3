//! A sandbox with its stack, and consoles that are started from it.

use std::{collections::BTreeMap, ops::Deref, sync::Arc, time::Duration};

use axum::{Router, body::Body};
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tower::ServiceExt;
use viridian_domain::Service;
use viridian_fixture::{Stack, pipeline};
use viridian_sandbox::{
    World,
    blueprint::Layout,
    cloudformation::{self, Resource},
    faults::{Fault, Kind},
    iam,
};
use viridian_server::{
    Config,
    config::{Options, resolve},
    serve::Console,
};
use viridian_shared::{
    command::{Command, Receipt, VoteOnGate},
    notice::Notice,
    route,
    rule::Rule,
    snapshot::Snapshot,
    vote::Choice,
};

/// Longer than any step takes that nobody has to answer, on the virtual clock.
const RELEASE: SignedDuration = SignedDuration::from_hours(3);
/// Longer than the console takes to see anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// The stack, and a key that its console signs with.
pub(crate) struct Bench(Stack);

impl Deref for Bench {
    type Target = Stack;

    fn deref(&self) -> &Stack {
        &self.0
    }
}

impl Bench {
    /// A world as right after the deployment of its stack.
    pub(crate) async fn empty() -> Self {
        Self::over(Stack::empty().await)
    }

    /// A world with a first version in production.
    pub(crate) async fn released() -> Self {
        Self::over(Stack::released().await)
    }

    /// The same with one stage for each step.
    pub(crate) async fn of_reference(first_release: bool) -> Self {
        Self::over(Stack::boot(Layout::Reference, first_release).await)
    }

    /// The console signs with this key, and may do what the stack's role for it may.
    fn over(stack: Stack) -> Self {
        let role = stack.outputs.console_role_arn.rsplit('/').next().unwrap();
        let session = format!("arn:aws:sts::123456789012:assumed-role/{role}/console");
        stack.sandbox.with(|world| iam::register(world, "console", &session));
        Self(stack)
    }

    /// Deploys another stack.
    pub(crate) fn deploy(&self, stack: &str, template: &Value) {
        let made = self
            .sandbox
            .with(|world| cloudformation::deploy(world, stack, &template.to_string(), &BTreeMap::new()));
        made.unwrap();
    }

    /// Takes an action from a role of the stack, by its logical id, until it is given back.
    pub(crate) fn withhold(&self, role: &str, action: &str) {
        self.state(&self.role_of(role), "Deny", action);
    }

    pub(crate) fn give_back(&self, role: &str, action: &str) {
        let input = json!({ "RoleName": self.role_of(role), "PolicyName": policy(action) });
        self.call("iam", "DeleteRolePolicy", input).unwrap();
    }

    fn role_of(&self, logical: &str) -> String {
        let resources = self.sandbox.with(|world| cloudformation::resources(world, &self.outputs.stack_name));
        let is_meant = |it: &Resource| it.kind == "AWS::IAM::Role" && it.logical.starts_with(logical);
        resources.into_iter().find(is_meant).unwrap().physical
    }

    /// From now on nobody may do this.
    pub(crate) fn deny(&self, service: &str, operation: &str) {
        let fault = json!({ "service": service, "operation": operation, "kind": "deny" });
        let fault: Fault = serde_json::from_value(fault).unwrap();
        assert_eq!(fault.kind, Kind::Deny);
        self.sandbox.with(|world| viridian_sandbox::faults::add(world, fault)).unwrap();
    }

    /// Lets the console's role do something more.
    pub(crate) fn allow(&self, action: &str) {
        let role = self.outputs.console_role_arn.rsplit('/').next().unwrap();
        self.grant(role, action);
    }

    /// A role that the account may take up, and that may do this; gives its ARN.
    pub(crate) fn role(&self, name: &str, action: &str) -> String {
        let account = json!({ "AWS": "arn:aws:iam::123456789012:root" });
        let trust = json!({ "Effect": "Allow", "Principal": account, "Action": "sts:AssumeRole" });
        let trust = json!({ "Version": "2012-10-17", "Statement": [trust] }).to_string();
        let input = json!({ "RoleName": name, "AssumeRolePolicyDocument": trust });
        self.call("iam", "CreateRole", input).unwrap();
        self.grant(name, action);
        format!("arn:aws:iam::123456789012:role/{name}")
    }

    /// Forbids the console's role something that it may do.
    pub(crate) fn forbid(&self, action: &str) {
        let role = self.outputs.console_role_arn.rsplit('/').next().unwrap();
        self.state(role, "Deny", action);
    }

    fn grant(&self, role: &str, action: &str) {
        self.state(role, "Allow", action);
    }

    fn state(&self, role: &str, effect: &str, action: &str) {
        let allow = json!({ "Effect": effect, "Action": action, "Resource": "*" });
        let document = json!({ "Version": "2012-10-17", "Statement": [allow] }).to_string();
        let input = json!({ "RoleName": role, "PolicyName": policy(action), "PolicyDocument": document });
        self.call("iam", "PutRolePolicy", input).unwrap();
    }

    /// Changes the pipeline's declaration.
    pub(crate) fn edit_pipeline(&self, edit: impl FnOnce(&mut Value)) {
        let name = json!({ "name": self.outputs.pipeline_name });
        let mut pipeline = self.call("codepipeline", "GetPipeline", name).unwrap()["pipeline"].clone();
        edit(&mut pipeline);
        self.call("codepipeline", "UpdatePipeline", json!({ "pipeline": pipeline })).unwrap();
    }

    /// Lets events fall due until the newest release waits at a gate or has ended.
    pub(crate) async fn settle(&self) {
        let name = self.outputs.pipeline_name.clone();
        let settled = |world: &mut World| {
            pipeline::is_at_gate(world, &name) || pipeline::status(world, &name) != "InProgress"
        };
        assert!(self.sandbox.run_until(settled, RELEASE).await, "the release does not come to rest");
    }

    /// Starts a release and lets it come to its first gate.
    pub(crate) async fn reach_gate(&self) {
        let name = &self.outputs.pipeline_name;
        self.ask("codepipeline", "StartPipelineExecution", json!({ "name": name }));
        let open = |world: &mut World| pipeline::is_at_gate(world, name);
        assert!(self.sandbox.run_until(open, RELEASE).await, "the gate did not open");
    }

    /// What `viridian serve --stack NAME --endpoint-url …` is told.
    pub(crate) fn options(&self, stack: &str) -> Options {
        Options {
            stack: vec![stack.to_owned()],
            endpoint_url: Some(self.outputs.aws_endpoint_url.clone()),
            data_dir: Some(self.folder().join(format!("console-{}", uuid::Uuid::new_v4().simple()))),
            ..Options::default()
        }
    }

    pub(crate) async fn config(&self) -> Config {
        resolve(self.options(&self.outputs.stack_name).read().await.unwrap()).await
    }

    /// A console of the stack alone.
    pub(crate) async fn console(&self) -> TestApp {
        TestApp::start(&self.config().await).await
    }
}

/// A running console.
pub(crate) struct TestApp {
    pub(crate) console: Console,
    router: Router,
}

impl TestApp {
    pub(crate) async fn start(config: &Config) -> Self {
        let console = Console::start(config).await.unwrap();
        let router = viridian_server::app(console.app.clone());
        Self { console, router }
    }

    pub(crate) fn service(&self) -> &Arc<Service> {
        &self.console.app.served.first().unwrap().service
    }

    /// The first snapshot that fits.
    pub(crate) async fn until(&self, what: &str, fits: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        let mut snapshots = self.service().snapshots.watch();
        let found = tokio::time::timeout(PATIENCE, snapshots.wait_for(|snapshot| fits(snapshot))).await;
        assert!(found.is_ok(), "never seen: {what}\n{:#?}", self.service().snapshot());
        Arc::clone(&found.unwrap().unwrap())
    }

    /// The notices as the page gets them, once one of them contains these words.
    pub(crate) async fn notice(&self, words: &str) -> Notice {
        let has = |snapshot: &Snapshot| snapshot.notices().iter().any(|notice| notice.text.contains(words));
        self.until(words, has).await;
        let name = self.service().name();
        let shown = self.get(&format!("/api/services/{name}"), None).await;
        let notices: Vec<Notice> = serde_json::from_value(shown["notices"]["value"].clone()).unwrap();
        notices.into_iter().find(|notice| notice.text.contains(words)).unwrap()
    }

    /// Carries a command out, which must be taken on.
    pub(crate) async fn command<C: Command>(&self, who: &str, command: &C) -> Receipt {
        let path = route::command::<C>(self.service().name());
        let (status, receipt) = self.post(who, &path, &json!(command)).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{}: {receipt}", C::NAME);
        serde_json::from_value(receipt).unwrap()
    }

    /// The answer that approves a gate, once it is open and may be given.
    pub(crate) async fn approval(&self, gate: &str) -> VoteOnGate {
        let open = |snapshot: &Snapshot| {
            let (step, _) = snapshot.pipeline()?.open_gate()?;
            (step.action == gate).then(|| viridian_shared::sample::vote(snapshot, Choice::Approve, "fine"))
        };
        let may = |snapshot: &Snapshot| open(snapshot).is_some_and(|vote| vote.judge(snapshot).is_ok());
        open(self.until(&format!("{gate} may be approved"), may).await.as_ref()).unwrap()
    }

    /// Approves, and looks again as a person would where the world changed between look and vote.
    pub(crate) async fn approve(&self, gate: &str) {
        let path = route::command::<VoteOnGate>(self.service().name());
        for look in 1.. {
            assert!(look <= 20, "{gate} changes whenever somebody votes on it");
            let vote = self.approval(gate).await;
            let (status, answer) = self.post("approver-1", &path, &json!(vote)).await;
            if status == StatusCode::ACCEPTED {
                return;
            }
            let says = answer["detail"].as_str().unwrap_or_default();
            assert!(says.contains("has changed since"), "vote: {answer}");
        }
    }

    /// Asks as somebody who only looks on, or as somebody else.
    pub(crate) async fn get(&self, path: &str, who: Option<&str>) -> Value {
        let cookie = self.sign_in(who.unwrap_or("viewer-1")).await;
        let request = request(Method::GET, path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        let (status, body, _) = self.ask(request).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: &Value) -> (StatusCode, Value) {
        let cookie = self.sign_in(who).await;
        let request = request(Method::POST, path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        let (status, body, _) = self.ask(request).await;
        (status, body)
    }

    async fn sign_in(&self, name: &str) -> String {
        let body = Body::from(json!({ "name": name }).to_string());
        let request = request(Method::POST, "/api/session")
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .unwrap();
        let (status, body, cookie) = self.ask(request).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        cookie.unwrap()
    }

    /// The whole answer to a request.
    pub(crate) async fn answer(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> (StatusCode, Value, Option<String>) {
        let response = self.answer(request).await;
        let status = response.status();
        let cookie = response.headers().get(header::SET_COOKIE).and_then(|it| it.to_str().ok());
        let cookie = cookie.and_then(|it| it.split(';').next()).map(str::to_owned);
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or_default(), cookie)
    }
}

/// The name of the policy that says something of an action.
fn policy(action: &str) -> String {
    action.replace([':', '*'], "-")
}

pub(crate) fn request(method: Method, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, "localhost:3000")
}
