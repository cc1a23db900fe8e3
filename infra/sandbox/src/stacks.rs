//! CloudFormation as a reader sees it (stacks and outputs), and STS.

use serde_json::Value;

use crate::{
    error::AwsError,
    table::Saved,
    world::{Caller, World},
};

#[derive(Debug, Default)]
pub struct Stacks {}

impl Stacks {
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
    Err(AwsError::not_implemented("stacks", operation))
}

/// `sts:GetCallerIdentity`.
pub(crate) fn identity(_world: &mut World, _caller: &Caller, operation: &str) -> Result<Value, AwsError> {
    Err(AwsError::not_implemented("sts", operation))
}
