//! Tags of pipelines.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::fault;
use crate::{arn, world::World};

/// Reads the `tags` member of an input.
pub(super) fn read(input: &Value) -> Result<BTreeMap<String, String>, AwsError> {
    let tags = fault::read(input);
    tags.each("tags")
        .map(|tag| Ok((tag.text("key")?.to_owned(), tag.text_or_none("value").unwrap_or("").to_owned())))
        .collect()
}

pub(super) fn list_of(tags: &BTreeMap<String, String>) -> Vec<Value> {
    tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
}

/// `TagResource`.
pub(super) fn tag(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let tags = read(input)?;
    let name = named(world, input)?;
    if let Some(pipeline) = world.codepipeline.pipelines.get_mut(&name) {
        pipeline.tags.extend(tags);
    }
    Ok(json!({}))
}

/// `UntagResource`.
pub(super) fn untag(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let name = named(world, input)?;
    let keys = fault::read(input).texts("tagKeys");
    if let Some(pipeline) = world.codepipeline.pipelines.get_mut(&name) {
        pipeline.tags.retain(|key, _| !keys.contains(&key.as_str()));
    }
    Ok(json!({}))
}

/// `ListTagsForResource`.
pub(super) fn list(world: &World, input: &Value) -> Result<Value, AwsError> {
    let name = named(world, input)?;
    Ok(json!({"tags": list_of(&fault::pipeline(world, &name)?.tags)}))
}

fn named(world: &World, input: &Value) -> Result<String, AwsError> {
    let resource = fault::read(input).text("resourceArn")?;
    let name = arn::resource(resource).ok_or_else(|| {
        AwsError::new("InvalidArnException", format!("'{resource}' is not the ARN of a pipeline."))
    })?;
    if !world.codepipeline.pipelines.contains(name) {
        let message = format!("There is no pipeline '{name}'.");
        return Err(AwsError::new("ResourceNotFoundException", message));
    }
    Ok(name.to_owned())
}
