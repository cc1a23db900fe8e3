//! CodeBuild: runs a repository's buildspecs.

use serde_json::Value;

use crate::{
    error::AwsError,
    table::Saved,
    world::{Caller, World},
};

#[derive(Debug, Default)]
pub struct Build {}

impl Build {
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
    Err(AwsError::not_implemented("build", operation))
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub enum Event {}

pub(crate) fn on_event(_world: &mut World, event: Event) {
    match event {}
}

#[derive(Debug, Clone)]
pub enum Effect {}

pub(crate) async fn carry_out(_sandbox: &crate::Sandbox, effect: Effect) {
    match effect {}
}

/// Starts again what a kill interrupted: called once after the world was loaded.
pub(crate) fn resume(_world: &mut World) {}
