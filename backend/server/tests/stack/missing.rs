//! Something is missing: the console starts, says so in a sentence, and works with the rest.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;
use viridian_sandbox::cloudformation;
use viridian_server::{config::resolve, serve::run};
use viridian_shared::{
    notice::NoticeKind,
    snapshot::{Freshness, Section},
};

use crate::bench::{Bench, TestApp, request};

fn reason<T>(section: &Section<T>) -> String {
    match &section.freshness {
        Freshness::Stale { reason, .. } => reason.clone(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn a_stack_needs_no_other_configuration() {
    let bench = Bench::empty().await;
    let app = bench.console().await;
    let snapshot = app
        .until("everything", |it| it.pipeline().is_some() && it.tasks().is_some() && it.traffic().is_some())
        .await;
    assert_eq!(snapshot.service.name, bench.outputs.console_service_name);
    assert!(snapshot.service.sandbox && snapshot.service.region == "ap-northeast-1");
    assert_eq!(snapshot.service.production_url.as_ref(), Some(&bench.outputs.alb_prod_url));
    let snapshot = app.until("four machines", |it| it.machines().len() == 4).await;
    assert!(snapshot.machines().iter().all(|machine| machine.problem.is_none()));
    app.until("notices", |it| it.notices.value.is_some()).await;
    assert_eq!(app.service().snapshot().notices(), []);
    app.console.stop().await;
}

#[tokio::test]
async fn a_stack_that_is_not_there_is_said_and_another_one_is_served() {
    let bench = Bench::empty().await;
    bench.allow("cloudformation:DescribeStacks");
    let mut options = bench.options("Elsewhere@eu-west-1");
    options.stack.push(bench.outputs.stack_name.clone());
    let app = TestApp::start(&resolve(options.read().await.unwrap()).await).await;
    let notice = app.notice("There is no stack Elsewhere in eu-west-1.").await;
    assert_eq!(notice.kind, NoticeKind::Missing);
    assert!(notice.mend.contains("--stack Elsewhere@REGION"), "{}", notice.mend);
    let snapshot = app.until("a reading", |it| it.pipeline.freshness != Freshness::Waiting).await;
    assert_eq!(reason(&snapshot.pipeline), "No pipeline is configured.");
    let rows = app.get("/api/services", None).await;
    assert_eq!(rows.as_array().unwrap().len(), 2);
    let other = &app.console.app.served[1].service;
    let mut snapshots = other.snapshots.watch();
    snapshots.wait_for(|snapshot| snapshot.pipeline().is_some()).await.unwrap();
    app.console.stop().await;
}

#[tokio::test]
async fn a_stack_that_the_role_may_not_read_is_said() {
    let bench = Bench::empty().await;
    let app = TestApp::start(&resolve(bench.options("Other").read().await.unwrap()).await).await;
    let notice = app.notice("The stack Other in us-east-1 cannot be read: AWS denies DescribeStacks").await;
    assert!(notice.mend.contains("Allow cloudformation:DescribeStacks"), "{}", notice.mend);
    app.console.stop().await;
}

#[tokio::test]
async fn an_output_that_is_missing_costs_what_it_is_for() {
    let bench = Bench::empty().await;
    let template = json!({
        "Resources": { "Topic": { "Type": "AWS::SNS::Topic" } },
        "Outputs": {
            "EcsClusterName": { "Value": bench.outputs.ecs_cluster_name },
            "EcsServiceName": { "Value": bench.outputs.ecs_service_name },
            "PipelineName": { "Value": bench.outputs.pipeline_name },
        },
    });
    bench.deploy("Small", &template);
    bench.allow("cloudformation:DescribeStacks");
    let app = TestApp::start(&resolve(bench.options("Small").read().await.unwrap()).await).await;
    app.notice("The stack Small has no output ProdListenerRuleArn, so traffic is not shown.").await;
    app.notice("has no output SwapStateMachineArn").await;
    let snapshot = app.until("the rest", |it| it.pipeline().is_some() && it.tasks().is_some()).await;
    assert_eq!(reason(&snapshot.traffic), "The listener rules are not configured.");
    app.console.stop().await;
}

#[tokio::test]
async fn a_permission_that_is_lacking_costs_its_section_only() {
    let bench = Bench::empty().await;
    bench.deny("elasticloadbalancingv2", "DescribeRules");
    bench.deny("applicationautoscaling", "DescribeScalableTargets");
    let app = bench.console().await;
    app.notice("Scaling is not watched: AWS denies DescribeScalableTargets").await;
    let notice = app.notice("The traffic cannot be read: AWS denies DescribeRules").await;
    assert!(notice.mend.starts_with("Allow DescribeRules"), "{}", notice.mend);
    let snapshot = app
        .until("the rest", |it| it.pipeline().is_some() && it.tasks().is_some() && it.traffic.is_stale())
        .await;
    assert_eq!(reason(&snapshot.traffic), "AWS denies DescribeRules to the console’s role.");
    app.console.stop().await;
}

#[tokio::test]
async fn a_state_machine_that_is_gone_is_named_and_the_others_are_read() {
    let bench = Bench::empty().await;
    let arn = &bench.outputs.state_machine_arns["swap"];
    bench.call("sfn", "DeleteStateMachine", json!({ "stateMachineArn": arn })).unwrap();
    let app = bench.console().await;
    let notice = app.notice("The state machine swap cannot be read").await;
    assert!(notice.mend.contains("Deploy it again"));
    let snapshot = app.until("four machines", |it| it.machines().len() == 4).await;
    let problems: Vec<_> = snapshot.machines().iter().filter(|it| it.problem.is_some()).collect();
    assert_eq!(problems.len(), 1);
    app.console.stop().await;
}

#[tokio::test]
async fn a_stage_that_was_renamed_is_followed_and_what_ran_in_the_old_one_is_said() {
    let bench = Bench::released().await;
    bench.edit_pipeline(|pipeline| pipeline["stages"][2]["name"] = json!("Ship"));
    let app = bench.console().await;
    app.notice("This release ran in the stage Release, which the pipeline has no more").await;
    let snapshot = app.until("steps", |it| it.pipeline().is_some()).await;
    let stages: Vec<_> = snapshot.pipeline().unwrap().steps.iter().map(|step| step.stage.as_str()).collect();
    assert!(stages.contains(&"Ship") && !stages.contains(&"Release"), "{stages:?}");
    app.console.stop().await;
}

#[tokio::test]
async fn a_pipeline_without_an_approval_is_shown_and_said() {
    let bench = Bench::empty().await;
    bench.edit_pipeline(|pipeline| {
        let actions = pipeline["stages"][2]["actions"].as_array_mut().unwrap();
        actions.retain(|action| action["actionTypeId"]["category"] != "Approval");
    });
    let app = bench.console().await;
    app.notice("has no manual approval, so nothing waits for a vote.").await;
    assert_eq!(app.service().snapshot().pipeline().unwrap().steps.len(), 7);
    app.console.stop().await;
}

#[tokio::test]
async fn a_console_that_starts_before_its_stack_finds_it() {
    let bench = Bench::empty().await;
    bench.allow("cloudformation:DescribeStacks");
    let wanted = bench.options("Later").read().await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
    let until = stop.clone().cancelled_owned();
    let serving = tokio::spawn(run(wanted, listener, until, Duration::from_millis(50)));
    seen(address, "\"name\":\"Later\"").await;
    let outputs = json!({ "EcsServiceName": { "Value": "found-at-last" } });
    let topic = json!({ "Topic": { "Type": "AWS::SNS::Topic" } });
    bench.deploy("Later", &json!({ "Resources": topic, "Outputs": outputs }));
    seen(address, "\"name\":\"found-at-last\"").await;
    // And it follows what the stack says later.
    let renamed = BTreeMap::from([("EcsServiceName", "another-name".to_owned())]);
    bench.sandbox.with(|world| cloudformation::readdress(world, "Later", &renamed));
    seen(address, "\"name\":\"another-name\"").await;
    stop.cancel();
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_console_that_starts_while_its_stack_is_made_waits_for_it() {
    let bench = Bench::empty().await;
    let stack = bench.outputs.stack_name.clone();
    let making = |status: Option<&str>| {
        assert!(bench.sandbox.with(|world| cloudformation::progress(world, &stack, status)));
    };
    making(Some("CREATE_IN_PROGRESS"));
    let wanted = bench.options(&stack).read().await.unwrap();
    let notices = resolve(wanted.clone()).await.services[0].notices.clone();
    assert_eq!(notices.len(), 1, "{notices:#?}");
    assert!(notices[0].text.starts_with("CloudFormation is still at work on the stack"), "{notices:?}");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
    let until = stop.clone().cancelled_owned();
    let serving = tokio::spawn(run(wanted.clone(), listener, until, Duration::from_millis(50)));
    seen(address, &format!("\"name\":\"{stack}\"")).await;
    making(None);
    seen(address, &format!("\"name\":\"{}\"", bench.outputs.console_service_name)).await;
    // A change shows the outputs of before until it is done, and nothing is missed meanwhile.
    making(Some("UPDATE_IN_PROGRESS"));
    assert_eq!(resolve(wanted).await.services[0].notices, []);
    stop.cancel();
    serving.await.unwrap().unwrap();
}

/// Waits until a visitor at that address sees these words among the services.
async fn seen(address: SocketAddr, words: &str) {
    let looking = async {
        loop {
            let body = r#"{"name":"viewer-1"}"#;
            let signed_in =
                ask(address, "POST /api/session", "content-type: application/json\r\n", body).await;
            let cookie =
                signed_in.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap_or_default();
            let cookie = cookie.split(';').next().unwrap_or_default();
            let services = ask(address, "GET /api/services", &format!("cookie: {cookie}\r\n"), "").await;
            if services.contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(30), looking).await.is_ok(), "never seen: {words}");
}

/// An answer as text; empty where nobody answers.
async fn ask(address: SocketAddr, what: &str, headers: &str, body: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(address).await else { return String::new() };
    let length = body.len();
    let head =
        format!("{what} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n");
    let sent = stream.write_all(format!("{head}{headers}\r\n{body}").as_bytes()).await;
    let mut text = String::new();
    let read = stream.read_to_string(&mut text).await;
    if sent.is_ok() && read.is_ok() { text } else { String::new() }
}

#[tokio::test]
async fn a_console_without_aws_starts_and_says_that_it_is_not_reached() {
    let bench = Bench::empty().await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut options = bench.options("Viridian");
    options.endpoint_url = Some(format!("http://{}", nobody.local_addr().unwrap()));
    drop(nobody);
    let config = resolve(options.read().await.unwrap()).await;
    let notice = &config.services[0].notices[0];
    assert!(
        notice
            .text
            .starts_with("The stack Viridian in us-east-1 cannot be read: DescribeStacks got no answer."),
        "{notice:?}"
    );
    assert!(notice.mend.contains("looks again every minute"));
    let app = TestApp::start(&config).await;
    let health = request(Method::GET, "/healthz").body(Body::empty()).unwrap();
    assert_eq!(app.ask(health).await.0, StatusCode::OK);
    app.console.stop().await;
}
