//! The gate cannot be walked around: what stands behind it starts by a vote, or in an emergency that is told.

use http::StatusCode;
use serde_json::{Value, json};
use viridian_shared::{
    journal::{EntryKind, Fact, Intention},
    pipeline::StepStatus,
    sample,
    snapshot::Snapshot,
    traffic::{Answer as RuleAnswer, TargetHealth, Weight},
};

use crate::test_app::{Answer, TestApp};

const EXECUTION: &str = "/api/services/shop/start-execution";
const EMERGENCY: &str = "/api/services/shop/start-emergency";
const RETRY: &str = "/api/services/shop/retry-step";

async fn post(app: &TestApp, person: &str, path: &str, body: &Value) -> Answer {
    app.sign_in(person).await.post(path, &body.to_string()).await
}

fn emergency(machine: &str, input: &Value, reason: &str) -> Value {
    json!({ "release": sample::RELEASE, "machine": machine, "input": input.to_string(), "reason": reason })
}

fn own() -> Value {
    json!({
        "ClusterName": "c", "ServiceName": "shop",
        "ProdListenerRuleArn": "rule/8000", "TestListenerRuleArn": "rule/8080",
    })
}

#[tokio::test]
async fn what_stands_behind_a_gate_is_not_started_without_a_vote() {
    let app = TestApp::testing().await;
    for machine in ["swap", "clean-up"] {
        let body = json!({ "machine": machine, "input": own().to_string() });
        let answer = post(&app, "operator-1", EXECUTION, &body).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.json);
        assert!(answer.json["detail"].as_str().unwrap().contains("vote there"), "{}", answer.json);
    }
    assert!(app.world.did().is_empty());
}

#[tokio::test]
async fn an_emergency_takes_an_operator_with_a_reason() {
    let app = TestApp::testing().await;
    let silent = post(&app, "operator-1", EMERGENCY, &emergency("swap", &own(), " ")).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", silent.json);
    for person in ["viewer-1", "developer-1", "approver-1"] {
        let answer = post(&app, person, EMERGENCY, &emergency("swap", &own(), "now")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{person}: {}", answer.json);
    }
    assert!(app.world.did().is_empty());
}

#[tokio::test]
async fn an_emergency_is_told_with_its_reason_and_its_input_is_inside_the_chain() {
    let app = TestApp::testing().await;
    let body = emergency("swap", &own(), "the shop is down");
    let answer = post(&app, "operator-1", EMERGENCY, &body).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.json);
    assert!(answer.json["started"].as_str().unwrap().contains(":execution:swap:console-"));
    let entries: Vec<_> = app.entries().await;
    let told = entries.iter().filter(|it| it.about == "start-emergency").collect::<Vec<_>>();
    let [intent, done] = told.as_slice() else { panic!("{entries:?}") };
    assert_eq!((intent.kind, done.kind), (EntryKind::Intent, EntryKind::Done));
    assert_eq!(done.text(), "started swap in an emergency, around ApproveSwap: “the shop is down”");
    let Fact::Intended(intended) = &intent.fact else { panic!("{intent:?}") };
    let Intention::StartEmergency { command, .. } = &intended.intention else { panic!("{intent:?}") };
    assert_eq!(command.input, own().to_string());
}

#[tokio::test]
async fn an_emergency_is_under_the_checks_of_its_gate() {
    let mut shaky = sample::testing();
    sample::green(&mut shaky).is_steady = false;
    let mut ill = sample::testing();
    sample::target(&mut ill, "green").health = TargetHealth::Unhealthy;
    let mut drifted = sample::testing();
    sample::traffic(&mut drifted).production.answer =
        RuleAnswer::Forward { to: vec![Weight { target_group: "elsewhere".to_owned(), weight: 1 }] };
    for (snapshot, machine) in
        [(shaky, "swap"), (ill, "swap"), (drifted, "swap"), (sample::testing(), "clean-up")]
    {
        refused(snapshot, EMERGENCY, &emergency(machine, &own(), "now"), StatusCode::CONFLICT).await;
    }
}

#[tokio::test]
async fn a_step_behind_a_gate_runs_again_only_under_the_checks_of_the_gate() {
    let mut failed = sample::testing();
    sample::step(&mut failed, "ApproveSwap").status = StepStatus::Succeeded;
    sample::step(&mut failed, "Swap").status = StepStatus::Failed;
    sample::green(&mut failed).is_steady = false;
    let retry = json!({ "release": sample::RELEASE, "stage": "Release", "action": "Swap" });
    refused(failed, RETRY, &retry, StatusCode::CONFLICT).await;
}

#[tokio::test]
async fn an_input_that_speaks_of_anything_else_than_the_service_is_refused() {
    let elb = "arn:aws:elasticloadbalancing:r:1";
    let elsewhere = [
        ("ClusterName", json!("other")),
        ("ServiceName", json!("other")),
        ("ServiceName", json!(["shop"])),
        ("ProdListenerRuleArn", json!("rule/8080")),
        // Green behind production’s own rule: it would serve before anybody was asked.
        ("TestListenerRuleArn", json!("rule/8000")),
        ("TestListenerRuleArn", Value::Null),
        ("TargetGroupName", json!("blue")),
        ("Green", json!({ "TargetGroupArn": format!("{elb}:targetgroup/other/1") })),
        ("Rules", json!([{ "Arn": [format!("{elb}:listener-rule/app/other/1/2/3")] }])),
        ("TaskSet", json!("arn:aws:ecs:r:1:task-set/c/other/ecs-svc/1")),
        ("Deep", json!({ "ClusterName": "other" })),
    ];
    for (name, value) in elsewhere {
        let mut input = own();
        input[name] = value;
        let body = json!({ "machine": "deploy-green", "input": input.to_string() });
        refused(sample::testing(), EXECUTION, &body, StatusCode::UNPROCESSABLE_ENTITY).await;
        let body = emergency("swap", &input, "now");
        refused(sample::testing(), EMERGENCY, &body, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    for input in [r#"{"ServiceName":"shop","ServiceName":"other"}"#, r#"{"ServiceName":"#, ""] {
        let body = json!({ "machine": "deploy-green", "input": input });
        refused(sample::testing(), EXECUTION, &body, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
}

#[tokio::test]
async fn what_an_input_says_of_the_service_itself_is_taken() {
    let app = TestApp::testing().await;
    let mut input = own();
    input["TaskDefinition"] = json!({ "ExecutionRoleArn": "arn:aws:iam::1:role/r", "Cpu": 256 });
    input["TargetGroupName"] = json!("tg-shop-0f8fad5b");
    let body = json!({ "machine": "deploy-green", "input": input.to_string() });
    let answer = post(&app, "operator-1", EXECUTION, &body).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.json);
}

async fn refused(snapshot: Snapshot, path: &str, body: &Value, status: StatusCode) {
    let app = TestApp::with(snapshot).await;
    let answer = post(&app, "operator-1", path, body).await;
    assert_eq!(answer.status, status, "{body}: {}", answer.json);
    assert!(app.world.did().is_empty(), "{body}");
}
