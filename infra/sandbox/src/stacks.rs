//! CloudFormation as a reader sees it: stacks and their outputs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    error::AwsError,
    read::{Input, iso},
    table::{Saved, Table},
    world::{Caller, World},
};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Stack {
    id: String,
    name: String,
    created: Timestamp,
    outputs: Vec<(String, String)>,
}

#[derive(Debug, Default)]
pub struct Stacks {
    list: Table<Stack>,
}

impl Stacks {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![("stacks", &mut self.list as &mut dyn Saved)]
    }
}

/// Puts a stack with these outputs in place, or replaces the outputs of the one that has the name.
pub fn put(world: &mut World, name: &str, outputs: Vec<(String, String)>) {
    if let Some(stack) = world.stacks.list.get_mut(name) {
        stack.outputs = outputs;
        return;
    }
    let id = world.place.arn("cloudformation", &format!("stack/{name}/{}", world.ids.uuid()));
    let stack = Stack { id, name: name.to_owned(), created: world.now(), outputs };
    world.stacks.list.insert(name, stack);
}

pub(crate) fn call(
    world: &mut World,
    _caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    let input = Input::new(&input, "ValidationError");
    match operation {
        "DescribeStacks" => describe(world, input),
        "ListStacks" => Ok(list(world, input)),
        _ => Err(AwsError::not_implemented("cloudformation", operation)),
    }
}

fn describe(world: &World, input: Input<'_>) -> Result<Value, AwsError> {
    let stacks = &world.stacks.list;
    let Some(name) = input.text_or_none("StackName") else {
        return Ok(json!({ "Stacks": stacks.values().map(show).collect::<Vec<_>>() }));
    };
    let found = stacks.values().find(|stack| stack.name == name || stack.id == name);
    let missing = || input.bad(format!("Stack with id {name} does not exist"));
    Ok(json!({ "Stacks": [show(found.ok_or_else(missing)?)] }))
}

fn list(world: &World, input: Input<'_>) -> Value {
    let wanted = input.texts("StackStatusFilter");
    let all = wanted.is_empty() || wanted.contains(&"CREATE_COMPLETE");
    let summaries: Vec<Value> = world
        .stacks
        .list
        .values()
        .filter(|_| all)
        .map(|stack| {
            json!({
                "StackId": stack.id, "StackName": stack.name,
                "CreationTime": iso(stack.created), "StackStatus": "CREATE_COMPLETE",
            })
        })
        .collect();
    json!({ "StackSummaries": summaries })
}

fn show(stack: &Stack) -> Value {
    let outputs: Vec<Value> =
        stack.outputs.iter().map(|(key, value)| json!({ "OutputKey": key, "OutputValue": value })).collect();
    json!({
        "StackId": stack.id,
        "StackName": stack.name,
        "CreationTime": iso(stack.created),
        "StackStatus": "CREATE_COMPLETE",
        "DisableRollback": false,
        "Outputs": outputs,
        "Tags": [],
    })
}
