//! What is kept of a state machine.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A state machine.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) arn: String,
    pub(crate) name: String,
    /// Key of the definition that new executions run.
    pub(crate) revision: String,
    pub(crate) created: Timestamp,
    pub(crate) tags: BTreeMap<String, String>,
    /// Logging, tracing and encryption as they were given; kept and given back only.
    #[serde(default)]
    pub(crate) settings: Map<String, Value>,
    /// Whether it goes as soon as its executions have ended.
    #[serde(default)]
    pub(crate) is_deleting: bool,
}

/// A definition with the role that runs it. Kept as long as an execution may speak of it. Definitions are kept
/// beside it, because many machines have the same.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Revision {
    pub(crate) machine: String,
    /// `None` for the first one, which AWS does not name.
    pub(crate) id: Option<String>,
    /// Key of the definition's text.
    pub(crate) definition: String,
    pub(crate) role: String,
    pub(crate) made: Timestamp,
}
