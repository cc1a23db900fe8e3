//! What is kept of ECS: its tables, and what may fall due or is to be done outside.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use viridian_nginx_site::Site;

use crate::{
    records::TimerId,
    table::{Saved, Table},
};

#[derive(Debug, Default)]
pub struct Ecs {
    pub(crate) clusters: Table<Cluster>,
    pub(crate) definitions: Table<Definition>,
    pub(crate) services: Table<Service>,
    pub(crate) task_sets: Table<TaskSet>,
    pub(crate) tasks: Table<Task>,
    /// Service events by `service ARN/number`.
    pub(crate) events: Table<Entry>,
    pub(crate) tags: Table<BTreeMap<String, String>>,
    /// What images answer, by digest; read again when it is missing.
    pub(crate) sites: HashMap<String, Arc<Site>>,
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

/// What is to be done about the socket of a task.
#[derive(Debug, Clone)]
pub enum Effect {
    Open { address: String, port: u16, site: Shared },
    Close { address: String },
}

/// A site that the socket of a task shares with its health checks.
#[derive(Debug, Clone)]
pub struct Shared(pub(crate) Arc<Site>);

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TaskSet {
    pub(crate) arn: String,
    /// `ecs-svc/…`, which is also what its tasks are started by.
    pub(crate) id: String,
    pub(crate) service: String,
    pub(crate) cluster: String,
    pub(crate) external_id: Option<String>,
    pub(crate) status: TaskSetStatus,
    pub(crate) definition: String,
    /// Percent of the service's desired count.
    pub(crate) scale: f64,
    pub(crate) settings: Map<String, Value>,
    pub(crate) token: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) steady: bool,
    pub(crate) steady_at: Timestamp,
    /// Tasks that failed one after the other, and the next try.
    pub(crate) failures: u32,
    pub(crate) retry: Option<TimerId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TaskSetStatus {
    Primary,
    Active,
    Draining,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    pub(crate) message: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Cluster {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) status: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Definition {
    pub(crate) arn: String,
    pub(crate) family: String,
    pub(crate) revision: u32,
    pub(crate) active: bool,
    pub(crate) registered: Timestamp,
    pub(crate) by: String,
    pub(crate) settings: Map<String, Value>,
    pub(crate) containers: Vec<Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) arn: String,
    pub(crate) id: String,
    pub(crate) set: String,
    pub(crate) started_by: String,
    pub(crate) service: String,
    pub(crate) cluster: String,
    pub(crate) definition: String,
    pub(crate) status: Status,
    /// Whether it should be running.
    pub(crate) wanted: bool,
    /// Its address in the network of the service; also its id as a target.
    pub(crate) address: String,
    pub(crate) port: u16,
    /// The target group that it registers with.
    pub(crate) group: Option<String>,
    pub(crate) container: String,
    pub(crate) image: String,
    pub(crate) digest: Option<String>,
    pub(crate) launch: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) started: Option<Timestamp>,
    pub(crate) stopping: Option<Timestamp>,
    pub(crate) stopped: Option<Timestamp>,
    pub(crate) reason: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) exit: Option<i32>,
    pub(crate) timer: Option<TimerId>,
}

/// Where a task is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Status {
    Provisioning,
    Pending,
    Running,
    /// Its target drains.
    Deactivating,
    Stopping,
    Deprovisioning,
    Stopped,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Service {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) cluster: String,
    pub(crate) status: String,
    pub(crate) desired: i64,
    /// ARN of the primary task set; none before the first swap.
    pub(crate) primary: Option<String>,
    pub(crate) settings: Map<String, Value>,
    pub(crate) created: Timestamp,
    pub(crate) by: String,
    #[serde(default)]
    pub(crate) token: Option<String>,
    /// How many events there have been.
    pub(crate) events: u64,
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
