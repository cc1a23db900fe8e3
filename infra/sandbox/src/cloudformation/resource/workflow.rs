//! State machines and pipelines.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{Made, Resource, Site, camel, pick, text, with};
use crate::cloudformation::scope::plain;

pub(super) fn machine(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let name = match properties["StateMachineName"].as_str() {
        Some(name) => name.to_owned(),
        // Unlike others it does not begin with the stack's name.
        None => site
            .name(&Value::Null, "", 80)
            .split_once('-')
            .map(|(_, rest)| rest.to_owned())
            .unwrap_or_default(),
    };
    let kind = properties["StateMachineType"].as_str().unwrap_or("STANDARD");
    let mut input = json!({
        "name": name, "type": kind, "roleArn": properties["RoleArn"], "definition": definition(properties)?,
    });
    for (property, member) in
        [("LoggingConfiguration", "loggingConfiguration"), ("TracingConfiguration", "tracingConfiguration")]
    {
        if let Some(value) = properties.get(property) {
            input[member] = camel(value, &[]);
        }
    }
    if let Some(tags) = properties.get("Tags") {
        input["tags"] = camel(tags, &[]);
    }
    let made = site.call("sfn", "CreateStateMachine", input)?;
    let arn = text(&made, "/stateMachineArn")?;
    Ok(Made::new(arn.clone(), [("Arn", arn), ("Name", name)]))
}

/// The definition with its substitutions: `${name}` by the value.
fn definition(properties: &Value) -> Result<String, AwsError> {
    let mut text = match (&properties["DefinitionString"], &properties["Definition"]) {
        (Value::String(text), _) => text.clone(),
        (_, definition @ Value::Object(_)) => definition.to_string(),
        _ => {
            let message = "A state machine of the sandbox needs DefinitionString or Definition.";
            return Err(AwsError::new("ValidationError", message));
        }
    };
    for (name, value) in properties["DefinitionSubstitutions"].as_object().into_iter().flatten() {
        text = text.replace(&format!("${{{name}}}"), &plain(value));
    }
    Ok(text)
}

pub(super) fn pipeline(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let name = site.name(properties, "Name", 100);
    let mut input = json!({ "pipeline": declaration(properties, &name) });
    if let Some(tags) = properties.get("Tags") {
        input["tags"] = camel(tags, &[]);
    }
    site.call("codepipeline", "CreatePipeline", input)?;
    for transition in properties["DisableInboundStageTransitions"].as_array().into_iter().flatten() {
        let input = json!({
            "pipelineName": name, "stageName": transition["StageName"], "transitionType": "Inbound",
            "reason": transition["Reason"],
        });
        site.call("codepipeline", "DisableStageTransition", input)?;
    }
    Ok(Made::new(name, [("Version", "1".to_owned())]))
}

pub(super) fn change_pipeline(
    site: &mut Site<'_>,
    known: &Resource,
    properties: &Value,
) -> Result<(), AwsError> {
    let input = json!({ "pipeline": declaration(properties, &known.physical) });
    site.call("codepipeline", "UpdatePipeline", input).map(|_| ())
}

fn declaration(properties: &Value, name: &str) -> Value {
    let members =
        ["RoleArn", "ArtifactStore", "ExecutionMode", "PipelineType", "Stages", "Triggers", "Variables"];
    let declaration = camel(&texts_in_configurations(pick(properties, &members)), &["Configuration"]);
    with(declaration, "name", name)
}

/// A template may write numbers and truth values where the API has texts.
fn texts_in_configurations(mut declaration: Value) -> Value {
    let stages = declaration["Stages"].as_array_mut().into_iter().flatten();
    for action in stages.filter_map(|stage| stage["Actions"].as_array_mut()).flatten() {
        if let Some(configuration) = action["Configuration"].as_object_mut() {
            configuration.values_mut().for_each(|value| *value = plain(value).into());
        }
    }
    declaration
}
