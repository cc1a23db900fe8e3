//! What CloudFormation tells of its stacks.

use serde_json::{Value, json};
use viridian_aws_wire::{
    AwsError,
    read::{Input, iso, without_nulls},
};

use super::{Resource, Stack};
use crate::world::World;

const STATUS: &str = "CREATE_COMPLETE";
const CREATING: &str = "CREATE_IN_PROGRESS";
/// Why a resource does nothing.
const OPAQUE: &str = "Kept opaque: the sandbox does not model this type.";

pub(super) fn call(world: &World, operation: &str, input: &Value) -> Result<Value, AwsError> {
    let input = Input::new(input, "ValidationError");
    match operation {
        "DescribeStacks" => describe(world, input),
        "ListStacks" => Ok(list(world, input)),
        "ListStackResources" => {
            let stack = find(world, input)?;
            let shown: Vec<Value> = stack.resources.iter().map(resource).collect();
            Ok(json!({ "StackResourceSummaries": shown }))
        }
        "DescribeStackResources" => resources(world, input),
        "ListExports" => Ok(exports(world)),
        _ => Err(AwsError::not_implemented("cloudformation", operation)),
    }
}

fn find<'a>(world: &'a World, input: Input<'_>) -> Result<&'a Stack, AwsError> {
    let name = input.text("StackName")?;
    let found = world.cloudformation.list.values().find(|stack| stack.name == name || stack.id == name);
    found.ok_or_else(|| input.bad(format!("Stack with id {name} does not exist")))
}

fn describe(world: &World, input: Input<'_>) -> Result<Value, AwsError> {
    if input.text_or_none("StackName").is_none() {
        return Ok(json!({ "Stacks": world.cloudformation.list.values().map(stack).collect::<Vec<_>>() }));
    }
    Ok(json!({ "Stacks": [stack(find(world, input)?)] }))
}

fn list(world: &World, input: Input<'_>) -> Value {
    let wanted = input.texts("StackStatusFilter");
    let all = wanted.is_empty() || wanted.contains(&STATUS);
    let summary = |stack: &Stack| {
        without_nulls(json!({
            "StackId": stack.id, "StackName": stack.name, "TemplateDescription": stack.description,
            "CreationTime": iso(stack.created), "StackStatus": STATUS,
        }))
    };
    let summaries: Vec<Value> = world.cloudformation.list.values().filter(|_| all).map(summary).collect();
    json!({ "StackSummaries": summaries })
}

fn stack(stack: &Stack) -> Value {
    let status = stack.status.as_deref().unwrap_or(STATUS);
    // Outputs come with the end of the creation; a change that is not done shows those of before.
    let outputs = stack.outputs.iter().filter(|_| status != CREATING).map(|output| {
        without_nulls(json!({
            "OutputKey": output.key, "OutputValue": output.value, "Description": output.description,
            "ExportName": output.export,
        }))
    });
    let parameters =
        stack.parameters.iter().map(|(key, value)| json!({ "ParameterKey": key, "ParameterValue": value }));
    without_nulls(json!({
        "StackId": stack.id,
        "StackName": stack.name,
        "Description": stack.description,
        "CreationTime": iso(stack.created),
        "StackStatus": status,
        "DisableRollback": false,
        "Parameters": parameters.collect::<Vec<_>>(),
        "Outputs": outputs.collect::<Vec<_>>(),
        "Tags": [],
    }))
}

fn resource(resource: &Resource) -> Value {
    without_nulls(json!({
        "LogicalResourceId": resource.logical,
        "PhysicalResourceId": resource.physical,
        "ResourceType": resource.kind,
        "LastUpdatedTimestamp": iso(resource.created),
        "ResourceStatus": STATUS,
        "ResourceStatusReason": (!resource.is_modelled).then_some(OPAQUE),
    }))
}

fn resources(world: &World, input: Input<'_>) -> Result<Value, AwsError> {
    let (stack, wanted) = (find(world, input)?, input.text_or_none("LogicalResourceId"));
    let own = stack.resources.iter().filter(|known| wanted.is_none_or(|wanted| wanted == known.logical));
    let shown = own.map(|known| {
        let mut shown = resource(known);
        shown["StackName"] = json!(stack.name);
        shown["StackId"] = json!(stack.id);
        // Here the moment has another name than in the listing.
        if let Some(members) = shown.as_object_mut() {
            members.remove("LastUpdatedTimestamp");
        }
        shown["Timestamp"] = iso(known.created);
        shown
    });
    let shown: Vec<Value> = shown.collect();
    if let (Some(wanted), true) = (wanted, shown.is_empty()) {
        return Err(input.bad(format!("Resource {wanted} does not exist for stack {}", stack.name)));
    }
    Ok(json!({ "StackResources": shown }))
}

fn exports(world: &World) -> Value {
    let of = |stack: &Stack| {
        let id = stack.id.clone();
        let outputs = stack.outputs.clone().into_iter();
        outputs.filter_map(move |output| {
            Some(json!({ "ExportingStackId": id, "Name": output.export?, "Value": output.value }))
        })
    };
    json!({ "Exports": world.cloudformation.list.values().flat_map(of).collect::<Vec<_>>() })
}
