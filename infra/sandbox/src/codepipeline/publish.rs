//! What EventBridge hears of pipelines: the detail types of the guide's page "detect-state-changes".

use serde_json::{Value, json};
use viridian_aws_wire::read::without_nulls;

use super::record::{ActionRun, ActionStatus, Execution, ExecutionStatus, StageStatus};
use crate::{signal::Entry, world::World};

/// An execution began, moved on or ended.
pub(super) fn execution(world: &mut World, key: &str, state: &str) {
    let Some(execution) = world.codepipeline.executions.get(key) else { return };
    let mut detail = common(execution, state);
    detail["execution-trigger"] =
        json!({"trigger-type": execution.trigger_type, "trigger-detail": execution.trigger_detail});
    detail["pipeline-execution-attempt"] = json!(1.0);
    if let Some(reason) = execution.stop.as_ref().and_then(|stop| stop.reason.as_ref()) {
        detail["stop-execution-comments"] = json!(reason);
    }
    let pipeline = execution.pipeline.clone();
    tell(world, "CodePipeline Pipeline Execution State Change", &pipeline, detail);
}

/// A stage of an execution began, moved on or ended.
pub(super) fn stage(world: &mut World, key: &str, name: &str, state: &str) {
    let Some(execution) = world.codepipeline.executions.get(key) else { return };
    let mut detail = common(execution, state);
    detail["stage"] = json!(name);
    let pipeline = execution.pipeline.clone();
    tell(world, "CodePipeline Stage Execution State Change", &pipeline, detail);
}

/// A run of an action began or ended.
pub(super) fn action(world: &mut World, key: &str) {
    let Some(run) = world.codepipeline.runs.get(key) else { return };
    let kind = &run.action.kind;
    let detail = json!({
        "pipeline": run.pipeline,
        "execution-id": run.execution_id,
        "stage": run.stage,
        "action": run.action.name,
        "action-execution-id": run.id,
        "state": action_state(run.status),
        "region": world.place.region,
        "type": {
            "owner": kind.owner, "category": kind.category, "provider": kind.provider, "version": kind.version,
        },
        "version": f64::from(run.version),
        "pipeline-execution-attempt": 1.0,
        "execution-result": result(run),
    });
    let pipeline = run.pipeline.clone();
    tell(world, "CodePipeline Action Execution State Change", &pipeline, detail);
}

fn result(run: &ActionRun) -> Option<Value> {
    let ended = run.status != ActionStatus::InProgress;
    ended.then(|| {
        without_nulls(json!({
            "external-execution-url": run.external_url,
            "external-execution-summary": run.summary.as_deref().or(run.error.as_ref().map(|it| it.message.as_str())),
            "external-execution-id": run.external_id,
            "error-code": run.error.as_ref().map(|error| error.code.as_str()),
        }))
    })
}

fn common(execution: &Execution, state: &str) -> Value {
    json!({
        "pipeline": execution.pipeline,
        "execution-id": execution.id,
        "state": state,
        "version": f64::from(execution.version),
    })
}

fn tell(world: &mut World, kind: &'static str, pipeline: &str, detail: Value) {
    let resources = vec![world.place.arn("codepipeline", pipeline)];
    world.publish(Entry { source: "aws.codepipeline", kind, resources, detail });
}

/// The event's word for how an execution ended.
pub(super) fn execution_state(status: ExecutionStatus) -> &'static str {
    match status {
        ExecutionStatus::Cancelled => "CANCELED",
        ExecutionStatus::InProgress => "STARTED",
        ExecutionStatus::Stopped => "STOPPED",
        ExecutionStatus::Stopping => "STOPPING",
        ExecutionStatus::Succeeded => "SUCCEEDED",
        ExecutionStatus::Superseded => "SUPERSEDED",
        ExecutionStatus::Failed => "FAILED",
    }
}

pub(super) fn stage_state(status: StageStatus) -> &'static str {
    match status {
        StageStatus::Cancelled => "CANCELED",
        StageStatus::InProgress => "STARTED",
        StageStatus::Failed => "FAILED",
        StageStatus::Stopped => "STOPPED",
        StageStatus::Stopping => "STOPPING",
        StageStatus::Succeeded => "SUCCEEDED",
    }
}

fn action_state(status: ActionStatus) -> &'static str {
    match status {
        ActionStatus::InProgress => "STARTED",
        ActionStatus::Abandoned => "ABANDONED",
        ActionStatus::Succeeded => "SUCCEEDED",
        ActionStatus::Failed => "FAILED",
    }
}
