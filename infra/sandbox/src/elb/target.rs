//! Targets of a group, and their health as it is asked for.

use serde_json::{Value, json};
use viridian_aws_wire::{AwsError, Input};

use super::{group, health};
pub(super) use crate::records::elb::{State, Target};
use crate::world::World;

impl Target {
    fn show(&self, world: &World) -> Value {
        let check = world.elb.groups.get(&self.group).map(|group| group.check.port.clone());
        let check = check.filter(|port| port != "traffic-port").unwrap_or_else(|| self.port.to_string());
        let state = match self.state {
            State::Initial => "initial",
            State::Healthy => "healthy",
            State::Unhealthy => "unhealthy",
            State::Unused => "unused",
            State::Draining => "draining",
        };
        json!({
            "Target": { "Id": self.id, "Port": self.port, "AvailabilityZone": zone(&self.id) },
            "HealthCheckPort": check,
            "TargetHealth": viridian_aws_wire::read::without_nulls(json!({
                "State": state, "Reason": self.reason, "Description": self.description,
            })),
        })
    }
}

/// The zone of an address: tasks are spread over two subnets.
fn zone(id: &str) -> String {
    let subnet = id.split('.').nth(2).and_then(|text| text.parse::<u8>().ok()).unwrap_or(0);
    format!("ap-northeast-1{}", if subnet.is_multiple_of(2) { "a" } else { "c" })
}

pub(super) fn register(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let group = input.text("TargetGroupArn")?;
    let (port, by_address) = {
        let group = group::find(world, group)?;
        (group.port, group.takes_addresses())
    };
    let targets = read(input, port)?;
    for (id, _) in &targets {
        if by_address && id.parse::<std::net::IpAddr>().is_err() {
            return Err(input.bad(format!("The IP address '{id}' is not valid")));
        }
        if !by_address && !id.starts_with("i-") {
            let message =
                format!("The following targets are not in a running state and cannot be registered: '{id}'");
            return Err(AwsError::new("InvalidTarget", message));
        }
    }
    for (id, port) in targets {
        health::register(world, group, &id, port);
    }
    Ok(json!({}))
}

pub(super) fn deregister(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let group = input.text("TargetGroupArn")?;
    let port = group::find(world, group)?.port;
    for (id, port) in read(input, port)? {
        health::deregister(world, group, &id, port);
    }
    Ok(json!({}))
}

pub(super) fn describe(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let group = input.text("TargetGroupArn")?;
    let port = group::find(world, group)?.port;
    let shown: Vec<Value> = if input.list("Targets").is_empty() {
        health::keys(world, group)
            .iter()
            .filter_map(|key| world.elb.targets.get(key))
            .map(|t| t.show(world))
            .collect()
    } else {
        let asked = read(input, port)?;
        asked.iter().map(|(id, port)| show_or_not_registered(world, group, id, *port)).collect()
    };
    Ok(json!({ "TargetHealthDescriptions": shown }))
}

fn show_or_not_registered(world: &World, group: &str, id: &str, port: u16) -> Value {
    if let Some(target) = world.elb.targets.get(&health::key(group, id, port)) {
        return target.show(world);
    }
    json!({
        "Target": { "Id": id, "Port": port },
        "TargetHealth": {
            "State": "unused",
            "Reason": "Target.NotRegistered",
            "Description": "Target is not registered to the target group",
        },
    })
}

fn read(input: Input<'_>, usual: u16) -> Result<Vec<(String, u16)>, AwsError> {
    if input.list("Targets").is_empty() {
        return Err(input.missing("Targets"));
    }
    input
        .each("Targets")
        .map(|target| {
            let id = target.text("Id")?.to_owned();
            let port = match target.number("Port")? {
                Some(port) => {
                    u16::try_from(port).map_err(|_| input.bad("Port must be between 1 and 65535."))?
                }
                None => usual,
            };
            Ok((id, port))
        })
        .collect()
}
