//! Load balancers.

use std::time::Duration;

use serde_json::{Value, json};
use viridian_alb::{Forwarded, IDLE};
use viridian_aws_wire::{AwsError, Input};

use super::{describe, find, shown, tags};
pub(super) use crate::records::elb::LoadBalancer;
use crate::world::World;

/// Attributes of an application load balancer, as AWS sets them for a new one.
const ATTRIBUTES: [(&str, &str); 18] = [
    ("access_logs.s3.enabled", "false"),
    ("access_logs.s3.bucket", ""),
    ("access_logs.s3.prefix", ""),
    ("client_keep_alive.seconds", "3600"),
    ("connection_logs.s3.enabled", "false"),
    ("connection_logs.s3.bucket", ""),
    ("connection_logs.s3.prefix", ""),
    ("deletion_protection.enabled", "false"),
    ("idle_timeout.timeout_seconds", "60"),
    ("load_balancing.cross_zone.enabled", "true"),
    ("routing.http.desync_mitigation_mode", "defensive"),
    ("routing.http.drop_invalid_header_fields.enabled", "false"),
    ("routing.http.preserve_host_header.enabled", "false"),
    ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false"),
    ("routing.http.xff_client_port.enabled", "false"),
    ("routing.http.xff_header_processing.mode", "append"),
    ("routing.http2.enabled", "true"),
    ("waf.fail_open.enabled", "false"),
];

impl LoadBalancer {
    pub(super) fn forwarded(&self) -> Forwarded {
        match self.attributes.get("routing.http.xff_header_processing.mode").map(String::as_str) {
            Some("preserve") => Forwarded::Preserve,
            Some("remove") => Forwarded::Remove,
            _ => Forwarded::Append,
        }
    }

    /// How long connections of clients and of targets may stand still.
    pub(super) fn idle(&self) -> Duration {
        let seconds =
            self.attributes.get("idle_timeout.timeout_seconds").and_then(|value| value.parse().ok());
        seconds.map_or(IDLE, Duration::from_secs)
    }

    fn is_protected(&self) -> bool {
        self.attributes.get("deletion_protection.enabled").is_some_and(|value| value == "true")
    }

    fn show(&self) -> Value {
        let zones: Vec<Value> = self
            .subnets
            .iter()
            .zip(["a", "c", "d"].iter().cycle())
            .map(|(subnet, zone)| {
                json!({"ZoneName": format!("ap-northeast-1{zone}"), "SubnetId": subnet, "LoadBalancerAddresses": []})
            })
            .collect();
        json!({
            "LoadBalancerArn": self.arn,
            "DNSName": self.dns,
            "CanonicalHostedZoneId": "Z14GRHDCWA56QT",
            "CreatedTime": shown(self.created),
            "LoadBalancerName": self.name,
            "Scheme": self.scheme,
            "VpcId": self.vpc,
            "State": { "Code": "active" },
            "Type": "application",
            "AvailabilityZones": zones,
            "SecurityGroups": self.security_groups,
            "IpAddressType": "ipv4",
        })
    }
}

pub(super) fn create(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let name = input.text("Name")?;
    describe::check_name(name, "load balancer")?;
    if input.text_or_none("Type").is_some_and(|kind| kind != "application") {
        return Err(input.bad("The sandbox only has load balancers of type application."));
    }
    if let Some(same) = world.elb.balancers.values().find(|balancer| balancer.name == name) {
        return Ok(json!({ "LoadBalancers": [same.show()] }));
    }
    let arn =
        world.place.arn("elasticloadbalancing", &format!("loadbalancer/app/{name}/{}", world.ids.hex(16)));
    let scheme = input.text_or_none("Scheme").unwrap_or("internet-facing");
    let internal = if scheme == "internal" { "internal-" } else { "" };
    let balancer = LoadBalancer {
        dns: format!("{internal}{name}-{}.{}.elb.amazonaws.com", world.ids.digits(10), world.place.region),
        arn: arn.clone(),
        name: name.to_owned(),
        scheme: scheme.to_owned(),
        vpc: "vpc-0a1b2c3d4e5f60718".to_owned(),
        subnets: input.texts("Subnets").into_iter().map(str::to_owned).collect(),
        security_groups: input.texts("SecurityGroups").into_iter().map(str::to_owned).collect(),
        created: world.now(),
        attributes: ATTRIBUTES.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
    };
    let answer = json!({ "LoadBalancers": [balancer.show()] });
    world.elb.balancers.insert(arn.clone(), balancer);
    tags::set(world, &arn, input);
    Ok(answer)
}

pub(super) fn describe(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let (arns, names) = (input.texts("LoadBalancerArns"), input.texts("Names"));
    let all = &world.elb.balancers;
    let known = |arn: &&str| all.contains(arn);
    if let Some(missing) = arns.iter().find(|arn| !known(arn)) {
        return Err(find::not_found(missing));
    }
    if let Some(missing) = names.iter().find(|name| !all.values().any(|balancer| balancer.name == **name)) {
        return Err(find::not_found(missing));
    }
    let asked = |balancer: &&LoadBalancer| {
        (arns.is_empty() && names.is_empty())
            || arns.contains(&balancer.arn.as_str())
            || names.contains(&balancer.name.as_str())
    };
    let shown = all.values().filter(asked).map(LoadBalancer::show).collect();
    describe::paged("LoadBalancers", shown, input)
}

pub(super) fn delete(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let arn = input.text("LoadBalancerArn")?;
    if world.elb.balancers.get(arn).is_some_and(LoadBalancer::is_protected) {
        return Err(AwsError::new(
            "OperationNotPermitted",
            format!("Load balancer '{arn}' cannot be deleted because deletion protection is enabled"),
        ));
    }
    let listeners: Vec<String> = world
        .elb
        .listeners
        .iter()
        .filter(|(_, listener)| listener.balancer == arn)
        .map(|(arn, _)| arn.to_owned())
        .collect();
    for listener in listeners {
        super::listener::remove(world, &listener);
    }
    world.elb.balancers.remove(arn);
    world.elb.tags.remove(arn);
    Ok(json!({}))
}

pub(super) fn attributes(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let balancer = find::balancer(world, input.text("LoadBalancerArn")?)?;
    Ok(json!({ "Attributes": describe::pairs(&balancer.attributes) }))
}

pub(super) fn modify_attributes(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let arn = input.text("LoadBalancerArn")?;
    find::balancer(world, arn)?;
    let new = describe::read_pairs(input, "Attributes")?;
    for (key, value) in &new {
        check(input, key, value)?;
    }
    let Some(balancer) = world.elb.balancers.get_mut(arn) else { return Err(find::not_found(arn)) };
    balancer.attributes.extend(new);
    Ok(json!({ "Attributes": describe::pairs(&balancer.attributes) }))
}

fn check(input: Input<'_>, key: &str, value: &str) -> Result<(), AwsError> {
    let is_known = ATTRIBUTES.iter().any(|(known, _)| *known == key);
    let is_fine = match key {
        "idle_timeout.timeout_seconds" => {
            value.parse().is_ok_and(|seconds: u32| (1..=4000).contains(&seconds))
        }
        "client_keep_alive.seconds" => {
            value.parse().is_ok_and(|seconds: u32| (60..=604_800).contains(&seconds))
        }
        "routing.http.xff_header_processing.mode" => matches!(value, "append" | "preserve" | "remove"),
        "routing.http.desync_mitigation_mode" => matches!(value, "monitor" | "defensive" | "strictest"),
        _ if key.ends_with(".enabled") => matches!(value, "true" | "false"),
        _ => true,
    };
    match (is_known, is_fine) {
        (true, true) => Ok(()),
        (false, _) => Err(input.bad(format!("Load balancer attribute key '{key}' is not recognized"))),
        (true, false) => {
            Err(input.bad(format!("The value '{value}' is not valid for the attribute '{key}'")))
        }
    }
}
