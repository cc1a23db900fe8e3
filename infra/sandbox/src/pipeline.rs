//! CodePipeline: pipelines, executions, stages, actions and approvals.

use serde_json::Value;

use crate::{
    error::AwsError,
    table::Saved,
    world::{Caller, World},
};

#[derive(Debug, Default)]
pub struct Pipelines {}

impl Pipelines {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        Vec::new()
    }
}

pub(crate) fn call(
    _world: &mut World,
    _caller: &Caller,
    operation: &str,
    _input: Value,
) -> Result<Value, AwsError> {
    Err(AwsError::not_implemented("pipeline", operation))
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub enum Event {}

pub(crate) fn on_event(_world: &mut World, event: Event) {
    match event {}
}

/// A branch of a repository moved: every pipeline that watches it starts.
pub(crate) fn source_changed(
    _world: &mut World,
    _repository: &str,
    _branch: &str,
    _commit: &str,
    _message: &str,
) {
}

/// A build that the pipeline started has ended.
pub(crate) fn build_ended(_world: &mut World, _build: &str) {}

/// An execution of a state machine has ended; it may be one that the pipeline started.
pub(crate) fn execution_ended(_world: &mut World, _execution_arn: &str) {}
