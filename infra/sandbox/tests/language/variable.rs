//! Variables: what may be assigned, who sees it, and how much of it there may be.

use serde_json::{Value, json};

use crate::bench::{Bench, create, world};

fn pass(fields: Value) -> Value {
    let mut state = fields;
    state["Type"] = json!("Pass");
    state
}

#[test]
fn names_that_are_no_variables_are_refused_with_their_place() {
    let mut world = world();
    let long = "x".repeat(81);
    for name in ["states", "1a", "a-b", "", &long] {
        let definition =
            json!({"StartAt": "A", "States": {"A": pass(json!({"Assign": {name: 1}, "End": true}))}});
        let error = create(&mut world, "m", &definition).unwrap_err();
        assert_eq!(error.code, "InvalidDefinition");
        assert!(error.message.contains(&format!("at /States/A/Assign/{name}")), "{}", error.message);
    }
}

#[test]
fn all_values_are_computed_from_those_before_the_state() {
    let definition = json!({"StartAt": "A", "States": {
        "A": pass(json!({"Assign": {"x": 1, "y": 2}, "Next": "B"})),
        "B": pass(json!({"Assign": {"x.$": "$y", "y.$": "$x"}, "Parameters": {"seen.$": "$x"}, "Next": "C"})),
        "C": pass(json!({"Parameters": {"x.$": "$x", "y.$": "$y", "seen.$": "$.seen"}, "End": true})),
    }});
    assert_eq!(Bench::run(&definition, &json!({})).output(), json!({"x": 2, "y": 1, "seen": 1}));
}

#[test]
fn a_branch_sees_the_variables_around_it_and_keeps_its_own() {
    let branch = json!({"StartAt": "In", "States": {
        "In": pass(json!({"Assign": {"inner.$": "$outer"}, "Next": "Out"})),
        "Out": pass(json!({"Parameters": {"inner.$": "$inner"}, "End": true})),
    }});
    let definition = |last: Value| {
        json!({"StartAt": "A", "States": {
            "A": pass(json!({"Assign": {"outer": 7}, "Next": "P"})),
            "P": {"Type": "Parallel", "Branches": [branch], "Assign": {"got.$": "$[0].inner"}, "Next": "Last"},
            "Last": last,
        }})
    };
    let last = pass(json!({"Parameters": {"got.$": "$got"}, "End": true}));
    assert_eq!(Bench::run(&definition(last), &json!({})).output(), json!({"got": 7}));
    let gone = pass(json!({"Parameters": {"x.$": "$inner"}, "End": true}));
    let (error, cause) = Bench::run(&definition(gone), &json!({})).failure();
    assert_eq!(error, "States.Runtime");
    assert!(
        cause.contains("The JSONPath '$inner' specified for the field 'x.$' could not be found"),
        "{cause}"
    );
}

#[test]
fn a_branch_cannot_assign_what_belongs_around_it_but_a_catch_of_the_state_can() {
    let branch = |state: Value| json!({"StartAt": "B", "States": {"B": state}});
    let parallel = |inner: Value| {
        json!({"StartAt": "A", "States": {
            "A": pass(json!({"Assign": {"x": 1}, "Next": "P"})),
            "P": {"Type": "Parallel", "Branches": [branch(inner)], "Next": "Last",
                "Catch": [{"ErrorEquals": ["E"], "Assign": {"x": 3}, "Next": "Last"}]},
            "Last": pass(json!({"Parameters": {"x.$": "$x"}, "End": true})),
        }})
    };
    let inner = pass(json!({"Assign": {"x": 2}, "End": true}));
    assert_eq!(Bench::run(&parallel(inner), &json!({})).failure().0, "States.Runtime");
    let failing = json!({"Type": "Fail", "Error": "E"});
    assert_eq!(Bench::run(&parallel(failing), &json!({})).output(), json!({"x": 3}));
}

#[test]
fn both_languages_share_their_variables_and_the_history_names_what_was_assigned() {
    let definition = json!({"StartAt": "A", "States": {
        "A": pass(json!({"Assign": {"a": {"b": [1, 2]}}, "Next": "B"})),
        "B": pass(json!({"QueryLanguage": "JSONata", "Assign": {"c": "{% $sum($a.b) %}"}, "Next": "C"})),
        "C": pass(json!({"Parameters": {"c.$": "$c"}, "End": true})),
    }});
    let mut bench = Bench::run(&definition, &json!({}));
    assert_eq!(bench.output(), json!({"c": 3}));
    let events = bench.events();
    let exited = &events[4]["stateExitedEventDetails"];
    assert_eq!(exited["assignedVariables"], json!({"c": "3"}));
    assert_eq!(exited["assignedVariablesDetails"], json!({"truncated": false}));
}

#[test]
fn variables_do_not_grow_without_end() {
    let text = "x".repeat(200_000);
    let assigned = |names: std::ops::Range<usize>| -> Value {
        names.map(|number| (format!("v{number}.$"), json!("$.t"))).collect::<serde_json::Map<_, _>>().into()
    };
    let one = json!({"StartAt": "A", "States": {"A": pass(json!({"Assign": assigned(0..2), "End": true}))}});
    let (error, _) = Bench::run(&one, &json!({"t": text})).failure();
    assert_eq!(error, "States.DataLimitExceeded");
    let mut states = serde_json::Map::new();
    for number in 0..60 {
        let next = format!("S{}", number + 1);
        states.insert(
            format!("S{number}"),
            pass(json!({"Assign": assigned(number..number + 1), "Next": next})),
        );
    }
    states.insert("S60".to_owned(), json!({"Type": "Succeed"}));
    let many = json!({"StartAt": "S0", "States": states});
    assert_eq!(Bench::run(&many, &json!({"t": text})).failure().0, "States.DataLimitExceeded");
}
