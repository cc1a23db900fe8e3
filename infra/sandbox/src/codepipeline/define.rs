//! Pipelines are created, changed, deleted and read.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use viridian_aws_wire::{
    AwsError,
    read::{page, seconds, without_nulls},
};

use super::{
    declaration::Declaration,
    fault::{self, declaration_key},
    flow,
    record::{ExecutionStatus, Pipeline, execution_key},
    start, tag, validate,
};
use crate::world::{Caller, World};

/// `CreatePipeline`. A new pipeline runs at once, as in AWS.
pub(super) fn create(world: &mut World, caller: &Caller, input: &Value) -> Result<Value, AwsError> {
    let mut declaration = validate::declaration(input)?;
    let name = declaration.name.clone();
    if world.codepipeline.pipelines.contains(&name) {
        let message = format!("A pipeline with the name '{name}' already exists in this account.");
        return Err(AwsError::new("PipelineNameInUseException", message));
    }
    let tags = tag::read(input)?;
    declaration.version = 1;
    let now = world.now();
    let pipeline = Pipeline {
        name: name.clone(),
        version: 1,
        created: now,
        updated: now,
        last: 0,
        live: Vec::new(),
        latest: BTreeMap::new(),
        latest_runs: BTreeMap::new(),
        transitions: BTreeMap::new(),
        tags,
        tokens: Vec::new(),
    };
    let answer = json!({"pipeline": declaration, "tags": tag::list_of(&pipeline.tags)});
    world.codepipeline.pipelines.insert(&name, pipeline);
    world.codepipeline.declarations.insert(declaration_key(&name, 1), declaration);
    start::begin(world, &name, start::Trigger::new("CreatePipeline", &caller.arn));
    Ok(answer)
}

/// `UpdatePipeline`. Executions that wait are cancelled; those inside a stage are when they leave it.
pub(super) fn update(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let mut declaration = validate::declaration(input)?;
    let name = declaration.name.clone();
    fault::pipeline(world, &name)?;
    let now = world.now();
    if let Some(pipeline) = world.codepipeline.pipelines.get_mut(&name) {
        pipeline.version += 1;
        pipeline.updated = now;
        declaration.version = pipeline.version;
        let kept = |stage: &String| declaration.stage(stage).is_some();
        pipeline.latest.retain(|stage, _| kept(stage));
        pipeline.transitions.retain(|stage, _| kept(stage));
        pipeline.latest_runs.retain(|path, _| {
            let (stage, action) = path.split_once('/').unwrap_or_default();
            declaration.stage(stage).and_then(|stage| stage.action(action)).is_some()
        });
    }
    let answer = json!({"pipeline": declaration});
    world.codepipeline.declarations.insert(declaration_key(&name, declaration.version), declaration);
    let waiting: Vec<_> =
        flow::live(world, &name).filter(|found| !found.inside).map(|found| found.number).collect();
    for number in waiting {
        flow::end(world, &execution_key(&name, number), ExecutionStatus::Cancelled);
    }
    Ok(answer)
}

/// `DeletePipeline`. Deleting what is not there is no error.
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let name = fault::read(input).text("name")?;
    forget(world, name);
    let Some(pipeline) = world.codepipeline.pipelines.remove(name) else { return Ok(json!({})) };
    for version in 1..=pipeline.version {
        world.codepipeline.declarations.remove(&declaration_key(name, version));
    }
    Ok(json!({}))
}

/// Removes every execution of a pipeline with its runs and their timers.
pub(super) fn forget(world: &mut World, name: &str) {
    let Some(pipeline) = world.codepipeline.pipelines.get_mut(name) else { return };
    pipeline.live.clear();
    pipeline.latest.clear();
    pipeline.latest_runs.clear();
    for number in 1..=pipeline.last {
        world.codepipeline.executions.remove(&execution_key(name, number));
    }
    let (from, to) = (format!("{name}/"), format!("{name}0"));
    let runs: Vec<_> = world.codepipeline.runs.range(&from, &to).map(|(key, _)| key.to_owned()).collect();
    for run in runs {
        let timer = world.codepipeline.runs.remove(&run).and_then(|run| run.timer);
        if let Some(timer) = timer {
            world.timers.cancel(timer);
        }
    }
}

/// `GetPipeline`.
pub(super) fn get(world: &World, input: &Value) -> Result<Value, AwsError> {
    let input = fault::read(input);
    let name = input.text("name")?;
    let pipeline = fault::pipeline(world, name)?;
    let wanted = input.number("version")?.map_or(Ok(pipeline.version), u32::try_from);
    let declaration =
        wanted.ok().and_then(|version| world.codepipeline.declaration(name, version)).ok_or_else(|| {
            let message = format!("The pipeline '{name}' has no such version.");
            AwsError::new("PipelineVersionNotFoundException", message)
        })?;
    Ok(json!({
        "pipeline": declaration,
        "metadata": {
            "pipelineArn": world.place.arn("codepipeline", name),
            "created": seconds(pipeline.created),
            "updated": seconds(pipeline.updated),
        },
    }))
}

/// `ListPipelines`.
pub(super) fn list(world: &World, input: &Value) -> Result<Value, AwsError> {
    let input = fault::read(input);
    let limit = fault::limit(&input, 1000)?;
    let token = fault::token(&input)?;
    let summary = |pipeline: &Pipeline| {
        let declaration: Option<&Declaration> =
            world.codepipeline.declaration(&pipeline.name, pipeline.version);
        json!({
            "name": pipeline.name,
            "version": pipeline.version,
            "pipelineType": declaration.map(|found| found.pipeline_type),
            "executionMode": declaration.map(|found| found.execution_mode),
            "created": seconds(pipeline.created),
            "updated": seconds(pipeline.updated),
        })
    };
    let (pipelines, next) = page(world.codepipeline.pipelines.values().collect(), token, limit);
    let pipelines: Vec<_> = pipelines.into_iter().map(summary).collect();
    Ok(without_nulls(json!({"pipelines": pipelines, "nextToken": next})))
}
