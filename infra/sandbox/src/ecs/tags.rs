//! Tags of every resource, by its ARN.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use viridian_aws_wire::{AwsError, Input};

use crate::world::World;

/// Gives a new resource the tags of its creation.
pub(super) fn set(world: &mut World, arn: &str, input: Input<'_>) {
    world.ecs.tags.insert(arn, read(input));
}

pub(super) fn show(world: &World, arn: &str) -> Vec<Value> {
    let tags = world.ecs.tags.get(arn).into_iter().flatten();
    tags.map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

/// Adds the tags to what is shown, if the caller asked for them: a description leaves them out otherwise.
pub(super) fn include(world: &World, input: Input<'_>, shown: &mut Value, arn: &str) {
    if input.texts("include").contains(&"TAGS") {
        shown["tags"] = json!(show(world, arn));
    }
}

pub(super) fn add(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let Some(tags) = world.ecs.tags.get_mut(input.text("resourceArn")?) else { return Err(not_found()) };
    tags.extend(read(input));
    Ok(json!({}))
}

pub(super) fn remove(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let Some(tags) = world.ecs.tags.get_mut(input.text("resourceArn")?) else { return Err(not_found()) };
    for key in input.texts("tagKeys") {
        tags.remove(key);
    }
    Ok(json!({}))
}

pub(super) fn list(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let arn = input.text("resourceArn")?;
    if !world.ecs.tags.contains(arn) {
        return Err(not_found());
    }
    Ok(json!({ "tags": show(world, arn) }))
}

fn read(input: Input<'_>) -> BTreeMap<String, String> {
    let pair = |tag: Input<'_>| {
        Some((tag.text_or_none("key")?.to_owned(), tag.text_or_none("value").unwrap_or_default().to_owned()))
    };
    input.each("tags").filter_map(pair).collect()
}

fn not_found() -> AwsError {
    AwsError::new("InvalidParameterException", "The specified resource could not be found.")
}
