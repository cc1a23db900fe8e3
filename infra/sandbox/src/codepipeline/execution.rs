//! `GetPipelineExecution` and `ListPipelineExecutions`.

use serde_json::{Value, json};
use viridian_aws_wire::{
    AwsError,
    read::{seconds, without_nulls},
};

use super::{
    fault,
    record::{Execution, StageStatus},
};
use crate::world::World;

pub(super) fn get(world: &World, input: &Value) -> Result<Value, AwsError> {
    let input = fault::read(input);
    let (name, id) = (input.text("pipelineName")?, input.text("pipelineExecutionId")?);
    fault::pipeline(world, name)?;
    let execution =
        world.codepipeline.execution_by_id(name, id).ok_or_else(|| fault::execution_missing(name, id))?;
    let revisions: Vec<_> = execution
        .revisions
        .iter()
        .map(|revision| {
            without_nulls(json!({
                "name": revision.artifact, "revisionId": revision.id, "revisionSummary": revision.summary,
                "revisionUrl": revision.url, "created": seconds(revision.created),
            }))
        })
        .collect();
    let variables: Vec<_> = execution
        .variables
        .iter()
        .map(|(name, value)| json!({"name": name, "resolvedValue": value}))
        .collect();
    let detail = json!({
        "pipelineName": name,
        "pipelineVersion": execution.version,
        "pipelineExecutionId": execution.id,
        "status": execution.status,
        "statusSummary": execution.status_summary,
        "artifactRevisions": revisions,
        "variables": (!variables.is_empty()).then_some(variables),
        "trigger": trigger(execution),
        "executionMode": execution.mode,
        "executionType": execution.kind(),
        "rollbackMetadata": execution.rollback(),
    });
    Ok(json!({"pipelineExecution": without_nulls(detail)}))
}

fn trigger(execution: &Execution) -> Value {
    json!({"triggerType": execution.trigger_type, "triggerDetail": execution.trigger_detail})
}

/// Newest first.
pub(super) fn list(world: &World, input: &Value) -> Result<Value, AwsError> {
    let input = fault::read(input);
    let name = input.text("pipelineName")?;
    fault::pipeline(world, name)?;
    let stage = input
        .child("filter")
        .and_then(|filter| filter.child("succeededInStage"))
        .and_then(|stage| stage.text_or_none("stageName"));
    let fits = |execution: &&Execution| {
        let succeeded =
            |stage: &str| execution.stages.get(stage).is_some_and(|run| run.status == StageStatus::Succeeded);
        stage.is_none_or(succeeded)
    };
    let found = world.codepipeline.executions_of(name).rev().filter(fits);
    let found = found.map(|execution| (execution.key(), execution));
    let (executions, next) = fault::page(found, &input)?;
    let summaries: Vec<_> = executions.into_iter().map(summary).collect();
    Ok(without_nulls(json!({"pipelineExecutionSummaries": summaries, "nextToken": next})))
}

fn summary(execution: &Execution) -> Value {
    let revision = |revision: &super::record::Revision| {
        json!({
            "actionName": revision.action, "revisionId": revision.id,
            "revisionSummary": revision.summary, "revisionUrl": revision.url,
        })
    };
    let stop = execution.stop.as_ref();
    without_nulls(json!({
        "pipelineExecutionId": execution.id,
        "status": execution.status,
        "statusSummary": execution.status_summary,
        "startTime": seconds(execution.started),
        "lastUpdateTime": seconds(execution.updated),
        "sourceRevisions": execution.revisions.iter().map(revision).collect::<Vec<_>>(),
        "trigger": trigger(execution),
        "stopTrigger": stop.map(|stop| without_nulls(json!({"reason": stop.reason}))),
        "executionMode": execution.mode,
        "executionType": execution.kind(),
        "rollbackMetadata": execution.rollback(),
    }))
}
