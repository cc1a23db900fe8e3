//! The health of targets over virtual time.

use jiff::SignedDuration;
use viridian_alb::FULL;

use super::Event;
pub use crate::records::elb::HealthFault;
use crate::records::elb::{State, Target};
use crate::{
    signal::{Probe, Signal},
    world::World,
};

/// Reasons of a target that is new.
const REGISTERING: &str = "Elb.RegistrationInProgress";
const CHECKING: &str = "Elb.InitialHealthChecking";

/// Makes every check of a group's targets fail, or lets them tell the truth again.
pub fn set_health_fault(world: &mut World, group: &str, fault: Option<HealthFault>) {
    match fault {
        Some(fault) => world.elb.health_faults.insert(group, fault),
        None => {
            world.elb.health_faults.remove(group);
        }
    }
    wake(world, group);
}

/// Adds a target to a group. One that is draining comes back; one that is there stays as it is.
pub(crate) fn register(world: &mut World, group: &str, id: &str, port: u16) {
    let key = key(group, id, port);
    if world.elb.targets.get(&key).is_some_and(|target| target.state != State::Draining) {
        return;
    }
    stop_timer(world, &key);
    let target = Target {
        group: group.to_owned(),
        id: id.to_owned(),
        port,
        state: State::Unused,
        reason: None,
        description: None,
        since: world.now(),
        passed: 0,
        failed: 0,
        share: FULL,
        timer: None,
    };
    world.elb.targets.insert(key.clone(), target);
    world.elb.changed = true;
    if is_used(world, group) { begin(world, &key) } else { rest(world, &key) }
}

/// Takes a target out of a group: no new requests from now on, gone after the deregistration delay.
/// Gives how long that takes.
pub(crate) fn deregister(world: &mut World, group: &str, id: &str, port: u16) -> SignedDuration {
    let key = key(group, id, port);
    let Some(state) = world.elb.targets.get(&key).map(|target| target.state) else {
        return SignedDuration::ZERO;
    };
    world.elb.changed = true;
    // What no load balancer knows has no connections to drain.
    if state == State::Unused || !is_used(world, group) {
        stop_timer(world, &key);
        world.elb.targets.remove(&key);
        return SignedDuration::ZERO;
    }
    let delay = world.elb.groups.get(group).map_or(SignedDuration::ZERO, super::group::Group::delay);
    if state != State::Draining {
        turn(
            world,
            &key,
            State::Draining,
            "Target.DeregistrationInProgress",
            "Target deregistration is in progress",
        );
        start_timer(world, &key, delay, Event::Drained { target: key.clone() });
    }
    delay
}

/// Checks a group's targets again, at their next turn: something that bears on them has changed.
pub(crate) fn wake(world: &mut World, group: &str) {
    let Some(interval) = world.elb.groups.get(group).map(|group| group.check.interval) else { return };
    for key in keys(world, group) {
        let waits = world.elb.targets.get(&key).is_some_and(|target| {
            target.timer.is_none() && !matches!(target.state, State::Unused | State::Draining)
        });
        if waits {
            let within = world.ids.below(u64::try_from(interval * 1000).unwrap_or(1000));
            let after = SignedDuration::from_millis(i64::try_from(within).unwrap_or(0));
            start_timer(world, &key, after, Event::Check { target: key.clone() });
        }
    }
}

/// Lets go of a deleted group's targets.
pub(super) fn forget(world: &mut World, group: &str) {
    for key in keys(world, group) {
        stop_timer(world, &key);
        world.elb.targets.remove(&key);
    }
    world.elb.health_faults.remove(group);
}

/// Starts and ends health checks after rules changed: only groups in a rule are checked.
pub(super) fn usage_changed(world: &mut World) {
    let keys: Vec<String> = world.elb.targets.keys().map(str::to_owned).collect();
    for key in keys {
        let Some(target) = world.elb.targets.get(&key) else { continue };
        let (group, state) = (target.group.clone(), target.state);
        match (is_used(world, &group), state) {
            (true, State::Unused) => begin(world, &key),
            (false, State::Initial | State::Healthy | State::Unhealthy) => {
                stop_timer(world, &key);
                rest(world, &key);
            }
            _ => {}
        }
    }
}

/// Whether a rule refers to the group, with whatever weight.
pub(super) fn is_used(world: &World, group: &str) -> bool {
    world.elb.rules.values().any(|rule| rule.refers_to(group))
}

/// Whether every target of the group that is not draining is healthy; so is a group in no rule.
pub(crate) fn all_healthy(world: &World, group: &str, ids: &[String]) -> bool {
    !is_used(world, group)
        || ids.iter().all(|id| {
            keys(world, group)
                .iter()
                .filter_map(|key| world.elb.targets.get(key))
                .any(|target| target.id == *id && target.state == State::Healthy)
        })
}

/// Why a target is unhealthy, in the words of its description.
pub(crate) fn complaint(world: &World, group: &str, id: &str) -> Option<String> {
    keys(world, group)
        .iter()
        .filter_map(|key| world.elb.targets.get(key))
        .find(|target| target.id == id && target.state == State::Unhealthy)
        .map(|target| target.description.clone().unwrap_or_default())
}

/// Carries out one health check.
pub(super) fn check(world: &mut World, key: &str) {
    let Some(target) = world.elb.targets.get_mut(key) else { return };
    target.timer = None;
    if matches!(target.state, State::Unused | State::Draining) {
        return;
    }
    let target = target.clone();
    let Some(check) = world.elb.groups.get(&target.group).map(|group| group.check.clone()) else { return };
    if target.reason.as_deref() == Some(REGISTERING) {
        turn(world, key, State::Initial, CHECKING, "Initial health checks in progress");
        let within = world.ids.below(u64::try_from(check.interval * 1000).unwrap_or(1000));
        let after = SignedDuration::from_millis(i64::try_from(within).unwrap_or(0));
        return start_timer(world, key, after, Event::Check { target: key.to_owned() });
    }
    let port = check.port.parse().unwrap_or(target.port);
    let probe = match world.elb.health_faults.get(&target.group) {
        Some(HealthFault::Status(status)) => Probe::Status(*status),
        Some(HealthFault::Timeout) => Probe::Timeout,
        Some(HealthFault::Refused) => Probe::Refused,
        None => world.probe(&target.id, port, &check.path),
    };
    let passes = matches!(probe, Probe::Status(status) if check.passes(status));
    let (good, bad) = if passes { (target.passed + 1, 0) } else { (0, target.failed + 1) };
    if let Some(target) = world.elb.targets.get_mut(key) {
        target.passed = good;
        target.failed = bad;
    }
    let settled = match target.state {
        State::Healthy if passes => true,
        State::Unhealthy if !passes => true,
        // A new target must pass one check only (user guide, "Health checks for target groups").
        state if passes && (state == State::Initial || good >= check.healthy) => {
            settle(world, key, State::Healthy, None);
            true
        }
        _ if !passes && bad >= check.unhealthy => {
            settle(world, key, State::Unhealthy, Some(probe));
            true
        }
        _ => false,
    };
    if !settled {
        let after = SignedDuration::from_secs(check.interval);
        start_timer(world, key, after, Event::Check { target: key.to_owned() });
    }
}

/// The end of the deregistration delay.
pub(super) fn drained(world: &mut World, key: &str) {
    if world.elb.targets.get(key).is_some_and(|target| target.state == State::Draining) {
        world.elb.targets.remove(key);
    }
}

fn begin(world: &mut World, key: &str) {
    turn(world, key, State::Initial, REGISTERING, "Target registration is in progress");
    let after = SignedDuration::from_millis(1000 + i64::try_from(world.ids.below(2000)).unwrap_or(0));
    start_timer(world, key, after, Event::Check { target: key.to_owned() });
}

fn rest(world: &mut World, key: &str) {
    let why = "Target group is not configured to receive traffic from the load balancer";
    turn(world, key, State::Unused, "Target.NotInUse", why);
    tell(world, key);
}

/// A target that becomes healthy beside others that have their full share begins with the smallest one, where
/// its group says so ("Slow start mode" in the user guide).
fn start_slowly(world: &mut World, key: &str) {
    let Some(target) = world.elb.targets.get(key) else { return };
    let Some(group) = world.elb.groups.get(&target.group) else { return };
    let duration = group.slow_start();
    let others = keys(world, &target.group);
    let has_peer = others
        .iter()
        .filter(|other| *other != key)
        .filter_map(|other| world.elb.targets.get(other))
        .any(|other| other.state == State::Healthy && other.share == FULL);
    let slow = has_peer && duration > SignedDuration::ZERO;
    if let Some(target) = world.elb.targets.get_mut(key) {
        target.share = if slow { 1 } else { FULL };
    }
    if slow {
        warm_later(world, key, duration);
    }
}

fn warm_later(world: &mut World, key: &str, duration: SignedDuration) {
    let step = duration / i32::try_from(FULL).unwrap_or(1);
    world.after(step, crate::world::Event::Elb(Event::Warm { target: key.to_owned() }));
}

/// A target that starts slowly gets a larger share.
pub(super) fn warm(world: &mut World, key: &str) {
    let Some(target) = world.elb.targets.get_mut(key).filter(|target| target.share < FULL) else { return };
    target.share = if target.state == State::Healthy { target.share + 1 } else { FULL };
    let (is_full, group) = (target.share == FULL, target.group.clone());
    world.elb.changed = true;
    if let (false, Some(group)) = (is_full, world.elb.groups.get(&group)) {
        let duration = group.slow_start();
        warm_later(world, key, duration);
    }
}

fn settle(world: &mut World, key: &str, state: State, probe: Option<Probe>) {
    match probe {
        None => {
            turn(world, key, state, "", "");
            start_slowly(world, key);
        }
        Some(Probe::Status(status)) => {
            let why = format!("Health checks failed with these codes: [{status}]");
            turn(world, key, state, "Target.ResponseCodeMismatch", &why);
        }
        Some(Probe::Timeout) => turn(world, key, state, "Target.Timeout", "Request timed out"),
        Some(Probe::Refused) => turn(world, key, state, "Target.FailedHealthChecks", "Health checks failed"),
    }
    tell(world, key);
}

fn turn(world: &mut World, key: &str, state: State, reason: &str, description: &str) {
    let now = world.now();
    let Some(target) = world.elb.targets.get_mut(key) else { return };
    if target.state != state {
        target.since = now;
        target.passed = 0;
        target.failed = 0;
    }
    target.state = state;
    target.reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
    target.description = Some(description.to_owned()).filter(|description| !description.is_empty());
    world.elb.changed = true;
}

fn tell(world: &mut World, key: &str) {
    if let Some((group, id)) =
        world.elb.targets.get(key).map(|target| (target.group.clone(), target.id.clone()))
    {
        world.signal(Signal::TargetChanged { group, id });
    }
}

/// The key of a target in its table. Keys of one group lie side by side.
pub(super) fn key(group: &str, id: &str, port: u16) -> String {
    format!("{group}|{id}:{port}")
}

/// The keys of a group's targets.
pub(super) fn keys(world: &World, group: &str) -> Vec<String> {
    let (from, to) = (format!("{group}|"), format!("{group}}}"));
    world.elb.targets.range(&from, &to).map(|(key, _)| key.to_owned()).collect()
}

fn start_timer(world: &mut World, key: &str, after: SignedDuration, event: Event) {
    stop_timer(world, key);
    let timer = world.after(after, crate::world::Event::Elb(event));
    if let Some(target) = world.elb.targets.get_mut(key) {
        target.timer = Some(timer);
    }
}

fn stop_timer(world: &mut World, key: &str) {
    if let Some(timer) = world.elb.targets.get_mut(key).and_then(|target| target.timer.take()) {
        world.timers.cancel(timer);
    }
}
