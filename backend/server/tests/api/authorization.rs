//! Who may do what: every route without a session, every command by every role.

use http::{Method, StatusCode};
use viridian_server::route::table;
use viridian_shared::{
    command::{
        AbandonGreen, AcceptNoise, AskProbe, Command, DeleteSuite, ImportSuite, RetryStep, RuleOnFinding,
        SaveSuite, SetDesiredCount, SetSentinel, StartEmergency, StartExecution, StartPipeline, StartRun,
        StopExecution, StopPipeline, StopRun, SwapBack, VoteOnGate, WithdrawNoise,
    },
    people::Role,
    sample,
    vote::Choice,
};

use crate::test_app::{TestApp, filled, method, request};

/// What answers without a session, and why it may: it says nothing of any service.
const OPEN: [&str; 7] = [
    "GET /api/session",
    "POST /api/session",
    "DELETE /api/session",
    "GET /api/openapi.json",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
];

#[tokio::test]
async fn without_a_session_everything_but_the_open_list_is_401() {
    let app = TestApp::testing().await;
    for route in table() {
        let method = method(&route.method);
        let line = format!("{method} {}", route.path);
        let body = (method == Method::POST).then_some("{}");
        let answer = app.ask(request(method, &filled(&route.path), None, body)).await;
        let is_refused = answer.status == StatusCode::UNAUTHORIZED;
        assert_eq!(is_refused, !OPEN.contains(&line.as_str()), "{line} answers {}", answer.status);
    }
}

#[tokio::test]
async fn a_cookie_that_nobody_was_given_is_no_session() {
    let app = TestApp::testing().await;
    let made_up = request(Method::GET, "/api/services", Some("viridian-session=1234"), None);
    assert_eq!(app.ask(made_up).await.status, StatusCode::UNAUTHORIZED);
}

/// Every command with the roles of which it needs one, and a body that the sample's state allows or not.
fn commands() -> Vec<(&'static str, Vec<Role>, String)> {
    let one = of_releases().into_iter().map(|(name, role, body)| (name, vec![role], body));
    one.chain(of_comparison()).collect()
}

fn of_comparison() -> Vec<(&'static str, Vec<Role>, String)> {
    use Role::{Approver, Developer, Operator};
    let probe = r#"{"name":"p","method":"GET","path":"/p"}"#;
    let post = probe.replace("GET", "POST");
    vec![
        (StartRun::NAME, vec![Developer, Operator], r#"{"suite":"smoke","samples":1}"#.to_owned()),
        (
            StartRun::NAME,
            vec![Operator],
            r#"{"suite":"smoke","samples":1,"changes":["POST /orders"]}"#.to_owned(),
        ),
        (StopRun::NAME, vec![Developer, Operator], r#"{"run":"17"}"#.to_owned()),
        (AskProbe::NAME, vec![Developer, Operator], format!(r#"{{"probe":{probe},"samples":1}}"#)),
        (AskProbe::NAME, vec![Operator], format!(r#"{{"probe":{post},"samples":1,"changes":["POST /p"]}}"#)),
        (
            RuleOnFinding::NAME,
            vec![Approver, Developer],
            r#"{"run":"17","finding":"f","judgement":"bug","reason":"r"}"#.to_owned(),
        ),
        (
            AcceptNoise::NAME,
            vec![Approver, Developer],
            r#"{"suite":"smoke","name":"n","place":{"header":{"header":"date"}},"reason":"r"}"#.to_owned(),
        ),
        (
            WithdrawNoise::NAME,
            vec![Approver, Developer],
            r#"{"suite":"smoke","name":"n","reason":"r"}"#.to_owned(),
        ),
        (SaveSuite::NAME, vec![Developer], format!(r#"{{"name":"smoke","suite":{{"probes":[{probe}]}}}}"#)),
        (ImportSuite::NAME, vec![Developer], r#"{"name":"smoke","format":"list","text":"/"}"#.to_owned()),
        (DeleteSuite::NAME, vec![Developer], r#"{"name":"smoke","from":"x"}"#.to_owned()),
        (
            SetSentinel::NAME,
            vec![Developer, Operator],
            r#"{"is_on":true,"suite":"gone","period_minutes":30}"#.to_owned(),
        ),
    ]
}

fn of_releases() -> Vec<(&'static str, Role, String)> {
    let release = sample::RELEASE;
    vec![
        (
            VoteOnGate::NAME,
            Role::Approver,
            serde_json::to_string(&sample::vote(&sample::testing(), Choice::Approve, "")).unwrap(),
        ),
        (StartPipeline::NAME, Role::Developer, "{}".to_owned()),
        (
            StopPipeline::NAME,
            Role::Operator,
            format!(r#"{{"release":"{release}","abandon":true,"reason":""}}"#),
        ),
        (
            RetryStep::NAME,
            Role::Operator,
            format!(r#"{{"release":"{release}","stage":"Release","action":"DeployGreen"}}"#),
        ),
        (SetDesiredCount::NAME, Role::Operator, r#"{"from":2,"to":3}"#.to_owned()),
        (StartExecution::NAME, Role::Operator, r#"{"machine":"roll-back","input":"{}"}"#.to_owned()),
        (
            StartEmergency::NAME,
            Role::Operator,
            format!(r#"{{"release":"{release}","machine":"swap","input":"{{}}","reason":"now"}}"#),
        ),
        (
            StopExecution::NAME,
            Role::Operator,
            r#"{"machine":"swap","execution_arn":"a","reason":""}"#.to_owned(),
        ),
        (AbandonGreen::NAME, Role::Operator, format!(r#"{{"release":"{release}","reason":""}}"#)),
        (SwapBack::NAME, Role::Operator, format!(r#"{{"release":"{release}","reason":""}}"#)),
    ]
}

#[tokio::test]
async fn every_command_is_refused_to_every_role_that_it_is_not_for() {
    let posted: Vec<_> =
        table().iter().filter(|it| it.path.contains("{service}/")).map(|it| it.path.clone()).collect();
    for (name, _, _) in commands() {
        assert!(posted.iter().any(|path| path.ends_with(&format!("/{name}"))), "{name} has no route");
    }
    let people = [
        ("viewer-1", vec![Role::Viewer]),
        ("developer-1", vec![Role::Viewer, Role::Developer]),
        ("approver-1", vec![Role::Viewer, Role::Approver]),
        ("operator-1", Role::ALL.to_vec()),
    ];
    for (person, roles) in people {
        for (name, needed, body) in commands() {
            let app = TestApp::testing().await;
            let client = app.sign_in(person).await;
            let answer = client.post(&format!("/api/services/shop/{name}"), &body).await;
            let refused = answer.status == StatusCode::FORBIDDEN;
            let may = needed.iter().any(|role| roles.contains(role));
            assert_eq!(refused, !may, "{person} {name}: {}", answer.json);
            if refused {
                assert!(app.world.did().is_empty() && app.world.answers.lock().unwrap().is_empty());
            } else {
                let is_judged = matches!(
                    answer.status,
                    StatusCode::ACCEPTED | StatusCode::CONFLICT | StatusCode::NOT_FOUND
                );
                assert!(is_judged, "{person} {name}: {}", answer.json);
            }
        }
    }
}
