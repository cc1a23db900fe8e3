//! Reads the rules of a Choice state.

use serde_json::Value;

use super::{
    Code, Kind, Language, Rule,
    fields::{Faults, Fields},
};
use crate::{
    choice::{Condition, Test},
    jsonata,
    path::Path,
};

/// Members of a rule that are no part of its condition.
const AROUND: [&str; 4] = ["Next", "Assign", "Comment", "Output"];

pub(crate) fn read(fields: &Fields<'_>, faults: &mut Faults) -> Option<Kind> {
    fields.require(&["Choices"], faults);
    let list = fields.list("Choices", faults)?;
    if list.is_empty() {
        fields.fault("Choices", "At least one choice rule is required", faults);
    }
    let mut rules = Vec::new();
    for (number, value) in list.iter().enumerate() {
        let at = format!("{}[{number}]", fields.place("Choices"));
        let Some(mut inner) = Fields::of(value, at, fields.language, faults) else { continue };
        inner.language = fields.language;
        inner.require(&["Next"], faults);
        let condition = condition(&inner, true, faults);
        let next = inner.text("Next", faults);
        if let (Some(condition), Some(next)) = (condition, next) {
            let (output, assign) = (inner.template("Output", faults), inner.assignments(faults));
            rules.push(Rule { condition, next: next.to_owned(), output, assign });
        }
    }
    Some(Kind::Choice { rules, default: fields.text("Default", faults).map(ToOwned::to_owned) })
}

fn condition(fields: &Fields<'_>, top: bool, faults: &mut Faults) -> Option<Condition> {
    if fields.language == Language::Queries {
        return query(fields, faults);
    }
    let names: Vec<&str> = fields
        .members
        .keys()
        .map(String::as_str)
        .filter(|name| !(top && AROUND.contains(name) || *name == "Comment"))
        .collect();
    match names.as_slice() {
        ["And"] => parts(fields, "And", faults).map(Condition::And),
        ["Or"] => parts(fields, "Or", faults).map(Condition::Or),
        ["Not"] => {
            let inner = Fields::of(fields.get("Not")?, fields.place("Not"), fields.language, faults)?;
            Some(Condition::Not(Box::new(condition(&inner, false, faults)?)))
        }
        ["Variable", name] | [name, "Variable"] => test(fields, name, faults),
        _ => {
            let message = "A choice rule needs either And, Or, Not, or Variable with exactly one comparison";
            faults.add(Code::Schema, fields.at.clone(), message);
            None
        }
    }
}

fn test(fields: &Fields<'_>, name: &str, faults: &mut Faults) -> Option<Condition> {
    let variable = fields.text("Variable", faults)?;
    let path = Path::parse(variable);
    if path.is_none() {
        fields.fault("Variable", "Value is not a valid JSONPath", faults);
    }
    let test = Test::parse(name, fields.get(name)?);
    if test.is_none() {
        fields.fault(name, "Field is not supported, or its value does not fit the comparison", faults);
    }
    Some(Condition::Test { variable: path?, test: test? })
}

fn parts(fields: &Fields<'_>, name: &str, faults: &mut Faults) -> Option<Vec<Condition>> {
    let list = fields.list(name, faults)?;
    if list.is_empty() {
        fields.fault(name, "At least one choice rule is required", faults);
    }
    let mut parts = Vec::new();
    for (number, value) in list.iter().enumerate() {
        let at = format!("{}[{number}]", fields.place(name));
        let inner = Fields::of(value, at, fields.language, faults)?;
        parts.push(condition(&inner, false, faults)?);
    }
    Some(parts)
}

fn query(fields: &Fields<'_>, faults: &mut Faults) -> Option<Condition> {
    fields.require(&["Condition"], faults);
    fields.allow(&[&AROUND, &["Condition"]], faults);
    match fields.get("Condition")? {
        Value::Bool(constant) => Some(Condition::Constant(*constant)),
        Value::String(text) if jsonata::expression(text).is_some() => {
            fields.query("Condition", faults).map(Condition::Query)
        }
        _ => {
            fields.fault("Condition", "Expected a boolean or a JSONata expression", faults);
            None
        }
    }
}
