//! SQS: standard queues with long polling, invisibility, receipts and a dead-letter queue.
//!
//! Messages age on the virtual clock. Whoever reads them does not: how long a message that was received stays
//! invisible, and how long a poll waits, are real seconds, because a reader that works for a second works for a
//! second whatever the clock's rate is. After a restart every message is visible again, as at-least-once allows.

mod attribute;
mod message;
mod operation;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde_json::Value;
use tokio::{sync::watch, time::Instant};
use viridian_aws_wire::{AwsError, Input};

pub use crate::records::sqs::Sqs;
use crate::records::sqs::{Message, Queue};
use crate::{
    arn,
    world::{Caller, World},
};

/// The longest that a poll may wait.
const LONGEST_POLL: i64 = 20;

impl Sqs {
    /// Changes when a message arrives anywhere.
    pub(crate) fn arrivals(&self) -> watch::Receiver<u64> {
        self.arrivals.subscribe()
    }
}

pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    let input = Input::new(&input, "InvalidParameterValueException");
    match operation {
        "CreateQueue" => operation::create(world, input),
        "DeleteQueue" => operation::delete(world, input),
        "GetQueueUrl" => operation::url(world, input),
        "ListQueues" => Ok(operation::list(world, input)),
        "PurgeQueue" => operation::purge(world, input),
        "TagQueue" => operation::tag(world, input),
        "GetQueueAttributes" => attribute::get(world, input),
        "SetQueueAttributes" => attribute::set(world, input),
        "SendMessage" => message::send(world, caller, input),
        "ReceiveMessage" => message::receive(world, input),
        "DeleteMessage" => message::delete(world, input),
        "DeleteMessageBatch" => message::delete_batch(world, input),
        "ChangeMessageVisibility" => message::change_visibility(world, input),
        _ => Err(AwsError::not_implemented("sqs", operation)),
    }
}

/// Puts a message into the queue of an ARN for another service. Gives whether there is such a queue.
pub(crate) fn deliver(world: &mut World, queue_arn: &str, sender: &str, body: String) -> bool {
    let name = arn::short_name(queue_arn).to_owned();
    if world.sqs.list.get(&name).is_none_or(|queue| queue.arn != queue_arn) {
        return false;
    }
    message::put(world, &name, sender, body);
    true
}

/// How long the reader of an empty queue wants to wait.
pub(crate) fn patience(world: &World, operation: &str, input: &Value) -> Duration {
    if operation != "ReceiveMessage" {
        return Duration::ZERO;
    }
    let input = Input::new(input, "InvalidParameterValueException");
    let own = input.number("WaitTimeSeconds").ok().flatten();
    let of_queue = || {
        let queue = world.sqs.list.get(arn::short_name(input.text_or_none("QueueUrl")?))?;
        attribute::number(queue, "ReceiveMessageWaitTimeSeconds")
    };
    let seconds = own.or_else(of_queue).unwrap_or(0).clamp(0, LONGEST_POLL);
    Duration::from_secs(seconds.unsigned_abs())
}

/// Whether an answer to a poll has no message in it.
pub(crate) fn is_empty(answer: &Result<Value, AwsError>) -> bool {
    answer.as_ref().is_ok_and(|answer| answer.get("Messages").is_none())
}

/// The queue that a request names by its URL.
fn find<'a>(world: &'a World, input: Input<'_>) -> Result<&'a Queue, AwsError> {
    let name = arn::short_name(input.text("QueueUrl")?);
    world.sqs.list.get(name).ok_or_else(missing)
}

fn missing() -> AwsError {
    AwsError::new("QueueDoesNotExist", "The specified queue does not exist.")
}

/// Keys of a queue's messages, the oldest first.
fn keys(world: &World, queue: &str) -> Vec<String> {
    let messages = world.sqs.messages.range(&format!("{queue}/"), &format!("{queue}0"));
    messages.map(|(key, _)| key.to_owned()).collect()
}

fn is_held(world: &World, key: &str) -> bool {
    world.sqs.held.get(key).is_some_and(|until| *until > Instant::now())
}

/// Takes a message out of the world.
fn forget(world: &mut World, key: &str) -> Option<Message> {
    world.sqs.held.remove(key);
    world.sqs.messages.remove(key)
}
