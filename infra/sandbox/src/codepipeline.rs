//! CodePipeline: pipelines, executions, stages, actions and approvals.
//!
//! An execution waits in front of a stage, enters it when the stage is free, and runs its actions by run
//! order. Every step is either a call or an [`Event`]; providers report the end of what they were asked
//! through [`build_ended`] and [`execution_ended`].

mod artifact;
mod condition;
mod declaration;
mod define;
mod execution;
mod fault;
mod flow;
mod history;
mod publish;
mod record;
mod state;
mod tag;
#[cfg(test)]
mod tests;
mod transition;
mod validate;
mod variable;

use jiff::SignedDuration;
use serde_json::Value;
use viridian_aws_wire::AwsError;

pub use crate::records::codepipeline::{CodePipeline, Event};
use crate::world::{Caller, World};
use flow::action;
use flow::action::provider;
use flow::action::provider::approval;
use flow::retry;
use flow::rollback;
use flow::start;
use flow::stop;
pub(crate) use start::{source_changed, start_by_rule};

/// How long CodePipeline takes to notice that a provider has finished: it polls.
const NOTICE: SignedDuration = SignedDuration::from_secs(1);

pub(crate) fn on_event(world: &mut World, event: Event) {
    match event {
        Event::Fetched(run) => provider::source::fetched(world, &run),
        Event::Noticed(run) => provider::noticed(world, &run),
        Event::Expired(run) => approval::expired(world, &run),
    }
}

pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    match operation {
        "CreatePipeline" => define::create(world, caller, &input),
        "UpdatePipeline" => define::update(world, &input),
        "DeletePipeline" => define::delete(world, &input),
        "GetPipeline" => define::get(world, &input),
        "ListPipelines" => define::list(world, &input),
        "StartPipelineExecution" => start::start(world, caller, &input),
        "StopPipelineExecution" => stop::stop(world, &input),
        "RetryStageExecution" => retry::retry(world, &input),
        "RollbackStage" => rollback::rollback(world, caller, &input),
        "OverrideStageCondition" => condition::refuse(world, &input),
        "ListRuleExecutions" => condition::list(world, &input),
        "EnableStageTransition" => transition::enable(world, caller, &input),
        "DisableStageTransition" => transition::disable(world, caller, &input),
        "PutApprovalResult" => approval::put(world, caller, &input),
        "GetPipelineState" => state::get(world, &input),
        "GetPipelineExecution" => execution::get(world, &input),
        "ListPipelineExecutions" => execution::list(world, &input),
        "ListActionExecutions" => history::list(world, &input),
        "TagResource" => tag::tag(world, &input),
        "UntagResource" => tag::untag(world, &input),
        "ListTagsForResource" => tag::list(world, &input),
        _ => Err(AwsError::not_implemented("codepipeline", operation)),
    }
}

/// A build that the pipeline started has ended.
pub(crate) fn build_ended(world: &mut World, build: &str) {
    notice(world, build);
}

/// An execution of a state machine has ended; it may be one that the pipeline started.
pub(crate) fn execution_ended(world: &mut World, execution_arn: &str) {
    notice(world, execution_arn);
}

fn notice(world: &mut World, work: &str) {
    if let Some(run) = world.codepipeline.awaited.get(work).cloned() {
        world.after(NOTICE, crate::world::Event::CodePipeline(Event::Noticed(run)));
    }
}

/// Forgets that a pipeline ever ran.
pub(crate) fn forget_executions(world: &mut World, name: &str) {
    define::forget(world, name);
}
