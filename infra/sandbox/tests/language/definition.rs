//! What is wrong with a definition: a sentence, its place, and the codes of AWS.

use serde_json::{Value, json};

use crate::bench::{call, create, world};

fn diagnostics(definition: &Value) -> Vec<String> {
    let input = json!({"definition": definition.to_string()});
    let answer = call(&mut world(), "ValidateStateMachineDefinition", input).unwrap();
    let list = answer["diagnostics"].as_array().unwrap().clone();
    assert_eq!(answer["result"], if list.is_empty() { "OK" } else { "FAIL" });
    assert!(list.iter().all(|found| found["severity"] == "ERROR"));
    let text = |found: &Value, member: &str| found[member].as_str().unwrap_or_default().to_owned();
    list.iter().map(|found| format!("{} {}", text(found, "location"), text(found, "message"))).collect()
}

/// The diagnostics of one state that is the whole machine.
fn of(state: Value) -> Vec<String> {
    diagnostics(&json!({"StartAt": "A", "States": {"A": state}}))
}

/// A task with the fields given.
fn task(fields: Value) -> Value {
    let mut state = fields;
    state["Type"] = json!("Task");
    state["Resource"] = json!("arn:aws:states:::aws-sdk:sfn:listExecutions");
    state["End"] = json!(true);
    state
}

fn each<const COUNT: usize>(cases: [(Value, &str); COUNT]) {
    for (state, expected) in cases {
        let found = of(state.clone());
        assert!(
            found.iter().any(|found| found == expected),
            "{state}: expected {expected}, found {found:#?}"
        );
    }
}

#[test]
fn each_mistake_of_a_state_is_named_with_its_place() {
    each([
        (
            json!({"Type": "Nap"}),
            "/States/A/Type Value 'Nap' must be one of [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]",
        ),
        (json!({"End": true}), "/States/A These fields are required: [Type]"),
        (json!({"Type": "Pass"}), "/States/A Exactly one of these fields is required: [Next, End]"),
        (
            json!({"Type": "Pass", "End": true, "Next": "A"}),
            "/States/A Exactly one of these fields is required: [Next, End]",
        ),
        (json!({"Type": "Pass", "End": true, "Colour": 1}), "/States/A/Colour Field is not supported"),
        (json!({"Type": "Pass", "End": true, "Output": 1}), "/States/A/Output Field is not supported"),
        (
            json!({"Type": "Pass", "End": true, "InputPath": "a"}),
            "/States/A/InputPath Value is not a valid JSONPath",
        ),
        (
            json!({"Type": "Pass", "End": true, "ResultPath": "$.a[*]"}),
            "/States/A/ResultPath Value is not a Reference Path",
        ),
        (
            json!({"Type": "Pass", "End": true, "ResultPath": "$$.a"}),
            "/States/A/ResultPath Value is not a Reference Path",
        ),
        (
            json!({"Type": "Pass", "End": true, "Parameters": {"a": {"b.$": 1}}}),
            "/States/A/Parameters The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call",
        ),
    ]);
}

#[test]
fn each_mistake_of_a_kind_of_state_is_named_with_its_place() {
    each([
        (
            json!({"Type": "Wait", "End": true}),
            "/States/A Exactly one of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]",
        ),
        (
            json!({"Type": "Wait", "Seconds": -1, "End": true}),
            "/States/A/Seconds Value must be between 0 and 99999999",
        ),
        (
            json!({"Type": "Wait", "Seconds": "1", "End": true}),
            "/States/A/Seconds Expected value of type Integer",
        ),
        (json!({"Type": "Fail", "Error": 1}), "/States/A/Error Expected value of type String"),
        (
            json!({"Type": "Fail", "Error": "a", "ErrorPath": "$.a"}),
            "/States/A/ErrorPath Only one of [Error, ErrorPath] may be given",
        ),
        (json!({"Type": "Choice", "Choices": []}), "/States/A/Choices At least one choice rule is required"),
        (
            json!({"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericEquals": "1", "Next": "A"}]}),
            "/States/A/Choices[0]/NumericEquals Field is not supported, or its value does not fit the comparison",
        ),
        (
            json!({"Type": "Choice", "Choices": [{"Variable": "$.a", "Next": "A"}]}),
            "/States/A/Choices[0] A choice rule needs either And, Or, Not, or Variable with exactly one comparison",
        ),
        (
            json!({"Type": "Choice", "Choices": [{"Not": {"Variable": "$.a", "IsNull": true}}]}),
            "/States/A/Choices[0] These fields are required: [Next]",
        ),
        (
            json!({"Type": "Parallel", "Branches": [], "End": true}),
            "/States/A/Branches At least one branch is required",
        ),
        (json!({"Type": "Map", "End": true}), "/States/A These fields are required: [ItemProcessor]"),
    ]);
}

#[test]
fn each_mistake_of_a_task_is_named_with_its_place() {
    each([
        (
            task(json!({"Resource": "x", "TimeoutSeconds": 0})),
            "/States/A/TimeoutSeconds Value must be between 1 and 99999999",
        ),
        (
            task(json!({"TimeoutSeconds": 5, "HeartbeatSeconds": 5})),
            "/States/A/HeartbeatSeconds Value must be smaller than TimeoutSeconds",
        ),
        (
            task(json!({"TimeoutSeconds": 5, "TimeoutSecondsPath": "$.a"})),
            "/States/A/TimeoutSecondsPath Only one of [TimeoutSeconds, TimeoutSecondsPath] may be given",
        ),
        (
            task(json!({"Retry": [{"ErrorEquals": []}]})),
            "/States/A/Retry[0]/ErrorEquals Expected at least one error name, each of type String",
        ),
        (
            task(json!({"Retry": [{"ErrorEquals": ["A"], "IntervalSeconds": 1.5}]})),
            "/States/A/Retry[0]/IntervalSeconds Expected an integer between 1 and 99999999",
        ),
        (
            task(json!({"Retry": [{"ErrorEquals": ["A"], "BackoffRate": 0.5}]})),
            "/States/A/Retry[0]/BackoffRate Expected a number of at least 1",
        ),
        (
            task(json!({"Retry": [{"ErrorEquals": ["A"], "IntervalSeconds": 9, "MaxDelaySeconds": 9}]})),
            "/States/A/Retry[0]/MaxDelaySeconds Value must be greater than IntervalSeconds",
        ),
        (
            task(json!({"Retry": [{"ErrorEquals": ["A"], "JitterStrategy": "HALF"}]})),
            "/States/A/Retry[0]/JitterStrategy Value must be one of [FULL, NONE]",
        ),
        (
            task(json!({"Retry": [{"ErrorEquals": ["States.ALL", "A"]}]})),
            "/States/A/Retry[0]/ErrorEquals 'States.ALL' must appear alone and in the last element of the list",
        ),
        (
            task(
                json!({"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "A"}, {"ErrorEquals": ["A"], "Next": "A"}]}),
            ),
            "/States/A/Catch[0]/ErrorEquals 'States.ALL' must appear alone and in the last element of the list",
        ),
        (
            task(json!({"Catch": [{"ErrorEquals": ["A"]}]})),
            "/States/A/Catch[0] These fields are required: [Next]",
        ),
        (
            task(json!({"Catch": [{"ErrorEquals": ["A"], "Next": "B"}]})),
            "/States/A/Catch[0]/Next Missing 'Next' target: B",
        ),
    ]);
}

#[test]
fn each_mistake_of_jsonata_is_named_with_its_place() {
    let state = |fields: Value| {
        let mut state = json!({"Type": "Pass", "QueryLanguage": "JSONata", "End": true});
        for (name, value) in fields.as_object().unwrap() {
            state[name] = value.clone();
        }
        state
    };
    for (fields, place, part) in [
        (json!({"Output": {"a": ["{% 1 + %}"]}}), "/States/A/Output/a[0]", "Invalid JSONata expression"),
        (json!({"Output": "{% name %}"}), "/States/A/Output", "The name 'name' stands for nothing here"),
        (json!({"Output": "{% $ %}"}), "/States/A/Output", "$ is not supported at the top of an expression"),
        (json!({"Output": "{% $states.result %}"}), "/States/A/Output", "$states.result is only there in"),
        (
            json!({"Assign": {"x": "{% $states.errorOutput %}"}}),
            "/States/A/Assign/x",
            "$states.errorOutput is only there in",
        ),
        (json!({"Output": "{% $states.output %}"}), "/States/A/Output", "$states has no member 'output'"),
        (json!({"InputPath": "$"}), "/States/A/InputPath", "Field is not supported"),
        (
            json!({"Type": "Choice", "Choices": [{"Condition": "yes", "Next": "A"}]}),
            "/States/A/Choices[0]/Condition",
            "Expected a boolean or a JSONata expression",
        ),
        (
            json!({"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "A"}]}),
            "/States/A/Choices[0]/Variable",
            "Field is not supported",
        ),
    ] {
        let found = of(state(fields.clone()));
        let expected = format!("{place} {part}");
        assert!(
            found.iter().any(|found| found.starts_with(&expected)),
            "{fields}: expected {expected}, found {found:#?}"
        );
    }
    let task = json!({"Type": "Task", "QueryLanguage": "JSONata", "Resource": "arn:aws:states:::aws-sdk:sfn:listExecutions",
        "Output": "{% $states.result.Executions %}", "Assign": {"x": "{% $states.result %}"}, "End": true,
        "Catch": [{"ErrorEquals": ["A"], "Output": "{% $states.errorOutput.Error %}", "Next": "A"}]});
    assert_eq!(of(task), Vec::<String>::new());
}

#[test]
fn what_aws_runs_and_the_sandbox_does_not_is_valid_and_refused_by_its_name() {
    let map = |fields: Value| {
        let mut state = json!({"Type": "Map", "End": true, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P", "States": {"P": {"Type": "Succeed"}}}});
        for (name, value) in fields.as_object().unwrap() {
            state[name] = value.clone();
        }
        json!({"StartAt": "M", "States": {"M": state}})
    };
    let batched = map(json!({"ItemBatcher": {"MaxItemsPerBatch": 2}}));
    for definition in [map(json!({})), batched.clone()] {
        assert_eq!(diagnostics(&definition), Vec::<String>::new());
        let error = create(&mut world(), "m", &definition).unwrap_err();
        assert_eq!(error.code, "InvalidDefinition");
        assert!(
            error.message.contains("Distributed maps are not available in the sandbox"),
            "{}",
            error.message
        );
    }
    let error = create(&mut world(), "m", &batched).unwrap_err();
    assert!(error.message.contains("at /States/M/ItemBatcher"), "{}", error.message);
}

#[test]
fn diagnostics_come_up_to_a_limit_and_say_that_there_are_more() {
    let states: serde_json::Map<String, Value> =
        (0..30).map(|number| (format!("S{number}"), json!({"Type": "Nap"}))).collect();
    let input =
        json!({"definition": json!({"StartAt": "S0", "States": states}).to_string(), "maxResults": 10});
    let answer = call(&mut world(), "ValidateStateMachineDefinition", input).unwrap();
    assert_eq!((answer["diagnostics"].as_array().unwrap().len(), &answer["truncated"]), (10, &json!(true)));
    for (member, value) in [("type", "FAST"), ("severity", "LOW")] {
        let input = json!({"definition": "{}", member: value});
        let error = call(&mut world(), "ValidateStateMachineDefinition", input).unwrap_err();
        assert_eq!(error.code, "ValidationException", "{member}");
    }
}
