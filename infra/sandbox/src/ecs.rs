//! ECS: clusters, task definitions, EXTERNAL services, task sets and their tasks.
//!
//! A service has a desired count and task sets; each set keeps its share of that count running. Whatever
//! changes a set (a call, a task that started or stopped, a target that became healthy) ends in
//! [`schedule::reconcile`], which starts or stops tasks and decides whether the set is steady. A running
//! task really answers: its image's files, on a loopback port, by nginx's rules.

mod cluster;
mod definition;
mod journal;
mod pull;
mod schedule;
mod tags;

use serde_json::Value;
use viridian_aws_wire::{AwsError, Input};

pub(crate) use task::{free_address, probe};

pub use crate::records::ecs::{Ecs, Effect, Event, Shared};
use crate::world::{Caller, World};
use schedule::publish;
use schedule::service;
use schedule::service::task_set;
use schedule::task;

/// The code of an input that ECS does not accept.
const INVALID: &str = "InvalidParameterException";

const ACTIVE: &str = "ACTIVE";
const INACTIVE: &str = "INACTIVE";

pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    let input = Input::new(&input, INVALID);
    match operation {
        "CreateCluster" => Ok(cluster::create(world, input)),
        "DescribeClusters" => Ok(cluster::describe(world, input)),
        "ListClusters" => Ok(cluster::list(world)),
        "DeleteCluster" => cluster::delete(world, input),
        "RegisterTaskDefinition" => definition::register(world, caller, input),
        "DescribeTaskDefinition" => definition::describe(world, input),
        "DeregisterTaskDefinition" => definition::deregister(world, input),
        "ListTaskDefinitions" => definition::list(world, input),
        "ListTaskDefinitionFamilies" => Ok(definition::families(world, input)),
        "CreateService" => service::create(world, caller, input),
        "DescribeServices" => service::describe(world, input),
        "UpdateService" => service::update(world, input),
        "ListServices" => service::list(world, input),
        "DeleteService" => service::delete(world, input),
        "CreateTaskSet" => task_set::create(world, input),
        "DescribeTaskSets" => task_set::describe(world, input),
        "UpdateTaskSet" => task_set::update(world, input),
        "UpdateServicePrimaryTaskSet" => task_set::make_primary(world, input),
        "DeleteTaskSet" => task_set::delete(world, input),
        "ListTasks" => task::list(world, input),
        "DescribeTasks" => task::describe(world, input),
        "StopTask" => task::stop(world, input),
        "TagResource" => tags::add(world, input),
        "UntagResource" => tags::remove(world, input),
        "ListTagsForResource" => tags::list(world, input),
        _ => Err(AwsError::not_implemented("ecs", operation)),
    }
}

pub(crate) fn on_event(world: &mut World, event: Event) {
    match event {
        Event::Advance { task } => schedule::advance(world, &task),
        Event::Forget { task } => {
            world.ecs.tasks.remove(&task);
        }
        Event::Retry { task_set } => schedule::retry(world, &task_set),
        Event::Look { task } => schedule::complain(world, &task),
    }
}

pub(crate) fn carry_out(sandbox: &crate::Sandbox, effect: Effect) {
    match effect {
        Effect::Open { address, port, site } => sandbox.hosts().open(&address, port, site.0),
        Effect::Close { address } => sandbox.hosts().close(&address),
    }
}

/// The ARN of a service by its name or its ARN.
fn service_arn(world: &World, cluster: &str, name: &str) -> String {
    world
        .place
        .arn("ecs", &format!("service/{}/{}", crate::arn::short_name(cluster), crate::arn::short_name(name)))
}

/// Opens the socket of every running task of a world that was loaded.
pub(crate) fn resume(world: &mut World) {
    let running = world.ecs.tasks.iter().filter(|(_, task)| task.answers());
    let running: Vec<String> = running.map(|(arn, _)| arn.to_owned()).collect();
    for task in running {
        schedule::open(world, &task);
    }
}

/// Lets the running tasks of every cluster but one answer: they came into the world as records.
pub(crate) fn open_others(world: &mut World, cluster: &str) {
    let cluster = world.place.arn("ecs", &format!("cluster/{cluster}"));
    let others = world.ecs.tasks.iter().filter(|(_, task)| task.answers() && task.cluster != cluster);
    for task in others.map(|(arn, _)| arn.to_owned()).collect::<Vec<_>>() {
        schedule::open(world, &task);
    }
}

/// A target's health state changed: its task set may have become steady, or its task may have to go.
pub(crate) fn target_changed(world: &mut World, group: &str, id: &str) {
    let of_target = |task: &task::Task| task.address == id && task.group.as_deref() == Some(group);
    let task = world.ecs.tasks.iter().find(|(_, task)| task.answers() && of_target(task));
    if let Some(task) = task.map(|(arn, _)| arn.to_owned()) {
        schedule::health_changed(world, &task);
    }
}

#[cfg(test)]
mod tests;
