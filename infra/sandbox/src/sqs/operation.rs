//! Queues come, are found, and go.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use viridian_aws_wire::{AwsError, Input};

use super::{Queue, attribute, find, forget, keys, missing};
use crate::world::World;

pub(super) fn create(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let name = input.text("QueueName")?;
    let good = name.len() <= 80 && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if !good {
        return Err(input
            .bad("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length."));
    }
    let attributes: BTreeMap<String, String> = attribute::read(input)?.into_iter().collect();
    if let Some(queue) = world.sqs.list.get(name) {
        if attributes.iter().any(|(name, value)| queue.attributes.get(name) != Some(value)) {
            let message = "A queue already exists with the same name and a different value for an attribute.";
            return Err(AwsError::new("QueueNameExists", message));
        }
        return Ok(json!({ "QueueUrl": address(world, name) }));
    }
    let now = world.now();
    let queue = Queue {
        name: name.to_owned(),
        arn: world.place.arn("sqs", name),
        created: now,
        modified: now,
        attributes,
        tags: texts(input, "tags"),
        last: 0,
    };
    world.sqs.list.insert(name, queue);
    Ok(json!({ "QueueUrl": address(world, name) }))
}

pub(super) fn delete(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let name = find(world, input)?.name.clone();
    clear(world, &name);
    world.sqs.list.remove(&name);
    Ok(json!({}))
}

pub(super) fn purge(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let name = find(world, input)?.name.clone();
    clear(world, &name);
    Ok(json!({}))
}

fn clear(world: &mut World, name: &str) {
    for key in keys(world, name) {
        forget(world, &key);
    }
}

pub(super) fn url(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let name = input.text("QueueName")?;
    if !world.sqs.list.contains(name) {
        return Err(missing());
    }
    Ok(json!({ "QueueUrl": address(world, name) }))
}

pub(super) fn list(world: &World, input: Input<'_>) -> Value {
    let prefix = input.text_or_none("QueueNamePrefix").unwrap_or_default();
    let names = world.sqs.list.keys().filter(|name| name.starts_with(prefix));
    let urls: Vec<String> = names.map(|name| address(world, name)).collect();
    if urls.is_empty() { json!({}) } else { json!({ "QueueUrls": urls }) }
}

pub(super) fn tag(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let name = find(world, input)?.name.clone();
    let tags = texts(input, "Tags");
    if let Some(queue) = world.sqs.list.get_mut(&name) {
        queue.tags.extend(tags);
    }
    Ok(json!({}))
}

fn texts(input: Input<'_>, member: &str) -> BTreeMap<String, String> {
    let given = input.maybe(member).and_then(Value::as_object).into_iter().flatten();
    given.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

/// A queue's URL; the port of the endpoint may differ from the last time.
fn address(world: &World, name: &str) -> String {
    format!("{}/{}/{name}", world.endpoint, world.place.account)
}
