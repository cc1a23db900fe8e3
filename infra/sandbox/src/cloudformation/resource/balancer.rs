//! Load balancers, listeners, rules and target groups. Their properties bear the names of the API.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{Made, Resource, Site, pick, text, with};
use crate::arn;

const SERVICE: &str = "elasticloadbalancingv2";
/// The longest name of a balancer or a group.
const LONGEST: usize = 32;

pub(super) fn balancer(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let name = site.name(properties, "Name", LONGEST);
    let input = pick(properties, &["Type", "Scheme", "Subnets", "SecurityGroups", "IpAddressType", "Tags"]);
    let made = site.call(SERVICE, "CreateLoadBalancer", with(input, "Name", name.as_str()))?;
    let member = |member: &str| text(&made, &format!("/LoadBalancers/0/{member}"));
    let arn = member("LoadBalancerArn")?;
    if let Some(attributes) = properties.get("LoadBalancerAttributes") {
        let input = json!({ "LoadBalancerArn": arn, "Attributes": attributes });
        site.call(SERVICE, "ModifyLoadBalancerAttributes", input)?;
    }
    let attributes = [
        ("LoadBalancerArn", arn.clone()),
        ("LoadBalancerFullName", full_name(&arn, "loadbalancer/")),
        ("LoadBalancerName", name),
        ("DNSName", member("DNSName")?),
        ("CanonicalHostedZoneID", member("CanonicalHostedZoneId")?),
    ];
    Ok(Made::new(arn, attributes))
}

pub(super) fn listener(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let made = site.call(SERVICE, "CreateListener", properties.clone())?;
    let arn = text(&made, "/Listeners/0/ListenerArn")?;
    Ok(Made::new(arn.clone(), [("ListenerArn", arn)]))
}

pub(super) fn change_listener(
    site: &mut Site<'_>,
    known: &Resource,
    properties: &Value,
) -> Result<(), AwsError> {
    let input = pick(properties, &["Port", "Protocol", "Certificates", "SslPolicy", "DefaultActions"]);
    site.call(SERVICE, "ModifyListener", with(input, "ListenerArn", known.physical.as_str())).map(|_| ())
}

pub(super) fn rule(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let made = site.call(SERVICE, "CreateRule", properties.clone())?;
    let arn = text(&made, "/Rules/0/RuleArn")?;
    Ok(Made::new(arn.clone(), [("RuleArn", arn), ("IsDefault", "false".to_owned())]))
}

pub(super) fn target_group(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let name = site.name(properties, "Name", LONGEST);
    let made = site.call(SERVICE, "CreateTargetGroup", with(properties.clone(), "Name", name.as_str()))?;
    let arn = text(&made, "/TargetGroups/0/TargetGroupArn")?;
    if let Some(attributes) = properties.get("TargetGroupAttributes") {
        let input = json!({ "TargetGroupArn": arn, "Attributes": attributes });
        site.call(SERVICE, "ModifyTargetGroupAttributes", input)?;
    }
    let attributes = [
        ("TargetGroupArn", arn.clone()),
        ("TargetGroupFullName", full_name(&arn, "")),
        ("TargetGroupName", name),
    ];
    Ok(Made::new(arn, attributes))
}

/// The end of an ARN as metrics name it: `app/NAME/ID`, `targetgroup/NAME/ID`.
fn full_name(arn: &str, without: &str) -> String {
    let resource = arn::resource(arn).unwrap_or_default();
    resource.strip_prefix(without).unwrap_or(resource).to_owned()
}
