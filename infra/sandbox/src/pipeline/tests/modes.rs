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
