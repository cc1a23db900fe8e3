//! `RollbackStage`: a stage runs again with what an earlier execution brought to it.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use crate::codepipeline::{
    declaration::{Kind, Mode},
    fault, flow, publish,
    record::StageStatus,
    start::{self, Trigger},
};
use crate::world::{Caller, World};

pub(crate) fn rollback(world: &mut World, caller: &Caller, input: &Value) -> Result<Value, AwsError> {
    let input = fault::read(input);
    let (name, stage) = (input.text("pipelineName")?, input.text("stageName")?);
    let target = input.text("targetPipelineExecutionId")?;
    let key = possible(world, name, stage, target)?;
    let id = begin(world, stage, &key, Trigger::new("ManualRollback", &caller.arn));
    Ok(json!({"pipelineExecutionId": id}))
}

fn unable(message: impl Into<String>) -> AwsError {
    AwsError::new("UnableToRollbackStageException", message)
}

/// The key of the execution that the stage can be rolled back to, or AWS's reason why not.
fn possible(world: &World, name: &str, stage: &str, target: &str) -> Result<String, AwsError> {
    let pipeline = fault::pipeline(world, name)?;
    let declaration = fault::declaration(world, name)?;
    let position = declaration.position(stage).ok_or_else(|| fault::stage_missing(name, stage))?;
    if declaration.pipeline_type != Kind::V2 || declaration.execution_mode == Mode::Parallel {
        return Err(unable("Only pipelines of type V2 that do not run in PARALLEL mode can be rolled back."));
    }
    if position == 0 {
        return Err(unable("The source stage cannot be rolled back."));
    }
    let execution = world
        .codepipeline
        .execution_by_id(name, target)
        .ok_or_else(|| fault::execution_missing(name, target))?;
    if execution.version != pipeline.version {
        let message = format!("The pipeline's structure has changed since the execution '{target}'.");
        return Err(AwsError::new("PipelineExecutionOutdatedException", message));
    }
    if execution.rollback_to.is_some() {
        return Err(unable(format!("The execution '{target}' is a rollback itself.")));
    }
    let succeeded = |run: &crate::codepipeline::record::StageRun| run.status == StageStatus::Succeeded;
    if !execution.stages.get(stage).is_some_and(succeeded) {
        return Err(unable(format!("The execution '{target}' did not succeed in the stage '{stage}'.")));
    }
    if flow::live(world, name).any(|live| live.inside && live.stage == position) {
        let message = format!("The stage '{stage}' is in progress. Try again when it has ended.");
        return Err(AwsError::new("ConflictException", message).with_status(409));
    }
    Ok(execution.key())
}

/// A stage that declares it rolls itself back after it has failed, to the last execution that succeeded in it.
pub(crate) fn automatically(world: &mut World, failed: &str, stage: &str) {
    let Some(execution) = world.codepipeline.executions.get(failed) else { return };
    let (name, id) = (execution.pipeline.clone(), execution.id.clone());
    if execution.rollback_to.is_some() {
        return;
    }
    let earlier: Vec<String> =
        world.codepipeline.executions_of(&name).rev().map(|found| found.id.clone()).collect();
    let target = earlier.iter().find_map(|target| possible(world, &name, stage, target).ok());
    if let Some(key) = target {
        let trigger = Trigger::new("AutomatedRollback", &format!("FailedPipelineExecutionId:{id}"));
        begin(world, stage, &key, trigger);
    }
}

/// Starts an execution of one stage with the artifacts and variables of another; gives its id.
fn begin(world: &mut World, stage: &str, target: &str, trigger: Trigger) -> String {
    let Some(target) = world.codepipeline.executions.get(target).cloned() else { return String::new() };
    let name = target.pipeline.clone();
    let position = fault::declaration(world, &name).ok().and_then(|found| found.position(stage)).unwrap_or(0);
    let (id, key) = start::record(world, &name, trigger);
    if let Some(execution) = world.codepipeline.executions.get_mut(&key) {
        execution.rollback_to = Some(target.id);
        execution.variables = target.variables;
        execution.outputs = target.outputs;
        execution.artifacts = target.artifacts;
        execution.revisions = target.revisions;
    }
    publish::execution(world, &key, "STARTED");
    flow::arrive(world, &key, position);
    id
}
