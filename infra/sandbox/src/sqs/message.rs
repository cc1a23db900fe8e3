//! Messages are sent, received, held, let go, and moved aside when nobody can handle them.

use std::{fmt::Write, time::Duration};

use jiff::SignedDuration;
use md5::{Digest, Md5};
use serde_json::{Value, json};
use tokio::time::Instant;
use viridian_aws_wire::{AwsError, Input};

use super::{Message, attribute, deliver, find, forget, is_held, keys};
use crate::world::{Caller, World};

/// A queue keeps no more than this; the oldest go first, as if they had grown old.
const MOST: usize = 10_000;

pub(super) fn send(world: &mut World, caller: &Caller, input: Input<'_>) -> Result<Value, AwsError> {
    let queue = find(world, input)?.clone();
    let body = input.text("MessageBody")?.to_owned();
    let limit = attribute::number(&queue, "MaximumMessageSize").and_then(|limit| usize::try_from(limit).ok());
    if limit.is_some_and(|limit| body.len() > limit) {
        return Err(input.bad("One or more parameters are invalid. Reason: Message must be shorter."));
    }
    if input.number("DelaySeconds")?.is_some_and(|seconds| seconds != 0) {
        return Err(AwsError::not_implemented("sqs", "DelaySeconds"));
    }
    let digest = digest(&body);
    let id = put(world, &queue.name, &caller.arn, body);
    Ok(json!({ "MessageId": id, "MD5OfMessageBody": digest }))
}

/// Puts a message into a queue that exists; gives its id.
pub(super) fn put(world: &mut World, queue: &str, sender: &str, body: String) -> String {
    expire(world, queue);
    let (id, now) = (world.ids.uuid(), world.now());
    let Some(record) = world.sqs.list.get_mut(queue) else { return id };
    record.last += 1;
    let key = format!("{queue}/{:012}", record.last);
    let message = Message {
        id: id.clone(),
        body,
        sent: now,
        sender: sender.to_owned(),
        received: 0,
        first_received: None,
    };
    world.sqs.messages.insert(key, message);
    world.sqs.arrivals.send_modify(|count| *count += 1);
    id
}

/// Lets go of messages that are older than the queue keeps them.
fn expire(world: &mut World, queue: &str) {
    let Some(record) = world.sqs.list.get(queue) else { return };
    let kept = SignedDuration::from_secs(attribute::number(record, "MessageRetentionPeriod").unwrap_or(0));
    let now = world.now();
    let keys = keys(world, queue);
    let excess = keys.len().saturating_sub(MOST);
    for (index, key) in keys.iter().enumerate() {
        let sent = world.sqs.messages.get(key).map(|message| message.sent);
        if index >= excess && sent.is_some_and(|sent| now.duration_since(sent) <= kept) {
            break;
        }
        forget(world, key);
    }
}

pub(super) fn receive(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let queue = find(world, input)?.clone();
    let most = input.number("MaxNumberOfMessages")?.unwrap_or(1);
    if !(1..=10).contains(&most) {
        return Err(input.bad("Value for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."));
    }
    if !(0..=super::LONGEST_POLL).contains(&input.number("WaitTimeSeconds")?.unwrap_or(0)) {
        return Err(input.bad(
            "Value for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
        ));
    }
    expire(world, &queue.name);
    let hold = match input.number("VisibilityTimeout")? {
        Some(seconds) => seconds,
        None => attribute::number(&queue, "VisibilityTimeout").unwrap_or(30),
    };
    let hold = Duration::from_secs(hold.clamp(0, 43_200).unsigned_abs());
    let redrive = attribute::redrive(&queue);
    let mut messages = Vec::new();
    for key in keys(world, &queue.name) {
        if messages.len() >= usize::try_from(most).unwrap_or(1) {
            break;
        }
        if is_held(world, &key) || move_aside(world, &key, redrive.as_ref()) {
            continue;
        }
        messages.extend(take(world, &key, hold));
    }
    Ok(if messages.is_empty() { json!({}) } else { json!({ "Messages": messages }) })
}

/// Gives a message to a reader, and hides it from others for a while.
fn take(world: &mut World, key: &str, hold: Duration) -> Option<Value> {
    let now = world.now();
    let message = world.sqs.messages.get_mut(key)?;
    message.received += 1;
    let first = *message.first_received.get_or_insert(now);
    let shown = json!({
        "MessageId": message.id,
        "ReceiptHandle": format!("{key}#{}", message.received),
        "MD5OfBody": digest(&message.body),
        "Body": message.body,
        "Attributes": {
            "SenderId": message.sender,
            "SentTimestamp": message.sent.as_millisecond().to_string(),
            "ApproximateReceiveCount": message.received.to_string(),
            "ApproximateFirstReceiveTimestamp": first.as_millisecond().to_string(),
        },
    });
    world.sqs.held.insert(key.to_owned(), Instant::now() + hold);
    Some(shown)
}

/// Moves a message that was received too often into the dead-letter queue. Gives whether it did.
fn move_aside(world: &mut World, key: &str, redrive: Option<&(String, u32)>) -> bool {
    let Some((target, tries)) = redrive else { return false };
    let Some(message) = world.sqs.messages.get(key).filter(|message| message.received >= *tries).cloned()
    else {
        return false;
    };
    deliver(world, target, &message.sender, message.body);
    forget(world, key);
    true
}

pub(super) fn delete(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let queue = find(world, input)?.name.clone();
    let key = held(world, &queue, input.text("ReceiptHandle")?)?;
    if let Some(key) = key {
        forget(world, &key);
    }
    Ok(json!({}))
}

pub(super) fn delete_batch(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let queue = find(world, input)?.name.clone();
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in input.each("Entries") {
        let id = entry.text("Id")?;
        match held(world, &queue, entry.text("ReceiptHandle")?) {
            Ok(key) => {
                if let Some(key) = key {
                    forget(world, &key);
                }
                successful.push(json!({ "Id": id }));
            }
            Err(error) => failed
                .push(json!({ "Id": id, "Code": error.code, "Message": error.message, "SenderFault": true })),
        }
    }
    if successful.len() + failed.len() > 10 || successful.is_empty() && failed.is_empty() {
        return Err(AwsError::new("TooManyEntriesInBatchRequest", "A batch has 1 to 10 entries."));
    }
    Ok(json!({ "Successful": successful, "Failed": failed }))
}

pub(super) fn change_visibility(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let queue = find(world, input)?.name.clone();
    let seconds = input.number("VisibilityTimeout")?.ok_or_else(|| input.missing("VisibilityTimeout"))?;
    if !(0..=43_200).contains(&seconds) {
        return Err(input.bad("VisibilityTimeout must be between 0 and 43200."));
    }
    let key = held(world, &queue, input.text("ReceiptHandle")?)?.filter(|key| is_held(world, key));
    let Some(key) = key else {
        return Err(AwsError::new("MessageNotInflight", "The specified message isn't in flight."));
    };
    world.sqs.held.insert(key, Instant::now() + Duration::from_secs(seconds.unsigned_abs()));
    Ok(json!({}))
}

/// The key of the message that a receipt is for; none if it is gone or was received again since.
fn held(world: &World, queue: &str, receipt: &str) -> Result<Option<String>, AwsError> {
    let invalid =
        || AwsError::new("ReceiptHandleIsInvalid", "The input receipt handle is not a valid receipt handle.");
    let (key, received) = receipt.split_once('#').ok_or_else(invalid)?;
    let received: u32 = received.parse().map_err(|_| invalid())?;
    if !key.strip_prefix(queue).is_some_and(|rest| rest.starts_with('/')) {
        return Err(invalid());
    }
    let same = world.sqs.messages.get(key).is_some_and(|message| message.received == received);
    Ok(same.then(|| key.to_owned()))
}

fn digest(body: &str) -> String {
    Md5::digest(body.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a text does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
