//! Every error that a call may name, from what was asked wrongly.

use serde_json::{Value, json};

use super::{Bench, gate};

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

/// A member of an input changed.
fn with(input: &Value, member: &str, value: impl Into<Value>) -> Value {
    let mut input = input.clone();
    input[member] = value.into();
    input
}

fn bench() -> Bench {
    Bench::with("QUEUED", json!([gate("Approve", 1)]))
}

#[test]
fn what_is_unknown_is_named_by_every_operation() {
    let mut bench = bench();
    let id = bench.latest();
    let stage = json!({
        "pipelineName": "app", "stageName": "Release", "actionName": "Approve", "pipelineExecutionId": id,
        "retryMode": "ALL_ACTIONS", "targetPipelineExecutionId": id, "conditionType": "ON_SUCCESS",
        "transitionType": "Inbound", "reason": "why", "token": UNKNOWN, "name": "app",
        "result": {"status": "Approved", "summary": ""},
    });
    let of_pipelines = [
        "DisableStageTransition",
        "EnableStageTransition",
        "GetPipeline",
        "GetPipelineExecution",
        "GetPipelineState",
        "ListActionExecutions",
        "ListPipelineExecutions",
        "ListRuleExecutions",
        "OverrideStageCondition",
        "PutApprovalResult",
        "RetryStageExecution",
        "RollbackStage",
        "StartPipelineExecution",
        "StopPipelineExecution",
    ];
    for operation in of_pipelines {
        let other = with(&with(&stage, "pipelineName", "other"), "name", "other");
        assert_eq!(bench.refused(operation, other), "PipelineNotFoundException", "{operation}");
    }
    let of_stages = [
        "DisableStageTransition",
        "EnableStageTransition",
        "OverrideStageCondition",
        "PutApprovalResult",
        "RetryStageExecution",
        "RollbackStage",
    ];
    for operation in of_stages {
        let other = with(&stage, "stageName", "Other");
        assert_eq!(bench.refused(operation, other), "StageNotFoundException", "{operation}");
    }
    let of_executions = [
        ("GetPipelineExecution", "PipelineExecutionNotFoundException"),
        ("RetryStageExecution", "NotLatestPipelineExecutionException"),
        ("RollbackStage", "PipelineExecutionNotFoundException"),
        ("StopPipelineExecution", "PipelineExecutionNotStoppableException"),
    ];
    for (operation, code) in of_executions {
        let other = with(&with(&stage, "pipelineExecutionId", UNKNOWN), "targetPipelineExecutionId", UNKNOWN);
        assert_eq!(bench.refused(operation, other), code, "{operation}");
    }
    let other = with(&stage, "actionName", "Other");
    assert_eq!(bench.refused("PutApprovalResult", other), "ActionNotFoundException");
}

#[test]
fn what_lies_outside_its_bounds_is_invalid() {
    let mut bench = bench();
    let token = bench.token("Approve");
    let answer = json!({
        "pipelineName": "app", "stageName": "Release", "actionName": "Approve", "token": token,
        "result": {"status": "Approved", "summary": ""},
    });
    let close = json!({
        "pipelineName": "app", "stageName": "Release", "transitionType": "Inbound", "reason": "why",
    });
    let stop = json!({"pipelineName": "app", "pipelineExecutionId": bench.latest(), "abandon": true});
    let start = json!({"name": "app"});
    let list = json!({"pipelineName": "app"});
    let retry = json!({
        "pipelineName": "app", "stageName": "Release", "pipelineExecutionId": bench.latest(), "retryMode": "ALL",
    });
    let summary = |text: String| json!({"status": "Approved", "summary": text});
    for (operation, input) in [
        ("PutApprovalResult", with(&answer, "result", summary("x".repeat(513)))),
        ("PutApprovalResult", with(&answer, "result", json!({"status": "Approved"}))),
        ("PutApprovalResult", with(&answer, "token", "A0000000-0000-4000-8000-000000000000")),
        ("PutApprovalResult", with(&answer, "token", "00000000000040008000000000000000")),
        ("DisableStageTransition", with(&close, "reason", "")),
        ("DisableStageTransition", with(&close, "reason", "first, then")),
        ("DisableStageTransition", with(&close, "reason", "x".repeat(301))),
        ("DisableStageTransition", with(&close, "transitionType", "Both")),
        ("StopPipelineExecution", with(&stop, "reason", "x".repeat(201))),
        ("RetryStageExecution", retry),
        ("StartPipelineExecution", with(&start, "clientRequestToken", "")),
        ("StartPipelineExecution", with(&start, "clientRequestToken", "a b")),
        ("StartPipelineExecution", with(&start, "variables", json!([{"name": "Unknown", "value": "x"}]))),
        ("ListPipelineExecutions", with(&list, "maxResults", 0)),
        ("ListActionExecutions", with(&list, "maxResults", 101)),
    ] {
        assert_eq!(bench.refused(operation, input.clone()), "ValidationException", "{operation} {input}");
    }
    let word = bench.refused("StopPipelineExecution", with(&stop, "abandon", "yes"));
    assert_eq!(word, "SerializationException");
    // None of them did anything.
    bench.call("PutApprovalResult", answer).unwrap();
    assert_eq!(bench.statuses(), ["Succeeded"]);
}

#[test]
fn fifty_executions_at_a_time_are_the_limit_where_none_is_superseded() {
    let mut bench = bench();
    let first = bench.latest();
    let token = bench.token("Approve");
    bench.answer("Approve", "Rejected", &token).unwrap();
    let closed = json!({
        "pipelineName": "app", "stageName": "Release", "transitionType": "Inbound", "reason": "full",
    });
    bench.call("DisableStageTransition", closed).unwrap();
    for _ in 0..50 {
        bench.start();
    }
    let full = "ConcurrentPipelineExecutionsLimitExceededException";
    assert_eq!(bench.refused("StartPipelineExecution", json!({"name": "app"})), full);
    let retry = json!({
        "pipelineName": "app", "stageName": "Release", "pipelineExecutionId": first, "retryMode": "ALL_ACTIONS",
    });
    assert_eq!(bench.refused("RetryStageExecution", retry), full);
}

#[test]
fn declarations_and_tags_are_found_by_what_names_them() {
    let mut bench = bench();
    let version = json!({"name": "app", "version": 9});
    assert_eq!(bench.refused("GetPipeline", version), "PipelineVersionNotFoundException");
    let again = super::pipeline("QUEUED", json!([{"name": "Release", "actions": [gate("Approve", 1)]}]));
    assert_eq!(bench.refused("CreatePipeline", again.clone()), "PipelineNameInUseException");
    let mut other = again;
    other["pipeline"]["name"] = json!("other");
    assert_eq!(bench.refused("UpdatePipeline", other), "PipelineNotFoundException");
    let tags = |arn: &str| json!({"resourceArn": arn, "tags": [{"key": "a", "value": "b"}]});
    assert_eq!(bench.refused("TagResource", tags("app")), "ValidationException");
    let arn = bench.call("GetPipeline", json!({"name": "app"})).unwrap()["metadata"]["pipelineArn"].clone();
    let missing = arn.as_str().unwrap().replace(":app", ":other");
    assert_eq!(bench.refused("TagResource", tags(&missing)), "ResourceNotFoundException");
}
