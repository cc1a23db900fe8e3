//! `RetryStageExecution`: a stage that failed runs again, from its failed actions or from its first.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use crate::codepipeline::{
    action, fault, flow, publish,
    record::{ActionStatus, ExecutionStatus, StageRun, StageStatus, execution_key},
    start, stop,
};
use crate::world::World;

pub(crate) fn retry(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let input = fault::read(input);
    let (name, stage) = (input.text("pipelineName")?, input.text("stageName")?);
    let id = input.text("pipelineExecutionId")?;
    let all = match input.text("retryMode")? {
        "ALL_ACTIONS" => true,
        "FAILED_ACTIONS" => false,
        _ => return Err(fault::invalid("retryMode must be FAILED_ACTIONS or ALL_ACTIONS.")),
    };
    let key = retryable(world, name, stage, id, all)?;
    if let Some(run) = stage_run(world, &key, stage) {
        run.retries += 1;
    }
    again(world, &key, stage, all);
    Ok(json!({"pipelineExecutionId": id}))
}

/// A stage that declares it retries itself, once; gives whether it does.
pub(crate) fn automatically(world: &mut World, key: &str, stage: &str, all: bool) -> bool {
    let Some(run) = stage_run(world, key, stage).filter(|run| run.auto_retries == 0) else { return false };
    run.auto_retries = 1;
    again(world, key, stage, all);
    true
}

fn stage_run<'a>(world: &'a mut World, key: &str, stage: &str) -> Option<&'a mut StageRun> {
    world.codepipeline.executions.get_mut(key)?.stages.get_mut(stage)
}

fn again(world: &mut World, key: &str, stage: &str, all: bool) {
    let again = reopen(world, key, stage, all);
    publish::execution(world, key, "RESUMED");
    publish::stage(world, key, stage, "RESUMED");
    let declared = flow::stage_of(world, key).map(|stage| stage.actions).unwrap_or_default();
    let failed: Vec<_> = declared.into_iter().filter(|action| again.contains(&action.name)).collect();
    if failed.is_empty() {
        flow::proceed(world, key);
    } else {
        action::start(world, key, stage, failed);
    }
}

/// The key of the execution whose stage may be retried, or AWS's reason why not.
fn retryable(world: &World, name: &str, stage: &str, id: &str, all: bool) -> Result<String, AwsError> {
    let pipeline = fault::pipeline(world, name)?;
    let declaration = fault::declaration(world, name)?;
    declaration.stage(stage).ok_or_else(|| fault::stage_missing(name, stage))?;
    let execution = world.codepipeline.execution_by_id(name, id).ok_or_else(|| {
        AwsError::new("NotLatestPipelineExecutionException", format!("The pipeline has no execution '{id}'."))
    })?;
    if pipeline.latest.get(stage) != Some(&execution.number) {
        let message = format!("The execution '{id}' is not the latest one in the stage '{stage}'.");
        return Err(AwsError::new("NotLatestPipelineExecutionException", message));
    }
    let not_retryable = |why: &str| {
        let message = format!("The stage '{stage}' cannot be retried: {why}");
        Err(AwsError::new("StageNotRetryableException", message))
    };
    if execution.version != pipeline.version {
        return not_retryable("the pipeline's structure has changed since.");
    }
    let key = execution.key();
    let busy = !stop::running(world, &key).is_empty();
    let Some(run) = execution.stages.get(stage) else { return not_retryable("it has not run.") };
    let runs = run.runs.values().filter_map(|run| world.codepipeline.runs.get(run));
    let unfinished =
        runs.filter(|run| matches!(run.status, ActionStatus::Failed | ActionStatus::Abandoned)).count();
    if busy && (all || unfinished == 0 || execution.stop.is_some()) {
        let message = "The pipeline is busy with this stage. Try again when its actions have ended.";
        return Err(AwsError::new("ConflictException", message).with_status(409));
    }
    if unfinished == 0 && !matches!(run.status, StageStatus::Failed | StageStatus::Stopped) {
        return not_retryable("it contains no failed actions.");
    }
    if execution.has_ended() {
        start::has_room(world, name)?;
    }
    Ok(key)
}

/// Puts the execution back into the stage; gives the actions to start, none for the first ones.
fn reopen(world: &mut World, key: &str, stage: &str, all: bool) -> Vec<String> {
    let now = world.now();
    let runs = &world.codepipeline.runs;
    let Some(execution) = world.codepipeline.executions.get_mut(key) else { return Vec::new() };
    let Some(run) = execution.stages.get_mut(stage) else { return Vec::new() };
    let is_done = |key: &String| {
        let status = runs.get(key).map(|run| run.status);
        matches!(status, Some(ActionStatus::Succeeded | ActionStatus::InProgress))
    };
    let again = if all {
        Vec::new()
    } else {
        run.runs.iter().filter(|(_, key)| !is_done(key)).map(|(name, _)| name.clone()).collect()
    };
    run.runs.retain(|_, key| !all && is_done(key));
    run.status = StageStatus::InProgress;
    execution.status = ExecutionStatus::InProgress;
    execution.stop = None;
    execution.inside = true;
    execution.updated = now;
    let (name, number) = (execution.pipeline.clone(), execution.number);
    if let Some(pipeline) = world.codepipeline.pipelines.get_mut(&name)
        && !pipeline.live.contains(&number)
    {
        pipeline.live.push(number);
        pipeline.live.sort_unstable();
    }
    debug_assert_eq!(execution_key(&name, number), key);
    again
}
