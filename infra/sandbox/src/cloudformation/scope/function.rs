//! The intrinsic functions of templates.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use crate::cloudformation::scope::{Scope, plain};

/// Deeper than conditions are ever nested.
const DEEPEST: usize = 32;

/// What a value comes to. `AWS::NoValue` takes a property away.
#[derive(Debug, PartialEq)]
pub(crate) enum Resolved {
    Value(Value),
    Nothing,
}

/// A sentence that says what cannot be resolved.
type Reason = String;

pub(crate) fn resolve(scope: &Scope<'_>, value: &Value) -> Result<Resolved, Reason> {
    let resolved = match value {
        Value::Object(members) => {
            if let Some((name, argument)) = call_of(members) {
                return call(scope, name, argument);
            }
            let mut kept = Map::new();
            for (name, member) in members {
                if let Resolved::Value(member) = resolve(scope, member)? {
                    kept.insert(name.clone(), member);
                }
            }
            Value::Object(kept)
        }
        Value::Array(items) => {
            let mut kept = Vec::new();
            for item in items {
                if let Resolved::Value(item) = resolve(scope, item)? {
                    kept.push(item);
                }
            }
            Value::Array(kept)
        }
        scalar => scalar.clone(),
    };
    Ok(Resolved::Value(resolved))
}

/// The function that an object stands for: its only member.
fn call_of(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = members.iter().next().filter(|_| members.len() == 1)?;
    (name == "Ref" || name.starts_with("Fn::")).then_some((name.as_str(), argument))
}

/// The resources that a value refers to, each as often as it does.
pub(crate) fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => match call_of(members) {
            Some(("Ref", Value::String(name))) => found.push(name.clone()),
            Some(("Fn::GetAtt", argument)) => found.extend(attribute(argument).map(|(name, _)| name)),
            Some(("Fn::Sub", argument)) => {
                let text = argument.as_str().or_else(|| argument[0].as_str()).unwrap_or_default();
                let names = placeholders(text).into_iter();
                found.extend(names.map(|name| name.split('.').next().unwrap_or_default().to_owned()));
                references(&argument[1], found);
            }
            _ => members.values().for_each(|member| references(member, found)),
        },
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

fn call(scope: &Scope<'_>, name: &str, argument: &Value) -> Result<Resolved, Reason> {
    let value = match name {
        "Ref" => {
            let name = argument.as_str().unwrap_or_default();
            return scope.reference(name).ok_or_else(|| missing(name));
        }
        "Fn::If" => {
            let [condition, yes, no] = three(name, argument)?;
            let holds = holds(scope, &json!({ "Condition": condition }), 0)?;
            return resolve(scope, if holds { yes } else { no });
        }
        "Fn::GetAtt" => get(scope, argument)?,
        "Fn::Sub" => json!(substitute(scope, argument)?),
        "Fn::Join" => json!(join(scope, argument)?),
        "Fn::Select" => select(scope, argument)?,
        "Fn::Split" => {
            let [delimiter, text] = two(name, argument)?;
            let (delimiter, text) = (text_of(scope, delimiter)?, text_of(scope, text)?);
            text.split(&delimiter).collect()
        }
        "Fn::ImportValue" => {
            let export = text_of(scope, argument)?;
            let found = scope.exports.get(&export);
            json!(found.ok_or_else(|| format!("No export named {export} found."))?)
        }
        "Fn::GetAZs" => {
            ["a", "b", "c"].iter().map(|zone| json!(format!("{}{zone}", scope.place.region))).collect()
        }
        "Fn::FindInMap" => {
            let [map, key, member] = three(name, argument)?;
            let path = [text_of(scope, map)?, text_of(scope, key)?, text_of(scope, member)?];
            let found = path.iter().try_fold(&scope.template.mappings, |value, key| value.get(key));
            found.cloned().ok_or_else(|| format!("there is no mapping {}.", path.join(".")))?
        }
        "Fn::Base64" => json!(STANDARD.encode(text_of(scope, argument)?)),
        "Fn::ToJsonString" => json!(value_of(scope, argument)?.to_string()),
        other => return Err(format!("the sandbox does not know the function {other}.")),
    };
    Ok(Resolved::Value(value))
}

/// Whether a condition holds.
pub(crate) fn holds(scope: &Scope<'_>, condition: &Value, depth: usize) -> Result<bool, Reason> {
    if depth > DEEPEST {
        return Err("conditions refer to each other in a circle.".to_owned());
    }
    let (name, argument) = condition
        .as_object()
        .and_then(|members| members.iter().next())
        .ok_or_else(|| format!("{condition} is no condition."))?;
    let each = || argument.as_array().into_iter().flatten();
    match name.as_str() {
        "Condition" => {
            let name = argument.as_str().unwrap_or_default();
            if let Some(known) = scope.condition(name) {
                return Ok(known);
            }
            let declared = scope.template.conditions.get(name);
            holds(scope, declared.ok_or_else(|| format!("there is no condition {name}."))?, depth + 1)
        }
        "Fn::Equals" => {
            let [left, right] = two(name, argument)?;
            Ok(plain(&value_of(scope, left)?) == plain(&value_of(scope, right)?))
        }
        "Fn::Not" => each().next().map_or(Ok(false), |inner| holds(scope, inner, depth + 1).map(|it| !it)),
        "Fn::And" => each().try_fold(true, |all, inner| Ok(holds(scope, inner, depth + 1)? && all)),
        "Fn::Or" => each().try_fold(false, |any, inner| Ok(holds(scope, inner, depth + 1)? || any)),
        other => Err(format!("the sandbox does not know the condition {other}.")),
    }
}

/// `["Resource", "Attribute"]` or `"Resource.Attribute"`.
fn attribute(argument: &Value) -> Option<(String, String)> {
    let (resource, attribute) = match argument {
        Value::String(text) => text.split_once('.')?,
        list => (list[0].as_str()?, list[1].as_str()?),
    };
    Some((resource.to_owned(), attribute.to_owned()))
}

fn get(scope: &Scope<'_>, argument: &Value) -> Result<Value, Reason> {
    let (name, attribute) = attribute(argument).ok_or_else(|| format!("{argument} names no attribute."))?;
    let resource = scope.made.get(&name).ok_or_else(|| missing(&name))?;
    let found = resource.attribute(&scope.place, &attribute);
    found.map(Value::from).ok_or_else(|| format!("{name} ({}) has no attribute {attribute}.", resource.kind))
}

fn substitute(scope: &Scope<'_>, argument: &Value) -> Result<String, Reason> {
    let (text, own) = match argument {
        Value::String(text) => (text.as_str(), &Value::Null),
        list => (list[0].as_str().unwrap_or_default(), &list[1]),
    };
    let mut result = text.to_owned();
    for name in placeholders(text) {
        let value = match own.get(&name) {
            Some(value) => text_of(scope, value)?,
            None if name.contains('.') => plain(&get(scope, &json!(name))?),
            None => text_of(scope, &json!({ "Ref": name }))?,
        };
        result = result.replace(&format!("${{{name}}}"), &value);
    }
    // `${!Literal}` is how a template writes `${Literal}`.
    Ok(result.replace("${!", "${"))
}

/// The names in `${…}`; `${!…}` is none.
fn placeholders(text: &str) -> Vec<String> {
    let starts = text.split("${").skip(1);
    starts
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name.to_owned())
        .filter(|name| !name.starts_with('!'))
        .collect()
}

fn join(scope: &Scope<'_>, argument: &Value) -> Result<String, Reason> {
    let [delimiter, list] = two("Fn::Join", argument)?;
    let list = value_of(scope, list)?;
    let items = list.as_array().ok_or("Fn::Join needs a list.")?;
    Ok(items.iter().map(plain).collect::<Vec<_>>().join(delimiter.as_str().unwrap_or_default()))
}

fn select(scope: &Scope<'_>, argument: &Value) -> Result<Value, Reason> {
    let [index, list] = two("Fn::Select", argument)?;
    let (index, list) = (text_of(scope, index)?, value_of(scope, list)?);
    let found = index.parse::<usize>().ok().and_then(|index| list.get(index));
    found.cloned().ok_or_else(|| format!("Fn::Select cannot select nonexistent value at index {index}."))
}

fn value_of(scope: &Scope<'_>, value: &Value) -> Result<Value, Reason> {
    match resolve(scope, value)? {
        Resolved::Value(value) => Ok(value),
        Resolved::Nothing => Ok(Value::Null),
    }
}

fn text_of(scope: &Scope<'_>, value: &Value) -> Result<String, Reason> {
    match value_of(scope, value)? {
        Value::Object(_) | Value::Array(_) | Value::Null => Err(format!("{value} does not come to a text.")),
        scalar => Ok(plain(&scalar)),
    }
}

fn two<'a>(name: &str, argument: &'a Value) -> Result<[&'a Value; 2], Reason> {
    match argument.as_array().map(Vec::as_slice) {
        Some([first, second]) => Ok([first, second]),
        _ => Err(format!("{name} needs two arguments.")),
    }
}

fn three<'a>(name: &str, argument: &'a Value) -> Result<[&'a Value; 3], Reason> {
    match argument.as_array().map(Vec::as_slice) {
        Some([first, second, third]) => Ok([first, second, third]),
        _ => Err(format!("{name} needs three arguments.")),
    }
}

fn missing(name: &str) -> Reason {
    format!("it refers to {name}, which is not there.")
}
