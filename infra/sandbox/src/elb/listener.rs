//! Listeners and their default rules.

use serde_json::{Value, json};
use viridian_aws_wire::{AwsError, Input};

use super::{Effect, action, describe, find, health, rule, tags};
pub(super) use crate::records::elb::Listener;
use crate::{arn, world::World};

impl Listener {
    fn show(&self, world: &World) -> Value {
        let default = world.elb.rules.get(&self.default).map(|rule| action::show(&rule.action));
        json!({
            "ListenerArn": self.arn,
            "LoadBalancerArn": self.balancer,
            "Port": self.port,
            "Protocol": if self.is_https { "HTTPS" } else { "HTTP" },
            "DefaultActions": default.unwrap_or_else(|| json!([])),
        })
    }
}

pub(super) fn create(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let balancer = input.text("LoadBalancerArn")?.to_owned();
    find::balancer(world, &balancer)?;
    let port = read_port(input)?.ok_or_else(|| input.missing("Port"))?;
    let is_https = read_protocol(input)?.unwrap_or_default();
    check_port(world, &balancer, port, None)?;
    let action = action::read_for(world, input, "DefaultActions", is_https)?;
    rule::check_groups(world, &balancer, &action)?;
    let path = arn::resource(&balancer)
        .and_then(|resource| resource.strip_prefix("loadbalancer/"))
        .unwrap_or_default();
    let path = format!("{path}/{}", world.ids.hex(16));
    let arn = world.place.arn("elasticloadbalancing", &format!("listener/{path}"));
    let default =
        world.place.arn("elasticloadbalancing", &format!("listener-rule/{path}/{}", world.ids.hex(16)));
    world.elb.rules.insert(default.clone(), rule::Rule::default_of(&arn, &default, action));
    world.elb.listeners.insert(arn.clone(), Listener { arn: arn.clone(), balancer, port, is_https, default });
    tags::set(world, &arn, input);
    health::usage_changed(world);
    world.effect(crate::world::Effect::Elb(Effect::Open { listener: arn.clone(), port }));
    Ok(json!({ "Listeners": [find::listener(world, &arn)?.show(world)] }))
}

pub(super) fn describe(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let arns = input.texts("ListenerArns");
    let balancer = input.text_or_none("LoadBalancerArn");
    if arns.is_empty() && balancer.is_none() {
        return Err(input.bad("You must specify either listener ARNs or a load balancer ARN"));
    }
    for arn in &arns {
        find::listener(world, arn)?;
    }
    if let Some(arn) = balancer {
        find::balancer(world, arn)?;
    }
    let mut listeners: Vec<&Listener> = world
        .elb
        .listeners
        .values()
        .filter(|listener| balancer.is_none_or(|arn| listener.balancer == arn))
        .filter(|listener| arns.is_empty() || arns.contains(&listener.arn.as_str()))
        .collect();
    listeners.sort_by_key(|listener| listener.port);
    let shown = listeners.into_iter().map(|listener| listener.show(world)).collect();
    describe::paged("Listeners", shown, input)
}

pub(super) fn modify(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let arn = input.text("ListenerArn")?.to_owned();
    let listener = find::listener(world, &arn)?.clone();
    // Everything is looked at before anything is changed.
    let port = read_port(input)?.unwrap_or(listener.port);
    let is_https = read_protocol(input)?.unwrap_or(listener.is_https);
    check_port(world, &listener.balancer, port, Some(&arn))?;
    if !input.list("DefaultActions").is_empty() {
        let action = action::read_for(world, input, "DefaultActions", is_https)?;
        rule::check_groups(world, &listener.balancer, &action)?;
        if let Some(rule) = world.elb.rules.get_mut(&listener.default) {
            rule.action = action;
        }
    }
    if let Some(listener) = world.elb.listeners.get_mut(&arn) {
        (listener.port, listener.is_https) = (port, is_https);
    }
    if port != listener.port {
        world.effect(crate::world::Effect::Elb(Effect::Close { listener: arn.clone() }));
        world.effect(crate::world::Effect::Elb(Effect::Open { listener: arn.clone(), port }));
    }
    health::usage_changed(world);
    Ok(json!({ "Listeners": [find::listener(world, &arn)?.show(world)] }))
}

pub(super) fn delete(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let arn = input.text("ListenerArn")?.to_owned();
    find::listener(world, &arn)?;
    remove(world, &arn);
    Ok(json!({}))
}

/// Takes a listener away with all of its rules.
pub(super) fn remove(world: &mut World, arn: &str) {
    let rules: Vec<String> = world
        .elb
        .rules
        .iter()
        .filter(|(_, rule)| rule.listener == arn)
        .map(|(arn, _)| arn.to_owned())
        .collect();
    for rule in rules {
        world.elb.rules.remove(&rule);
        world.elb.tags.remove(&rule);
    }
    world.elb.listeners.remove(arn);
    world.elb.tags.remove(arn);
    health::usage_changed(world);
    world.effect(crate::world::Effect::Elb(Effect::Close { listener: arn.to_owned() }));
}

/// Whether it is HTTPS, where that is said.
fn read_protocol(input: Input<'_>) -> Result<Option<bool>, AwsError> {
    match input.text_or_none("Protocol") {
        None => Ok(None),
        Some("HTTP") => Ok(Some(false)),
        Some("HTTPS") if input.list("Certificates").is_empty() => {
            Err(input.bad("A certificate must be specified for HTTPS listeners"))
        }
        Some("HTTPS") => Ok(Some(true)),
        Some(other) => {
            let message = format!("The sandbox has no listeners of protocol '{other}'.");
            Err(AwsError::new("UnsupportedProtocol", message))
        }
    }
}

/// A port of a load balancer belongs to one listener.
fn check_port(world: &World, balancer: &str, port: u16, own: Option<&str>) -> Result<(), AwsError> {
    let mut others = world.elb.listeners.values().filter(|it| Some(it.arn.as_str()) != own);
    if others.any(|other| other.balancer == balancer && other.port == port) {
        return Err(AwsError::new(
            "DuplicateListener",
            format!("A listener already exists on this port for this load balancer '{balancer}'"),
        ));
    }
    Ok(())
}

fn read_port(input: Input<'_>) -> Result<Option<u16>, AwsError> {
    let Some(port) = input.number("Port")? else { return Ok(None) };
    let port = u16::try_from(port).ok().filter(|port| *port > 0);
    port.map(Some).ok_or_else(|| input.bad("Port must be between 1 and 65535."))
}
