//! The balancer of the stack in front of a console: who has no session is led to sign in where a page is asked for,
//! and told 401 where the page asks on; whoever signs in again is back in the same place.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use viridian_sandbox::cloudformation;
use viridian_server::config::resolve;

use crate::bench::{Bench, TestApp};

const SERVICE: &str = include_str!("../../../../infra/cdk/template/Viridian.json");
const DIFFERENCES: &str = include_str!("../../../../infra/cdk/variant/differences.json");
/// The provider of the template.
const PROVIDER: &str = "https://id.example.com";
const CONSOLE: &str = "release.example.com";
const ELB: &str = "elasticloadbalancingv2";

/// The template with an identity provider in front of the console.
fn guarded(provider: SocketAddr) -> String {
    let mut template: Value = serde_json::from_str(SERVICE).unwrap();
    let differences: Value = serde_json::from_str(DIFFERENCES).unwrap();
    for (section, members) in differences["GUARDED"]["Viridian"].as_object().unwrap() {
        let section = template[section].as_object_mut().unwrap();
        for (name, value) in members.as_object().unwrap() {
            section.insert(name.clone(), value.clone());
            section.retain(|_, value| !value.is_null());
        }
    }
    template.to_string().replace(PROVIDER, &format!("http://{provider}"))
}

/// A provider at which Kim is signed in already: it leads back at once.
async fn provider() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = [0; 8192];
            let length = stream.read(&mut asked).await.unwrap_or(0);
            let text = String::from_utf8_lossy(&asked[..length]).into_owned();
            let target = text.split(' ').nth(1).unwrap_or_default();
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            let answer = match path {
                "/authorize" => {
                    let back = decoded(&pair(query, "redirect_uri"));
                    let state = pair(query, "state");
                    format!(
                        "HTTP/1.1 302 Found\r\nLocation: {back}?code=once&state={state}\r\nContent-Length: 0\r\n\r\n"
                    )
                }
                "/token" => {
                    let id = json!({ "iss": format!("http://{address}"), "aud": "viridian", "sub": "1" });
                    let id = format!("e30.{}.e30", BASE64_URL_SAFE_NO_PAD.encode(id.to_string()));
                    whole(&json!({ "access_token": "access", "id_token": id, "expires_in": 60 }))
                }
                _ => whole(&json!({ "sub": "1", "email": "kim@example.com" })),
            };
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    address
}

fn whole(body: &Value) -> String {
    let body = body.to_string();
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn pair(query: &str, name: &str) -> String {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(found, _)| *found == name).unwrap().1.to_owned()
}

fn decoded(text: &str) -> String {
    ["%3A", "%2F"]
        .iter()
        .zip([":", "/"])
        .fold(text.to_owned(), |text, (code, letter)| text.replace(code, letter))
}

/// What a browser does of it: keeps cookies, and follows where it is led.
struct Browser {
    balancer: SocketAddr,
    cookies: BTreeMap<String, String>,
}

struct Answer {
    status: u16,
    location: Option<String>,
    body: String,
}

impl Browser {
    async fn get(&mut self, path: &str) -> Answer {
        self.ask(self.balancer, CONSOLE, path, "").await
    }

    async fn ask(&mut self, to: SocketAddr, host: &str, path: &str, more: &str) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let mut stream = TcpStream::connect(to).await.unwrap();
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nCookie: {cookies}\r\n{more}\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut text = Vec::new();
        stream.read_to_end(&mut text).await.unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let fields = || head.lines().skip(1).filter_map(|line| line.split_once(": "));
        for (_, cookie) in fields().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")) {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            location: fields()
                .find(|(name, _)| name.eq_ignore_ascii_case("location"))
                .map(|(_, it)| it.to_owned()),
            body: body.to_owned(),
        }
    }

    /// Opens a page as somebody does by its address; gives where that led to in the end.
    async fn open(&mut self, path: &str) -> (String, Answer) {
        let mut at = path.to_owned();
        let mut answer = self.get(path).await;
        for _ in 0..5 {
            let Some(location) = &answer.location else { break };
            let (host, rest) = location.strip_prefix("http://").unwrap().split_once('/').unwrap();
            at = format!("/{rest}");
            let to = if host == CONSOLE { self.balancer } else { host.parse().unwrap() };
            let host = host.to_owned();
            answer = self.ask(to, &host, &at, "").await;
        }
        (at, answer)
    }
}

impl Bench {
    fn resource(&self, logical: &str) -> String {
        let all = self.sandbox.with(|world| cloudformation::resources(world, &self.outputs.stack_name));
        all.into_iter().find(|it| it.logical.starts_with(logical)).unwrap().physical
    }

    /// Lets sessions last so long, by both of the rules that ask for one.
    fn last(&self, seconds: u32) {
        let listener = self.resource("ReleaseConsoleEdgeHttps");
        let rules = self.call(ELB, "DescribeRules", json!({ "ListenerArn": listener })).unwrap();
        for rule in rules["Rules"].as_array().unwrap() {
            let mut actions = rule["Actions"].clone();
            let config = &mut actions[0]["AuthenticateOidcConfig"];
            // What is shown has no secret.
            assert_eq!(config.get("ClientSecret"), None);
            (config["ClientSecret"], config["SessionTimeout"]) = (json!("hush"), json!(seconds));
            let changed = if rule["IsDefault"] == true {
                self.call(
                    ELB,
                    "ModifyListener",
                    json!({ "ListenerArn": listener, "DefaultActions": actions }),
                )
            } else {
                self.call(ELB, "ModifyRule", json!({ "RuleArn": rule["RuleArn"], "Actions": actions }))
            };
            changed.unwrap();
        }
    }

    /// A console that runs behind the balancer of the stack.
    async fn behind_the_balancer(&self) -> (TestApp, Browser) {
        let stack = self.outputs.stack_name.clone();
        let template = guarded(provider().await);
        let change = |world: &mut _| cloudformation::change(world, &stack, &template, &BTreeMap::new());
        self.sandbox.with(change).unwrap();
        let mut config = resolve(self.options(&stack).read().await.unwrap()).await;
        let identity = config.identity.as_mut().unwrap();
        identity.keys_url = Some(format!("{}/_sandbox/elb-keys", self.outputs.aws_endpoint_url));
        let app = TestApp::start(&config).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = viridian_server::app(app.console.app.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let group = self.resource("ReleaseConsoleEdgeTargets");
        let targets = json!({ "TargetGroupArn": group, "Targets": [{ "Id": "127.0.0.1", "Port": port }] });
        self.call(ELB, "RegisterTargets", targets).unwrap();
        // Its health is checked first.
        self.pass(SignedDuration::from_mins(1)).await;
        let https = self.resource("ReleaseConsoleEdgeHttps");
        let balancer = self.sandbox.plane().opened(&https).await.unwrap();
        (app, Browser { balancer, cookies: BTreeMap::new() })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_is_a_401_to_the_page_and_signing_in_leads_back_to_the_same_place() {
    let bench = Bench::empty().await;
    let (app, mut browser) = Box::pin(bench.behind_the_balancer()).await;
    let place = format!("/s/{}/machines?a=b", app.service().name());

    // Nobody has signed in: what a page asks on is denied, whatever it brings; what somebody opens leads away.
    let forged = "x-amzn-oidc-data: e30.e30.e30\r\nx-amzn-oidc-identity: 1\r\n";
    let denied = browser.ask(browser.balancer, CONSOLE, "/api/services", forged).await;
    assert_eq!((denied.status, denied.location), (401, None));
    let led = browser.get(&place).await;
    let location = led.location.unwrap_or_default();
    assert!(led.status == 302 && location.contains("/authorize?client_id=viridian"), "{location}");

    let (at, page) = browser.open(&place).await;
    assert_eq!((at.as_str(), page.status), (place.as_str(), 200), "{}", page.body);
    let session = browser.ask(browser.balancer, CONSOLE, "/api/session", forged).await;
    assert!(session.status == 200 && session.body.contains("kim@example.com"), "{}", session.body);
    assert_eq!(browser.get("/api/services").await.status, 200);

    // The session ends at the balancer; the browser keeps its cookie.
    bench.last(1);
    let begun = Instant::now();
    let ended = loop {
        let answer = browser.get("/api/services").await;
        if answer.status != 200 {
            break answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "it does not end");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!((ended.status, ended.location), (401, None));
    assert!(browser.cookies.contains_key("AWSELBAuthSessionCookie-0"));

    bench.last(3600);
    // A session counts from when somebody signed in, so a longer time takes it up again; without it, not.
    assert_eq!(browser.get("/api/services").await.status, 200);
    browser.cookies.clear();
    assert_eq!(browser.get("/api/services").await.status, 401);
    let (at, page) = browser.open(&place).await;
    assert_eq!((at.as_str(), page.status), (place.as_str(), 200), "{}", page.body);
    assert_eq!(browser.get("/api/services").await.status, 200);
    app.console.stop().await;
}
