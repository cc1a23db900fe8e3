//! One action: its run begins with what its declaration resolves to, and ends once.

pub(crate) mod provider;

use std::collections::BTreeMap;

use crate::codepipeline::{
    artifact,
    declaration::Action,
    flow, publish,
    record::{ActionError, ActionRun, ActionStatus, Artifact, execution_key},
    variable,
};
use crate::world::World;

/// Starts actions of one run order. All of them exist before the first one can end.
pub(crate) fn start(world: &mut World, execution: &str, stage: &str, actions: Vec<Action>) {
    let runs: Vec<_> =
        actions.into_iter().filter_map(|action| record(world, execution, stage, action)).collect();
    for (key, refused) in runs {
        publish::action(world, &key);
        match refused {
            Some(error) => fail(world, &key, error),
            None => provider::begin(world, &key),
        }
    }
}

/// Records a new run; gives its key, and why it cannot begin if it cannot.
fn record(
    world: &mut World,
    execution_key: &str,
    stage: &str,
    action: Action,
) -> Option<(String, Option<ActionError>)> {
    let now = world.now();
    let id = world.ids.uuid();
    let execution = world.codepipeline.executions.get(execution_key)?.clone();
    let resolved = variable::resolve(&execution, &action.configuration);
    let inputs = inputs(&action, &execution.artifacts);
    let outputs = artifact::make(world, &execution, &action);
    let refused = resolved.as_ref().err().or(inputs.as_ref().err()).cloned();
    let run = ActionRun {
        id,
        pipeline: execution.pipeline.clone(),
        execution: execution.number,
        execution_id: execution.id.clone(),
        version: execution.version,
        stage: stage.to_owned(),
        configuration: resolved.unwrap_or_else(|_| action.configuration.clone()),
        inputs: inputs.unwrap_or_default(),
        outputs,
        variables: BTreeMap::new(),
        status: ActionStatus::InProgress,
        started: now,
        updated: now,
        updated_by: None,
        summary: None,
        external_id: None,
        external_url: None,
        log_stream_arn: None,
        error: None,
        token: None,
        timer: None,
        action,
    };
    Some((keep(world, execution_key, run)?, refused))
}

/// Stores a run as the newest of its action, for the execution and for the pipeline.
fn keep(world: &mut World, execution_key: &str, run: ActionRun) -> Option<String> {
    let execution = world.codepipeline.executions.get_mut(execution_key)?;
    execution.runs += 1;
    let key = format!("{execution_key}/{:04}", execution.runs);
    let stage = execution.stages.get_mut(&run.stage)?;
    stage.runs.insert(run.action.name.clone(), key.clone());
    let pipeline = world.codepipeline.pipelines.get_mut(&run.pipeline)?;
    pipeline.latest_runs.insert(format!("{}/{}", run.stage, run.action.name), key.clone());
    world.codepipeline.runs.insert(key.clone(), run);
    Some(key)
}

fn inputs(
    action: &Action,
    artifacts: &BTreeMap<String, Artifact>,
) -> Result<Vec<(String, Artifact)>, ActionError> {
    let find = |name: &String| {
        let missing =
            || ActionError::new("ConfigurationError", format!("The artifact {name} was never made."));
        artifacts.get(name).cloned().map(|artifact| (name.clone(), artifact)).ok_or_else(missing)
    };
    action.input_artifacts.iter().map(|named| find(&named.name)).collect()
}

/// Notes what a provider works on for a run, so that its end is noticed.
pub(crate) fn await_work(world: &mut World, key: &str, work: &str, url: String) {
    world.codepipeline.awaited.insert(work, key.to_owned());
    if let Some(run) = world.codepipeline.runs.get_mut(key) {
        run.external_id = Some(work.to_owned());
        run.external_url = Some(url);
    }
}

/// Ends a run well, with its output variables.
pub(crate) fn succeed(world: &mut World, key: &str, variables: BTreeMap<String, String>) {
    let Some(run) = finish(world, key, ActionStatus::Succeeded) else { return };
    run.variables.clone_from(&variables);
    let (outputs, namespace) = (run.outputs.clone(), run.action.namespace.clone());
    let execution_key = execution_key(&run.pipeline, run.execution);
    if let Some(execution) = world.codepipeline.executions.get_mut(&execution_key) {
        execution.artifacts.extend(outputs);
        if let Some(namespace) = namespace {
            execution.outputs.insert(namespace, variables);
        }
    }
    publish::action(world, key);
    flow::proceed(world, &execution_key);
}

/// Ends a run badly; a rejected approval has no error of its own.
pub(crate) fn fail(world: &mut World, key: &str, error: impl Into<Option<ActionError>>) {
    let Some(run) = finish(world, key, ActionStatus::Failed) else { return };
    run.error = error.into();
    let execution = execution_key(&run.pipeline, run.execution);
    publish::action(world, key);
    flow::proceed(world, &execution);
}

/// Ends a run that nobody waits for any longer. What its provider does goes on, but for a fetch.
pub(crate) fn abandon(world: &mut World, key: &str) {
    if let Some(run) = finish(world, key, ActionStatus::Abandoned).cloned() {
        provider::abandoned(world, &run);
        publish::action(world, key);
    }
}

/// Marks a run as ended, unless it already has: then nothing may follow from it.
fn finish<'a>(world: &'a mut World, key: &str, status: ActionStatus) -> Option<&'a mut ActionRun> {
    let now = world.now();
    let found = world.codepipeline.runs.get(key).filter(|run| run.status == ActionStatus::InProgress)?;
    if let Some(timer) = found.timer {
        world.timers.cancel(timer);
    }
    if let Some(work) = &found.external_id {
        world.codepipeline.awaited.remove(work);
    }
    let execution = execution_key(&found.pipeline, found.execution);
    if let Some(execution) = world.codepipeline.executions.get_mut(&execution) {
        execution.updated = now;
    }
    let run = world.codepipeline.runs.get_mut(key)?;
    run.status = status;
    run.updated = now;
    run.timer = None;
    Some(run)
}
