//! Hands events to targets: queues, topics, pipelines and state machines.

use serde_json::{Value, json};
use viridian_aws_wire::{AwsError, Input};

use super::pattern;
use crate::{
    arn, authorization, codepipeline, iam, sns, sqs,
    world::{Caller, World},
};

/// Gives an event to every target of every rule that it fits. It gets its id only if somebody hears it.
pub(super) fn event(world: &mut World, mut event: Value) {
    let fits = |rule: &&super::Rule| rule.enabled && pattern::fits(&rule.pattern, &event);
    let heard: Vec<(String, Value)> = world
        .eventbridge
        .rules
        .values()
        .filter(fits)
        .flat_map(|rule| rule.targets.values().map(|target| (rule.arn.clone(), target.clone())))
        .collect();
    if heard.is_empty() {
        return;
    }
    if event["id"] == "" {
        event["id"] = Value::from(world.ids.uuid());
    }
    for (rule, target) in heard {
        to_target(world, &rule, &target, &event);
    }
}

fn to_target(world: &mut World, rule: &str, target: &Value, event: &Value) {
    let Some(target_arn) = target["Arn"].as_str() else { return };
    let said = said(target, event);
    let delivered = match target_arn.split(':').nth(2) {
        Some("sqs") => sqs::deliver(world, target_arn, "events.amazonaws.com", said),
        Some("sns") => sns::publish(world, target_arn, None, &said).is_ok(),
        Some("codepipeline") => start_pipeline(world, target, arn::short_name(target_arn), rule, event),
        Some("states") => start_machine(world, target, target_arn, &said),
        _ => false,
    };
    if !delivered {
        tracing::debug!(rule, target = target_arn, "an event could not be delivered");
    }
}

/// What the target is told: its own constant, a text with parts of the event, a part of it, or all of it.
fn said(target: &Value, event: &Value) -> String {
    if let Some(constant) = target["Input"].as_str() {
        return constant.to_owned();
    }
    if let Some(template) = target["InputTransformer"]["InputTemplate"].as_str() {
        return filled(template, &target["InputTransformer"]["InputPathsMap"], event);
    }
    let part = target["InputPath"].as_str().and_then(|path| part(event, path));
    part.unwrap_or(event).to_string()
}

fn part<'a>(event: &'a Value, path: &str) -> Option<&'a Value> {
    event.pointer(&path.strip_prefix('$')?.replace('.', "/"))
}

/// A template in which `<name>` stands for the part of the event at that name's path; what is not there is empty.
fn filled(template: &str, paths: &Value, event: &Value) -> String {
    let paths = paths.as_object().into_iter().flatten();
    paths.fold(template.to_owned(), |text, (name, path)| {
        let value = match path.as_str().and_then(|path| part(event, path)) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        text.replace(&format!("<{name}>"), &value)
    })
}

/// Who a target is called as: the session of the role that it was given.
fn role(world: &World, target: &Value) -> Caller {
    iam::session(world, target["RoleArn"].as_str().unwrap_or("events"), "events")
}

fn start_pipeline(world: &mut World, target: &Value, pipeline: &str, rule: &str, event: &Value) -> bool {
    let caller = role(world, target);
    let input = json!({ "name": pipeline });
    let taken =
        target["RoleArn"].as_str().is_none_or(|role| iam::lets_take(world, role, "events.amazonaws.com"));
    taken
        && authorization::check(world, &caller, "codepipeline", "StartPipelineExecution", &input).is_ok()
        && codepipeline::start_by_rule(world, pipeline, rule, event)
}

fn start_machine(world: &mut World, target: &Value, machine: &str, input: &str) -> bool {
    let caller = role(world, target);
    let input = json!({ "stateMachineArn": machine, "input": input });
    world.call(&caller, "sfn", "StartExecution", input).is_ok()
}

/// `PutEvents`: what a program of one's own tells the bus.
pub(super) fn put_events(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let entries: Vec<Value> = input.list("Entries").to_vec();
    if entries.is_empty() || entries.len() > 10 {
        return Err(input.bad("Entries must have 1 to 10 members."));
    }
    let answers: Vec<Value> = entries.iter().map(|entry| put_event(world, entry)).collect();
    let failed = answers.iter().filter(|answer| answer.get("ErrorCode").is_some()).count();
    Ok(json!({ "FailedEntryCount": failed, "Entries": answers }))
}

fn put_event(world: &mut World, entry: &Value) -> Value {
    let detail: Option<Value> = entry["Detail"].as_str().and_then(|text| serde_json::from_str(text).ok());
    let (Some(source), Some(kind), Some(detail)) =
        (entry["Source"].as_str(), entry["DetailType"].as_str(), detail)
    else {
        return json!({ "ErrorCode": "MalformedDetail", "ErrorMessage": "Source, DetailType and a JSON Detail are needed." });
    };
    if source.starts_with("aws.") {
        return json!({ "ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source." });
    }
    let said = json!({
        "version": "0", "id": world.ids.uuid(), "detail-type": kind, "source": source,
        "account": world.place.account, "time": format!("{:.0}", world.now()), "region": world.place.region,
        "resources": entry["Resources"].as_array().cloned().unwrap_or_default(), "detail": detail,
    });
    let id = said["id"].clone();
    event(world, said);
    json!({ "EventId": id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled_with_parts_of_the_event() {
        let event = json!({ "detail": { "execution-id": "e-1", "version": 2.0 } });
        let target = json!({ "InputTransformer": {
            "InputPathsMap": { "detail-execution-id": "$.detail.execution-id", "v": "$.detail.version", "no": "$.x" },
            "InputTemplate": "\"The release <detail-execution-id> of <v><no> has failed.\"",
        }});
        assert_eq!(said(&target, &event), "\"The release e-1 of 2.0 has failed.\"");
    }
}
