//! Stages that roll back or retry, by hand and by themselves, and conditions.

use serde_json::{Value, json};

use super::{Bench, gate, pipeline};

fn two_stages(first: Value) -> Bench {
    Bench::of("SUPERSEDED", json!([first, {"name": "After", "actions": [gate("Last", 1)]}]))
}

fn release() -> Value {
    json!({"name": "Release", "actions": [gate("Approve", 1)]})
}

fn rollback(stage: &str, target: &str) -> Value {
    json!({"pipelineName": "app", "stageName": stage, "targetPipelineExecutionId": target})
}

impl Bench {
    fn reject(&mut self, action: &str) {
        let token = self.token(action);
        self.answer(action, "Rejected", &token).unwrap();
    }
}

#[test]
fn what_cannot_be_rolled_back_says_why() {
    let mut bench = two_stages(release());
    let first = bench.latest();
    let unknown = "00000000-0000-4000-8000-000000000000";
    for (input, code) in [
        (rollback("Nowhere", &first), "StageNotFoundException"),
        (rollback("Source", &first), "UnableToRollbackStageException"),
        (rollback("Release", unknown), "PipelineExecutionNotFoundException"),
        // It has not succeeded there yet.
        (rollback("Release", &first), "UnableToRollbackStageException"),
    ] {
        assert_eq!(bench.refused("RollbackStage", input), code);
    }
    bench.approve("Approve");
    bench.start();
    assert_eq!(bench.refused("RollbackStage", rollback("Release", &first)), "ConflictException");
    let declared = bench.call("GetPipeline", json!({"name": "app"})).unwrap();
    bench.call("UpdatePipeline", json!({"pipeline": declared["pipeline"]})).unwrap();
    let outdated = bench.refused("RollbackStage", rollback("Release", &first));
    assert_eq!(outdated, "PipelineExecutionOutdatedException");
    let mut parallel = Bench::with("PARALLEL", json!([gate("Approve", 1)]));
    let id = parallel.latest();
    assert_eq!(parallel.refused("RollbackStage", rollback("Release", &id)), "UnableToRollbackStageException");
}

#[test]
fn a_rollback_runs_one_stage_with_what_the_earlier_execution_brought() {
    let mut told = gate("Approve", 1);
    told["configuration"] = json!({"CustomData": "Commit #{Source.CommitId}"});
    let mut bench = two_stages(json!({"name": "Release", "actions": [told]}));
    let first = bench.latest();
    bench.approve("Approve");
    bench.start();
    bench.reject("Approve");
    let answer = bench.call("RollbackStage", rollback("Release", &first)).unwrap();
    let id = answer["pipelineExecutionId"].as_str().unwrap().to_owned();
    let stage = bench.stage("Release");
    assert_eq!(
        stage["latestExecution"],
        json!({"pipelineExecutionId": id, "status": "InProgress", "type": "ROLLBACK"})
    );
    bench.approve("Approve");
    let input = json!({"pipelineName": "app", "pipelineExecutionId": id});
    let detail = bench.call("GetPipelineExecution", input).unwrap()["pipelineExecution"].clone();
    assert_eq!((&detail["status"], &detail["executionType"]), (&json!("Succeeded"), &json!("ROLLBACK")));
    assert_eq!(detail["rollbackMetadata"]["rollbackTargetPipelineExecutionId"], json!(first));
    assert_eq!(detail["trigger"]["triggerType"], "ManualRollback");
    assert_eq!(bench.refused("RollbackStage", rollback("Release", &id)), "UnableToRollbackStageException");
}

#[test]
fn a_stage_that_declares_it_retries_itself_once() {
    let mut stage = release();
    stage["onFailure"] = json!({"result": "RETRY", "retryConfiguration": {"retryMode": "ALL_ACTIONS"}});
    let mut bench = two_stages(stage);
    bench.reject("Approve");
    let retries = bench.stage("Release")["retryStageMetadata"].clone();
    assert_eq!(
        retries,
        json!({
            "autoStageRetryAttempt": 1, "manualStageRetryAttempt": 0, "latestRetryTrigger": "AutomatedStageRetry",
        })
    );
    assert_eq!(bench.action("Approve")["status"], "InProgress");
    bench.reject("Approve");
    assert_eq!(bench.statuses(), ["Failed"]);
    let id = bench.latest();
    let retry = json!({"pipelineName": "app", "stageName": "Release", "pipelineExecutionId": id, "retryMode": "FAILED_ACTIONS"});
    bench.call("RetryStageExecution", retry).unwrap();
    assert_eq!(bench.stage("Release")["retryStageMetadata"]["latestRetryTrigger"], "ManualStageRetry");
}

#[test]
fn a_stage_that_declares_it_rolls_itself_back() {
    let mut stage = release();
    stage["onFailure"] = json!({"result": "ROLLBACK"});
    let mut bench = two_stages(stage);
    let first = bench.latest();
    bench.approve("Approve");
    bench.start();
    bench.reject("Approve");
    let list = bench.call("ListPipelineExecutions", json!({"pipelineName": "app"})).unwrap();
    let newest = &list["pipelineExecutionSummaries"][0];
    assert_eq!(newest["rollbackMetadata"]["rollbackTargetPipelineExecutionId"], json!(first));
    assert_eq!(newest["trigger"]["triggerType"], "AutomatedRollback");
    assert_eq!(bench.statuses()[1], "Failed");
}

#[test]
fn what_the_sandbox_does_not_do_is_refused_when_it_is_declared() {
    let rule = json!([{"name": "r", "ruleTypeId": {"category": "Rule", "owner": "AWS", "provider": "DeploymentWindow", "version": "1"}}]);
    let other = json!({"category": "Deploy", "owner": "AWS", "provider": "ECS", "version": "1"});
    let mut bench = Bench::new();
    let mut refused = |change: &dyn Fn(&mut Value)| {
        let mut input = pipeline("SUPERSEDED", json!([release()]));
        change(&mut input["pipeline"]);
        bench.call("CreatePipeline", input).unwrap_err()
    };
    let error = refused(&|pipeline| {
        pipeline["stages"][1]["beforeEntry"] = json!({"conditions": [{"result": "FAIL", "rules": rule}]});
    });
    assert_eq!(error.code, "InvalidStageDeclarationException");
    assert!(error.message.contains("does not evaluate"), "{}", error.message);
    let error = refused(&|pipeline| pipeline["stages"][1]["actions"][0]["actionTypeId"] = other.clone());
    assert_eq!(error.code, "InvalidActionDeclarationException");
    let error = refused(&|pipeline| pipeline["stages"][1]["actions"][0]["namespace"] = json!("variables"));
    assert_eq!(error.code, "InvalidActionDeclarationException");
    let error = refused(&|pipeline| {
        pipeline["pipelineType"] = json!("V1");
        pipeline["variables"] = json!([{"name": "a"}]);
    });
    assert_eq!(error.code, "InvalidStructureException");
}

#[test]
fn there_is_no_condition_to_list_or_override() {
    let mut bench = two_stages(release());
    let id = bench.latest();
    let mut input = json!({"pipelineName": "app", "stageName": "Release", "pipelineExecutionId": id, "conditionType": "ON_SUCCESS"});
    assert_eq!(bench.refused("OverrideStageCondition", input.clone()), "ConditionNotOverridableException");
    input["pipelineExecutionId"] = json!("00000000-0000-4000-8000-000000000000");
    assert_eq!(bench.refused("OverrideStageCondition", input), "NotLatestPipelineExecutionException");
    let rules = bench.call("ListRuleExecutions", json!({"pipelineName": "app"})).unwrap();
    assert_eq!(rules, json!({"ruleExecutionDetails": []}));
}
