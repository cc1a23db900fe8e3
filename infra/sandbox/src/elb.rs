//! Elastic Load Balancing: target groups, listeners, rules, and the traffic that follows them.
//!
//! Records change in [`World::call`] and on the virtual clock; after each change the routing table is
//! published to the [`viridian_alb::Plane`], which forwards requests without ever asking for the world. A target's health
//! is checked only while its state can still change: a check of a settled target would give what it gave
//! before, because an image never changes and what else bears on it wakes the check.

mod action;
mod balancer;
mod condition;
mod describe;
mod find;
mod group;
mod health;
mod listener;
mod routes;
mod rule;
mod tags;
mod target;
mod traffic;
mod transform;

use jiff::Timestamp;
use serde_json::Value;
use viridian_alb::Routes;
use viridian_aws_wire::{AwsError, Input};

pub use health::{HealthFault, set_health_fault};
pub(crate) use health::{all_healthy, complaint, deregister, register};
pub(crate) use traffic::show as traffic;

pub use crate::records::elb::{Effect, Elb, Event};
use crate::world::{Caller, World};
use group::attributes;

/// The code of an input that ELB does not accept.
const INVALID: &str = "ValidationError";

impl Elb {
    pub(crate) fn has_group(&self, arn: &str) -> bool {
        self.groups.contains(arn)
    }
}

/// The routing table, if it changed since it was last taken.
pub(crate) fn take_routes(world: &mut World) -> Option<Routes> {
    std::mem::take(&mut world.elb.changed).then(|| routes::of(&mut world.elb))
}

pub(crate) fn call(
    world: &mut World,
    _caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    let input = Input::new(&input, INVALID);
    // Whatever is not a question may bear on the routes.
    world.elb.changed |= !operation.starts_with("Describe");
    match operation {
        "CreateLoadBalancer" => balancer::create(world, input),
        "DescribeLoadBalancers" => balancer::describe(world, input),
        "DeleteLoadBalancer" => balancer::delete(world, input),
        "DescribeLoadBalancerAttributes" => balancer::attributes(world, input),
        "ModifyLoadBalancerAttributes" => balancer::modify_attributes(world, input),
        "CreateTargetGroup" => group::create(world, input),
        "DescribeTargetGroups" => group::describe(world, input),
        "ModifyTargetGroup" => group::modify(world, input),
        "DeleteTargetGroup" => group::delete(world, input),
        "DescribeTargetGroupAttributes" => attributes::describe(world, input),
        "ModifyTargetGroupAttributes" => attributes::modify(world, input),
        "RegisterTargets" => target::register(world, input),
        "DeregisterTargets" => target::deregister(world, input),
        "DescribeTargetHealth" => target::describe(world, input),
        "CreateListener" => listener::create(world, input),
        "DescribeListeners" => listener::describe(world, input),
        "ModifyListener" => listener::modify(world, input),
        "DeleteListener" => listener::delete(world, input),
        "CreateRule" => rule::create(world, input),
        "DescribeRules" => rule::describe(world, input),
        "ModifyRule" => rule::modify(world, input),
        "DeleteRule" => rule::delete(world, input),
        "SetRulePriorities" => rule::set_priorities(world, input),
        "AddTags" => tags::add(world, input),
        "RemoveTags" => tags::remove(world, input),
        "DescribeTags" => tags::describe(world, input),
        _ => Err(AwsError::not_implemented("elasticloadbalancingv2", operation)),
    }
}

pub(crate) fn on_event(world: &mut World, event: Event) {
    match event {
        Event::Check { target } => health::check(world, &target),
        Event::Drained { target } => health::drained(world, &target),
        Event::Warm { target } => health::warm(world, &target),
    }
}

pub(crate) async fn carry_out(sandbox: &crate::Sandbox, effect: Effect) {
    match effect {
        Effect::Open { listener, port } => sandbox.plane().open(&listener, port).await,
        Effect::Close { listener } => sandbox.plane().close(&listener),
    }
}

/// Opens every listener that is not open: after a world was loaded, or many were added at once.
pub(crate) fn resume(world: &mut World) {
    world.elb.changed = true;
    let open: Vec<Effect> = world
        .elb
        .listeners
        .iter()
        .map(|(arn, listener)| Effect::Open { listener: arn.to_owned(), port: listener.port })
        .collect();
    for effect in open {
        world.effect(crate::world::Effect::Elb(effect));
    }
}

/// A moment as records keep it and answers show it.
fn shown(moment: Timestamp) -> Value {
    viridian_aws_wire::read::iso(moment)
}

#[cfg(test)]
mod tests;
