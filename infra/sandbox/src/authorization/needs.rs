//! What a call asks for: its own action on what it names, and what AWS asks for besides.

use serde_json::Value;
use viridian_iam_policy::Need;

use super::operation::{action_of, prefix, resource_of};
use crate::{arn::short_name, world::World};

/// Everything that a call asks for.
pub(super) fn of(world: &World, service: &str, operation: &str, input: &Value) -> Vec<Need> {
    // Everybody may ask who they are.
    if (service, operation) == ("sts", "GetCallerIdentity") {
        return Vec::new();
    }
    let action = action_of(service, operation);
    let resources = resources(world, service, resource_of(service, operation), input);
    let mut needs: Vec<Need> = resources.iter().map(|resource| Need::new(&action, resource)).collect();
    if service == "applicationautoscaling" {
        for need in &mut needs {
            for (key, member) in
                [("service-namespace", "ServiceNamespace"), ("scalable-dimension", "ScalableDimension")]
            {
                if let Some(value) = input[member].as_str() {
                    need.keys.insert(format!("application-autoscaling:{key}"), value.to_owned());
                }
            }
        }
    }
    needs.extend(tagging(service, operation, input, &resources));
    needs.extend(passed(service, operation, input));
    needs.extend(scaled_service(world, operation, input));
    needs
}

/// Who makes something with tags must be allowed to tag it.
fn tagging(service: &str, operation: &str, input: &Value, resources: &[String]) -> Vec<Need> {
    let has_tags =
        ["tags", "Tags"].iter().any(|member| input[*member].as_array().is_some_and(|tags| !tags.is_empty()));
    let makes = operation.starts_with("Create") || operation.starts_with("Register");
    let action = match service {
        _ if !has_tags || !makes => return Vec::new(),
        "ecs" => "ecs:TagResource",
        "elasticloadbalancingv2" => "elasticloadbalancing:AddTags",
        _ => return Vec::new(),
    };
    let key = format!("{}:CreateAction", prefix(service));
    resources.iter().map(|resource| Need::new(action, resource).with(&key, operation)).collect()
}

/// Who hands a role to a service must be allowed to pass it there.
fn passed(service: &str, operation: &str, input: &Value) -> Vec<Need> {
    let roles = passed_roles(service, operation, input);
    roles
        .into_iter()
        .map(|(role, to)| Need::new("iam:PassRole", role).with("iam:PassedToService", to))
        .collect()
}

/// The roles that a call hands over, with the service that will take each.
pub(super) fn passed_roles<'a>(
    service: &str,
    operation: &str,
    input: &'a Value,
) -> Vec<(&'a str, &'static str)> {
    let (pointers, to): (&[&str], &str) = match (service, operation) {
        ("codebuild", "CreateProject" | "UpdateProject") => (&["/serviceRole"], "codebuild.amazonaws.com"),
        ("codepipeline", "CreatePipeline" | "UpdatePipeline") => {
            (&["/pipeline/roleArn"], "codepipeline.amazonaws.com")
        }
        ("ecs", "RegisterTaskDefinition") => {
            (&["/executionRoleArn", "/taskRoleArn"], "ecs-tasks.amazonaws.com")
        }
        ("events", "PutTargets") => (&["/Targets/0/RoleArn"], "events.amazonaws.com"),
        ("sfn", "CreateStateMachine" | "UpdateStateMachine") => (&["/roleArn"], "states.amazonaws.com"),
        _ => return Vec::new(),
    };
    pointers.iter().filter_map(|pointer| Some((input.pointer(pointer)?.as_str()?, to))).collect()
}

/// Who changes how an ECS service is scaled must be allowed to read and to size it: so says the user guide of
/// Application Auto Scaling of calls "on target services".
fn scaled_service(world: &World, operation: &str, input: &Value) -> Vec<Need> {
    let resource = input["ResourceId"].as_str().unwrap_or_default();
    if operation != "RegisterScalableTarget" || !resource.starts_with("service/") {
        return Vec::new();
    }
    let service = world.place.arn("ecs", resource);
    ["ecs:DescribeServices", "ecs:UpdateService"].map(|action| Need::new(action, &service)).into()
}

/// The resources that a pattern of the table comes to.
fn resources(world: &World, service: &str, pattern: &str, input: &Value) -> Vec<String> {
    if pattern == "*" {
        return vec![pattern.to_owned()];
    }
    let mut found = vec![String::new()];
    let mut rest = pattern;
    while let Some((before, from)) = rest.split_once('{') {
        let Some((member, after)) = from.split_once('}') else { break };
        let is_last = !after.contains('{');
        let values = values(service, member, input);
        found = found
            .iter()
            .flat_map(|begun| values.iter().map(move |value| (begun, value)))
            .map(|(begun, value)| {
                let whole = is_last && value.starts_with("arn:");
                if whole { value.clone() } else { format!("{begun}{before}{}", name(value)) }
            })
            .collect();
        rest = after;
    }
    found.into_iter().map(|resource| complete(world, service, resource, rest)).collect()
}

/// A resource with what follows the last member, and the place in front.
fn complete(world: &World, service: &str, resource: String, rest: &str) -> String {
    if resource.starts_with("arn:") {
        return resource;
    }
    let resource = format!("{resource}{rest}");
    match service {
        "iam" | "sts" => world.place.iam_arn(&resource),
        _ => world.place.arn(prefix(service), &resource),
    }
}

/// The texts that a member stands for; `a.b` looks into a structure, or into each structure of a list.
fn values(service: &str, member: &str, input: &Value) -> Vec<String> {
    let value = match member.split_once('.') {
        None => input[member].clone(),
        Some((outer, inner)) => match &input[outer] {
            Value::Array(list) => list.iter().map(|item| item[inner].clone()).collect(),
            structure => structure[inner].clone(),
        },
    };
    let texts: Vec<String> = match value {
        Value::String(text) if !text.is_empty() => vec![text],
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    match (texts.is_empty(), member) {
        (false, _) => texts,
        (true, "cluster") if service == "ecs" => vec!["default".to_owned()],
        (true, _) => vec!["*".to_owned()],
    }
}

/// A name as it stands within an ARN: of another ARN or a URL the last part, of a build's id its project.
fn name(value: &str) -> &str {
    if value.starts_with("arn:") || value.starts_with("http") {
        return short_name(value);
    }
    value.split(':').next().unwrap_or(value)
}
