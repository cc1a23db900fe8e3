//! Rules and their targets.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use viridian_aws_wire::{
    AwsError,
    read::{Input, without_nulls},
};

use super::{Rule, pattern};
use crate::world::World;

/// How many targets a rule may have.
const TARGETS: usize = 5;

pub(super) fn put(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let name = input.text("Name")?;
    let good = name.len() <= 64 && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if !good {
        return Err(input.bad("A rule's name has 1 to 64 letters, digits, dots, hyphens and underscores."));
    }
    let Some(pattern) = input.maybe("EventPattern") else {
        return Err(AwsError::not_implemented("events", "ScheduleExpression"));
    };
    let pattern = read_pattern(pattern)?;
    let arn = world.place.arn("events", &format!("rule/{name}"));
    let targets = world.eventbridge.rules.get(name).map(|rule| rule.targets.clone()).unwrap_or_default();
    let rule = Rule {
        name: name.to_owned(),
        arn: arn.clone(),
        description: input.text_or_none("Description").map(str::to_owned),
        pattern,
        enabled: input.text_or_none("State").is_none_or(|state| state != "DISABLED"),
        role: input.text_or_none("RoleArn").map(str::to_owned),
        targets,
    };
    world.eventbridge.rules.insert(name, rule);
    Ok(json!({ "RuleArn": arn }))
}

fn read_pattern(given: &Value) -> Result<Value, AwsError> {
    let invalid = |reason: String| {
        let message = format!("Event pattern is not valid. Reason: {reason}");
        AwsError::new("InvalidEventPatternException", message)
    };
    let read = match given {
        Value::String(text) => serde_json::from_str(text).map_err(|error| invalid(error.to_string()))?,
        other => other.clone(),
    };
    pattern::check(&read).map_err(invalid)?;
    Ok(read)
}

pub(super) fn delete(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let name = input.text("Name")?;
    if world.eventbridge.rules.get(name).is_some_and(|rule| !rule.targets.is_empty()) {
        return Err(input.bad("Rule can't be deleted since it has targets."));
    }
    world.eventbridge.rules.remove(name);
    Ok(json!({}))
}

pub(super) fn describe(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    Ok(show(find(world, input.text("Name")?)?))
}

pub(super) fn list(world: &World, input: Input<'_>) -> Value {
    let prefix = input.text_or_none("NamePrefix").unwrap_or_default();
    let rules = world.eventbridge.rules.values().filter(|rule| rule.name.starts_with(prefix));
    json!({ "Rules": rules.map(show).collect::<Vec<_>>() })
}

pub(super) fn enable(world: &mut World, input: Input<'_>, enabled: bool) -> Result<Value, AwsError> {
    find_mut(world, input.text("Name")?)?.enabled = enabled;
    Ok(json!({}))
}

pub(super) fn put_targets(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let given: BTreeMap<String, Value> = input
        .list("Targets")
        .iter()
        .map(|target| {
            let read = Input::new(target, "ValidationException");
            read.text("Arn")?;
            if target["InputTransformer"].is_object()
                && !target["InputTransformer"]["InputTemplate"].is_string()
            {
                return Err(read.bad("InputTransformer needs an InputTemplate."));
            }
            Ok((read.text("Id")?.to_owned(), target.clone()))
        })
        .collect::<Result<_, AwsError>>()?;
    let rule = find_mut(world, input.text("Rule")?)?;
    let mut targets = rule.targets.clone();
    targets.extend(given);
    if targets.len() > TARGETS {
        let message = format!("The requested resource exceeds the maximum number allowed: {TARGETS}.");
        return Err(AwsError::new("LimitExceededException", message));
    }
    rule.targets = targets;
    Ok(json!({ "FailedEntryCount": 0, "FailedEntries": [] }))
}

pub(super) fn remove_targets(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let ids = input.texts("Ids");
    let rule = find_mut(world, input.text("Rule")?)?;
    rule.targets.retain(|id, _| !ids.contains(&id.as_str()));
    Ok(json!({ "FailedEntryCount": 0, "FailedEntries": [] }))
}

pub(super) fn list_targets(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let rule = find(world, input.text("Rule")?)?;
    Ok(json!({ "Targets": rule.targets.values().collect::<Vec<_>>() }))
}

pub(super) fn test_pattern(input: Input<'_>) -> Result<Value, AwsError> {
    let pattern = read_pattern(&Value::from(input.text("EventPattern")?))?;
    let event: Value = serde_json::from_str(input.text("Event")?)
        .map_err(|error| input.bad(format!("Parameter Event is not valid. Reason: {error}")))?;
    Ok(json!({ "Result": pattern::fits(&pattern, &event) }))
}

fn find<'a>(world: &'a World, name: &str) -> Result<&'a Rule, AwsError> {
    world.eventbridge.rules.get(name).ok_or_else(|| missing(name))
}

fn find_mut<'a>(world: &'a mut World, name: &str) -> Result<&'a mut Rule, AwsError> {
    world.eventbridge.rules.get_mut(name).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> AwsError {
    let message = format!("Rule {name} does not exist on EventBus default.");
    AwsError::new("ResourceNotFoundException", message)
}

fn show(rule: &Rule) -> Value {
    without_nulls(json!({
        "Name": rule.name,
        "Arn": rule.arn,
        "Description": rule.description,
        "EventPattern": rule.pattern.to_string(),
        "State": if rule.enabled { "ENABLED" } else { "DISABLED" },
        "RoleArn": rule.role,
        "EventBusName": "default",
    }))
}
