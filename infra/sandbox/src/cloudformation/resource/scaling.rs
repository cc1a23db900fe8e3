//! Scalable targets and their policies.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{Made, Resource, Site, pick, text};
use crate::world::{Caller, World};

const SERVICE: &str = "applicationautoscaling";
/// What names a target; `Ref` of one gives all three.
const KEY: [&str; 3] = ["ResourceId", "ScalableDimension", "ServiceNamespace"];

pub(super) fn target(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let id = KEY.map(|member| properties[member].as_str().unwrap_or_default()).join("|");
    site.call(SERVICE, "RegisterScalableTarget", properties.clone())?;
    Ok(Made::new(id.clone(), [("Id", id)]))
}

pub(super) fn policy(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let mut input = properties.clone();
    if let Some(target) = properties["ScalingTargetId"].as_str() {
        for (member, value) in KEY.iter().zip(target.split('|')) {
            input[*member] = value.into();
        }
    }
    let members = [
        "PolicyName",
        "PolicyType",
        "ResourceId",
        "ScalableDimension",
        "ServiceNamespace",
        "StepScalingPolicyConfiguration",
        "TargetTrackingScalingPolicyConfiguration",
    ];
    let made = site.call(SERVICE, "PutScalingPolicy", pick(&input, &members))?;
    let arn = text(&made, "/PolicyARN")?;
    Ok(Made::new(arn.clone(), [("Arn", arn)]))
}

/// Takes a target or a policy away.
pub(in crate::cloudformation) fn remove(
    world: &mut World,
    caller: &Caller,
    old: &Resource,
) -> Result<(), AwsError> {
    let mut input = json!({});
    let operation = if let Some((policy, name)) = old.physical.split_once(":policyName/") {
        // The ARN names no dimension: of a service there is one.
        let service = policy.split_once(":resource/ecs/").map_or("", |(_, service)| service);
        for (member, value) in KEY.iter().zip([service, "ecs:service:DesiredCount", "ecs"]) {
            input[*member] = value.into();
        }
        input["PolicyName"] = name.into();
        "DeleteScalingPolicy"
    } else {
        for (member, value) in KEY.iter().zip(old.physical.split('|')) {
            input[*member] = value.into();
        }
        "DeregisterScalableTarget"
    };
    world.call(caller, SERVICE, operation, input).map(|_| ())
}
