//! Definitions and inputs that are meant to do harm: an error soon, no panic, little memory.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::bench::{Bench, call, create, world};

/// Within a second of an ordinary machine; these tests share theirs.
const SOON: Duration = Duration::from_secs(10);

fn evaluate(expression: &str) -> (String, String) {
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Output": format!("{{% {expression} %}}"), "End": true}}});
    let start = Instant::now();
    let failure = Bench::run(&definition, &json!({})).failure();
    assert!(start.elapsed() < SOON, "{expression} took {:?}", start.elapsed());
    failure
}

#[test]
fn jsonata_that_runs_away_is_stopped() {
    for expression in [
        "($f := function($n){ 1 + $f($n + 1) }; $f(0))",
        "($f := function($n){ $f($n + 1) }; $f(0))",
        "[1..9999999]",
        "$map([1..99999], function($a){ $map([1..99999], function($b){ $a * $b }) })",
        "$reduce([1..60], function($a){ [$a, $a] }, 1)",
        "$reduce([1..60], function($a, $b){ $a & $a }, 'xxxxxxxxxxxxxxxx')",
        "$pad('x', 999999999)",
        "$range(1, 1000000000, 1)",
        "$eval('1')",
    ] {
        assert_eq!(evaluate(expression).0, "States.QueryEvaluationError", "{expression}");
    }
}

#[test]
fn a_machine_that_goes_round_for_ever_ends_at_the_limit_of_events() {
    let definition = json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}});
    let mut bench = Bench::run(&definition, &json!({}));
    let (error, cause) = bench.failure();
    assert_eq!(error, "States.Runtime");
    assert!(cause.contains("25000"), "{cause}");
}

#[test]
fn data_that_grows_or_nests_without_end_fails() {
    let nest = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"a.$": "$"}, "Next": "B"},
        "B": {"Type": "Pass", "Next": "A"}}});
    assert_eq!(Bench::run(&nest, &json!({})).failure().0, "States.Runtime");
    let grow = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"a.$": "$", "b.$": "$"}, "Next": "B"},
        "B": {"Type": "Pass", "Next": "A"}}});
    assert_eq!(Bench::run(&grow, &json!("xxxxxxxxxxxxxxxx")).failure().0, "States.DataLimitExceeded");
}

#[test]
fn deep_json_is_refused_wherever_it_comes_in() {
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let mut world = world();
    let machine =
        create(&mut world, "m", &json!({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})).unwrap();
    let start = call(&mut world, "StartExecution", json!({"stateMachineArn": machine, "input": deep}));
    assert_eq!(start.unwrap_err().code, "InvalidExecutionInput");
    let answer = call(&mut world, "ValidateStateMachineDefinition", json!({"definition": deep})).unwrap();
    assert_eq!(answer["result"], "FAIL");
    let large = Value::from("x".repeat(300_000)).to_string();
    let start = call(&mut world, "StartExecution", json!({"stateMachineArn": machine, "input": large}));
    assert_eq!(start.unwrap_err().code, "InvalidExecutionInput");
}

#[test]
fn a_path_or_function_that_multiplies_fails() {
    let list: Value = (0..60).fold(json!(0), |inner, _| json!([inner, 0]));
    for expression in ["$..*..*..*..*..*", "States.ArrayRange(0, 2000, 1)", "$..[?(@..*)]..*..*"] {
        let definition = json!({"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Parameters": {"x.$": expression}, "End": true}}});
        let start = Instant::now();
        let (error, _) = Bench::run(&definition, &list).failure();
        assert!(
            ["States.Runtime", "States.IntrinsicFailure", "States.DataLimitExceeded"]
                .contains(&error.as_str()),
            "{error}"
        );
        assert!(start.elapsed() < SOON, "{expression} took {:?}", start.elapsed());
    }
}
