//! Keeps an expression within bounds: of time, which the evaluator counts between its steps, and of what one step
//! may handle, which is counted here.
//!
//! A value may hold the same part many times over, so that a small one in memory is a huge one to whoever walks
//! through it, writes it out or compares it. Before a step that does so, its operands are weighed. Where a step
//! makes more than it was given, what it would make is worked out first.

use std::{cell::Cell, rc::Rc};

use jsonata_core::{
    ast::{AstNode, BinaryOp, PathStep, Stage},
    evaluator::{Evaluator, EvaluatorError},
    functions::string::build_regex,
    parser,
    value::JValue,
};

use super::function::{Answer, fault};

/// Nodes and text bytes that one operand may have.
const MAX_WEIGHT: usize = 4 << 20;
/// The same of all operands of one evaluation together.
const MAX_WORK: usize = 512 << 20;
/// Characters of a picture of numbers or dates.
const MAX_PICTURE: usize = 1000;
/// Elements among which equal ones are looked for: each is compared with each.
const MAX_DISTINCT: usize = 5000;

/// Built-in functions that walk through all of what they are given, or copy it.
const HEAVY: [&str; 28] = [
    "append",
    "base64decode",
    "base64encode",
    "contains",
    "decodeUrl",
    "decodeUrlComponent",
    "distinct",
    "encodeUrl",
    "encodeUrlComponent",
    "join",
    "keys",
    "lowercase",
    "match",
    "merge",
    "replace",
    "reverse",
    "shuffle",
    "sort",
    "split",
    "spread",
    "string",
    "substring",
    "substringAfter",
    "substringBefore",
    "sum",
    "trim",
    "uppercase",
    "zip",
];
/// Built-in functions whose second argument is a picture.
const PICTURED: [&str; 5] = ["formatNumber", "formatInteger", "parseInteger", "fromMillis", "toMillis"];

// Names that no expression can write, because of the blank at their end.
const WEIGH: &str = "weigh ";
const COUNT: &str = "count ";
const TAME: &str = "tame ";
const FIT_JOIN: &str = "fit join ";
const FIT_REPLACE: &str = "fit replace ";
const FIT_PICTURE: &str = "fit picture ";
const FIT_DISTINCT: &str = "fit distinct ";
const GIVEN: &str = "given ";

fn call(name: &str, args: Vec<AstNode>) -> AstNode {
    AstNode::Function { name: name.to_owned(), args, is_builtin: true }
}

/// Puts a guard in front of every step that needs one.
pub(crate) fn guard(node: &mut AstNode) {
    unpipe(node);
    inside(node).into_iter().for_each(guard);
    match node {
        AstNode::Function { name, args, .. } => arguments(name, args),
        AstNode::Binary { op, lhs, rhs } => match op {
            BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::In | BinaryOp::Concatenate => {
                weighed(lhs);
                weighed(rhs);
            }
            BinaryOp::ChainPipe => {
                weighed(lhs);
                // A call on this side would be given the left side too.
                if matches!(**rhs, AstNode::Function { .. }) {
                    let value = std::mem::replace(&mut **rhs, AstNode::Null);
                    **rhs = AstNode::Block(vec![value]);
                }
            }
            _ => {}
        },
        AstNode::Variable(name) if HEAVY.contains(&name.as_str()) => wrap(node, TAME),
        AstNode::Path { steps } => descend(steps),
        AstNode::Transform { .. } => {
            let transform = std::mem::replace(node, AstNode::Null);
            let given = call(WEIGH, vec![AstNode::variable(GIVEN)]);
            let body =
                AstNode::Binary { op: BinaryOp::ChainPipe, lhs: Box::new(given), rhs: Box::new(transform) };
            let params = vec![GIVEN.to_owned()];
            *node = AstNode::Lambda { params, body: Box::new(body), signature: None, thunk: false };
        }
        _ => {}
    }
}

/// `a ~> $f(b)` is written as the `$f(a, b)` that it means.
fn unpipe(node: &mut AstNode) {
    let AstNode::Binary { op: BinaryOp::ChainPipe, lhs, rhs } = node else { return };
    let AstNode::Function { name, args, is_builtin } = &mut **rhs else { return };
    if args.contains(&AstNode::Placeholder) {
        return;
    }
    let first = std::mem::replace(&mut **lhs, AstNode::Null);
    let args = std::iter::once(first).chain(std::mem::take(args)).collect();
    *node = AstNode::Function { name: std::mem::take(name), args, is_builtin: *is_builtin };
}

fn wrap(node: &mut AstNode, name: &str) {
    let inner = std::mem::replace(node, AstNode::Null);
    *node = call(name, vec![inner]);
}

/// Weighs an operand, unless it is as light as it is written.
fn weighed(node: &mut AstNode) {
    let is_light = matches!(
        node,
        AstNode::String(_)
            | AstNode::Number(_)
            | AstNode::Boolean(_)
            | AstNode::Null
            | AstNode::Placeholder
            | AstNode::Regex { .. }
            | AstNode::Lambda { .. }
    );
    if !is_light {
        wrap(node, WEIGH);
    }
}

fn arguments(name: &str, args: &mut [AstNode]) {
    // A partial application is no call yet; what it gives is a function of its own.
    if HEAVY.contains(&name) {
        args.iter_mut().for_each(weighed);
    }
    let fit = match name {
        "join" => FIT_JOIN,
        "replace" => FIT_REPLACE,
        "distinct" => FIT_DISTINCT,
        _ if PICTURED.contains(&name) => FIT_PICTURE,
        _ => return,
    };
    if args.contains(&AstNode::Placeholder) {
        return;
    }
    if let (FIT_REPLACE, Some(AstNode::Lambda { body, .. })) = (fit, args.get_mut(2)) {
        // What the function gives for each match is counted together.
        return wrap(body, COUNT);
    }
    let all = args.to_vec();
    if let Some(first) = args.first_mut() {
        *first = call(fit, all);
    }
}

/// `a.**` becomes `a.(weigh($).**)`, and `**` at the beginning, which is not called for each element, `weigh($).**`.
fn descend(steps: &mut Vec<PathStep>) {
    let weigh = || PathStep::new(call(WEIGH, vec![AstNode::variable("")]));
    for step in steps.iter_mut().skip(1).filter(|step| step.node == AstNode::Descendant) {
        let steps = vec![weigh(), PathStep::new(AstNode::Descendant)];
        step.node = AstNode::FunctionApplication(Box::new(AstNode::Path { steps }));
    }
    if steps.first().is_some_and(|first| first.node == AstNode::Descendant) {
        steps.insert(0, weigh());
    }
}

/// Every node directly inside another, but for the names that are bound.
fn inside(node: &mut AstNode) -> Vec<&mut AstNode> {
    match node {
        AstNode::Binary {
            op: BinaryOp::ColonEqual | BinaryOp::FocusBind | BinaryOp::IndexBind, rhs, ..
        } => {
            vec![rhs]
        }
        AstNode::Binary { lhs, rhs, .. } => vec![lhs, rhs],
        AstNode::Unary { operand, .. } => vec![operand],
        AstNode::Function { args, .. } => args.iter_mut().collect(),
        AstNode::Call { procedure, args } => std::iter::once(&mut **procedure).chain(args).collect(),
        AstNode::Lambda { body, .. } => vec![body],
        AstNode::FunctionApplication(inner) => vec![inner],
        AstNode::Array(items) | AstNode::Block(items) | AstNode::ArrayGroup(items) => {
            items.iter_mut().collect()
        }
        AstNode::Object(pairs) => pairs.iter_mut().flat_map(|(name, value)| [name, value]).collect(),
        AstNode::ObjectTransform { input, pattern } => {
            let pairs = pattern.iter_mut().flat_map(|(name, value)| [name, value]);
            std::iter::once(&mut **input).chain(pairs).collect()
        }
        AstNode::Conditional { condition, then_branch, else_branch } => {
            [Some(condition), Some(then_branch), else_branch.as_mut()]
                .into_iter()
                .flatten()
                .map(|part| &mut **part)
                .collect()
        }
        AstNode::Sort { input, terms } => {
            std::iter::once(&mut **input).chain(terms.iter_mut().map(|(term, _)| term)).collect()
        }
        AstNode::Transform { location, update, delete } => [Some(location), Some(update), delete.as_mut()]
            .into_iter()
            .flatten()
            .map(|part| &mut **part)
            .collect(),
        AstNode::Path { steps } => steps.iter_mut().flat_map(of_step).collect(),
        _ => Vec::new(),
    }
}

fn of_step(step: &mut PathStep) -> Vec<&mut AstNode> {
    let filters = step.stages.iter_mut().filter_map(|stage| match stage {
        Stage::Filter(filter) => Some(&mut **filter),
        Stage::KeepArray | Stage::Index(_) => None,
    });
    std::iter::once(&mut step.node).chain(filters).collect()
}

/// Registers what the guards call.
pub(crate) fn register(evaluator: &mut Evaluator) -> Result<(), EvaluatorError> {
    let work = Rc::new(Cell::new(MAX_WORK));
    let left = Rc::clone(&work);
    evaluator.register_fn(WEIGH, move |arguments: &[JValue]| {
        let value = first(arguments);
        weigh(&value, &left)?;
        Ok(value)
    })?;
    let room = Cell::new(MAX_WEIGHT);
    evaluator.register_fn(COUNT, move |arguments: &[JValue]| {
        let rest = room.get().checked_sub(length(arguments.first())).ok_or_else(too_large)?;
        room.set(rest);
        Ok(first(arguments))
    })?;
    evaluator.register_fn(TAME, |arguments: &[JValue]| Ok(tame(arguments)))?;
    evaluator.register_fn(FIT_JOIN, |arguments: &[JValue]| fit_join(arguments))?;
    evaluator.register_fn(FIT_REPLACE, |arguments: &[JValue]| fit_replace(arguments))?;
    evaluator.register_fn(FIT_PICTURE, |arguments: &[JValue]| fit_picture(arguments))?;
    evaluator.register_fn(FIT_DISTINCT, |arguments: &[JValue]| fit_distinct(arguments))?;
    for name in HEAVY {
        let left = Rc::clone(&work);
        evaluator.register_fn(tamed(name), move |arguments: &[JValue]| {
            let arguments = wanted(arguments);
            arguments.iter().try_for_each(|argument| weigh(argument, &left))?;
            built_in(name, arguments)
        })?;
    }
    Ok(())
}

fn tamed(name: &str) -> String {
    format!("tamed {name}")
}

/// A heavy function as a value is one that weighs what it is given.
fn tame(arguments: &[JValue]) -> JValue {
    match arguments.first() {
        Some(JValue::Builtin { name }) if HEAVY.contains(&&**name) => {
            JValue::Builtin { name: Rc::from(tamed(name).as_str()) }
        }
        value => value.cloned().unwrap_or(JValue::Undefined),
    }
}

/// A function that is called for each element is also given its number or name and the whole, which built-in ones
/// do not want.
fn wanted(arguments: &[JValue]) -> &[JValue] {
    match arguments {
        [own @ .., JValue::Number(_), JValue::Array(_)] if !own.is_empty() => own,
        [value, JValue::String(_), JValue::Object(_)] => std::slice::from_ref(value),
        all => all,
    }
}

/// Calls a built-in function with arguments that are light enough.
fn built_in(name: &str, arguments: &[JValue]) -> Answer {
    let names: Vec<String> = (0..arguments.len()).map(|number| format!("$a{number}")).collect();
    let mut node =
        parser::parse(&format!("${name}({})", names.join(", "))).map_err(|error| fault(error.to_string()))?;
    guard(&mut node);
    let mut context = jsonata_core::evaluator::Context::new();
    for (number, argument) in arguments.iter().enumerate() {
        context.bind(format!("a{number}"), argument.clone());
    }
    let mut evaluator = Evaluator::with_options(context, super::OPTIONS);
    register(&mut evaluator)?;
    evaluator.register_fn_override("base64decode", super::function::base64decode)?;
    evaluator.evaluate(&node, &JValue::Undefined)
}

fn too_large() -> EvaluatorError {
    fault("The expression handles more data than an execution may carry")
}

/// Takes the weight of a value out of the work that is left.
fn weigh(value: &JValue, left: &Cell<usize>) -> Result<(), EvaluatorError> {
    let mut room = MAX_WEIGHT;
    if !takes(value, &mut room) {
        return Err(too_large());
    }
    let rest = left.get().checked_sub(MAX_WEIGHT - room).ok_or_else(too_large)?;
    left.set(rest);
    Ok(())
}

fn takes(value: &JValue, room: &mut usize) -> bool {
    // Values are nested as deep as an evaluation may recurse, so they are walked without recursion.
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        let (weight, inner) = match value {
            JValue::String(text) => (1 + text.len(), 0),
            JValue::Array(list) => (1, list.len()),
            JValue::Object(members) => (1, members.len()),
            _ => (1, 0),
        };
        let Some(left) = room.checked_sub(weight) else { return false };
        *room = left;
        if inner > *room {
            return false;
        }
        match value {
            JValue::Array(list) => waiting.extend(list.iter()),
            JValue::Object(members) => waiting.extend(members.values()),
            _ => {}
        }
    }
    true
}

fn first(arguments: &[JValue]) -> JValue {
    arguments.first().cloned().unwrap_or(JValue::Undefined)
}

fn length(value: Option<&JValue>) -> usize {
    value.and_then(JValue::as_str).map_or(0, str::len)
}

fn fit_join(arguments: &[JValue]) -> Answer {
    if let Some(JValue::Array(texts)) = arguments.first() {
        let separators = texts.len().saturating_mul(length(arguments.get(1)));
        let total = texts.iter().fold(separators, |total, text| total.saturating_add(length(Some(text))));
        if total > MAX_WEIGHT {
            return Err(too_large());
        }
    }
    Ok(first(arguments))
}

fn fit_replace(arguments: &[JValue]) -> Answer {
    let (Some(JValue::String(text)), Some(pattern), Some(replacement)) =
        (arguments.first(), arguments.get(1), arguments.get(2))
    else {
        return Ok(first(arguments));
    };
    let JValue::String(replacement) = replacement else {
        return Err(fault("$replace takes a string, or a function that is written in its place"));
    };
    let count = match pattern {
        JValue::String(pattern) if pattern.is_empty() => 0,
        JValue::String(pattern) => text.matches(&**pattern).count(),
        JValue::Regex { pattern, flags } => match build_regex(pattern, flags) {
            Ok(regex) => regex.find_iter(text).count(),
            Err(_) => 0,
        },
        _ => 0,
    };
    // Each `$` of the replacement may put in what was matched, which is the text itself all in all.
    let groups = replacement.matches('$').count().saturating_mul(text.len());
    let total = count.saturating_mul(replacement.len()).saturating_add(groups).saturating_add(text.len());
    if total > MAX_WEIGHT { Err(too_large()) } else { Ok(first(arguments)) }
}

fn fit_picture(arguments: &[JValue]) -> Answer {
    if length(arguments.get(1)) > MAX_PICTURE {
        return Err(fault(format!("A picture must not have more than {MAX_PICTURE} characters")));
    }
    Ok(first(arguments))
}

fn fit_distinct(arguments: &[JValue]) -> Answer {
    match arguments.first() {
        Some(JValue::Array(list)) if list.len() > MAX_DISTINCT => {
            Err(fault(format!("$distinct takes at most {MAX_DISTINCT} elements")))
        }
        _ => Ok(first(arguments)),
    }
}
