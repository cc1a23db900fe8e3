//! `GetQueueAttributes` and `SetQueueAttributes`: what was set, AWS's defaults, and what is counted.

use serde_json::{Map, Value, json};
use viridian_aws_wire::{AwsError, Input};

use super::{Queue, find, is_held, keys};
use crate::world::World;

/// What may be set, with AWS's default and limits where it is a number.
const NUMBERS: [(&str, i64, i64, i64); 5] = [
    ("DelaySeconds", 0, 0, 900),
    ("MaximumMessageSize", 1_048_576, 1024, 1_048_576),
    ("MessageRetentionPeriod", 345_600, 60, 1_209_600),
    ("ReceiveMessageWaitTimeSeconds", 0, 0, 20),
    ("VisibilityTimeout", 30, 0, 43_200),
];
const TEXTS: [&str; 6] = [
    "Policy",
    "RedrivePolicy",
    "RedriveAllowPolicy",
    "SqsManagedSseEnabled",
    "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds",
];

/// A number that was set, or its default.
pub(super) fn number(queue: &Queue, name: &str) -> Option<i64> {
    let (_, default, ..) = NUMBERS.iter().find(|(known, ..)| *known == name)?;
    Some(queue.attributes.get(name).and_then(|text| text.parse().ok()).unwrap_or(*default))
}

/// Where messages go that nobody could handle: the ARN of the queue, and after how many tries.
pub(super) fn redrive(queue: &Queue) -> Option<(String, u32)> {
    let policy: Value = serde_json::from_str(queue.attributes.get("RedrivePolicy")?).ok()?;
    let tries = viridian_aws_wire::read::number(policy.get("maxReceiveCount")?)?;
    Some((policy.get("deadLetterTargetArn")?.as_str()?.to_owned(), u32::try_from(tries).ok()?))
}

/// The attributes of a request, checked. They arrive as texts, and from a template as JSON.
pub(super) fn read(input: Input<'_>) -> Result<Vec<(String, String)>, AwsError> {
    let given = input.maybe("Attributes").and_then(Value::as_object).cloned().unwrap_or_default();
    given.into_iter().map(check).collect()
}

fn check((name, value): (String, Value)) -> Result<(String, String), AwsError> {
    let text = match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let unknown = |message: String| AwsError::new("InvalidAttributeName", message);
    if let Some((_, _, least, most)) = NUMBERS.iter().find(|(known, ..)| *known == name) {
        if !text.parse::<i64>().is_ok_and(|number| (*least..=*most).contains(&number)) {
            let message = format!("Invalid value for the parameter {name}.");
            return Err(AwsError::new("InvalidAttributeValue", message));
        }
        if name == "DelaySeconds" && text != "0" {
            return Err(AwsError::not_implemented("sqs", "DelaySeconds"));
        }
    } else if name == "FifoQueue" || name == "ContentBasedDeduplication" {
        return Err(AwsError::not_implemented("sqs", "FifoQueue"));
    } else if !TEXTS.contains(&name.as_str()) {
        return Err(unknown(format!("Unknown Attribute {name}.")));
    }
    Ok((name, text))
}

pub(super) fn set(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let name = find(world, input)?.name.clone();
    let given = read(input)?;
    let now = world.now();
    if let Some(queue) = world.sqs.list.get_mut(&name) {
        queue.attributes.extend(given);
        queue.modified = now;
    }
    Ok(json!({}))
}

pub(super) fn get(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let queue = find(world, input)?.clone();
    let wanted = input.texts("AttributeNames");
    let all = wanted.contains(&"All");
    let mut shown: Map<String, Value> = everything(world, &queue);
    shown.retain(|name, _| all || wanted.contains(&name.as_str()));
    Ok(json!({ "Attributes": shown }))
}

fn everything(world: &World, queue: &Queue) -> Map<String, Value> {
    let keys = keys(world, &queue.name);
    let held = keys.iter().filter(|key| is_held(world, key)).count();
    let text = |value: String| Value::String(value);
    let mut shown: Map<String, Value> =
        queue.attributes.iter().map(|(name, value)| (name.clone(), text(value.clone()))).collect();
    for (name, ..) in NUMBERS {
        shown.insert(name.to_owned(), text(number(queue, name).unwrap_or_default().to_string()));
    }
    let counted = [
        ("QueueArn", queue.arn.clone()),
        ("ApproximateNumberOfMessages", (keys.len() - held).to_string()),
        ("ApproximateNumberOfMessagesNotVisible", held.to_string()),
        ("ApproximateNumberOfMessagesDelayed", "0".to_owned()),
        ("CreatedTimestamp", queue.created.as_second().to_string()),
        ("LastModifiedTimestamp", queue.modified.as_second().to_string()),
    ];
    shown.extend(counted.map(|(name, value)| (name.to_owned(), text(value))));
    shown
}
