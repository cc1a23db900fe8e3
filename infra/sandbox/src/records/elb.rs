//! What is kept of Elastic Load Balancing: its tables, and what may fall due or is to be done outside.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, atomic::AtomicU64},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use viridian_alb::{Action, Condition, Count, Transform};

use crate::{
    records::TimerId,
    table::{Saved, Table},
};

#[derive(Debug, Default)]
pub struct Elb {
    pub(crate) balancers: Table<LoadBalancer>,
    pub(crate) groups: Table<Group>,
    pub(crate) listeners: Table<Listener>,
    pub(crate) rules: Table<Rule>,
    pub(crate) targets: Table<Target>,
    pub(crate) tags: Table<BTreeMap<String, String>>,
    pub(crate) health_faults: Table<HealthFault>,
    /// What flowed to each group: of this process only.
    pub(crate) counts: HashMap<String, Arc<Count>>,
    /// Whose turn it is in each rule that forwards by weight: of this process only.
    pub(crate) turns: HashMap<String, Arc<AtomicU64>>,
    /// Whether the routing table must be published again; derived, so not saved.
    pub(crate) changed: bool,
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

/// What the plane is to do about a listener.
#[derive(Debug, Clone)]
pub enum Effect {
    Open { listener: String, port: u16 },
    Close { listener: String },
}

/// What the checks of a group's targets get instead of the targets' own answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthFault {
    /// This status.
    Status(u16),
    /// No answer in time.
    Timeout,
    /// No connection.
    Refused,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Listener {
    pub(crate) arn: String,
    pub(crate) balancer: String,
    pub(crate) port: u16,
    /// Whether it is one for HTTPS. The sandbox has no certificates and speaks HTTP there too.
    #[serde(default)]
    pub(crate) is_https: bool,
    /// ARN of the rule that applies when no other does.
    pub(crate) default: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) protocol: String,
    pub(crate) port: u16,
    pub(crate) vpc: String,
    pub(crate) kind: String,
    pub(crate) version: String,
    pub(crate) check: Check,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) created: Timestamp,
}

/// How the targets of a group are checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Check {
    pub(crate) enabled: bool,
    pub(crate) protocol: String,
    /// A port, or `traffic-port`.
    pub(crate) port: String,
    pub(crate) path: String,
    pub(crate) interval: i64,
    pub(crate) timeout: i64,
    pub(crate) healthy: i64,
    pub(crate) unhealthy: i64,
    /// Codes that pass, as AWS writes them: `200`, `200,202` or `200-299`.
    pub(crate) codes: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) arn: String,
    pub(crate) listener: String,
    /// The lowest number wins; the default rule has none and comes last.
    pub(crate) priority: Option<u32>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) action: Action,
    /// How a request is rewritten before it is forwarded.
    #[serde(default)]
    pub(crate) transforms: Vec<Transform>,
}

/// A registered target.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) group: String,
    pub(crate) id: String,
    pub(crate) port: u16,
    pub(crate) state: State,
    pub(crate) reason: Option<String>,
    pub(crate) description: Option<String>,
    /// When the state began.
    pub(crate) since: Timestamp,
    /// Checks passed and failed in a row.
    pub(crate) passed: i64,
    pub(crate) failed: i64,
    /// Its part of the requests: `FULL`, or less while it starts slowly.
    #[serde(default = "full")]
    pub(crate) share: u32,
    /// The next check, or the end of draining.
    pub(crate) timer: Option<TimerId>,
}

/// The state of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    Initial,
    Healthy,
    Unhealthy,
    Unused,
    Draining,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LoadBalancer {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) dns: String,
    pub(crate) scheme: String,
    pub(crate) vpc: String,
    pub(crate) subnets: Vec<String>,
    pub(crate) security_groups: Vec<String>,
    pub(crate) created: Timestamp,
    pub(crate) attributes: BTreeMap<String, String>,
}

fn full() -> u32 {
    viridian_alb::FULL
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
}
