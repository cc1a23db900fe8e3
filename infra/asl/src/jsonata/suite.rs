//! The cases of JSONata's own test suite, 2.0.6, which is the version that Step Functions speaks: each expression with
//! what comes of it, as `tests/jsonata/README.md` says.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use fastrand::Rng;
use jiff::Timestamp;
use jsonata_core::{
    evaluator::{Context, Evaluator},
    value::JValue,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{OPTIONS, convert, function, guard, parse};

/// One expression, and what comes of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Case {
    expr: String,
    /// The input, or the name of one that several share.
    #[serde(deserialize_with = "given")]
    data: Option<Value>,
    set: Option<String>,
    bind: HashMap<String, Value>,
    /// What it gives, unless it gives nothing or an error.
    #[serde(deserialize_with = "given")]
    result: Option<Value>,
    gives: String,
    error: Option<String>,
}

/// A value that is there, even if it is null.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Value(Value),
    Nothing,
    Error,
}

fn evaluate(case: &Case, sets: &HashMap<String, Value>) -> Outcome {
    let Ok(mut node) = parse(&case.expr) else { return Outcome::Error };
    guard::guard(&mut node);
    let mut context = Context::new();
    for (name, value) in &case.bind {
        context.bind(name.clone(), JValue::from(value.clone()));
    }
    let rng = Rc::new(RefCell::new(Rng::with_seed(1)));
    let mut evaluator = Evaluator::with_options(context, OPTIONS);
    function::register(&mut evaluator, Timestamp::now(), &rng).unwrap();
    guard::register(&mut evaluator).unwrap();
    let input = case.data.as_ref().or_else(|| sets.get(case.set.as_ref()?));
    let input = input.map_or(JValue::Undefined, |value| JValue::from(value.clone()));
    match evaluator.evaluate(&node, &input) {
        Ok(value) if value.is_undefined() => Outcome::Nothing,
        Ok(value) => convert::value(&value).map_or(Outcome::Error, Outcome::Value),
        Err(_) => Outcome::Error,
    }
}

/// Equal, but for the last bit of a fraction: numbers are read from JSON to within that.
fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => match (left.as_f64(), right.as_f64()) {
            (Some(left), Some(right)) => (left - right).abs() <= left.abs() * f64::EPSILON,
            _ => false,
        },
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| is_same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let same = |(name, left)| right.get(name).is_some_and(|right| is_same(left, right));
            left.len() == right.len() && left.iter().all(same)
        }
        (left, right) => left == right,
    }
}

impl Case {
    fn agrees(&self, found: &Outcome) -> bool {
        match found {
            Outcome::Error => self.error.is_some(),
            Outcome::Nothing => self.gives == "nothing",
            Outcome::Value(found) => self.result.as_ref().is_some_and(|wanted| is_same(found, wanted)),
        }
    }
}

/// Why a case comes out otherwise here than in the suite.
fn exception(at: &str) -> Option<&'static str> {
    Some(match at {
        "function-eval/case000"
        | "function-eval/case001"
        | "function-eval/case002"
        | "function-eval/case003"
        | "function-eval/case004"
        | "function-eval/case005"
        | "function-eval/case008#0"
        | "function-eval/case008#1"
        | "function-eval/case008#2"
        | "function-eval/case008#3" => "Step Functions has no $eval",
        "flattening/large#0" | "flattening/large#1" | "range-operator/case021" | "range-operator/case024" => {
            "a sequence has at most 100,000 items here; Step Functions ends such an expression by its memory limit"
        }
        "function-encodeUrl/case002" | "function-encodeUrlComponent/case002" => {
            "half a surrogate pair is no text in JSON"
        }
        "tail-recursion/case002" => "the suite sets a depth of its own for this case",
        _ => return None,
    })
}

fn read(line: &str) -> Option<Case> {
    serde_json::from_str(line).ok()
}

#[test]
#[expect(clippy::print_stdout, reason = "the score is what the test is for")]
fn the_language_is_that_of_its_own_suite() {
    let sets = serde_json::from_str(include_str!("../../tests/jsonata/data.json")).unwrap();
    let (mut same, mut excepted, mut surprises) = (0, 0, Vec::new());
    for line in include_str!("../../tests/jsonata/cases.jsonl").lines() {
        let at: String = line.split('"').nth(3).unwrap().to_owned();
        let found = read(line).map(|case| {
            let found = evaluate(&case, &sets);
            (case.agrees(&found), format!("{found:?}"))
        });
        let (agrees, found) = found.unwrap_or((false, "unreadable".to_owned()));
        match (agrees, exception(&at)) {
            (true, None) => same += 1,
            (false, Some(_)) => excepted += 1,
            (true, Some(reason)) => surprises.push(format!("{at}: agrees, though excepted: {reason}")),
            (false, None) => surprises.push(format!("{at}: {line}\n    gives {found}")),
        }
    }
    println!("JSONata 2.0.6: {same} of {} agree, {excepted} differ for a reason", same + excepted);
    assert!(surprises.is_empty(), "{}:\n{}", surprises.len(), surprises.join("\n"));
}

/// What comes of an expression without an input.
fn of(expression: &str) -> Outcome {
    evaluate(&Case { expr: expression.to_owned(), ..Case::default() }, &HashMap::new())
}

#[test]
fn a_seed_gives_the_number_that_java_gives() {
    for (seed, wanted) in
        [("42", 0.727_563_680_032_868_1), ("0", 0.730_967_787_376_657), ("1", 0.730_878_190_703_290_9)]
    {
        assert_eq!(of(&format!("$random({seed})")), Outcome::Value(json!(wanted)), "{seed}");
    }
    assert_eq!(of("$random(7) = $random(7)"), Outcome::Value(json!(true)));
    assert_eq!(of("$random() = $random()"), Outcome::Value(json!(false)));
}

#[test]
fn what_is_no_base64_is_an_error_however_it_is_called() {
    for expression in [
        "$base64decode('!!!')",
        "$base64decode('a b=')",
        "$map(['!'], $base64decode)",
        "'%' ~> $base64decode",
    ] {
        assert_eq!(of(expression), Outcome::Error, "{expression}");
    }
    assert_eq!(of("$base64decode('w7w=')"), Outcome::Value(json!("ü")));
    assert_eq!(of("$base64decode('w7w')"), Outcome::Value(json!("ü")));
    assert_eq!(of("$map(['YQ==', 'Yg=='], $base64decode)"), Outcome::Value(json!(["a", "b"])));
}

#[test]
fn a_range_of_one_is_a_list_and_a_sum_of_a_text_is_an_error() {
    assert_eq!(of("$range(1, 1, 1)"), Outcome::Value(json!([1])));
    assert_eq!(of("$type($range(3, 3, 2))"), Outcome::Value(json!("array")));
    assert_eq!(of("$range(5, 1, -2)"), Outcome::Value(json!([5, 3, 1])));
    for expression in ["$sum('a')", "$average(['a'])", "$max('a')", "1 ?? 2", "$nothing ?: 2"] {
        assert_eq!(of(expression), Outcome::Error, "{expression}");
    }
}
