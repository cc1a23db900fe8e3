//! Scalable targets and their policies.

use serde_json::Value;
use viridian_aws_wire::AwsError;

use super::{Made, Site, pick, text};

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
