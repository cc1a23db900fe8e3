//! JSONata, bounded in depth, time and size.

mod check;
mod convert;
mod function;
mod guard;
#[cfg(test)]
mod suite;

use std::{cell::RefCell, rc::Rc, time::Duration};

pub(crate) use check::Sees;
use fastrand::Rng;
use jsonata_core::{
    ast::AstNode,
    evaluator::{Context, Evaluator, EvaluatorError, EvaluatorOptions},
    parser,
    value::JValue,
};
use serde_json::{Value, json};

use crate::{
    failure::{DATA_LIMIT, Failure},
    scope::Scope,
};

/// The longest expression that is read.
const MAX_LENGTH: usize = 65_536;
/// How long one expression may take, in milliseconds.
const PATIENCE: u64 = 400;
const OPTIONS: EvaluatorOptions = EvaluatorOptions {
    timeout_ms: Some(PATIENCE),
    cancel: None,
    max_stack_depth: Some(2_000),
    max_sequence_length: Some(100_000),
};

/// The expression inside `{% … %}`, if the text is one.
pub(crate) fn expression(text: &str) -> Option<&str> {
    text.strip_prefix("{%")?.strip_suffix("%}").map(str::trim)
}

fn parse(expression: &str) -> Result<AstNode, String> {
    if expression.len() > MAX_LENGTH {
        return Err(format!("it has more than {MAX_LENGTH} characters"));
    }
    let node = parser::parse(expression).map_err(|error| error.to_string())?;
    check::newer(&node).map_or(Ok(node), Err)
}

/// What is wrong with an expression as it is written in a field that sees this much of `$states`.
pub(crate) fn fault(expression: &str, sees: Sees) -> Option<String> {
    match parse(expression) {
        Ok(node) => check::fault(&node, sees),
        Err(fault) => Some(format!("Invalid JSONata expression: {fault}")),
    }
}

/// The names of the variables and functions that an expression takes from outside.
pub(crate) fn names(expression: &str) -> Vec<String> {
    parse(expression).map(|node| check::names(&node)).unwrap_or_default()
}

/// The value of an expression. `location` is the field that it stands in.
pub(crate) fn value(expression: &str, location: &str, scope: &Scope<'_>) -> Result<Value, Failure> {
    let fail = |what: String| {
        let cause =
            format!("The JSONata expression '{expression}' specified for the field '{location}' {what}");
        Failure::evaluation(location, cause)
    };
    let threw = |error: &dyn std::fmt::Display| fail(format!("threw an error during evaluation. {error}"));
    let mut node = parse(expression).map_err(|fault| threw(&fault))?;
    guard::guard(&mut node);
    let rng = Rc::new(RefCell::new(scope.rng.borrow().clone()));
    let left = scope.limits.time()?;
    let mut evaluator = evaluator(expression, scope, &rng, left).map_err(|error| threw(&error.message()))?;
    let result = evaluator.evaluate(&node, &JValue::Undefined);
    scope.rng.replace(rng.borrow().clone());
    let result = result.map_err(|error| threw(&error.message()))?;
    if result.is_undefined() {
        return Err(fail("returned nothing (undefined).".to_owned()));
    }
    convert::value(&result).map_err(|fault| match fault {
        convert::Fault::Function => fail("returned an unsupported result type.".to_owned()),
        convert::Fault::TooLarge => Failure::said(
            DATA_LIMIT,
            format!("The JSONata expression '{expression}' specified for the field '{location}' returned a result \
                     with a size exceeding the maximum number of bytes service limit."),
        ),
    })
}

/// The error of an expression whose value has the wrong type.
pub(crate) fn wrong_type(expression: &str, location: &str, expected: &str, value: &Value) -> Failure {
    let cause = format!(
        "The JSONata expression '{expression}' specified for the field '{location}' returned an unexpected result \
         type. Expected '{expected}', but was '{}' for value: {value}",
        type_name(value)
    );
    Failure::evaluation(location, cause)
}

/// The name of a value's type in JSONata.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn evaluator(
    expression: &str,
    scope: &Scope<'_>,
    rng: &Rc<RefCell<Rng>>,
    left: Duration,
) -> Result<Evaluator, EvaluatorError> {
    let context: &Value = scope.context;
    let mut states = json!({"input": scope.input, "context": context});
    if let Some(members) = states.as_object_mut() {
        members.extend(scope.result.map(|result| ("result".to_owned(), result.clone())));
        members.extend(scope.error.map(|error| ("errorOutput".to_owned(), error.clone())));
    }
    let mut context = Context::new();
    context.bind("states".to_owned(), JValue::from(states));
    // Outer ones first, so that inner ones stand before them. What is not named need not be there.
    let named = |(name, _): &(&String, &Value)| expression.contains(name.as_str());
    for (name, value) in scope.variables.iter().rev().copied().flatten().filter(named) {
        context.bind(name.clone(), JValue::from(value.clone()));
    }
    let left = u64::try_from(left.as_millis()).unwrap_or(PATIENCE);
    let options = EvaluatorOptions { timeout_ms: Some(left.min(PATIENCE)), ..OPTIONS };
    let mut evaluator = Evaluator::with_options(context, options);
    function::register(&mut evaluator, scope.now, rng)?;
    guard::register(&mut evaluator)?;
    Ok(evaluator)
}
