//! JSONata: values, conditions, variables, and its errors.

use serde_json::{Value, json};

use crate::bench::Bench;

fn pass(fields: Value, input: &Value) -> Bench {
    let mut state = fields;
    state["Type"] = json!("Pass");
    state["End"] = json!(true);
    Bench::run(&json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": state}}), input)
}

#[test]
fn nothing_a_function_or_a_wrong_type_is_an_error_in_its_field() {
    let mut bench = pass(json!({"Output": {"a": ["{% $nothing %}"]}}), &json!({}));
    let (error, cause) = bench.failure();
    assert_eq!(error, "States.QueryEvaluationError");
    assert!(
        cause.ends_with("specified for the field 'Output/a[0]' returned nothing (undefined)."),
        "{cause}"
    );
    assert_eq!(
        bench.lines(),
        ["0 ExecutionStarted", "0 PassStateEntered", "0 EvaluationFailed", "3 ExecutionFailed"]
    );
    let (_, cause) = pass(json!({"Output": "{% function($x){$x} %}"}), &json!({})).failure();
    assert!(cause.ends_with("returned an unsupported result type."), "{cause}");
}

#[test]
fn expressions_see_input_context_and_variables() {
    let output = json!({"sum": "{% $sum($states.input.list) %}", "name": "{% $states.context.State.Name %}", "s": "plain"});
    assert_eq!(
        pass(json!({"Output": output}), &json!({"list": [1, 2.5]})).output(),
        json!({"sum": 3.5, "name": "A", "s": "plain"})
    );
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"n": "{% $states.input.n + 1 %}"}, "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Condition": "{% $n > 5 %}", "Next": "Big", "Output": {"big": "{% $n %}"}}],
            "Default": "Small"},
        "Big": {"Type": "Succeed"},
        "Small": {"Type": "Fail", "Error": "{% 'Small' & $n %}", "Cause": "{% $string($states.input) %}"},
    }});
    assert_eq!(Bench::run(&definition, &json!({"n": 5})).output(), json!({"big": 6}));
    assert_eq!(
        Bench::run(&definition, &json!({"n": 1})).failure(),
        ("Small2".to_owned(), "{\"n\":1}".to_owned())
    );
}

#[test]
fn the_functions_of_step_functions_are_there() {
    let output = json!({
        "p": "{% $partition([1,2,3], 2) %}",
        "r": "{% $range(1, 5, 2) %}",
        "h": "{% $hash('a', 'MD5') %}",
        "j": "{% $parse('{\"a\":1}').a %}",
        "u": "{% $length($uuid()) %}",
        "x": "{% $random() < 1 %}",
        "t": "{% $now() %}",
        "l": "{% $pad('5', -3, '0') & $pad('x', 2) %}",
    });
    let found = pass(json!({"Output": output}), &json!({})).output();
    assert_eq!(
        found,
        json!({
            "p": [[1, 2], [3]], "r": [1, 3, 5], "h": "0cc175b9c0f1b6a831c399e269772661", "j": 1, "u": 36, "x": true,
            "t": "2026-01-05T09:00:00.015Z", "l": "005x ",
        })
    );
}

#[test]
fn results_and_errors_have_names_of_their_own() {
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "M", "States": {
        "M": {"Type": "Map", "Items": "{% $states.input.list %}", "ItemSelector": {"v": "{% $states.context.Map.Item.Value %}"},
            "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "Output": "{% $states.input.v * 2 %}", "End": true}}},
            "Output": {"twice": "{% $states.result %}"}, "Next": "P2"},
        "P2": {"Type": "Parallel", "Arguments": {"in": "{% $states.input.twice[0] %}"},
            "Branches": [{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "{% $string($states.input.in) %}"}}}],
            "Catch": [{"ErrorEquals": ["E"], "Output": "{% $states.errorOutput.Cause %}", "Next": "Done"}], "End": true},
        "Done": {"Type": "Succeed"},
    }});
    assert_eq!(Bench::run(&definition, &json!({"list": [1, 2]})).output(), json!("2"));
}
