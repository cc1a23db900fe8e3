//! Who may do what: every route without a session, every command by every role.

use http::{Method, StatusCode};
use viridian_server::route::table;
use viridian_shared::{
    command::{
        AbandonGreen, Command, RetryStep, SetDesiredCount, StartExecution, StartPipeline, StopExecution,
        StopPipeline, SwapBack, VoteOnGate,
    },
    people::Role,
    sample,
};

use crate::house::{House, method, request};

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
    let house = House::testing().await;
    for route in table() {
        let method = method(&route.method);
        let line = format!("{method} {}", route.path);
        let path = route.path.replace("{service}", "shop").replace("{machine}", "swap");
        let body = (method == Method::POST).then_some("{}");
        let answer = house.ask(request(method, &path.replace("{execution}", "e"), None, body)).await;
        let is_refused = answer.status == StatusCode::UNAUTHORIZED;
        assert_eq!(is_refused, !OPEN.contains(&line.as_str()), "{line} answers {}", answer.status);
    }
}

#[tokio::test]
async fn a_cookie_that_nobody_was_given_is_no_session() {
    let house = House::testing().await;
    let made_up = request(Method::GET, "/api/services", Some("viridian-session=1234"), None);
    assert_eq!(house.ask(made_up).await.status, StatusCode::UNAUTHORIZED);
}

/// Every command with the role that it needs and a body that the sample's state allows or not.
fn commands() -> Vec<(&'static str, Role, String)> {
    let release = sample::RELEASE;
    let request = sample::REQUEST;
    vec![
        (
            VoteOnGate::NAME,
            Role::Approver,
            format!(
                r#"{{"release":"{release}","stage":"Release","action":"ApproveSwap","request":"{request}","choice":"approve","comment":""}}"#
            ),
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
        (StartExecution::NAME, Role::Operator, r#"{"machine":"swap","input":"{}"}"#.to_owned()),
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
        for (name, role, body) in commands() {
            let house = House::testing().await;
            let visitor = house.sign_in(person).await;
            let answer = visitor.post(&format!("/api/services/shop/{name}"), &body).await;
            let refused = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(refused, !roles.contains(&role), "{person} {name}: {}", answer.json);
            if refused {
                assert!(house.world.did().is_empty() && house.world.answers.lock().unwrap().is_empty());
            } else {
                assert!(
                    matches!(answer.status, StatusCode::ACCEPTED | StatusCode::CONFLICT),
                    "{}",
                    answer.json
                );
            }
        }
    }
}
