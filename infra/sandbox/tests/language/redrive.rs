//! Redriving: what failed or was cut off runs again, what succeeded does not.

use serde_json::{Value, json};

use crate::bench::{Bench, create, run};

/// A task that fails as long as the machine that it asks for does not exist.
fn asking(machine: &str) -> Value {
    json!({"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sfn:describeStateMachine", "ResultSelector": {"n.$": "$.Name"},
        "Parameters": {"StateMachineArn": format!("arn:aws:states:ap-northeast-1:123456789012:stateMachine:{machine}")}, "End": true})
}

fn make(bench: &mut Bench, machine: &str) {
    let succeed = json!({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}});
    create(&mut bench.world, machine, &succeed).unwrap();
}

fn redrive(bench: &mut Bench) {
    let arn = bench.execution.clone();
    bench.call("RedriveExecution", json!({"executionArn": arn})).unwrap();
    run(&mut bench.world, None);
}

fn count(bench: &mut Bench, kind: &str) -> usize {
    bench.lines().iter().filter(|line| line.split(' ').nth(1) == Some(kind)).count()
}

#[test]
fn a_redrive_reruns_the_branch_that_failed_and_the_one_that_was_cut_off() {
    let branch = |name: &str, states: Value| json!({"StartAt": name, "States": states});
    let definition = json!({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
        branch("Done", json!({"Done": {"Type": "Pass", "Result": "done", "End": true}})),
        branch("Ask", json!({"Ask": asking("later")})),
        branch("Wait", json!({"Wait": {"Type": "Wait", "Seconds": 100, "End": true}})),
    ]}}});
    let mut bench = Bench::run(&definition, &json!({}));
    assert_eq!(bench.failure().0, "Sfn.StateMachineDoesNotExistException");
    assert_eq!(count(&mut bench, "WaitStateAborted"), 1);
    make(&mut bench, "later");
    let before = bench.events().len();
    redrive(&mut bench);
    assert_eq!(bench.output(), json!(["done", {"n": "later"}, {}]));
    let after: Vec<String> = bench.lines().split_off(before);
    let redriven = before + 1;
    assert_eq!(after[0], format!("{before} ExecutionRedriven"));
    assert!(after.contains(&format!("{redriven} TaskScheduled")), "{after:?}");
    assert!(after.contains(&format!("{redriven} WaitStateEntered")), "{after:?}");
    assert!(
        !after.iter().any(|line| line.contains("PassState") || line.contains("ParallelStateStarted")),
        "{after:?}"
    );
    assert_eq!(bench.describe()["redriveCount"], 1);
}

#[test]
fn a_redrive_reruns_only_the_iterations_that_did_not_succeed() {
    let definition = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 1, "End": true, "ItemProcessor": {
    "StartAt": "Which", "States": {
        "Which": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 2, "Next": "Ask"}], "Default": "Fine"},
        "Fine": {"Type": "Succeed"},
        "Ask": asking("later"),
    }}}}});
    let mut bench = Bench::run(&definition, &json!([1, 2, 3]));
    assert_eq!((count(&mut bench, "MapIterationSucceeded"), count(&mut bench, "MapIterationFailed")), (1, 1));
    redrive(&mut bench);
    assert_eq!(bench.status(), "FAILED");
    make(&mut bench, "later");
    redrive(&mut bench);
    assert_eq!(bench.output(), json!([1, {"n": "later"}, 3]));
    assert_eq!((count(&mut bench, "MapStateStarted"), count(&mut bench, "MapIterationSucceeded")), (1, 3));
    assert_eq!(bench.describe()["redriveCount"], 2);
}

#[test]
fn retries_begin_anew_with_a_redrive() {
    let mut task = asking("never");
    task["Retry"] = json!([{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}]);
    let mut bench = Bench::run(&json!({"StartAt": "T", "States": {"T": task}}), &json!({}));
    assert_eq!(count(&mut bench, "TaskFailed"), 3);
    redrive(&mut bench);
    assert_eq!((count(&mut bench, "TaskFailed"), count(&mut bench, "TaskStateEntered")), (6, 1));
}

#[test]
fn a_client_token_redrives_once() {
    let definition = json!({"StartAt": "T", "States": {"T": asking("never")}});
    let mut bench = Bench::run(&definition, &json!({}));
    let input = json!({"executionArn": bench.execution, "clientToken": "once"});
    let first = bench.call("RedriveExecution", input.clone()).unwrap();
    assert_eq!(bench.call("RedriveExecution", input.clone()).unwrap(), first);
    assert_eq!(bench.describe()["redriveCount"], 1);
    let other = json!({"executionArn": bench.execution, "clientToken": "twice"});
    assert_eq!(bench.call("RedriveExecution", other).unwrap_err().code, "ExecutionNotRedrivable");
    bench.wait(16 * 60);
    bench.call("RedriveExecution", input).unwrap();
    assert_eq!(bench.describe()["redriveCount"], 2);
}

#[test]
fn an_execution_is_redrivable_for_fourteen_days() {
    let definition = json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}});
    let mut bench = Bench::run(&definition, &json!({}));
    bench.wait(14 * 86_400 - 10);
    assert_eq!(bench.describe()["redriveStatus"], "REDRIVABLE");
    bench.wait(20);
    let answer = bench.describe();
    assert_eq!(answer["redriveStatus"], "NOT_REDRIVABLE");
    let arn = json!({"executionArn": bench.execution});
    let error = bench.call("RedriveExecution", arn).unwrap_err();
    assert_eq!(
        (error.code.as_str(), json!(error.message)),
        ("ExecutionNotRedrivable", answer["redriveStatusReason"].clone())
    );
}

#[test]
fn the_machines_timeout_begins_anew_with_a_redrive() {
    let definition = json!({"StartAt": "W", "TimeoutSeconds": 50, "States": {"W": {"Type": "Wait", "Seconds": 40, "Next": "X"},
        "X": {"Type": "Wait", "Seconds": 40, "End": true}}});
    let mut bench = Bench::run(&definition, &json!({}));
    assert_eq!(bench.status(), "TIMED_OUT");
    redrive(&mut bench);
    assert_eq!(bench.status(), "SUCCEEDED");
}

#[test]
fn what_a_stopped_execution_waits_for_is_stopped_with_it() {
    let inner = json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1000, "End": true}}});
    let definition = json!({"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn.$": "$.inner", "Name": "child"}}}});
    let mut bench = Bench::start(&definition, &json!({}));
    let inner = create(&mut bench.world, "inner", &inner).unwrap();
    bench.start_named("two", &json!({"inner": inner}));
    bench.wait(10);
    let child = inner.replace(":stateMachine:", ":execution:") + ":child";
    let status = |bench: &mut Bench| {
        bench.call("DescribeExecution", json!({"executionArn": child})).unwrap()["status"].clone()
    };
    assert_eq!(status(&mut bench), "RUNNING");
    let parent = json!({"executionArn": bench.execution});
    bench.call("StopExecution", parent).unwrap();
    bench.wait(1);
    assert_eq!((bench.status().as_str(), status(&mut bench)), ("ABORTED", json!("ABORTED")));
}
