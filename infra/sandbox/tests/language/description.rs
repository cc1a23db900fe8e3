//! What describing a machine tells besides its definition: which variables each state refers to.

use serde_json::{Value, json};

use crate::bench::{Bench, call, create, world};

fn references(definition: &Value) -> Value {
    let mut world = world();
    let machine = create(&mut world, "machine", definition).unwrap_or_else(|error| panic!("{error}"));
    let answer = call(&mut world, "DescribeStateMachine", json!({"stateMachineArn": machine})).unwrap();
    answer["variableReferences"].clone()
}

#[test]
fn a_machine_without_references_tells_none() {
    let state =
        json!({"Type": "Pass", "Assign": {"a.$": "$.b", "c": "$a"}, "Result": {"x.$": "$a"}, "End": true});
    assert_eq!(references(&json!({"StartAt": "P", "States": {"P": state}})), Value::Null);
}

#[test]
fn references_in_paths_functions_conditions_and_inner_states_are_named_by_state() {
    let inner = json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "Assign": {
        "sum.$": "States.MathAdd(States.MathAdd($b, $a), 1)"}, "End": true}}});
    let found = references(&json!({"StartAt": "Set", "States": {
        "Set": {"Type": "Pass", "Assign": {"a": 1, "b": 2, "list": [1]}, "Next": "Cut"},
        "Cut": {"Type": "Pass", "InputPath": "$b", "OutputPath": "$a", "Next": "Ask"},
        "Ask": {"Type": "Choice", "Default": "Wait", "Choices": [
            {"And": [{"Variable": "$a", "NumericEqualsPath": "$b"}, {"Variable": "$.x", "IsPresent": true}],
                "Assign": {"d.$": "$list[0]"}, "Next": "Wait"}]},
        "Wait": {"Type": "Wait", "SecondsPath": "$a", "Next": "Each"},
        "Each": {"Type": "Map", "ItemsPath": "$list", "ItemSelector": {"x.$": "$a", "y.$": "$$.Map.Item.Value"},
            "ItemProcessor": inner, "Next": "Fail"},
        "Fail": {"Type": "Fail", "ErrorPath": "States.Format('{}', $b)", "CausePath": "$$.State.Name"},
    }}));
    let wanted = json!({
        "Cut": ["a", "b"], "Ask": ["a", "b", "list"], "Wait": ["a"], "Each": ["a", "list"], "I": ["a", "b"],
        "Fail": ["b"],
    });
    assert_eq!(found, wanted);
}

#[test]
fn jsonata_refers_to_what_is_assigned_and_not_to_what_it_binds_itself() {
    let output =
        "{% ($own := $price; $map($states.input.list, function($x) { $x * $own + $round($tax) })) %}";
    let found = references(&json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"price": 1, "tax": 2, "x": 3}, "Next": "B"},
        "B": {"Type": "Pass", "Output": output, "End": true},
    }}));
    assert_eq!(found, json!({"B": ["price", "tax"]}));
}

#[test]
fn an_execution_is_described_with_the_references_of_the_definition_that_it_runs() {
    let one = |path: &str| {
        json!({"StartAt": "W", "States": {
            "W": {"Type": "Wait", "Seconds": 100, "Assign": {"a": 1, "b": 2}, "Next": "P"},
            "P": {"Type": "Pass", "InputPath": path, "End": true}}})
    };
    let mut bench = Bench::start(&one("$a"), &json!({}));
    let update = json!({"stateMachineArn": bench.machine, "definition": one("$b").to_string()});
    bench.call("UpdateStateMachine", update).unwrap();
    let asked = json!({"executionArn": bench.execution});
    let answer = bench.call("DescribeStateMachineForExecution", asked).unwrap();
    assert_eq!(answer["variableReferences"], json!({"P": ["a"]}));
}
