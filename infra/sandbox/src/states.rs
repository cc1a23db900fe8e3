//! Step Functions: state machines and executions.

use serde_json::Value;

use crate::{
    error::AwsError,
    table::Saved,
    world::{Caller, World},
};

#[derive(Debug, Default)]
pub struct States {}

impl States {
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
    Err(AwsError::not_implemented("states", operation))
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub enum Event {}

pub(crate) fn on_event(_world: &mut World, event: Event) {
    match event {}
}
