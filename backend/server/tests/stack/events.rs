//! Events hurry the observer; without them it looks by itself; and the votes it sends bear a name.

use std::time::Instant;

use serde_json::{Value, json};
use viridian_server::Config;
use viridian_shared::{pipeline::StepStatus, snapshot::Snapshot};

use crate::bench::{Bench, TestApp};

/// So seldom that a test sees none but the first reading.
const SELDOM: Option<f64> = Some(3600.0);

fn seldom(mut config: Config) -> Config {
    for service in &mut config.services {
        (service.fast_seconds, service.slow_seconds) = (SELDOM, SELDOM);
    }
    config
}

fn has_release(snapshot: &Snapshot) -> bool {
    snapshot.pipeline().is_some_and(|pipeline| pipeline.release.is_some())
}

async fn wait_for_hearing(app: &TestApp) {
    let service = app.service();
    while service.event_feed().is_none() {
        tokio::task::yield_now().await;
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(service.event_feed(), Some(Ok(())));
    // The first reading, and the one that follows on knowing that events are heard.
    app.until("a reading", |it| it.pipeline().is_some() && it.notices.value.is_some()).await;
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
}

fn start(bench: &Bench) {
    let name = json!({ "name": bench.outputs.pipeline_name });
    bench.call("codepipeline", "StartPipelineExecution", name).unwrap();
}

#[tokio::test]
async fn an_event_is_seen_long_before_the_next_look() {
    let bench = Bench::empty().await;
    let app = TestApp::start(&seldom(bench.config().await)).await;
    wait_for_hearing(&app).await;
    assert!(!has_release(&app.service().snapshot()));
    let begun = Instant::now();
    start(&bench);
    app.until("the release", has_release).await;
    // Told, not asserted: speed is measured in benchmarks.
    eprintln!("from the event to the snapshot: {} ms", begun.elapsed().as_millis());
    app.console.stop().await;
}

#[tokio::test]
async fn without_a_queue_the_console_looks_by_itself() {
    let bench = Bench::empty().await;
    let mut config = bench.config().await;
    for service in &mut config.services {
        service.event_queue_url = None;
    }
    let app = TestApp::start(&config).await;
    app.until("a reading", |it| it.pipeline().is_some()).await;
    assert_eq!(app.service().event_feed(), None);
    start(&bench);
    app.until("the release", has_release).await;
    app.console.stop().await;
}

#[tokio::test]
async fn a_queue_that_is_gone_is_said_and_the_console_looks_by_itself() {
    let bench = Bench::empty().await;
    let queue = json!({ "QueueUrl": bench.outputs.event_queue_url });
    bench.call("sqs", "DeleteQueue", queue).unwrap();
    let app = bench.console().await;
    let notice = app.notice("Events are not heard").await;
    assert!(notice.mend.contains("queue"), "{}", notice.mend);
    start(&bench);
    app.until("the release", has_release).await;
    app.console.stop().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_moved_aside_and_what_is_unknown_goes() {
    let bench = Bench::empty().await;
    let url = bench.outputs.event_queue_url.clone().unwrap();
    let at_once = json!({ "QueueUrl": url, "Attributes": { "VisibilityTimeout": "0" } });
    bench.call("sqs", "SetQueueAttributes", at_once).unwrap();
    let send = |body: &str| bench.call("sqs", "SendMessage", json!({ "QueueUrl": url, "MessageBody": body }));
    send("not an event").unwrap();
    send(&json!({ "source": "aws.other", "detail": {} }).to_string()).unwrap();
    let app = TestApp::start(&seldom(bench.config().await)).await;
    wait_for_hearing(&app).await;
    let count = |url: &str| {
        let names = json!(["ApproximateNumberOfMessages"]);
        let shown =
            bench.call("sqs", "GetQueueAttributes", json!({ "QueueUrl": url, "AttributeNames": names }));
        shown.unwrap()["Attributes"]["ApproximateNumberOfMessages"].as_str().unwrap().to_owned()
    };
    let shown = json!({ "QueueUrl": url, "AttributeNames": ["RedrivePolicy"] });
    let shown = bench.call("sqs", "GetQueueAttributes", shown).unwrap();
    let policy: Value = serde_json::from_str(shown["Attributes"]["RedrivePolicy"].as_str().unwrap()).unwrap();
    let name = policy["deadLetterTargetArn"].as_str().unwrap().rsplit(':').next().unwrap();
    let aside = bench.call("sqs", "GetQueueUrl", json!({ "QueueName": name })).unwrap();
    let aside = aside["QueueUrl"].as_str().unwrap().to_owned();
    while count(&aside) != "1" {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(count(&url), "0");
    start(&bench);
    app.until("the release", has_release).await;
    app.console.stop().await;
}

#[tokio::test]
async fn an_answer_to_a_gate_bears_the_name_of_the_person_in_aws() {
    let bench = Bench::empty().await;
    bench.size(1);
    bench.reach_gate().await;
    bench.allow("sts:AssumeRole");
    let voter = bench.role("voter", "codepipeline:PutApprovalResult");
    let mut config = bench.config().await;
    for service in &mut config.services {
        service.voter_role_arn = Some(voter.clone());
    }
    let app = TestApp::start(&config).await;
    let vote = serde_json::to_value(app.approval("ApproveSwap").await).unwrap();
    let path = format!("/api/services/{}/vote", app.service().name());
    let (status, receipt) = app.post("approver-1", &path, &vote).await;
    assert_eq!(status, 202, "{receipt}");
    let state =
        bench.call("codepipeline", "GetPipelineState", json!({ "name": bench.outputs.pipeline_name }));
    let stages = state.unwrap()["stageStates"].as_array().unwrap().clone();
    let actions = stages.iter().flat_map(|stage| stage["actionStates"].as_array().unwrap());
    let answered: Vec<&Value> = actions.filter(|it| it["actionName"] == "ApproveSwap").collect();
    let latest = &answered[0]["latestExecution"];
    assert_eq!(latest["lastUpdatedBy"], "arn:aws:sts::123456789012:assumed-role/voter/approver-1");
    let summary = latest["summary"].as_str().unwrap();
    assert!(summary.starts_with("approver-1: fine (release "), "{summary}");
    app.until("the answer", |it| {
        let step = it.pipeline().and_then(|pipeline| pipeline.step("Release", "ApproveSwap"));
        step.is_some_and(|step| step.status == StepStatus::Succeeded)
    })
    .await;
    app.console.stop().await;
}

#[tokio::test]
async fn a_service_is_asked_under_the_role_that_it_names() {
    let bench = Bench::empty().await;
    bench.size(1);
    bench.allow("sts:AssumeRole");
    let reader = bench.role("reader", "*");
    let mut config = bench.config().await;
    for service in &mut config.services {
        service.role_arn = Some(reader.clone());
        service.session_name = Some("console-of-the-team".to_owned());
    }
    let app = TestApp::start(&config).await;
    app.until("a reading", |it| it.pipeline().is_some() && it.tasks().is_some()).await;
    let path = format!("/api/services/{}/start-pipeline", app.service().name());
    let (status, receipt) = app.post("developer-1", &path, &json!({})).await;
    assert_eq!(status, 202, "{receipt}");
    let name = json!({ "pipelineName": bench.outputs.pipeline_name });
    let list = bench.call("codepipeline", "ListPipelineExecutions", name).unwrap();
    let trigger = &list["pipelineExecutionSummaries"][0]["trigger"];
    assert_eq!(trigger["triggerDetail"], "arn:aws:sts::123456789012:assumed-role/reader/console-of-the-team");
    app.console.stop().await;
}
