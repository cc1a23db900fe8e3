//! Which state comes after which, and with what.

use serde_json::{Value, json};

use crate::bench::Bench;

fn pass(mut state: Value, input: &Value) -> Value {
    state["Type"] = json!("Pass");
    state["End"] = json!(true);
    Bench::run(&json!({"StartAt": "A", "States": {"A": state}}), input).output()
}

#[test]
fn input_and_output_are_cut_and_placed_in_order() {
    let input = json!({"a": {"b": 1}, "c": 2});
    let state =
        json!({"InputPath": "$.a", "Parameters": {"x.$": "$.b"}, "ResultPath": "$.r", "OutputPath": "$.r.x"});
    assert_eq!(pass(state, &input), json!(1));
    assert_eq!(pass(json!({"ResultPath": null, "Result": 3}), &input), input);
    assert_eq!(pass(json!({"InputPath": null}), &input), json!({}));
    assert_eq!(pass(json!({"OutputPath": "$$.State.Name"}), &input), json!("A"));
    assert_eq!(
        pass(json!({"Parameters": {"all.$": "$", "s.$": "$$.Execution.Name"}}), &json!(1)),
        json!({"all": 1, "s": "one"})
    );
}

#[test]
fn choices_are_asked_in_order_and_variables_are_seen_later() {
    let definition = json!({"StartAt": "Set", "States": {
        "Set": {"Type": "Pass", "Assign": {"limit": 3, "seen.$": "$.n"}, "Next": "Which"},
        "Which": {"Type": "Choice", "Choices": [
            {"And": [{"Variable": "$.n", "IsPresent": true}, {"Variable": "$.n", "NumericGreaterThanPath": "$limit"}],
             "Next": "Big"},
            {"Not": {"Variable": "$.n", "NumericEquals": 0}, "Next": "Small"},
        ], "Default": "None"},
        "Big": {"Type": "Pass", "Parameters": {"big.$": "$seen"}, "End": true},
        "Small": {"Type": "Pass", "Result": "small", "End": true},
        "None": {"Type": "Succeed"},
    }});
    assert_eq!(Bench::run(&definition, &json!({"n": 9})).output(), json!({"big": 9}));
    assert_eq!(Bench::run(&definition, &json!({"n": 1})).output(), json!("small"));
    assert_eq!(Bench::run(&definition, &json!({"n": 0})).output(), json!({"n": 0}));
}

#[test]
fn a_choice_without_a_match_fails() {
    let definition = json!({"StartAt": "Which", "States": {
        "Which": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEquals": 0, "Next": "Done"}]},
        "Done": {"Type": "Succeed"},
    }});
    let (error, cause) = Bench::run(&definition, &json!({"n": 1})).failure();
    assert_eq!(error, "States.NoChoiceMatched");
    assert!(
        cause
            .starts_with("An error occurred while executing the state 'Which' (entered at the event id #2).")
    );
    let (error, cause) = Bench::run(&definition, &json!({})).failure();
    assert_eq!(error, "States.Runtime");
    assert!(
        cause.ends_with("Invalid path '$.n': The choice state's condition path references an invalid value.")
    );
}

#[test]
fn seven_days_pass_without_anything_running() {
    let definition = json!({"StartAt": "Wait", "States": {
        "Wait": {"Type": "Wait", "Seconds": 604_800, "Next": "Done"}, "Done": {"Type": "Succeed"},
    }});
    let mut bench = Bench::start(&definition, &json!({}));
    bench.wait(604_799);
    assert_eq!(bench.status(), "RUNNING");
    assert_eq!(bench.events().len(), 2);
    bench.wait(2);
    assert_eq!(bench.status(), "SUCCEEDED");
}

#[test]
fn branches_run_side_by_side_and_keep_their_order() {
    let branch = |seconds: u64, name: &str| {
        json!({"StartAt": name, "States": {
            name: {"Type": "Wait", "Seconds": seconds, "Next": format!("{name} said")},
            format!("{name} said"): {"Type": "Pass", "Parameters": {"name": name, "from.$": "$outer"}, "End": true},
        }})
    };
    let definition = json!({"StartAt": "Set", "States": {
        "Set": {"Type": "Pass", "Assign": {"outer": "o"}, "Next": "Both"},
        "Both": {"Type": "Parallel", "Branches": [branch(20, "slow"), branch(5, "fast")],
            "ResultSelector": {"list.$": "$[*].name", "from.$": "$[0].from"}, "ResultPath": "$.r", "End": true},
    }});
    let mut bench = Bench::start(&definition, &json!({}));
    bench.wait(19);
    assert_eq!(bench.status(), "RUNNING");
    bench.wait(2);
    assert_eq!(bench.output(), json!({"r": {"list": ["slow", "fast"], "from": "o"}}));
}

#[test]
fn a_map_keeps_to_its_concurrency() {
    let definition = json!({"StartAt": "Each", "States": {"Each": {
        "Type": "Map", "ItemsPath": "$.list", "MaxConcurrency": 2, "End": true,
        "ItemSelector": {"v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index", "k.$": "$.k"},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "W", "States": {
            "W": {"Type": "Wait", "Seconds": 10, "End": true}}},
    }}});
    let mut bench = Bench::start(&definition, &json!({"list": ["a", "b", "c"], "k": 1}));
    bench.wait(11);
    assert_eq!(bench.status(), "RUNNING");
    bench.wait(10);
    let item = |i: usize, v: &str| json!({"v": v, "i": i, "k": 1});
    assert_eq!(bench.output(), json!([item(0, "a"), item(1, "b"), item(2, "c")]));
    let types: Vec<_> = bench.lines().into_iter().filter(|line| line.ends_with("IterationStarted")).collect();
    assert_eq!(types, ["3 MapIterationStarted", "3 MapIterationStarted", "8 MapIterationStarted"]);
}

#[test]
fn a_map_within_a_map_and_in_parallel_keeps_its_places() {
    let inner = json!({"StartAt": "In", "States": {"In": {"Type": "Map", "End": true, "ItemProcessor": {
        "StartAt": "Add", "States": {"Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($, 1)"},
            "OutputPath": "$.n", "End": true}}}}}});
    let definition =
        json!({"StartAt": "Out", "States": {"Out": {"Type": "Map", "ItemProcessor": inner, "End": true}}});
    assert_eq!(Bench::run(&definition, &json!([[1, 2], [], [3]])).output(), json!([[2, 3], [], [4]]));
}
