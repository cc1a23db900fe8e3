//! What a reader of a queue can rely on.

use serde_json::{Value, json};

use crate::{
    World,
    testing::{ask, ok, pass, world},
};

fn queue(world: &mut World, name: &str, attributes: Value) -> String {
    let made = ok(world, "sqs", "CreateQueue", json!({ "QueueName": name, "Attributes": attributes }));
    made["QueueUrl"].as_str().unwrap().to_owned()
}

fn receive(world: &mut World, url: &str) -> Vec<Value> {
    let answer = ok(world, "sqs", "ReceiveMessage", json!({ "QueueUrl": url, "MaxNumberOfMessages": 10 }));
    answer["Messages"].as_array().cloned().unwrap_or_default()
}

#[test]
fn what_is_not_there_and_what_is_not_a_receipt_is_refused() {
    let (mut world, _folder) = world();
    let missing = ask(&mut world, "sqs", "ReceiveMessage", json!({ "QueueUrl": "http://x/1/none" }));
    assert_eq!(missing.unwrap_err().code, "QueueDoesNotExist");
    let url = queue(&mut world, "events", json!({}));
    let other = queue(&mut world, "eventsb", json!({}));
    ok(&mut world, "sqs", "SendMessage", json!({ "QueueUrl": other, "MessageBody": "b" }));
    let receipt = receive(&mut world, &other)[0]["ReceiptHandle"].clone();
    for receipt in [json!("nonsense"), receipt] {
        let input = json!({ "QueueUrl": url, "ReceiptHandle": receipt });
        let refused = ask(&mut world, "sqs", "DeleteMessage", input).unwrap_err();
        assert_eq!(refused.code, "ReceiptHandleIsInvalid");
    }
}

#[test]
fn a_message_is_hidden_while_it_is_held_and_gone_once_it_is_deleted() {
    let (mut world, _folder) = world();
    let url = queue(&mut world, "events", json!({}));
    ok(&mut world, "sqs", "SendMessage", json!({ "QueueUrl": url, "MessageBody": "one" }));
    let first = receive(&mut world, &url).remove(0);
    assert_eq!(first["Body"], "one");
    assert!(receive(&mut world, &url).is_empty());

    let receipt = first["ReceiptHandle"].clone();
    let back = json!({ "QueueUrl": url, "ReceiptHandle": receipt, "VisibilityTimeout": 0 });
    ok(&mut world, "sqs", "ChangeMessageVisibility", back);
    let second = receive(&mut world, &url).remove(0);
    assert_eq!(second["Attributes"]["ApproximateReceiveCount"], "2");

    // The receipt of an earlier reading deletes nothing any more.
    ok(&mut world, "sqs", "DeleteMessage", json!({ "QueueUrl": url, "ReceiptHandle": receipt }));
    let count = |world: &mut World| {
        let names = json!(["ApproximateNumberOfMessagesNotVisible"]);
        let input = json!({ "QueueUrl": url, "AttributeNames": names });
        let shown = ok(world, "sqs", "GetQueueAttributes", input);
        shown["Attributes"]["ApproximateNumberOfMessagesNotVisible"].clone()
    };
    assert_eq!(count(&mut world), "1");
    let input = json!({ "QueueUrl": url, "ReceiptHandle": second["ReceiptHandle"] });
    ok(&mut world, "sqs", "DeleteMessage", input);
    assert_eq!(count(&mut world), "0");
}

#[test]
fn a_message_that_nobody_handles_is_moved_aside_and_an_old_one_goes() {
    let (mut world, _folder) = world();
    let aside = queue(&mut world, "aside", json!({}));
    let target = world.place.arn("sqs", "aside");
    let redrive = json!({ "deadLetterTargetArn": target, "maxReceiveCount": 2 });
    let attributes = json!({
        "VisibilityTimeout": "0", "RedrivePolicy": redrive.to_string(), "MessageRetentionPeriod": "3600",
    });
    let url = queue(&mut world, "events", attributes);
    ok(&mut world, "sqs", "SendMessage", json!({ "QueueUrl": url, "MessageBody": "unreadable" }));
    assert_eq!(receive(&mut world, &url).len(), 1);
    assert_eq!(receive(&mut world, &url).len(), 1);
    assert!(receive(&mut world, &url).is_empty());
    assert_eq!(receive(&mut world, &aside)[0]["Body"], "unreadable");

    ok(&mut world, "sqs", "SendMessage", json!({ "QueueUrl": url, "MessageBody": "old" }));
    pass(&mut world, 3601);
    assert!(receive(&mut world, &url).is_empty());
}
