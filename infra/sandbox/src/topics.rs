//! SNS: topics and what was published to them.

use serde_json::Value;

use crate::{
    error::AwsError,
    table::Saved,
    world::{Caller, World},
};

#[derive(Debug, Default)]
pub struct Topics {}

impl Topics {
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
    Err(AwsError::not_implemented("topics", operation))
}
