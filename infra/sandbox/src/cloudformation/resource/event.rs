//! Queues, and the rules that put events into them.

use serde_json::{Map, Value, json};
use viridian_aws_wire::AwsError;

use super::{Made, Site, pick, text, with};

/// Properties that are attributes of a queue.
const ATTRIBUTES: [&str; 7] = [
    "DelaySeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
];

/// `Ref` of a queue gives its URL.
pub(super) fn queue(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let name = site.name(properties, "QueueName", 80);
    let given =
        ATTRIBUTES.iter().filter_map(|name| Some(((*name).to_owned(), properties.get(*name)?.clone())));
    let input = json!({ "QueueName": name, "Attributes": Value::Object(given.collect::<Map<_, _>>()) });
    let url = text(&site.call("sqs", "CreateQueue", input)?, "/QueueUrl")?;
    let arn = site.world.place.arn("sqs", &name);
    let mut made = Made::new(name.clone(), [("Arn", arn), ("QueueName", name), ("QueueUrl", url.clone())]);
    made.reference = Some(url);
    Ok(made)
}

pub(super) fn rule(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let name = site.name(properties, "Name", 64);
    let input =
        with(pick(properties, &["Description", "EventPattern", "State", "RoleArn"]), "Name", name.clone());
    let arn = text(&site.call("events", "PutRule", input)?, "/RuleArn")?;
    let targets = properties["Targets"].clone();
    if targets.is_array() {
        site.call("events", "PutTargets", json!({ "Rule": name, "Targets": targets }))?;
    }
    Ok(Made::new(name, [("Arn", arn)]))
}
