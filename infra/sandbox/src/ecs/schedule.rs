//! What ECS's scheduler does over virtual time: tasks start, register, become steady, fail, drain and stop.

pub(crate) mod publish;
pub(crate) mod service;
pub(crate) mod task;

use jiff::SignedDuration;
use serde_json::json;

use super::{
    Effect, Event, Shared, journal, pull,
    task_set::{self, TaskSet},
};
use crate::{ecr, elb, world::World};
use task::{Status, Task};

/// How long a stopped task is still shown.
const SHOWN_STOPPED: SignedDuration = SignedDuration::from_hours(1);

/// How long an unhealthy target goes unnoticed, in milliseconds: at least, and how many more at most.
const NOTICE: (i64, u64) = (15_000, 10_000);

/// How many tasks of a set are where.
pub(super) struct Counts {
    pub(super) pending: usize,
    pub(super) running: usize,
}

pub(super) fn counts(world: &World, set: &str) -> Counts {
    let with = |statuses: &[Status]| {
        world.ecs.tasks.values().filter(|task| task.set == set && statuses.contains(&task.status)).count()
    };
    Counts { pending: with(&[Status::Provisioning, Status::Pending]), running: with(&[Status::Running]) }
}

/// Starts or stops tasks until the set has its share, and decides whether it is steady.
pub(super) fn reconcile(world: &mut World, arn: &str) {
    let Some(set) = world.ecs.task_sets.get(arn).cloned() else { return };
    let desired = world.ecs.services.get(&set.service).map_or(0, |service| service.desired);
    let share = set.share(desired);
    let wanted = wanted(world, arn);
    if wanted.len() < share && set.retry.is_none() {
        start(world, &set, share - wanted.len());
    } else if wanted.len() > share {
        // Those that began last go first, so that what serves goes on serving.
        let last: Vec<String> = wanted.iter().rev().take(wanted.len() - share).cloned().collect();
        scale_in(world, &set, &last);
    }
    settle(world, arn);
}

/// Stops every task of a set.
pub(super) fn stop_all(world: &mut World, arn: &str) {
    let Some(set) = world.ecs.task_sets.get(arn).cloned() else { return };
    let tasks = wanted(world, arn);
    scale_in(world, &set, &tasks);
    end_if_empty(world, arn);
}

fn scale_in(world: &mut World, set: &TaskSet, tasks: &[String]) {
    let reason = format!("Scaling activity initiated by (deployment {})", set.id);
    stop(world, tasks, &reason, "ServiceSchedulerInitiated");
}

/// Tasks of a set that should be running, the oldest first.
fn wanted(world: &World, set: &str) -> Vec<String> {
    let mut tasks: Vec<&Task> =
        world.ecs.tasks.values().filter(|task| task.set == set && task.wanted).collect();
    tasks.sort_by_key(|task| (task.started.is_none(), task.started, task.arn.clone()));
    tasks.into_iter().map(|task| task.arn.clone()).collect()
}

fn start(world: &mut World, set: &TaskSet, count: usize) {
    let mut names = String::new();
    for _ in 0..count {
        let task = Task::new(world, set);
        let arn = task.arn.clone();
        names.push_str(" (task ");
        names.push_str(&task.id);
        names.push(')');
        world.ecs.tasks.insert(arn.clone(), task);
        next(world, &arn, 2000, 2000);
        publish::of_task(world, &arn);
    }
    journal::of_set(world, set, &format!("has started {count} tasks:{names}."));
}

/// Lets a task go on after at least `least` and less than `least + spread` milliseconds.
fn next(world: &mut World, task: &str, least: i64, spread: u64) {
    let after = SignedDuration::from_millis(least + i64::try_from(world.ids.below(spread)).unwrap_or(0));
    next_after(world, task, after);
}

fn next_after(world: &mut World, task: &str, after: SignedDuration) {
    let timer = world.after(after, crate::world::Event::Ecs(Event::Advance { task: task.to_owned() }));
    let before = world.ecs.tasks.get_mut(task).and_then(|task| task.timer.replace(timer));
    if let Some(before) = before {
        world.timers.cancel(before);
    }
}

/// A task goes on to its next status.
pub(super) fn advance(world: &mut World, arn: &str) {
    let is_held = task::is_held(world, arn);
    let Some(task) = world.ecs.tasks.get_mut(arn) else { return };
    task.timer = None;
    match task.status {
        Status::Provisioning => {
            task.status = Status::Pending;
            next(world, arn, 6000, 5000);
            publish::of_task(world, arn);
        }
        Status::Pending => run(world, arn),
        Status::Deactivating => {
            task.status = Status::Stopping;
            next(world, arn, 1000, 1000);
            publish::of_task(world, arn);
        }
        Status::Stopping if is_held => next(world, arn, 10_000, 1000),
        Status::Stopping => {
            task.status = Status::Deprovisioning;
            close(world, arn);
            next(world, arn, 1000, 2000);
            publish::of_task(world, arn);
        }
        Status::Deprovisioning => stopped(world, arn),
        Status::Running if task.wanted => {}
        Status::Running if is_held => next(world, arn, 10_000, 1000),
        Status::Running => {
            task.status = Status::Deactivating;
            next(world, arn, 1000, 1000);
            publish::of_task(world, arn);
        }
        Status::Stopped => {}
    }
}

/// Pulls the image and starts the container.
fn run(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn).cloned() else { return };
    if let Err(reason) = pull::permit(world, &task) {
        return fail(world, arn, &reason, "TaskFailedToStart", None);
    }
    let image = match ecr::image(world, &task.image) {
        Ok(image) => image,
        Err(reason) => return fail(world, arn, &reason, "TaskFailedToStart", None),
    };
    let now = world.now();
    if let Some(task) = world.ecs.tasks.get_mut(arn) {
        task.digest = Some(image.digest);
    }
    let Some(task) = world.ecs.tasks.get(arn).cloned() else { return };
    if let Err(reason) = task::site(world, &task) {
        let reason = format!("Essential container in task exited: {reason}");
        return fail(world, arn, &reason, "EssentialContainerExited", Some(1));
    }
    if let Some(task) = world.ecs.tasks.get_mut(arn) {
        task.status = Status::Running;
        task.started = Some(now);
    }
    open(world, arn);
    publish::of_task(world, arn);
    if let (Some(group), Some(set)) = (&task.group, world.ecs.task_sets.get(&task.set).cloned()) {
        journal::of_set(world, &set, &format!("registered 1 targets in (target-group {group})"));
        elb::register(world, group, &task.address, task.port);
    }
    let grace = world.ecs.services.get(&task.service).map_or(0, service::Service::grace);
    if grace > 0 {
        look_after(world, arn, SignedDuration::from_secs(grace));
    }
    settle(world, &task.set);
}

/// Asks for the socket of a running task.
pub(super) fn open(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn).cloned() else { return };
    match task::site(world, &task) {
        Ok(site) => {
            let effect = Effect::Open { address: task.address, port: task.port, site: Shared(site) };
            world.effect(crate::world::Effect::Ecs(effect));
        }
        Err(reason) => tracing::warn!(task = arn, reason, "the image of a running task cannot be read"),
    }
}

fn close(world: &mut World, arn: &str) {
    if let Some(address) = world.ecs.tasks.get(arn).map(|task| task.address.clone()) {
        world.effect(crate::world::Effect::Ecs(Effect::Close { address }));
    }
}

/// A task's container did not come up or ended: it stops at once, and the set tries again later.
fn fail(world: &mut World, arn: &str, reason: &str, code: &str, exit: Option<i32>) {
    let now = world.now();
    let Some(task) = world.ecs.tasks.get_mut(arn) else { return };
    task.wanted = false;
    task.stopping = Some(now);
    task.reason = Some(reason.to_owned());
    task.code = Some(code.to_owned());
    task.exit = exit;
    task.status = Status::Deprovisioning;
    let (id, set) = (task.id.clone(), task.set.clone());
    next(world, arn, 1000, 2000);
    publish::of_task(world, arn);
    let Some(set) = world.ecs.task_sets.get(&set).cloned() else { return };
    let what = if code == "TaskFailedToStart" {
        "was unable to start a task"
    } else {
        "has stopped 1 running tasks"
    };
    journal::of_set(world, &set, &format!("{what}: (task {id}). Reason: {reason}."));
    back_off(world, &set);
    settle(world, &set.arn);
}

/// Waits before the next task of a set whose tasks fail, longer each time.
fn back_off(world: &mut World, set: &TaskSet) {
    let Some(record) = world.ecs.task_sets.get_mut(&set.arn) else { return };
    if record.status == task_set::Status::Draining || record.retry.is_some() {
        return;
    }
    record.failures += 1;
    let failures = record.failures;
    let seconds = (10_i64 << failures.min(6)).min(300);
    if failures == 3 {
        journal::of_set(world, set, "is unable to consistently start tasks successfully.");
        publish::of_service(world, &set.service, Some(set), "SERVICE_TASK_START_IMPAIRED", json!({}));
    }
    let event = crate::world::Event::Ecs(Event::Retry { task_set: set.arn.clone() });
    let timer = world.after(SignedDuration::from_secs(seconds), event);
    if let Some(record) = world.ecs.task_sets.get_mut(&set.arn) {
        record.retry = Some(timer);
    }
}

pub(super) fn retry(world: &mut World, arn: &str) {
    if let Some(set) = world.ecs.task_sets.get_mut(arn) {
        set.retry = None;
        reconcile(world, arn);
    }
}

/// Stops tasks of one set in good order: their targets drain first.
pub(super) fn stop(world: &mut World, tasks: &[String], reason: &str, code: &str) {
    let mut gone = Vec::new();
    for arn in tasks {
        gone.extend(let_go(world, arn, reason, code));
    }
    let set = gone.first().and_then(|gone: &Gone| world.ecs.task_sets.get(&gone.task.set)).cloned();
    let Some(set) = set else { return };
    let draining = gone.iter().filter(|gone| gone.delay > SignedDuration::ZERO).count();
    if draining > 0 {
        journal::of_set(world, &set, &format!("has begun draining connections on {draining} tasks."));
    }
    let registered: Vec<&String> =
        gone.iter().filter(|gone| gone.ran).filter_map(|gone| gone.task.group.as_ref()).collect();
    if let Some(group) = registered.first() {
        let count = registered.len();
        journal::of_set(world, &set, &format!("deregistered {count} targets in (target-group {group})"));
    }
    let names: String = gone.iter().map(|gone| " (task ".to_owned() + &gone.task.id + ")").collect();
    journal::of_set(world, &set, &format!("has stopped {} running tasks:{names}.", gone.len()));
    // The service replaces what someone else stopped.
    if code == "UserInitiated" {
        reconcile(world, &set.arn);
    }
}

/// A task that is to stop, and how long its target drains.
struct Gone {
    task: Task,
    ran: bool,
    delay: SignedDuration,
}

fn let_go(world: &mut World, arn: &str, reason: &str, code: &str) -> Option<Gone> {
    let now = world.now();
    world.ecs.tasks.get_mut(arn).filter(|task| task.wanted)?.wanted = false;
    let is_held = task::is_held(world, arn);
    let task = world.ecs.tasks.get_mut(arn)?;
    let ran = task.status == Status::Running;
    task.stopping = Some(now);
    task.reason = Some(reason.to_owned());
    task.code = Some(code.to_owned());
    task.exit = ran.then_some(0);
    task.status = match ran {
        true if is_held => Status::Running,
        true => Status::Deactivating,
        false => Status::Deprovisioning,
    };
    let task = task.clone();
    let delay = match &task.group {
        Some(group) if ran => elb::deregister(world, group, &task.address, task.port),
        _ => SignedDuration::ZERO,
    };
    next_after(world, arn, delay);
    publish::of_task(world, arn);
    Some(Gone { task, ran, delay })
}

fn stopped(world: &mut World, arn: &str) {
    let now = world.now();
    let Some(task) = world.ecs.tasks.get_mut(arn) else { return };
    task.status = Status::Stopped;
    task.stopped = Some(now);
    let set = task.set.clone();
    publish::of_task(world, arn);
    world.after(SHOWN_STOPPED, crate::world::Event::Ecs(Event::Forget { task: arn.to_owned() }));
    reconcile(world, &set);
    end_if_empty(world, &set);
}

/// A draining set without tasks is gone.
fn end_if_empty(world: &mut World, arn: &str) {
    let draining = world.ecs.task_sets.get(arn).is_some_and(|set| set.status == task_set::Status::Draining);
    let empty = !world.ecs.tasks.values().any(|task| task.set == arn && task.status != Status::Stopped);
    if draining
        && empty
        && let Some(set) = world.ecs.task_sets.remove(arn)
    {
        world.ecs.tags.remove(arn);
        service::set_went(world, &set.service);
    }
}

/// The target of a task changed its state. The set counts it at once; that it is unhealthy the service only
/// notices when it looks at it the next time.
pub(super) fn health_changed(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn).cloned() else { return };
    if task.group.as_ref().is_some_and(|group| elb::complaint(world, group, &task.address).is_some()) {
        let spread = i64::try_from(world.ids.below(NOTICE.1)).unwrap_or(0);
        look_after(world, arn, SignedDuration::from_millis(NOTICE.0 + spread));
    }
    settle(world, &task.set);
}

fn look_after(world: &mut World, arn: &str, after: SignedDuration) {
    world.after(after, crate::world::Event::Ecs(Event::Look { task: arn.to_owned() }));
}

/// Takes note of a task's health: an unhealthy one is replaced once its time of grace is over.
pub(super) fn complain(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn).filter(|task| task.wanted && task.answers()).cloned() else {
        return;
    };
    let grace = world.ecs.services.get(&task.service).map_or(0, service::Service::grace);
    let age = task.started.map_or(0, |started| world.now().duration_since(started).as_secs());
    let complaint = task.group.as_ref().and_then(|group| elb::complaint(world, group, &task.address));
    if let (Some(complaint), true, Some(set)) =
        (complaint, age >= grace, world.ecs.task_sets.get(&task.set).cloned())
    {
        let group = task.group.clone().unwrap_or_default();
        journal::of_set(
            world,
            &set,
            &format!(
                "(port {}) is unhealthy in (target-group {group}) due to (reason {complaint})",
                task.port
            ),
        );
        back_off(world, &set);
        let reason = format!("Task failed ELB health checks in (target-group {group})");
        stop(world, std::slice::from_ref(&task.arn), &reason, "ServiceSchedulerInitiated");
    }
    reconcile(world, &task.set);
}

/// Decides whether a set is steady: it has its share, and all of it is healthy.
fn settle(world: &mut World, arn: &str) {
    let Some(set) = world.ecs.task_sets.get(arn).cloned() else { return };
    let desired = world.ecs.services.get(&set.service).map_or(0, |service| service.desired);
    let running: Vec<&Task> =
        world.ecs.tasks.values().filter(|task| task.set == arn && task.status == Status::Running).collect();
    let pending = counts(world, arn).pending;
    let addresses: Vec<String> = running.iter().map(|task| task.address.clone()).collect();
    let healthy = set.target().is_none_or(|(group, _)| elb::all_healthy(world, &group, &addresses));
    let steady = set.status != task_set::Status::Draining
        && running.len() == set.share(desired)
        && pending == 0
        && healthy;
    if steady == set.steady {
        return;
    }
    let now = world.now();
    if let Some(set) = world.ecs.task_sets.get_mut(arn) {
        set.steady = steady;
        set.steady_at = now;
        if steady {
            set.failures = 0;
        }
    }
    if steady {
        journal::of_set(world, &set, "has reached a steady state.");
        publish::of_service(world, &set.service, Some(&set), "TASKSET_STEADY_STATE", json!({}));
    }
}
