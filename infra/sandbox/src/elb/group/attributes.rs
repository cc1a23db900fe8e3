//! Attributes of target groups.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use viridian_aws_wire::{AwsError, Input};

use crate::elb::{describe, group};
use crate::world::World;

/// What AWS sets for a new target group of an application load balancer.
pub(crate) fn defaults() -> BTreeMap<String, String> {
    [
        ("deregistration_delay.timeout_seconds", "300"),
        ("load_balancing.algorithm.type", "round_robin"),
        ("load_balancing.algorithm.anomaly_mitigation", "off"),
        ("load_balancing.cross_zone.enabled", "use_load_balancer_configuration"),
        ("slow_start.duration_seconds", "0"),
        ("stickiness.enabled", "false"),
        ("stickiness.type", "lb_cookie"),
        ("stickiness.lb_cookie.duration_seconds", "86400"),
        ("stickiness.app_cookie.cookie_name", ""),
        ("stickiness.app_cookie.duration_seconds", "86400"),
        ("target_group_health.dns_failover.minimum_healthy_targets.count", "1"),
        ("target_group_health.dns_failover.minimum_healthy_targets.percentage", "off"),
        ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1"),
        ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off"),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .collect()
}

pub(crate) fn describe(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let group = group::find(world, input.text("TargetGroupArn")?)?;
    Ok(json!({ "Attributes": describe::pairs(&group.attributes) }))
}

pub(crate) fn modify(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let arn = input.text("TargetGroupArn")?;
    group::find(world, arn)?;
    let new = describe::read_pairs(input, "Attributes")?;
    for (key, value) in &new {
        check(input, key, value)?;
    }
    let Some(group) = world.elb.groups.get_mut(arn) else { return Err(group::not_found(arn)) };
    group.attributes.extend(new);
    Ok(json!({ "Attributes": describe::pairs(&group.attributes) }))
}

fn check(input: Input<'_>, key: &str, value: &str) -> Result<(), AwsError> {
    let range = match key {
        "deregistration_delay.timeout_seconds" => 0..=3600,
        // Less than half a minute is no slow start to AWS.
        "slow_start.duration_seconds" if value != "0" => 30..=900,
        "slow_start.duration_seconds" => 0..=0,
        "stickiness.lb_cookie.duration_seconds" | "stickiness.app_cookie.duration_seconds" => 1..=604_800,
        "stickiness.type" if !matches!(value, "lb_cookie" | "app_cookie") => {
            return Err(
                input.bad(format!("Stickiness type '{value}' must be one of '[lb_cookie, app_cookie]'"))
            );
        }
        "stickiness.type" if value == "app_cookie" => {
            return Err(
                input.bad("The sandbox keeps no clients by cookies of the application; use lb_cookie.")
            );
        }
        "stickiness.enabled" if !matches!(value, "true" | "false") => {
            return Err(input.bad(format!("'{value}' must be true or false for the attribute '{key}'")));
        }
        _ if defaults().contains_key(key) => return Ok(()),
        _ => return Err(input.bad(format!("Target group attribute key '{key}' is not recognized"))),
    };
    match value.parse::<i64>() {
        Ok(number) if range.contains(&number) => Ok(()),
        _ => Err(input.bad(format!(
            "'{value}' must be between '{}' and '{}' inclusive for the attribute '{key}'",
            range.start(),
            range.end()
        ))),
    }
}
