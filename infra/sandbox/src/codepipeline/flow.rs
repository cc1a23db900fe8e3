//! How executions move: they wait in front of a stage, enter it when it is free, run its actions, go on.

pub(crate) mod action;
pub(crate) mod retry;
pub(crate) mod rollback;
pub(crate) mod start;
pub(crate) mod stop;

use std::collections::BTreeMap;

use super::{
    declaration::{Action, Mode, OnFailure, Stage},
    publish,
    record::{ActionStatus, Execution, ExecutionStatus, StageRun, StageStatus, execution_key},
};
use crate::world::World;

/// Lets an execution wait in front of a stage, and in if it may.
pub(super) fn arrive(world: &mut World, key: &str, stage: usize) {
    let now = world.now();
    let Some(execution) = world.codepipeline.executions.get_mut(key) else { return };
    execution.stage = stage;
    execution.inside = false;
    execution.updated = now;
    let name = execution.pipeline.clone();
    supersede(world, &name, stage);
    admit(world, &name);
}

/// Only the newest execution waits in front of a stage of a superseding pipeline.
fn supersede(world: &mut World, name: &str, stage: usize) {
    let waiting: Vec<_> =
        waiting(world, name, stage).into_iter().filter(|execution| execution.1 == Mode::Superseded).collect();
    let Some((_, older)) = waiting.split_last() else { return };
    for (number, _) in older {
        end(world, &execution_key(name, *number), ExecutionStatus::Superseded);
    }
}

/// Lets every execution enter the stage it waits for where that stage is free and open.
pub(super) fn admit(world: &mut World, name: &str) {
    let Some(pipeline) = world.codepipeline.pipelines.get(name) else { return };
    let Some(declaration) = world.codepipeline.declaration(name, pipeline.version) else { return };
    let open: Vec<usize> = (0..declaration.stages.len())
        .rev()
        .filter(|index| {
            let transition = pipeline.transitions.get(&declaration.stages[*index].name);
            transition.is_none_or(|transition| transition.enabled)
        })
        .collect();
    for stage in open {
        while let Some(number) = next_in(world, name, stage) {
            enter(world, &execution_key(name, number));
        }
    }
}

/// Which execution may enter a stage now.
fn next_in(world: &World, name: &str, stage: usize) -> Option<u64> {
    let waiting = waiting(world, name, stage);
    let taken = live(world, name).any(|execution| execution.inside && execution.stage == stage);
    waiting.into_iter().find(|(_, mode)| *mode == Mode::Parallel || !taken).map(|(number, _)| number)
}

/// Executions in front of a stage, oldest first.
fn waiting(world: &World, name: &str, stage: usize) -> Vec<(u64, Mode)> {
    live(world, name)
        .filter(|execution| !execution.inside && execution.stage == stage)
        .map(|execution| (execution.number, execution.mode))
        .collect()
}

pub(super) fn live<'a>(world: &'a World, name: &'a str) -> impl Iterator<Item = &'a Execution> {
    let numbers = world.codepipeline.pipelines.get(name).map_or(&[][..], |pipeline| &pipeline.live);
    numbers.iter().filter_map(move |number| world.codepipeline.executions.get(&execution_key(name, *number)))
}

fn enter(world: &mut World, key: &str) {
    let Some(stage) = stage_of(world, key) else { return };
    let now = world.now();
    let Some(execution) = world.codepipeline.executions.get_mut(key) else { return };
    execution.inside = true;
    execution.updated = now;
    let run =
        StageRun { status: StageStatus::InProgress, runs: BTreeMap::default(), retries: 0, auto_retries: 0 };
    execution.stages.insert(stage.name.clone(), run);
    let (name, number) = (execution.pipeline.clone(), execution.number);
    if let Some(pipeline) = world.codepipeline.pipelines.get_mut(&name) {
        pipeline.latest.insert(stage.name.clone(), number);
    }
    publish::stage(world, key, &stage.name, "STARTED");
    proceed(world, key);
}

/// The stage in which an execution is, or in front of which it waits, as it was declared for it.
pub(super) fn stage_of(world: &World, key: &str) -> Option<Stage> {
    let execution = world.codepipeline.executions.get(key)?;
    let declaration = world.codepipeline.declaration(&execution.pipeline, execution.version)?;
    declaration.stages.get(execution.stage).cloned()
}

enum Next {
    Wait,
    Run(Vec<Action>),
    End(ExecutionStatus, StageStatus),
    Leave,
}

/// Does what comes next for an execution inside a stage, after something in it changed.
pub(super) fn proceed(world: &mut World, key: &str) {
    let Some(stage) = stage_of(world, key) else { return };
    match next(world, key, &stage) {
        Next::Wait => {}
        Next::Run(actions) => action::start(world, key, &stage.name, actions),
        Next::End(status, stage_status) => {
            set_stage(world, key, &stage.name, stage_status);
            if stage_status == StageStatus::Failed {
                failed(world, key, &stage);
            } else {
                end(world, key, status);
            }
        }
        Next::Leave => {
            set_stage(world, key, &stage.name, StageStatus::Succeeded);
            leave(world, key);
        }
    }
}

/// A stage has failed: it does what it declares for that, or its execution fails with it.
fn failed(world: &mut World, key: &str, stage: &Stage) {
    let declared = stage.on_failure();
    if let OnFailure::Retry { all } = declared
        && retry::automatically(world, key, &stage.name, all)
    {
        return;
    }
    end(world, key, ExecutionStatus::Failed);
    if declared == OnFailure::Rollback {
        rollback::automatically(world, key, &stage.name);
    }
}

fn next(world: &World, key: &str, stage: &Stage) -> Next {
    let Some(execution) = world.codepipeline.executions.get(key) else { return Next::Wait };
    let Some(runs) = execution.stages.get(&stage.name).map(|run| &run.runs) else { return Next::Wait };
    let is = |status| {
        let matches = |run: &String| world.codepipeline.runs.get(run).is_some_and(|run| run.status == status);
        runs.values().any(matches)
    };
    if is(ActionStatus::InProgress) {
        return Next::Wait;
    }
    if is(ActionStatus::Failed) {
        return Next::End(ExecutionStatus::Failed, StageStatus::Failed);
    }
    if is(ActionStatus::Abandoned) {
        return Next::End(ExecutionStatus::Stopped, StageStatus::Stopped);
    }
    if execution.stop.is_some() {
        return Next::End(ExecutionStatus::Stopped, StageStatus::Stopped);
    }
    let left = || stage.actions.iter().filter(|action| !runs.contains_key(&action.name));
    let Some(order) = left().map(|action| action.run_order).min() else { return Next::Leave };
    Next::Run(left().filter(|action| action.run_order == order).cloned().collect())
}

fn set_stage(world: &mut World, key: &str, stage: &str, status: StageStatus) {
    if let Some(run) =
        world.codepipeline.executions.get_mut(key).and_then(|found| found.stages.get_mut(stage))
    {
        run.status = status;
    }
    publish::stage(world, key, stage, publish::stage_state(status));
}

/// Leaves a stage in which every action succeeded: to the next stage, or to the end.
fn leave(world: &mut World, key: &str) {
    let Some(execution) = world.codepipeline.executions.get(key) else { return };
    let (name, stage) = (execution.pipeline.clone(), execution.stage);
    let stages =
        world.codepipeline.declaration(&name, execution.version).map_or(0, |found| found.stages.len());
    let outdated =
        world.codepipeline.pipelines.get(&name).is_none_or(|found| found.version != execution.version);
    if stage + 1 == stages || execution.rollback_to.is_some() {
        end(world, key, ExecutionStatus::Succeeded);
    } else if outdated {
        // PipelineExecution.status in the API: "The pipeline's definition was updated before the pipeline
        // execution could be completed."
        end(world, key, ExecutionStatus::Cancelled);
    } else {
        arrive(world, key, stage + 1);
        // The stage that it left is free now.
        admit(world, &name);
    }
}

/// Ends an execution and lets the next ones move.
pub(super) fn end(world: &mut World, key: &str, status: ExecutionStatus) {
    let now = world.now();
    let Some(execution) = world.codepipeline.executions.get_mut(key) else { return };
    execution.status = status;
    execution.inside = false;
    execution.updated = now;
    let (name, number) = (execution.pipeline.clone(), execution.number);
    if let Some(pipeline) = world.codepipeline.pipelines.get_mut(&name) {
        pipeline.live.retain(|live| *live != number);
    }
    publish::execution(world, key, publish::execution_state(status));
    admit(world, &name);
}
