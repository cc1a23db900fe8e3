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
        // Small in memory, huge to whoever walks through it.
        "($t := $reduce([1..45], function($a){ {'l': $a, 'r': $a} }, 0); $t = $merge([$t]))",
        "($t := $reduce([1..45], function($a){ {'l': $a, 'r': $a} }, 0); $length($string($t)))",
        "($t := $reduce([1..45], function($a){ {'l': $a, 'r': $a} }, 0); $count($t.**))",
        "($t := $reduce([1..45], function($a){ {'l': $a, 'r': $a} }, 0); $t ~> |**|{'c': 1}|)",
        "($t := $reduce([1..45], function($a){ {'l': $a, 'r': $a} }, 0); $map([$t], $keys ~> $string))",
        "($s := $pad('', 200000, 'x'); $join($map([1..99999], function($x){ $s })))",
        "($s := $pad('', 200000, 'x'); $replace($s, 'x', $s))",
        "($s := $pad('', 200000, 'x'); $s ~> $replace('x', $s))",
        "($t := $reduce([1..45], function($a){ {'l': $a, 'r': $a} }, 0); $f := $keys; $map([[$t, $t]], $f ~> $string))",
        "($s := $pad('', 200000, 'x'); $replace($s, /x/, function($m){ $s }))",
        "($s := $pad('', 200000, 'x'); $map([1..99999], function($i){ $s & $i }))",
        "$distinct($map([1..99999], function($i){ {'a': $i} }))",
        "$formatNumber(1, $pad('', 250000, '0'))",
    ] {
        assert_eq!(evaluate(expression).0, "States.QueryEvaluationError", "{expression}");
    }
}

/// A machine whose end is never reached.
fn round(parameters: Value) -> Value {
    let mut state = json!({"Type": "Pass", "Next": "B"});
    if parameters != json!({}) {
        state["Parameters"] = parameters;
    }
    let never = json!([{"Variable": "$.never", "IsPresent": true, "Next": "C"}]);
    json!({"StartAt": "A", "States": {
        "A": state, "B": {"Type": "Choice", "Choices": never, "Default": "A"}, "C": {"Type": "Succeed"}}})
}

#[test]
fn a_machine_that_goes_round_for_ever_ends_at_the_limit_of_events() {
    let mut bench = Bench::run(&round(json!({})), &json!({}));
    let (error, cause) = bench.failure();
    assert_eq!(error, "States.Runtime");
    assert!(cause.contains("25000"), "{cause}");
}

#[test]
fn data_that_grows_or_nests_without_end_fails() {
    let nest = round(json!({"a.$": "$"}));
    assert_eq!(Bench::run(&nest, &json!({})).failure().0, "States.Runtime");
    let grow = round(json!({"a.$": "$", "b.$": "$"}));
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
    assert_eq!(start.unwrap_err().code, "ValidationException");
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

#[test]
fn ordinary_expressions_are_not_disturbed_by_their_guards() {
    let output = json!({
        "equal": "{% $states.input.a = $states.input.a and $states.input.a != 1 and 2 in [1, 2] %}",
        "text": "{% $join(['a', 'b'], '-') & $string({'c': [1]}) %}",
        "replaced": "{% $replace('abab', 'a', 'x', 1) & $replace('abc', /b(.)/, '$1!') & $replace('ab', /a/, function($m){ $uppercase($m.match) }) %}",
        "mapped": "{% $map([1, 2], $string) %}",
        "piped": "{% $states.input.a.b ~> $sum %}",
        "chained": "{% ($f := $string ~> $uppercase; 'a-b' ~> $split('-') ~> $join('+') ~> $f ~> $replace('+', '') ~> $f) %}",
        "partial": "{% ($cut := $substring(?, 0, 2); 'abc' ~> $cut) %}",
        "named": "{% ($keys := $keys($states.input.a); $sum := $sum([1, 2]); [$keys, $sum]) %}",
        "below": "{% $count($states.input.**) %}",
        "changed": "{% $states.input.a ~> |$|{'d': 1}, 'b'| %}",
        "parent": "{% $states.input.a.b.{'n': $, 'c': %.c} %}",
        "distinct": "{% $distinct([1, 1, 2]) %}",
        "date": "{% $fromMillis(0, '[Y0001]-[M01]') %}",
    });
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Output": output, "End": true}}});
    let found = Bench::run(&definition, &json!({"a": {"b": [1, 2], "c": "x"}})).output();
    assert_eq!(
        found,
        json!({
            "equal": true, "text": "a-b{\"c\":[1]}", "replaced": "xbabac!Ab", "mapped": ["1", "2"], "piped": 3, "chained": "AB", "partial": "ab",
            "named": ["b", "c", 3], "below": 5, "changed": {"c": "x", "d": 1},
            "parent": [{"n": 1, "c": "x"}, {"n": 2, "c": "x"}], "distinct": [1, 2], "date": "1970-01",
        })
    );
}

#[test]
fn many_expressions_of_one_state_share_their_time_and_their_room() {
    let slow = "{% $count($map([1..99999], function($a){ $a * $a })) %}";
    let fields: serde_json::Map<String, Value> =
        (0..500).map(|number| (format!("f{number}"), json!(slow))).collect();
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Output": fields, "End": true}}});
    let start = Instant::now();
    Bench::run(&definition, &json!({})).failure();
    let copies: serde_json::Map<String, Value> =
        (0..20_000).map(|number| (format!("f{number}.$"), json!("$"))).collect();
    let definition =
        json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": copies, "End": true}}});
    let (error, _) = Bench::run(&definition, &json!("x".repeat(200_000))).failure();
    assert_eq!(error, "States.DataLimitExceeded");
    let arguments = "$,".repeat(30_000);
    let call = format!("States.Format('{}', {})", "{}".repeat(30_000), arguments.trim_end_matches(','));
    let definition =
        json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"x.$": call}, "End": true}}});
    Bench::run(&definition, &json!("x".repeat(200_000))).failure();
    let branch = json!({"StartAt": "B", "States": {"B": {"Type": "Succeed"}}});
    let branches: Vec<Value> = (0..5000)
        .map(|number| {
            let name = format!("B{number}");
            let mut branch = branch.clone();
            branch["StartAt"] = json!(name);
            branch["States"] = json!({name: {"Type": "Succeed"}});
            branch
        })
        .collect();
    let definition =
        json!({"StartAt": "A", "States": {"A": {"Type": "Parallel", "Branches": branches, "End": true}}});
    let (error, _) = Bench::run(&definition, &json!("x".repeat(200_000))).failure();
    assert_eq!(error, "States.DataLimitExceeded");
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[test]
fn a_machine_that_starts_itself_comes_to_an_end() {
    let definition = json!({"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::states:startExecution.sync",
        "Parameters": {"StateMachineArn.$": "$$.StateMachine.Id"}}}});
    let mut bench = Bench::start(&definition, &json!({}));
    bench.wait(3600);
    let (error, cause) = bench.failure();
    assert_eq!(error, "States.TaskFailed", "{cause}");
}
