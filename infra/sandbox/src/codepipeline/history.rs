//! `ListActionExecutions`: every run of every action, with what went in and what came out.

use serde_json::{Value, json};
use viridian_aws_wire::{
    AwsError,
    read::{Input, seconds, without_nulls},
};

use super::{
    declaration::Mode,
    fault,
    record::{ActionRun, Artifact, execution_key},
};
use crate::world::World;

/// Newest first.
pub(super) fn list(world: &World, input: &Value) -> Result<Value, AwsError> {
    let input = fault::read(input);
    let name = input.text("pipelineName")?;
    fault::pipeline(world, name)?;
    let wanted = Wanted::read(world, name, &input)?;
    let (from, to) = match &wanted.execution {
        Some(key) => (format!("{key}/"), format!("{key}0")),
        None => (format!("{name}/"), format!("{name}0")),
    };
    let runs = world.codepipeline.runs.range(&from, &to).rev();
    let found = runs.filter(|(key, run)| !wanted.latest || is_latest(world, key, run));
    let (runs, next) = fault::page(found.map(|(key, run)| (key.to_owned(), run)), &input)?;
    let details: Vec<_> = runs.into_iter().map(|run| detail(world, run)).collect();
    Ok(without_nulls(json!({"actionExecutionDetails": details, "nextToken": next})))
}

struct Wanted {
    /// Key of the one execution.
    execution: Option<String>,
    /// Only the run that counts of each action.
    latest: bool,
}

impl Wanted {
    fn read(world: &World, name: &str, input: &Input<'_>) -> Result<Self, AwsError> {
        let Some(filter) = input.child("filter") else { return Ok(Self { execution: None, latest: false }) };
        let latest = filter.child("latestInPipelineExecution");
        let id = match &latest {
            Some(latest) => Some(latest.text("pipelineExecutionId")?),
            None => filter.text_or_none("pipelineExecutionId"),
        };
        let only = match &latest {
            Some(latest) => match latest.text("startTimeRange")? {
                "Latest" => true,
                "All" => false,
                _ => return Err(fault::invalid("startTimeRange must be Latest or All.")),
            },
            None => false,
        };
        let Some(id) = id else { return Ok(Self { execution: None, latest: only }) };
        let execution =
            world.codepipeline.execution_by_id(name, id).ok_or_else(|| fault::execution_missing(name, id))?;
        Ok(Self { execution: Some(execution.key()), latest: only })
    }
}

fn is_latest(world: &World, key: &str, run: &ActionRun) -> bool {
    let execution = world.codepipeline.executions.get(&execution_key(&run.pipeline, run.execution));
    let stage = execution.and_then(|execution| execution.stages.get(&run.stage));
    stage.and_then(|stage| stage.runs.get(&run.action.name)).is_some_and(|latest| latest == key)
}

fn detail(world: &World, run: &ActionRun) -> Value {
    without_nulls(json!({
        "pipelineExecutionId": run.execution_id,
        "actionExecutionId": run.id,
        "pipelineVersion": run.version,
        "stageName": run.stage,
        "actionName": run.action.name,
        "startTime": seconds(run.started),
        "lastUpdateTime": seconds(run.updated),
        "updatedBy": run.updated_by,
        "status": run.status,
        "input": input(world, run),
        "output": output(world, run),
    }))
}

fn input(world: &World, run: &ActionRun) -> Value {
    without_nulls(json!({
        "actionTypeId": run.action.kind,
        "configuration": run.action.configuration,
        "resolvedConfiguration": run.configuration,
        "roleArn": run.action.role_arn,
        "region": run.action.region.as_ref().unwrap_or(&world.place.region),
        "inputArtifacts": artifacts(&run.inputs),
        "namespace": run.action.namespace,
    }))
}

fn output(world: &World, run: &ActionRun) -> Value {
    let error = run.error.as_ref();
    let result = without_nulls(json!({
        "externalExecutionId": external_id(world, run),
        "externalExecutionSummary": run.summary,
        "externalExecutionUrl": run.external_url,
        "errorDetails": error.map(|error| json!({"code": error.code, "message": error.message})),
        "logStreamARN": run.log_stream_arn,
    }));
    let done = run.status == super::record::ActionStatus::Succeeded;
    let outputs = if done { artifacts(&run.outputs) } else { Vec::new() };
    json!({"outputArtifacts": outputs, "executionResult": result, "outputVariables": run.variables})
}

/// In parallel pipelines the token of an open approval is found here.
fn external_id<'a>(world: &World, run: &'a ActionRun) -> Option<&'a String> {
    let execution = world.codepipeline.executions.get(&execution_key(&run.pipeline, run.execution));
    let parallel = execution.is_some_and(|execution| execution.mode == Mode::Parallel);
    run.external_id.as_ref().or(run.token.as_ref().filter(|_| parallel))
}

fn artifacts(artifacts: &[(String, Artifact)]) -> Vec<Value> {
    let detail = |(name, artifact): &(String, Artifact)| json!({"name": name, "s3location": {"bucket": artifact.bucket, "key": artifact.key}});
    artifacts.iter().map(detail).collect()
}
