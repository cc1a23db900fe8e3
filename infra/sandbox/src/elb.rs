//! Elastic Load Balancing: target groups, listeners, rules, and the traffic that follows them.
//!
//! Records change in [`World::call`] and on the virtual clock; after each change the routing table is
//! published to the [`Plane`], which forwards requests without ever asking for the world. A target's health
//! is checked only while its state can still change: a check of a settled target would give what it gave
//! before, because an image never changes and what else bears on it wakes the check.

mod action;
mod attributes;
mod balancer;
mod condition;
mod describe;
mod group;
mod health;
mod listener;
mod matcher;
mod pattern;
mod plane;
mod routes;
mod rule;
mod tags;
mod target;
mod traffic;
mod transform;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, atomic::AtomicU64},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use health::{HealthFault, set_health_fault};
pub(crate) use health::{all_healthy, complaint, deregister, register};
pub use plane::Plane;
pub(crate) use routes::Routes;
pub(crate) use traffic::show as traffic;

use crate::{
    error::AwsError,
    read::Input,
    table::{Saved, Table},
    world::{Caller, World},
};

/// The code of an input that ELB does not accept.
const INVALID: &str = "ValidationError";

#[derive(Debug, Default)]
pub struct Elb {
    balancers: Table<balancer::LoadBalancer>,
    groups: Table<group::Group>,
    listeners: Table<listener::Listener>,
    rules: Table<rule::Rule>,
    targets: Table<target::Target>,
    tags: Table<BTreeMap<String, String>>,
    health_faults: Table<HealthFault>,
    /// What flowed to each group: of this process only.
    counts: HashMap<String, Arc<traffic::Count>>,
    /// Whose turn it is in each rule that forwards by weight: of this process only.
    turns: HashMap<String, Arc<AtomicU64>>,
    /// Whether the routing table must be published again; derived, so not saved.
    changed: bool,
}

impl Elb {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![
            ("elb.balancers", &mut self.balancers as &mut dyn Saved),
            ("elb.groups", &mut self.groups),
            ("elb.listeners", &mut self.listeners),
            ("elb.rules", &mut self.rules),
            ("elb.targets", &mut self.targets),
            ("elb.tags", &mut self.tags),
            ("elb.health_faults", &mut self.health_faults),
        ]
    }

    pub(crate) fn has_group(&self, arn: &str) -> bool {
        self.groups.contains(arn)
    }

    /// The routing table, if it changed since it was last taken.
    pub(crate) fn take_routes(&mut self) -> Option<Routes> {
        std::mem::take(&mut self.changed).then(|| Routes::of(self))
    }
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

/// What falls due for a target, named by its key in the table of targets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Event {
    /// A health check.
    Check { target: String },
    /// The end of the deregistration delay.
    Drained { target: String },
    /// The next step of a slow start.
    Warm { target: String },
}

pub(crate) fn on_event(world: &mut World, event: Event) {
    match event {
        Event::Check { target } => health::check(world, &target),
        Event::Drained { target } => health::drained(world, &target),
        Event::Warm { target } => health::warm(world, &target),
    }
}

/// What the plane is to do about a listener.
#[derive(Debug, Clone)]
pub enum Effect {
    Open { listener: String, port: u16 },
    Close { listener: String },
}

pub(crate) async fn carry_out(sandbox: &crate::Sandbox, effect: Effect) {
    match effect {
        Effect::Open { listener, port } => sandbox.plane().open(sandbox, &listener, port).await,
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
    crate::read::iso(moment)
}

#[cfg(test)]
mod tests;
