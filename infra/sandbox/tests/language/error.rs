//! Failures: what catches them, what tries again, what they leave in the history.

use serde_json::{Value, json};

use crate::bench::Bench;

/// A map over one item that always fails, with handlers.
fn failing(handlers: &Value) -> Value {
    let mut state = json!({"Type": "Map", "Next": "Done", "ItemProcessor": {"StartAt": "F", "States": {
        "F": {"Type": "Fail", "Error": "Custom", "Cause": "why"}}}});
    for (name, value) in handlers.as_object().unwrap() {
        state[name] = value.clone();
    }
    let mut definition = json!({"StartAt": "M", "States": {"M": state, "Done": {"Type": "Succeed"}}});
    if handlers.get("Catch").is_some() {
        definition["States"]["Caught"] = json!({"Type": "Pass", "End": true});
    }
    definition
}

#[test]
fn an_uncaught_failure_ends_the_execution_with_its_own_words() {
    let mut bench = Bench::run(&failing(&json!({})), &json!([1]));
    assert_eq!(bench.failure(), ("Custom".to_owned(), "why".to_owned()));
    assert_eq!(
        bench.lines(),
        [
            "0 ExecutionStarted",
            "0 MapStateEntered",
            "2 MapStateStarted",
            "3 MapIterationStarted",
            "4 FailStateEntered",
            "5 MapIterationFailed",
            "5 MapStateFailed",
            "7 ExecutionFailed"
        ]
    );
}

#[test]
fn a_catch_takes_the_first_that_matches_and_places_the_error() {
    let catch = json!({"Catch": [
        {"ErrorEquals": ["Other"], "Next": "Done"},
        {"ErrorEquals": ["States.ALL"], "Next": "Caught", "ResultPath": "$[0]", "Assign": {"e.$": "$.Error"}},
    ]});
    let mut bench = Bench::run(&failing(&catch), &json!([1]));
    assert_eq!(bench.output(), json!([{"Error": "Custom", "Cause": "why"}]));
}

#[test]
fn retries_wait_longer_each_time_and_run_out() {
    let retry = json!({"Retry": [
        {"ErrorEquals": ["Custom"], "IntervalSeconds": 10, "BackoffRate": 3.0, "MaxAttempts": 3, "MaxDelaySeconds": 40},
    ]});
    let mut bench = Bench::start(&failing(&retry), &json!([1]));
    let mut attempts = |seconds: i64| {
        bench.wait(seconds);
        bench.lines().iter().filter(|line| line.ends_with("MapStateStarted")).count()
    };
    assert_eq!([attempts(9), attempts(2), attempts(30), attempts(39), attempts(2)], [1, 2, 3, 3, 4]);
    assert_eq!(bench.status(), "FAILED");
}

#[test]
fn runtime_errors_are_not_caught() {
    let definition = json!({"StartAt": "P", "States": {
        "P": {"Type": "Parallel", "Branches": [{"StartAt": "A", "States": {
            "A": {"Type": "Pass", "InputPath": "$.nothing", "End": true}}}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}], "End": true},
        "C": {"Type": "Succeed"},
    }});
    let (error, cause) = Bench::run(&definition, &json!({})).failure();
    assert_eq!(error, "States.Runtime");
    assert_eq!(
        cause,
        "An error occurred while executing the state 'A' (entered at the event id #4). Invalid path '$.nothing' : No \
         results for path: $['nothing']"
    );
}

#[test]
fn a_failing_branch_cuts_the_others_off() {
    let definition = json!({"StartAt": "P", "States": {
        "P": {"Type": "Parallel", "Next": "Done", "Catch": [{"ErrorEquals": ["X"], "Next": "Done"}], "Branches": [
            {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1000, "End": true}}},
            {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "X"}}},
        ]},
        "Done": {"Type": "Succeed"},
    }});
    let mut bench = Bench::start(&definition, &json!({}));
    bench.wait(5);
    assert_eq!(bench.output(), json!({"Error": "X"}));
    let lines = bench.lines();
    let failed = 1 + lines.iter().position(|line| line.ends_with("FailStateEntered")).unwrap();
    assert!(lines.contains(&format!("{failed} WaitStateAborted")), "{lines:?}");
    assert!(lines.contains(&format!("{failed} ParallelStateFailed")), "{lines:?}");
    assert_eq!(bench.world.timers.next_due(), None);
}

#[test]
fn the_machines_own_timeout_ends_everything() {
    let definition = json!({"StartAt": "W", "TimeoutSeconds": 60, "States": {
        "W": {"Type": "Wait", "Seconds": 1000, "End": true}}});
    let mut bench = Bench::start(&definition, &json!({}));
    bench.wait(61);
    assert_eq!(bench.status(), "TIMED_OUT");
    assert_eq!(bench.lines(), ["0 ExecutionStarted", "0 WaitStateEntered", "0 ExecutionTimedOut"]);
}

#[test]
fn an_iteration_that_is_cut_off_says_so_after_the_event_that_failed_the_map() {
    let definition = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
    "StartAt": "Which", "States": {
        "Which": {"Type": "Choice", "Default": "Wait", "Choices": [
            {"Variable": "$", "NumericEquals": 1, "Next": "Fail"}]},
        "Wait": {"Type": "Wait", "Seconds": 1000, "End": true},
        "Fail": {"Type": "Fail", "Error": "X"},
    }}}}});
    let mut bench = Bench::run(&definition, &json!([0, 2, 1]));
    let lines = bench.lines();
    let failed = 1 + lines.iter().position(|line| line.ends_with("FailStateEntered")).unwrap();
    let after: Vec<&str> =
        lines.iter().skip_while(|line| !line.ends_with("MapIterationFailed")).map(String::as_str).collect();
    let cut = [format!("{failed} WaitStateAborted"), format!("{failed} MapIterationAborted")];
    let mut wanted = vec![format!("{failed} MapIterationFailed")];
    wanted.extend(cut.iter().chain(&cut).cloned());
    wanted.push(format!("{failed} MapStateFailed"));
    wanted.push(format!("{} ExecutionFailed", lines.len() - 1));
    assert_eq!(after, wanted);
}
