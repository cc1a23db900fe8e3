//! Stage conditions: the sandbox accepts none, so that there is nothing to list or override.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{declaration::Stage, fault};
use crate::world::World;

/// Why a stage's conditions are not accepted, if it declares some. A result without rules is no condition.
pub(super) fn check(stage: &Stage) -> Result<(), AwsError> {
    for name in ["beforeEntry", "onSuccess", "onFailure"] {
        let Some(declared) = stage.rest.get(name).filter(|declared| !declared.is_null()) else { continue };
        let refuse = |what: &str| {
            let message = format!("The stage '{}' has {what} in {name}.", stage.name);
            Err(AwsError::new("InvalidStageDeclarationException", message))
        };
        let has_rules =
            declared.get("conditions").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
        if name != "onFailure" || has_rules {
            return refuse("conditions, whose rules the sandbox does not evaluate,");
        }
        match declared.get("result").and_then(Value::as_str) {
            Some("RETRY" | "ROLLBACK" | "FAIL") => {}
            _ => return refuse("a result that is none of RETRY, ROLLBACK and FAIL"),
        }
        let mode = declared.pointer("/retryConfiguration/retryMode");
        if mode.is_some_and(|mode| !matches!(mode.as_str(), Some("FAILED_ACTIONS" | "ALL_ACTIONS"))) {
            return refuse("a retryMode that is neither FAILED_ACTIONS nor ALL_ACTIONS");
        }
    }
    Ok(())
}

/// `OverrideStageCondition`.
pub(super) fn refuse(world: &World, input: &Value) -> Result<Value, AwsError> {
    let input = fault::read(input);
    let (name, stage) = (input.text("pipelineName")?, input.text("stageName")?);
    let id = input.text("pipelineExecutionId")?;
    if !matches!(input.text("conditionType")?, "BEFORE_ENTRY" | "ON_SUCCESS") {
        return Err(fault::invalid("conditionType must be BEFORE_ENTRY or ON_SUCCESS."));
    }
    fault::declaration(world, name)?.stage(stage).ok_or_else(|| fault::stage_missing(name, stage))?;
    let execution = world.codepipeline.execution_by_id(name, id);
    let latest = fault::pipeline(world, name)?.latest.get(stage);
    if execution.map(|execution| &execution.number) != latest {
        let message = format!("The execution '{id}' is not the latest one in the stage '{stage}'.");
        return Err(AwsError::new("NotLatestPipelineExecutionException", message));
    }
    let message = format!("The stage '{stage}' has no condition that failed.");
    Err(AwsError::new("ConditionNotOverridableException", message))
}

/// `ListRuleExecutions`.
pub(super) fn list(world: &World, input: &Value) -> Result<Value, AwsError> {
    let input = fault::read(input);
    fault::pipeline(world, input.text("pipelineName")?)?;
    fault::limit(&input, 100)?;
    Ok(json!({"ruleExecutionDetails": []}))
}
