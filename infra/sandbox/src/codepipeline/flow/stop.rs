//! `StopPipelineExecution`: after the running actions, or at once.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use crate::codepipeline::{
    action, fault, flow, publish,
    record::{ActionStatus, ExecutionStatus, StageStatus, Stop},
};
use crate::world::World;

pub(crate) fn stop(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let input = fault::read(input);
    let (name, id) = (input.text("pipelineName")?, input.text("pipelineExecutionId")?);
    let abandon = input.flag("abandon")?.unwrap_or(false);
    let reason = input.text_or_none("reason").map(str::to_owned);
    if reason.as_ref().is_some_and(|reason| reason.chars().count() > 200) {
        return Err(fault::invalid("reason must have at most 200 characters."));
    }
    fault::pipeline(world, name)?;
    let key = stoppable(world, name, id, abandon)?;
    let stage = flow::stage_of(world, &key).map(|stage| stage.name);
    let mut inside = false;
    if let Some(execution) = world.codepipeline.executions.get_mut(&key) {
        execution.stop = Some(Stop { abandon, reason });
        execution.status = ExecutionStatus::Stopping;
        inside = execution.inside;
        let run = stage.and_then(|stage| execution.stages.get_mut(&stage));
        if let Some(run) = run {
            run.status = StageStatus::Stopping;
        }
    }
    publish::execution(world, &key, "STOPPING");
    if !inside {
        flow::end(world, &key, ExecutionStatus::Stopped);
    } else if abandon {
        for run in running(world, &key) {
            action::abandon(world, &run);
        }
        flow::proceed(world, &key);
    }
    Ok(json!({"pipelineExecutionId": id}))
}

/// The key of the execution, if it can be stopped in this way.
fn stoppable(world: &World, name: &str, id: &str, abandon: bool) -> Result<String, AwsError> {
    let execution = world.codepipeline.execution_by_id(name, id).filter(|execution| !execution.has_ended());
    let execution = execution.ok_or_else(|| {
        let message = format!("The execution '{id}' of the pipeline '{name}' is not in progress.");
        AwsError::new("PipelineExecutionNotStoppableException", message)
    })?;
    // "Stop and abandon" may follow "stop and wait", not the other way round.
    if execution.stop.as_ref().is_some_and(|stop| stop.abandon || !abandon) {
        let message = format!("The execution '{id}' is being stopped already.");
        return Err(AwsError::new("DuplicatedStopRequestException", message));
    }
    Ok(execution.key())
}

/// The runs of an execution that have not ended.
pub(crate) fn running(world: &World, key: &str) -> Vec<String> {
    let (from, to) = (format!("{key}/"), format!("{key}0"));
    let runs = world.codepipeline.runs.range(&from, &to);
    runs.filter(|(_, run)| run.status == ActionStatus::InProgress).map(|(key, _)| key.to_owned()).collect()
}
