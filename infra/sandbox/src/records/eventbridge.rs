//! What is kept of EventBridge: its tables.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::table::{Saved, Table};

#[derive(Debug, Default)]
pub struct EventBridge {
    /// By name.
    pub(crate) rules: Table<Rule>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) description: Option<String>,
    pub(crate) pattern: Value,
    pub(crate) enabled: bool,
    pub(crate) role: Option<String>,
    /// As they were put, by id.
    pub(crate) targets: BTreeMap<String, Value>,
}

impl EventBridge {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![("eventbridge.rules", &mut self.rules as &mut dyn Saved)]
    }
}
