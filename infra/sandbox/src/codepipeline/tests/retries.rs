//! Retries, failures of configuration, history and paging.

use serde_json::{Value, json};

use super::{Bench, gate};

fn rejected() -> (Bench, String) {
    let mut bench = Bench::with("SUPERSEDED", json!([gate("First", 1), gate("Second", 2)]));
    bench.approve("First");
    let token = bench.token("Second");
    bench.answer("Second", "Rejected", &token).unwrap();
    (bench, token)
}

fn retry(id: &str, mode: &str) -> Value {
    json!({"pipelineName": "app", "stageName": "Release", "pipelineExecutionId": id, "retryMode": mode})
}

#[test]
fn what_cannot_be_retried_says_why() {
    let (mut bench, _) = rejected();
    let id = bench.latest();
    let mut other = retry(&id, "FAILED_ACTIONS");
    other["stageName"] = json!("Nowhere");
    assert_eq!(bench.refused("RetryStageExecution", other.clone()), "StageNotFoundException");
    other["stageName"] = json!("Source");
    assert_eq!(bench.refused("RetryStageExecution", other), "StageNotRetryableException");
    bench.start();
    let late = bench.refused("RetryStageExecution", retry(&id, "FAILED_ACTIONS"));
    assert_eq!(late, "NotLatestPipelineExecutionException");
    let id = bench.latest();
    assert_eq!(bench.refused("RetryStageExecution", retry(&id, "ALL_ACTIONS")), "ConflictException");
}

#[test]
fn retrying_failed_actions_opens_only_the_failed_gate_again_with_a_new_token() {
    let (mut bench, old) = rejected();
    let id = bench.latest();
    let first = bench.action("First")["actionExecutionId"].clone();
    bench.call("RetryStageExecution", retry(&id, "FAILED_ACTIONS")).unwrap();
    assert_eq!(bench.action("First")["actionExecutionId"], first);
    assert_ne!(bench.token("Second"), old);
    assert_eq!(bench.stage("Release")["retryStageMetadata"]["manualStageRetryAttempt"], 1);
    assert_eq!(bench.statuses(), ["InProgress"]);
    bench.approve("Second");
    assert_eq!(bench.statuses(), ["Succeeded"]);
}

#[test]
fn retrying_all_actions_begins_with_the_first() {
    let (mut bench, _) = rejected();
    let id = bench.latest();
    bench.call("RetryStageExecution", retry(&id, "ALL_ACTIONS")).unwrap();
    assert_eq!(bench.action("First")["status"], "InProgress");
    assert_eq!(bench.action("Second")["status"], "Failed");
}

#[test]
fn a_changed_structure_cannot_be_retried() {
    let (mut bench, _) = rejected();
    let id = bench.latest();
    let declared = bench.call("GetPipeline", json!({"name": "app"})).unwrap();
    bench.call("UpdatePipeline", json!({"pipeline": declared["pipeline"]})).unwrap();
    let refused = bench.refused("RetryStageExecution", retry(&id, "FAILED_ACTIONS"));
    assert_eq!(refused, "StageNotRetryableException");
}

#[test]
fn a_variable_that_nobody_put_out_fails_its_action_and_the_others_of_its_order_end() {
    let mut asking = gate("Asks", 1);
    asking["configuration"] = json!({"CustomData": "#{Build.Number}"});
    let mut bench = Bench::with("SUPERSEDED", json!([asking, gate("Beside", 1)]));
    assert_eq!(bench.action("Asks")["errorDetails"]["code"], "ConfigurationError");
    assert_eq!(bench.statuses(), ["InProgress"]);
    bench.approve("Beside");
    assert_eq!(bench.statuses(), ["Failed"]);
}

#[test]
fn the_history_tells_what_went_in_and_what_came_out() {
    let mut told = gate("Approve", 1);
    told["configuration"] = json!({"CustomData": "Commit #{Source.CommitId}"});
    let mut bench = Bench::with("SUPERSEDED", json!([told]));
    let history = bench.call("ListActionExecutions", json!({"pipelineName": "app"})).unwrap();
    let details = history["actionExecutionDetails"].as_array().unwrap();
    let commit = details[1]["output"]["outputVariables"]["CommitId"].as_str().unwrap().to_owned();
    assert_eq!(details[0]["input"]["resolvedConfiguration"]["CustomData"], json!(format!("Commit {commit}")));
    assert_eq!(details[0]["input"]["configuration"]["CustomData"], "Commit #{Source.CommitId}");
    assert_eq!(details[1]["output"]["outputArtifacts"][0]["s3location"]["bucket"], "bucket");

    let executions = bench.call("ListPipelineExecutions", json!({"pipelineName": "app"})).unwrap();
    let summary = &executions["pipelineExecutionSummaries"][0];
    assert_eq!(summary["sourceRevisions"][0]["revisionId"], json!(commit));
    assert_eq!(summary["sourceRevisions"][0]["revisionSummary"], "Begin");
    assert_eq!(summary["trigger"]["triggerType"], "CreatePipeline");
}

#[test]
fn lists_come_in_pages() {
    let mut bench = Bench::with("QUEUED", json!([gate("Approve", 1)]));
    bench.start();
    bench.start();
    let page = bench.call("ListPipelineExecutions", json!({"pipelineName": "app", "maxResults": 2})).unwrap();
    assert_eq!(page["pipelineExecutionSummaries"].as_array().unwrap().len(), 2);
    // What begins meanwhile does not shift the pages.
    bench.start();
    let rest = json!({"pipelineName": "app", "nextToken": page["nextToken"]});
    let rest = bench.call("ListPipelineExecutions", rest).unwrap();
    assert_eq!(rest["pipelineExecutionSummaries"].as_array().unwrap().len(), 1);
    assert!(rest.get("nextToken").is_none());
    let actions = json!({"pipelineName": "app", "maxResults": 3});
    let page = bench.call("ListActionExecutions", actions.clone()).unwrap();
    let mut next = actions;
    next["nextToken"] = page["nextToken"].clone();
    let ids = |page: &Value| -> Vec<Value> {
        let details = page["actionExecutionDetails"].as_array().unwrap();
        details.iter().map(|detail| detail["actionExecutionId"].clone()).collect()
    };
    let (first, second) = (ids(&page), ids(&bench.call("ListActionExecutions", next).unwrap()));
    assert!(first.len() == 3 && second.len() == 2 && first.iter().all(|id| !second.contains(id)));
    let wrong = json!({"pipelineName": "app", "nextToken": "page two"});
    assert_eq!(bench.refused("ListPipelineExecutions", wrong), "InvalidNextTokenException");
}
