//! Tags of state machines.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{
    machine,
    request::{Request, Tags, limit_tags, tags as read},
};
use crate::world::World;

/// The machine that is tagged, by its ARN.
fn resource(world: &World, request: Request<'_>) -> Result<(String, Tags), AwsError> {
    let arn = request.text("resourceArn")?;
    let machine = machine::find(world, arn).map_err(|error| match error.code.as_str() {
        "StateMachineDoesNotExist" => {
            AwsError::new("ResourceNotFound", format!("Resource not found: '{arn}'"))
        }
        _ => error,
    })?;
    Ok((machine.arn.clone(), machine.tags.clone()))
}

fn put(world: &mut World, arn: &str, tags: Tags) -> Result<Value, AwsError> {
    limit_tags(&tags)?;
    if let Some(machine) = world.stepfunctions.machines.get_mut(arn) {
        machine.tags = tags;
    }
    Ok(json!({}))
}

pub(super) fn add(world: &mut World, request: Request<'_>) -> Result<Value, AwsError> {
    let (arn, mut tags) = resource(world, request)?;
    tags.extend(read(request)?);
    put(world, &arn, tags)
}

pub(super) fn remove(world: &mut World, request: Request<'_>) -> Result<Value, AwsError> {
    let (arn, mut tags) = resource(world, request)?;
    for key in request.list("tagKeys").into_iter().filter_map(Value::as_str) {
        tags.remove(key);
    }
    put(world, &arn, tags)
}

pub(super) fn list(world: &World, request: Request<'_>) -> Result<Value, AwsError> {
    let (_, tags) = resource(world, request)?;
    let tags: Vec<Value> = tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    Ok(json!({"tags": tags}))
}
