//! Approvals: answered once, expired, announced.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Bench, gate};
use crate::{sns, world::Caller};

fn gated() -> Bench {
    Bench::with("SUPERSEDED", json!([gate("Approve", 1), gate("Then", 2)]))
}

#[test]
fn an_answer_to_another_request_is_refused_by_name() {
    let mut bench = gated();
    let unknown = "00000000-0000-4000-8000-000000000000";
    let code = |result: Result<Value, crate::AwsError>| result.unwrap_err().code;
    assert_eq!(code(bench.answer("Approve", "Approved", unknown)), "InvalidApprovalTokenException");
    assert_eq!(code(bench.answer("Approve", "Approved", "x")), "ValidationException");
    let token = bench.token("Approve");
    assert_eq!(code(bench.answer("Nothing", "Approved", &token)), "ActionNotFoundException");
    assert_eq!(code(bench.answer("Approve", "Maybe", &token)), "ValidationException");
    assert_eq!(bench.action("Approve")["status"], "InProgress");
}

#[test]
fn an_approval_is_answered_once_and_names_who_did() {
    let mut bench = gated();
    let token = bench.token("Approve");
    bench.answer("Approve", "Approved", &token).unwrap();
    let action = bench.action("Approve");
    assert_eq!(action["status"], "Succeeded");
    assert_eq!(action["summary"], "because");
    assert_eq!(action["lastUpdatedBy"], "arn:aws:iam::123456789012:user/approver-1");
    assert_eq!(action["token"], Value::Null);
    assert_eq!(bench.action("Then")["status"], "InProgress");

    let again = bench.answer("Approve", "Rejected", &token).unwrap_err();
    assert_eq!(again.code, "ApprovalAlreadyCompletedException");
    bench.approve("Then");
    assert_eq!(bench.statuses(), ["Succeeded"]);
}

#[test]
fn a_rejection_fails_the_execution_and_names_who_rejected() {
    let mut bench = gated();
    let token = bench.token("Approve");
    bench.answer("Approve", "Rejected", &token).unwrap();
    let action = bench.action("Approve");
    assert_eq!(action["status"], "Failed");
    assert_eq!(action["lastUpdatedBy"], "arn:aws:iam::123456789012:user/approver-1");
    assert_eq!(bench.stage("Release")["latestExecution"]["status"], "Failed");
    assert_eq!(bench.statuses(), ["Failed"]);
}

#[test]
fn an_approval_that_nobody_answers_expires_after_its_own_time_and_names_nobody() {
    let mut hurried = gate("Approve", 1);
    hurried["timeoutInMinutes"] = json!(5);
    let mut bench = Bench::with("SUPERSEDED", json!([hurried]));
    let token = bench.token("Approve");
    bench.pass(SignedDuration::from_mins(4));
    assert_eq!(bench.action("Approve")["status"], "InProgress");
    bench.pass(SignedDuration::from_mins(1));
    let action = bench.action("Approve");
    assert_eq!(action["status"], "Failed");
    assert_eq!(action["errorDetails"]["code"], "ApprovalTimedOut");
    assert!(action.get("lastUpdatedBy").is_none() && action.get("summary").is_none());
    let late = bench.answer("Approve", "Approved", &token).unwrap_err();
    assert_eq!(late.code, "InvalidApprovalTokenException");
}

#[test]
fn an_approval_without_a_time_of_its_own_waits_for_seven_days() {
    let mut bench = gated();
    bench.pass(SignedDuration::from_hours(7 * 24 - 1));
    assert_eq!(bench.action("Approve")["status"], "InProgress");
    bench.pass(SignedDuration::from_hours(1));
    assert_eq!(bench.action("Approve")["status"], "Failed");
}

#[test]
fn a_topic_is_told_the_token_and_when_it_expires() {
    let mut bench = Bench::new();
    let caller = Caller { arn: "arn:aws:iam::123456789012:user/x".to_owned() };
    let topic = bench.world.call(&caller, "sns", "CreateTopic", json!({"Name": "gates"})).unwrap();
    let topic = topic["TopicArn"].as_str().unwrap().to_owned();
    let mut told = gate("Approve", 1);
    told["configuration"] = json!({"NotificationArn": topic, "CustomData": "Look at it."});
    let stages = json!([{"name": "Release", "actions": [told]}]);
    bench.call("CreatePipeline", super::pipeline("SUPERSEDED", stages)).unwrap();
    bench.pass(SignedDuration::from_secs(10));

    let messages = sns::messages(&bench.world, &topic);
    let message: Value = serde_json::from_str(&messages[0].text).unwrap();
    assert_eq!(message["approval"]["token"], json!(bench.token("Approve")));
    assert_eq!(message["approval"]["customData"], "Look at it.");
    assert_eq!(message["approval"]["expires"], "2026-11-09T09:00Z");
}
