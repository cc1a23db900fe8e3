//! What is kept of Application Auto Scaling: its tables.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::table::{Saved, Table};

#[derive(Debug, Default)]
pub struct ApplicationAutoScaling {
    pub(crate) targets: Table<Target>,
    pub(crate) policies: Table<Policy>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) namespace: String,
    pub(crate) resource: String,
    pub(crate) dimension: String,
    pub(crate) arn: String,
    pub(crate) least: i64,
    pub(crate) most: i64,
    pub(crate) created: Timestamp,
    pub(crate) suspended: Suspended,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Policy {
    pub(crate) arn: String,
    pub(crate) target: String,
    pub(crate) created: Timestamp,
    /// The request, which the answer repeats.
    pub(crate) settings: Value,
}

/// What of the scaling stands still.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Suspended {
    pub(crate) scale_in: bool,
    pub(crate) scale_out: bool,
    pub(crate) schedule: bool,
}

impl ApplicationAutoScaling {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![
            ("application_auto_scaling.targets", &mut self.targets as &mut dyn Saved),
            ("application_auto_scaling.policies", &mut self.policies),
        ]
    }
}
