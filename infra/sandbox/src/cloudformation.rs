//! CloudFormation: stacks made from templates, and what is read of them.
//!
//! A template is carried out as AWS does it: conditions are decided, each resource is made after those it refers
//! to by the calls of its own service, and what a stack exports is there for the next one. A type that no service
//! of the sandbox models stays opaque: it has a name and attributes of the right form, and is listed as such.

mod change;
mod deploy;
mod name;
mod order;
mod resource;
mod scope;
mod show;
mod template;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;
use viridian_aws_wire::AwsError;

pub use crate::records::cloudformation::CloudFormation;
use crate::records::cloudformation::{Output, Stack};
use crate::world::{Caller, World};
pub use change::change;
pub use deploy::deploy;
pub use resource::Resource;
use scope::function;

/// Why a stack cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is a stack {0} already")]
    Exists(String),
    #[error("the template of {stack} cannot be read: {reason}")]
    Unreadable { stack: String, reason: String },
    #[error("{0}")]
    Parameter(String),
    #[error("{whose}: {reason}")]
    Function { whose: String, reason: String },
    #[error("resources depend on each other in a circle, {0} among them")]
    Circle(String),
    #[error("{logical} ({kind}) cannot be made: {error}")]
    Resource { logical: String, kind: String, error: AwsError },
}

impl Error {
    fn unreadable(stack: &str, reason: &impl ToString) -> Self {
        Self::Unreadable { stack: stack.to_owned(), reason: reason.to_string() }
    }

    fn function(whose: &str, reason: &str) -> Self {
        Self::Function { whose: whose.to_owned(), reason: reason.to_owned() }
    }

    fn resource(logical: &str, kind: &str, error: AwsError) -> Self {
        Self::Resource { logical: logical.to_owned(), kind: kind.to_owned(), error }
    }
}

/// The outputs of a stack by their keys. `None` where there is no such stack.
pub fn outputs(world: &World, stack: &str) -> Option<BTreeMap<String, String>> {
    let stack = world.cloudformation.list.get(stack)?;
    Some(stack.outputs.iter().map(|output| (output.key.clone(), output.value.clone())).collect())
}

/// Lets CloudFormation be at work on a stack: `CREATE_IN_PROGRESS` shows no outputs, `UPDATE_IN_PROGRESS` those of
/// before. Without a status it is made. Gives whether there is such a stack.
pub fn progress(world: &mut World, stack: &str, status: Option<&str>) -> bool {
    let Some(stack) = world.cloudformation.list.get_mut(stack) else { return false };
    stack.status = status.map(str::to_owned);
    true
}

/// The names of all stacks.
pub fn names(world: &World) -> Vec<String> {
    world.cloudformation.list.values().map(|stack| stack.name.clone()).collect()
}

/// Gives outputs another value: addresses that are another one in each process. Others stay as they are.
pub fn readdress(world: &mut World, stack: &str, values: &BTreeMap<&str, String>) {
    let differs =
        |output: &Output| values.get(output.key.as_str()).is_some_and(|value| *value != output.value);
    if !world.cloudformation.list.get(stack).is_some_and(|stack| stack.outputs.iter().any(differs)) {
        return;
    }
    let Some(stack) = world.cloudformation.list.get_mut(stack) else { return };
    for output in &mut stack.outputs {
        if let Some(value) = values.get(output.key.as_str()) {
            output.value.clone_from(value);
        }
    }
}

/// The resources of a stack in the order in which they were made.
pub fn resources(world: &World, stack: &str) -> Vec<Resource> {
    world.cloudformation.list.get(stack).map(|stack| stack.resources.clone()).unwrap_or_default()
}

/// What stacks export, by the name of the export.
fn find_exports(world: &World) -> BTreeMap<String, String> {
    let outputs = world.cloudformation.list.values().flat_map(|stack| &stack.outputs);
    outputs.filter_map(|output| Some((output.export.clone()?, output.value.clone()))).collect()
}

pub(crate) fn call(
    world: &mut World,
    _caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    show::call(world, operation, &input)
}
