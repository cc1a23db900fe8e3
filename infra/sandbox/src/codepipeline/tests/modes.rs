//! Execution modes, locks, transitions, stops.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Bench, gate};

fn one_gate(mode: &str) -> Bench {
    Bench::with(mode, json!([gate("Approve", 1)]))
}

#[test]
fn in_a_superseding_pipeline_only_the_newest_waits_and_the_one_at_the_gate_stays() {
    let mut bench = one_gate("SUPERSEDED");
    let first = bench.latest();
    let second = bench.start();
    let third = bench.start();
    let stage = bench.stage("Release");
    assert_eq!(stage["latestExecution"]["pipelineExecutionId"], json!(first));
    assert_eq!(stage["inboundExecution"]["pipelineExecutionId"], json!(third));
    assert_eq!(stage["inboundExecutions"].as_array().unwrap().len(), 1);
    assert_eq!(bench.statuses(), ["InProgress", "Superseded", "InProgress"]);
    assert_ne!(second, third);

    bench.approve("Approve");
    assert_eq!(bench.stage("Release")["latestExecution"]["pipelineExecutionId"], json!(third));
    assert_eq!(bench.statuses(), ["InProgress", "Superseded", "Succeeded"]);
}

#[test]
fn in_a_queued_pipeline_executions_wait_in_order() {
    let mut bench = one_gate("QUEUED");
    let second = bench.start();
    let third = bench.start();
    let inbound = bench.stage("Release")["inboundExecutions"].clone();
    let ids: Vec<_> =
        inbound.as_array().unwrap().iter().map(|found| found["pipelineExecutionId"].clone()).collect();
    assert_eq!(ids, [json!(second), json!(third)]);
    bench.approve("Approve");
    assert_eq!(bench.stage("Release")["latestExecution"]["pipelineExecutionId"], json!(second));
}

#[test]
fn in_a_parallel_pipeline_nobody_waits_and_tokens_are_found_in_the_history() {
    let mut bench = one_gate("PARALLEL");
    let second = bench.start();
    assert_eq!(bench.action("Approve")["token"], Value::Null);
    let filter = json!({"pipelineName": "app", "filter": {"pipelineExecutionId": second}});
    let history = bench.call("ListActionExecutions", filter).unwrap();
    let detail = &history["actionExecutionDetails"][0];
    let token = detail["output"]["executionResult"]["externalExecutionId"].as_str().unwrap().to_owned();
    bench.answer("Approve", "Approved", &token).unwrap();
    assert_eq!(bench.statuses(), ["Succeeded", "InProgress"]);
}

#[test]
fn a_closed_transition_holds_executions_back_until_it_opens() {
    let mut bench = Bench::of(
        "SUPERSEDED",
        json!([{"name": "Hold", "actions": [gate("First", 1)]}, {"name": "Release", "actions": [gate("Approve", 1)]}]),
    );
    let door = json!({"pipelineName": "app", "stageName": "Hold", "transitionType": "Outbound"});
    let mut closed = door.clone();
    closed["reason"] = json!("bad: colon");
    assert_eq!(bench.refused("DisableStageTransition", closed.clone()), "ValidationException");
    closed["reason"] = json!("Freeze (until Monday)");
    bench.call("DisableStageTransition", closed).unwrap();

    let token = bench.stage("Hold")["actionStates"][0]["latestExecution"]["token"].clone();
    let input = json!({
        "pipelineName": "app", "stageName": "Hold", "actionName": "First", "token": token,
        "result": {"status": "Approved", "summary": ""},
    });
    bench.call("PutApprovalResult", input).unwrap();
    let stage = bench.stage("Release");
    assert_eq!(stage["inboundTransitionState"]["disabledReason"], "Freeze (until Monday)");
    assert!(stage.get("latestExecution").is_none());
    assert!(stage.get("inboundExecution").is_some());

    bench.call("EnableStageTransition", door).unwrap();
    assert_eq!(bench.action("Approve")["status"], "InProgress");
}

#[test]
fn stopping_waits_for_the_open_gate_and_abandoning_does_not() {
    let mut bench = one_gate("SUPERSEDED");
    let id = bench.latest();
    let stop = |abandon: bool| json!({"pipelineName": "app", "pipelineExecutionId": id, "abandon": abandon});
    bench.call("StopPipelineExecution", stop(false)).unwrap();
    assert_eq!(bench.statuses(), ["Stopping"]);
    assert_eq!(bench.refused("StopPipelineExecution", stop(false)), "DuplicatedStopRequestException");
    bench.call("StopPipelineExecution", stop(true)).unwrap();
    assert_eq!(bench.statuses(), ["Stopped"]);
    assert_eq!(bench.action("Approve")["status"], "Abandoned");
    assert_eq!(bench.refused("StopPipelineExecution", stop(true)), "PipelineExecutionNotStoppableException");
    bench.pass(SignedDuration::from_hours(8 * 24));
    assert_eq!(bench.action("Approve")["status"], "Abandoned");
}

#[test]
fn an_execution_that_is_to_stop_stops_when_its_last_action_has_ended() {
    let mut bench = one_gate("SUPERSEDED");
    let id = bench.latest();
    let stop = json!({"pipelineName": "app", "pipelineExecutionId": id, "reason": "not today"});
    bench.call("StopPipelineExecution", stop).unwrap();
    assert_eq!(bench.stage("Release")["latestExecution"]["status"], "Stopping");
    bench.approve("Approve");
    assert_eq!(bench.statuses(), ["Stopped"]);
    assert_eq!(bench.stage("Release")["latestExecution"]["status"], "Stopped");
    let list = bench.call("ListPipelineExecutions", json!({"pipelineName": "app"})).unwrap();
    assert_eq!(list["pipelineExecutionSummaries"][0]["stopTrigger"]["reason"], "not today");
}

#[test]
fn variables_are_given_defaulted_and_seen_by_actions() {
    let mut asking = gate("Approve", 1);
    asking["configuration"] =
        json!({"CustomData": "#{variables.Colour} #{codepipeline.PipelineExecutionId}"});
    let mut bench = Bench::new();
    let mut input = super::pipeline("QUEUED", json!([{"name": "Release", "actions": [asking]}]));
    input["pipeline"]["variables"] = json!([{"name": "Colour", "defaultValue": "blue"}]);
    bench.call("CreatePipeline", input).unwrap();
    bench.pass(SignedDuration::from_secs(10));
    let start = |name: &str| json!({"name": "app", "variables": [{"name": name, "value": "green"}]});
    assert_eq!(bench.refused("StartPipelineExecution", start("Shade")), "ValidationException");
    bench.call("StartPipelineExecution", start("Colour")).unwrap();
    let told = |bench: &mut Bench| {
        let history = bench.call("ListActionExecutions", json!({"pipelineName": "app"})).unwrap();
        let detail = history["actionExecutionDetails"][0]["input"]["resolvedConfiguration"].clone();
        detail["CustomData"].as_str().unwrap().to_owned()
    };
    let id = bench.latest();
    bench.approve("Approve");
    bench.pass(SignedDuration::from_secs(10));
    assert_eq!(told(&mut bench), format!("green {id}"));
    let detail = json!({"pipelineName": "app", "pipelineExecutionId": id});
    let detail = bench.call("GetPipelineExecution", detail).unwrap();
    assert_eq!(
        detail["pipelineExecution"]["variables"],
        json!([{"name": "Colour", "resolvedValue": "green"}])
    );
}

#[test]
fn a_source_revision_is_fetched_in_place_of_the_newest() {
    let mut bench = one_gate("SUPERSEDED");
    let first = bench.call("ListPipelineExecutions", json!({"pipelineName": "app"})).unwrap();
    let commit = first["pipelineExecutionSummaries"][0]["sourceRevisions"][0]["revisionId"].clone();
    let start = |action: &str, kind: &str, value: &Value| json!({"name": "app", "sourceRevisions": [{"actionName": action, "revisionType": kind, "revisionValue": value}]});
    for input in [start("Build", "COMMIT_ID", &commit), start("Source", "IMAGE_DIGEST", &commit)] {
        assert_eq!(bench.refused("StartPipelineExecution", input), "ValidationException");
    }
    bench.call("StartPipelineExecution", start("Source", "COMMIT_ID", &commit)).unwrap();
    bench.pass(SignedDuration::from_secs(10));
    let list = bench.call("ListPipelineExecutions", json!({"pipelineName": "app"})).unwrap();
    assert_eq!(list["pipelineExecutionSummaries"][0]["sourceRevisions"][0]["revisionId"], commit);
    bench.call("StartPipelineExecution", start("Source", "COMMIT_ID", &json!("0".repeat(40)))).unwrap();
    bench.pass(SignedDuration::from_secs(10));
    assert_eq!(bench.statuses()[0], "Failed");
}

#[test]
fn an_update_cancels_what_waits_and_what_is_inside_when_it_leaves() {
    let mut bench = Bench::of(
        "QUEUED",
        json!([{"name": "Release", "actions": [gate("Approve", 1)]}, {"name": "After", "actions": [gate("Last", 1)]}]),
    );
    bench.start();
    let declared = bench.call("GetPipeline", json!({"name": "app"})).unwrap();
    bench.call("UpdatePipeline", json!({"pipeline": declared["pipeline"]})).unwrap();
    assert_eq!(bench.statuses(), ["Cancelled", "InProgress"]);
    bench.approve("Approve");
    assert_eq!(bench.statuses(), ["Cancelled", "Cancelled"]);
    let state = bench.call("GetPipelineState", json!({"name": "app"})).unwrap();
    assert_eq!(state["pipelineVersion"], 2);
}

#[test]
fn the_same_client_token_starts_one_execution() {
    let mut bench = one_gate("SUPERSEDED");
    let start = json!({"name": "app", "clientRequestToken": "once"});
    let first = bench.call("StartPipelineExecution", start.clone()).unwrap();
    let second = bench.call("StartPipelineExecution", start).unwrap();
    assert_eq!(first, second);
    assert_eq!(bench.statuses().len(), 2);
}
