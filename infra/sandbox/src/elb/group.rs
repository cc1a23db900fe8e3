//! Target groups and their health check settings.

pub(crate) mod attributes;

use jiff::SignedDuration;
use serde_json::{Value, json};
use viridian_aws_wire::{AwsError, Input};

use super::{describe, health, tags};
pub(super) use crate::records::elb::{Check, Group};
use crate::world::World;

impl Default for Check {
    fn default() -> Self {
        Self {
            enabled: true,
            protocol: "HTTP".to_owned(),
            port: "traffic-port".to_owned(),
            path: "/".to_owned(),
            interval: 30,
            timeout: 5,
            healthy: 5,
            unhealthy: 2,
            codes: "200".to_owned(),
        }
    }
}

impl Check {
    /// The settings with those of `input` in place of what they were.
    fn with(mut self, input: Input<'_>) -> Result<Self, AwsError> {
        let put = |place: &mut String, name| {
            if let Some(text) = input.text_or_none(name) {
                text.clone_into(place);
            }
        };
        put(&mut self.protocol, "HealthCheckProtocol");
        put(&mut self.port, "HealthCheckPort");
        put(&mut self.path, "HealthCheckPath");
        if let Some(code) = input.child("Matcher").and_then(|matcher| matcher.text_or_none("HttpCode")) {
            code.clone_into(&mut self.codes);
        }
        if let Some(enabled) = input.flag("HealthCheckEnabled")? {
            self.enabled = enabled;
        }
        within(&mut self.interval, input, "HealthCheckIntervalSeconds", 5, 300)?;
        within(&mut self.timeout, input, "HealthCheckTimeoutSeconds", 2, 120)?;
        within(&mut self.healthy, input, "HealthyThresholdCount", 2, 10)?;
        within(&mut self.unhealthy, input, "UnhealthyThresholdCount", 2, 10)?;
        if !self.enabled {
            return Err(
                input.bad("Health checks must be enabled for target groups of instances and IP addresses")
            );
        }
        if !self.path.starts_with('/') || self.path.len() > 1024 {
            return Err(
                input.bad(format!("Health check path '{}' must begin with a '/' character", self.path))
            );
        }
        if self.timeout >= self.interval {
            return Err(input.bad(format!(
                "Health check timeout '{}' must be smaller than the interval '{}'",
                self.timeout, self.interval
            )));
        }
        Ok(self)
    }

    /// Whether a status passes.
    pub(super) fn passes(&self, status: u16) -> bool {
        self.codes.split(',').any(|part| match part.trim().split_once('-') {
            Some((from, to)) => {
                from.parse().is_ok_and(|from: u16| from <= status)
                    && to.parse().is_ok_and(|to: u16| status <= to)
            }
            None => part.trim().parse() == Ok(status),
        })
    }
}

fn within(place: &mut i64, input: Input<'_>, name: &str, least: i64, most: i64) -> Result<(), AwsError> {
    let Some(number) = input.number(name)? else { return Ok(()) };
    if !(least..=most).contains(&number) {
        return Err(input.bad(format!("{name} '{number}' must be in the range [{least}, {most}]")));
    }
    *place = number;
    Ok(())
}

impl Group {
    /// How long a target that left goes on draining.
    pub(super) fn delay(&self) -> SignedDuration {
        let seconds =
            self.attributes.get("deregistration_delay.timeout_seconds").and_then(|text| text.parse().ok());
        SignedDuration::from_secs(seconds.unwrap_or(300))
    }

    /// Whether its targets are addresses, not instances.
    pub(super) fn takes_addresses(&self) -> bool {
        self.kind == "ip"
    }

    fn attribute(&self, key: &str) -> &str {
        self.attributes.get(key).map_or("", String::as_str)
    }

    /// Seconds for which a client keeps its target, if it does.
    pub(super) fn sticky(&self) -> Option<u32> {
        let sticky = self.attribute("stickiness.enabled") == "true"
            && self.attribute("stickiness.type") == "lb_cookie";
        sticky.then(|| self.attribute("stickiness.lb_cookie.duration_seconds").parse().ok()).flatten()
    }

    /// How long a target that becomes healthy takes to its full share; zero where it gets that at once.
    pub(super) fn slow_start(&self) -> SignedDuration {
        SignedDuration::from_secs(self.attribute("slow_start.duration_seconds").parse().unwrap_or(0))
    }

    fn show(&self, world: &World) -> Value {
        json!({
            "TargetGroupArn": self.arn,
            "TargetGroupName": self.name,
            "Protocol": self.protocol,
            "Port": self.port,
            "VpcId": self.vpc,
            "HealthCheckProtocol": self.check.protocol,
            "HealthCheckPort": self.check.port,
            "HealthCheckEnabled": self.check.enabled,
            "HealthCheckIntervalSeconds": self.check.interval,
            "HealthCheckTimeoutSeconds": self.check.timeout,
            "HealthyThresholdCount": self.check.healthy,
            "UnhealthyThresholdCount": self.check.unhealthy,
            "HealthCheckPath": self.check.path,
            "Matcher": { "HttpCode": self.check.codes },
            "LoadBalancerArns": users(world, &self.arn),
            "TargetType": self.kind,
            "ProtocolVersion": self.version,
            "IpAddressType": "ipv4",
        })
    }

    fn same_settings(&self, other: &Self) -> bool {
        (&self.protocol, self.port, &self.vpc, &self.kind, &self.version, &self.check)
            == (&other.protocol, other.port, &other.vpc, &other.kind, &other.version, &other.check)
    }
}

/// The load balancers with a rule that refers to the group.
fn users(world: &World, group: &str) -> Vec<String> {
    let mut arns: Vec<String> = world
        .elb
        .rules
        .values()
        .filter(|rule| rule.refers_to(group))
        .filter_map(|rule| world.elb.listeners.get(&rule.listener))
        .map(|listener| listener.balancer.clone())
        .collect();
    arns.sort();
    arns.dedup();
    arns
}

pub(super) fn create(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let name = input.text("Name")?;
    describe::check_name(name, "target group")?;
    let kind = input.text_or_none("TargetType").unwrap_or("instance");
    if !matches!(kind, "ip" | "instance") {
        return Err(input.bad(format!("The sandbox has no target groups of target type '{kind}'.")));
    }
    let protocol = input.text("Protocol")?;
    if protocol != "HTTP" {
        return Err(
            input.bad(format!("The sandbox has no target groups of protocol '{protocol}', only HTTP."))
        );
    }
    let port = input.number("Port")?.ok_or_else(|| input.missing("Port"))?;
    let port = u16::try_from(port).ok().filter(|port| *port > 0);
    let wanted = Group {
        arn: String::new(),
        name: name.to_owned(),
        protocol: protocol.to_owned(),
        port: port.ok_or_else(|| input.bad("Port must be between 1 and 65535."))?,
        vpc: input.text("VpcId")?.to_owned(),
        kind: kind.to_owned(),
        version: input.text_or_none("ProtocolVersion").unwrap_or("HTTP1").to_owned(),
        check: Check::default().with(input)?,
        attributes: attributes::defaults(),
        created: world.now(),
    };
    if let Some(same) = world.elb.groups.values().find(|group| group.name == name) {
        if !same.same_settings(&wanted) {
            return Err(AwsError::new(
                "DuplicateTargetGroupName",
                format!("A target group with the same name '{name}' exists, but with different settings"),
            ));
        }
        return Ok(json!({ "TargetGroups": [same.show(world)] }));
    }
    let arn = world.place.arn("elasticloadbalancing", &format!("targetgroup/{name}/{}", world.ids.hex(16)));
    let group = Group { arn: arn.clone(), ..wanted };
    let answer = json!({ "TargetGroups": [group.show(world)] });
    world.elb.groups.insert(arn.clone(), group);
    tags::set(world, &arn, input);
    Ok(answer)
}

pub(super) fn describe(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let (arns, names) = (input.texts("TargetGroupArns"), input.texts("Names"));
    let balancer = input.text_or_none("LoadBalancerArn");
    for arn in &arns {
        find(world, arn)?;
    }
    if let Some(missing) =
        names.iter().find(|name| !world.elb.groups.values().any(|group| group.name == **name))
    {
        return Err(not_found(missing));
    }
    let asked = |group: &&Group| {
        balancer.is_none_or(|arn| users(world, &group.arn).iter().any(|user| user == arn))
            && (arns.is_empty() || arns.contains(&group.arn.as_str()))
            && (names.is_empty() || names.contains(&group.name.as_str()))
    };
    let shown = world.elb.groups.values().filter(asked).map(|group| group.show(world)).collect();
    describe::paged("TargetGroups", shown, input)
}

pub(super) fn modify(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let arn = input.text("TargetGroupArn")?;
    let check = find(world, arn)?.check.clone().with(input)?;
    if let Some(group) = world.elb.groups.get_mut(arn) {
        group.check = check;
    }
    health::wake(world, arn);
    Ok(json!({ "TargetGroups": [find(world, arn)?.show(world)] }))
}

pub(super) fn delete(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let arn = input.text("TargetGroupArn")?;
    if world.elb.rules.values().any(|rule| rule.refers_to(arn)) {
        return Err(AwsError::new(
            "ResourceInUse",
            format!("Target group '{arn}' is currently in use by a listener or a rule"),
        ));
    }
    // A group that is not there is no error: AWS models none.
    world.elb.groups.remove(arn);
    world.elb.tags.remove(arn);
    health::forget(world, arn);
    Ok(json!({}))
}

pub(super) fn find<'a>(world: &'a World, arn: &str) -> Result<&'a Group, AwsError> {
    world.elb.groups.get(arn).ok_or_else(|| not_found(arn))
}

pub(super) fn not_found(arn: &str) -> AwsError {
    AwsError::new("TargetGroupNotFound", format!("One or more target groups not found: '{arn}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matcher_takes_single_codes_lists_and_ranges() {
        let check = |codes: &str| Check { codes: codes.to_owned(), ..Check::default() };
        assert!(!check("200").passes(204));
        assert!(check("200, 204").passes(204));
        assert!(check("200-299,401").passes(250));
        assert!(check("200-299,401").passes(401));
        assert!(!check("200-299,401").passes(404));
    }
}
