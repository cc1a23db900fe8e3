//! Carries out the template: each resource is one call, made in order, and later ones refer to earlier answers.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Error, assets};
use crate::world::{Caller, World};

const TEMPLATE: &str = include_str!("template.json");

#[derive(Deserialize)]
struct Template {
    resources: Vec<Resource>,
    outputs: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Resource {
    id: String,
    service: String,
    operation: String,
    input: Value,
}

/// Makes every resource; gives the outputs.
pub(super) fn make(world: &mut World, cluster: &str, service: &str) -> Result<Vec<(String, String)>, Error> {
    let template: Template =
        serde_json::from_str(TEMPLATE).map_err(|error| Error::Unreadable(error.to_string()))?;
    let caller =
        Caller { arn: format!("arn:aws:sts::{}:assumed-role/cloudformation/deploy", world.place.account) };
    let mut known = json!({
        "Cluster": cluster, "Service": service, "Account": world.place.account, "Region": world.place.region,
    });
    for resource in template.resources {
        let input = resolve(&resource.input, &known)?;
        let answer = world
            .call(&caller, &resource.service, &resource.operation, input)
            .map_err(|error| Error::Resource { resource: resource.id.clone(), error })?;
        // A resource may bear the name of a parameter: both stay reachable, as `Name` and as `Name.member`.
        let key = format!("{}.", resource.id);
        known[key] = answer;
    }
    let output = |(name, value): (String, Value)| match resolve(&value, &known)? {
        Value::String(text) => Ok((name, text)),
        other => Ok((name, other.to_string())),
    };
    template.outputs.into_iter().map(output).collect()
}

/// Replaces `${Name}` and `${Resource.path}`, `{"$json": …}` by the text of it, `{"$asset": path}` by the file's.
fn resolve(value: &Value, known: &Value) -> Result<Value, Error> {
    match value {
        Value::String(text) => substitute(text, known).map(Value::String),
        Value::Array(items) => {
            items.iter().map(|item| resolve(item, known)).collect::<Result<_, _>>().map(Value::Array)
        }
        Value::Object(members) => object(members, known),
        other => Ok(other.clone()),
    }
}

fn object(members: &Map<String, Value>, known: &Value) -> Result<Value, Error> {
    if let Some(inner) = members.get("$json") {
        return Ok(Value::String(resolve(inner, known)?.to_string()));
    }
    if let Some(path) = members.get("$asset").and_then(Value::as_str) {
        return assets::text(path).map(Value::String).ok_or_else(|| Error::Reference(path.to_owned()));
    }
    let resolved = members.iter().map(|(name, value)| Ok((name.clone(), resolve(value, known)?)));
    resolved.collect::<Result<_, _>>().map(Value::Object)
}

fn substitute(text: &str, known: &Value) -> Result<String, Error> {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("${") {
        let (reference, after) = from.split_once('}').ok_or_else(|| Error::Reference(from.to_owned()))?;
        result.push_str(before);
        result.push_str(look_up(reference, known).ok_or_else(|| Error::Reference(reference.to_owned()))?);
        rest = after;
    }
    result.push_str(rest);
    Ok(result)
}

fn look_up<'a>(reference: &str, known: &'a Value) -> Option<&'a str> {
    let Some((resource, path)) = reference.split_once('.') else { return known.get(reference)?.as_str() };
    let pointer = format!("/{}", path.replace('.', "/"));
    known.get(format!("{resource}."))?.pointer(&pointer)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_to_nothing_is_an_error_that_names_it() {
        let error = resolve(&json!({"a": ["${Rule.Rules.0.RuleArn}"]}), &json!({})).unwrap_err();
        assert!(error.to_string().contains("Rule.Rules.0.RuleArn"));
    }

    #[test]
    fn references_are_replaced_inside_of_texts_and_of_json_in_texts() {
        let known = json!({"Service": "web", "Rule.": {"Rules": [{"RuleArn": "arn:1"}]}});
        let value = json!({"name": "${Service}-app", "value": {"$json": ["${Rule.Rules.0.RuleArn}", 80]}});
        let expected = json!({"name": "web-app", "value": "[\"arn:1\",80]"});
        assert_eq!(resolve(&value, &known).unwrap(), expected);
    }
}
