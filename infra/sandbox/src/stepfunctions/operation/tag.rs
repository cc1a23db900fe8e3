//! Tags of state machines.

use serde_json::{Value, json};

use super::{
    machine::{self, Tags},
    request::Request,
};
use crate::{error::AwsError, world::World};

const MAX_TAGS: usize = 50;

/// The tags in a request.
pub(super) fn read(request: Request<'_>) -> Result<Tags, AwsError> {
    let mut tags = Tags::new();
    for tag in request.list("tags") {
        let text = |name: &str| tag.get(name).and_then(Value::as_str);
        let key = text("key").filter(|key| !key.is_empty() && key.chars().count() <= 128);
        let key = key.ok_or_else(|| {
            AwsError::new("ValidationException", "A tag's key must have 1 to 128 characters")
        })?;
        tags.insert(key.to_owned(), text("value").unwrap_or_default().to_owned());
    }
    limit(&tags)?;
    Ok(tags)
}

fn limit(tags: &Tags) -> Result<(), AwsError> {
    if tags.len() > MAX_TAGS {
        return Err(AwsError::new("TooManyTags", format!("A resource can have at most {MAX_TAGS} tags")));
    }
    Ok(())
}

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
    limit(&tags)?;
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
