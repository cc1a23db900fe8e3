//! The routing table as the load balancers, listeners, rules and targets of the world make it.

use std::{collections::HashMap, sync::Arc};

use viridian_alb::{Action, FULL, Forward, IDLE, Pool, Route, Routes, Target, Way};

use super::{Elb, balancer::LoadBalancer, target::State};

/// The table of all listeners.
pub(super) fn of(elb: &mut Elb) -> Routes {
    let arns: Vec<String> = elb.groups.keys().map(str::to_owned).collect();
    let pools: HashMap<String, Arc<Pool>> = arns
        .into_iter()
        .map(|arn| {
            let pool = Arc::new(pool(elb, &arn));
            (arn, pool)
        })
        .collect();
    let mut routes = Routes::default();
    for (arn, listener) in elb.listeners.iter() {
        let balancer = elb.balancers.get(&listener.balancer);
        let forwarded = balancer.map(LoadBalancer::forwarded).unwrap_or_default();
        routes.listener(arn, forwarded, balancer.map_or(IDLE, LoadBalancer::idle));
    }
    let mut rules: Vec<_> = elb.rules.iter().collect();
    rules.sort_by_key(|(_, rule)| rule.priority.unwrap_or(u32::MAX));
    for (arn, rule) in rules {
        let (login, action) = match &rule.action {
            Action::Authenticate { oidc, then } => (Some((**oidc).clone()), &**then),
            action => (None, action),
        };
        let way = match action {
            Action::Forward { groups, sticky } => {
                let groups =
                    groups.iter().filter_map(|(arn, weight)| Some((Arc::clone(pools.get(arn)?), *weight)));
                let turn = Arc::clone(elb.turns.entry(arn.to_owned()).or_default());
                Way::Forward(Forward::new(groups.collect(), *sticky, turn))
            }
            own => Way::Own(own.clone()),
        };
        routes.rule(&rule.listener, Route::new(&rule.conditions, &rule.transforms, way).behind(login));
    }
    routes
}

/// The targets of a group that take requests now.
pub(super) fn pool(elb: &mut Elb, group: &str) -> Pool {
    let (from, to) = (format!("{group}|"), format!("{group}}}"));
    let with = |state: State| {
        let same = elb.targets.range(&from, &to).filter(|(_, target)| target.state == state);
        same.map(|(key, target)| Target { id: id(target), mark: mark(key), share: target.share })
            .collect::<Vec<_>>()
    };
    let mut targets = with(State::Healthy);
    if targets.is_empty() {
        // Fail open: when all are unhealthy, all take requests.
        targets = with(State::Unhealthy);
        for spot in &mut targets {
            spot.share = FULL;
        }
    }
    let name = group.rsplit('/').next().unwrap_or_default().to_owned();
    let count = Arc::clone(elb.counts.entry(group.to_owned()).or_default());
    let sticky = elb.groups.get(group).and_then(super::group::Group::sticky);
    Pool::new(&name, targets, sticky, count)
}

/// Where a target answers: a task by its address, a program of this machine by its port too.
fn id(target: &super::target::Target) -> String {
    if crate::hosts::is_here(&target.id) {
        return format!("{}:{}", target.id, target.port);
    }
    target.id.clone()
}

/// A short name for a target that does not tell its address.
fn mark(key: &str) -> String {
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
