//! ECS: clusters, task definitions, EXTERNAL services, task sets and their tasks.
//!
//! A service has a desired count and task sets; each set keeps its share of that count running. Whatever
//! changes a set (a call, a task that started or stopped, a target that became healthy) ends in
//! [`schedule::reconcile`], which starts or stops tasks and decides whether the set is steady. A running
//! task really answers: its image's files, on a loopback port, by nginx's rules.

mod cluster;
mod definition;
mod host;
mod journal;
pub(crate) mod nginx;
mod publish;
mod pull;
mod schedule;
mod service;
mod tags;
mod task;
mod task_set;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use host::Hosts;
use nginx::Site;
pub(crate) use task::{Probe, free_address, probe};

use crate::{
    error::AwsError,
    read::Input,
    table::{Saved, Table},
    world::{Caller, World},
};

/// The code of an input that ECS does not accept.
const INVALID: &str = "InvalidParameterException";

#[derive(Debug, Default)]
pub struct Ecs {
    clusters: Table<cluster::Cluster>,
    definitions: Table<definition::Definition>,
    services: Table<service::Service>,
    task_sets: Table<task_set::TaskSet>,
    tasks: Table<task::Task>,
    /// Service events by `service ARN/number`.
    events: Table<journal::Entry>,
    tags: Table<BTreeMap<String, String>>,
    /// What images answer, by digest; read again when it is missing.
    sites: HashMap<String, Arc<Site>>,
}

impl Ecs {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![
            ("ecs.clusters", &mut self.clusters as &mut dyn Saved),
            ("ecs.definitions", &mut self.definitions),
            ("ecs.services", &mut self.services),
            ("ecs.task_sets", &mut self.task_sets),
            ("ecs.tasks", &mut self.tasks),
            ("ecs.events", &mut self.events),
            ("ecs.tags", &mut self.tags),
        ]
    }
}

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

/// What falls due.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Event {
    /// A task goes on to its next status.
    Advance { task: String },
    /// A stopped task is no longer shown.
    Forget { task: String },
    /// A set whose tasks failed tries again.
    Retry { task_set: String },
    /// The service looks at the health of a task: at the end of its time of grace, and some time after its
    /// target became unhealthy.
    Look { task: String },
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

/// What is to be done about the socket of a task.
#[derive(Debug, Clone)]
pub enum Effect {
    Open { address: String, port: u16, site: Shared },
    Close { address: String },
}

/// A site that the socket of a task shares with its health checks.
#[derive(Debug, Clone)]
pub struct Shared(Arc<Site>);

pub(crate) async fn carry_out(sandbox: &crate::Sandbox, effect: Effect) {
    match effect {
        Effect::Open { address, port, site } => sandbox.hosts().open(sandbox, &address, port, site.0).await,
        Effect::Close { address } => sandbox.hosts().close(&address),
    }
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
