//! SNS: topics, subscriptions, and a record of what was published.

use serde_json::{Value, json};
use viridian_aws_wire::{AwsError, Input};

pub use crate::records::sns::{Message, Sns};
use crate::records::sns::{Subscription, Topic};
use crate::world::{Caller, World};

/// How many messages of a topic are kept.
const KEPT: u64 = 100;

/// The last messages of a topic, the newest last.
pub fn messages(world: &World, topic: &str) -> Vec<Message> {
    let messages = world.sns.messages.range(&format!("{topic}/"), &format!("{topic}0"));
    messages.map(|(_, message)| message.clone()).collect()
}

/// Publishes a message for another service.
pub(crate) fn publish(
    world: &mut World,
    topic: &str,
    subject: Option<&str>,
    text: &str,
) -> Result<String, AwsError> {
    let missing = || AwsError::new("NotFound", "Topic does not exist").with_status(404);
    let found = world.sns.list.get_mut(topic).ok_or_else(missing)?;
    found.published += 1;
    let number = found.published;
    let message = Message {
        id: world.ids.uuid(),
        at: world.now(),
        subject: subject.map(str::to_owned),
        text: text.to_owned(),
    };
    let id = message.id.clone();
    world.sns.messages.insert(format!("{topic}/{number:08}"), message);
    if number > KEPT {
        world.sns.messages.remove(&format!("{topic}/{:08}", number - KEPT));
    }
    Ok(id)
}

pub(crate) fn call(
    world: &mut World,
    _caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    let input = Input::new(&input, "InvalidParameter");
    match operation {
        "CreateTopic" => create(world, input),
        "DeleteTopic" => {
            world.sns.list.remove(input.text("TopicArn")?);
            Ok(json!({}))
        }
        "ListTopics" => {
            let arns: Vec<Value> = world.sns.list.keys().map(|arn| json!({ "TopicArn": arn })).collect();
            Ok(json!({ "Topics": arns }))
        }
        "Publish" => {
            let topic = input.text_or_none("TopicArn").or_else(|| input.text_or_none("TargetArn"));
            let topic = topic.ok_or_else(|| input.missing("TopicArn"))?;
            let id = publish(world, topic, input.text_or_none("Subject"), input.text("Message")?)?;
            Ok(json!({ "MessageId": id }))
        }
        "Subscribe" => subscribe(world, input),
        "ListSubscriptionsByTopic" => {
            let topic = input.text("TopicArn")?;
            let all = world.sns.subscriptions.values();
            let own = all.filter(|subscription| subscription.topic == topic);
            Ok(json!({ "Subscriptions": own.map(|s| show(s, &world.place.account)).collect::<Vec<_>>() }))
        }
        _ => Err(AwsError::not_implemented("sns", operation)),
    }
}

fn create(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let name = input.text("Name")?;
    let good = name.len() <= 256 && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if !good {
        return Err(input.bad("Invalid parameter: Topic Name"));
    }
    let arn = world.place.arn("sns", name);
    if !world.sns.list.contains(&arn) {
        world.sns.list.insert(arn.clone(), Topic { arn: arn.clone(), published: 0 });
    }
    Ok(json!({ "TopicArn": arn }))
}

fn subscribe(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let topic = input.text("TopicArn")?;
    if !world.sns.list.contains(topic) {
        return Err(AwsError::new("NotFound", "Topic does not exist").with_status(404));
    }
    let arn = format!("{topic}:{}", world.ids.uuid());
    let subscription = Subscription {
        arn: arn.clone(),
        topic: topic.to_owned(),
        protocol: input.text("Protocol")?.to_owned(),
        endpoint: input.text_or_none("Endpoint").unwrap_or_default().to_owned(),
    };
    world.sns.subscriptions.insert(arn.clone(), subscription);
    Ok(json!({ "SubscriptionArn": arn }))
}

fn show(subscription: &Subscription, owner: &str) -> Value {
    json!({
        "SubscriptionArn": subscription.arn,
        "Owner": owner,
        "Protocol": subscription.protocol,
        "Endpoint": subscription.endpoint,
        "TopicArn": subscription.topic,
    })
}
