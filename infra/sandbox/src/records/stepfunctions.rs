//! What is kept of Step Functions: its tables.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use viridian_asl::{Branch, Definition, Execution, HistoryEvent, Run};

use crate::table::{Saved, Table};

/// Everything that Step Functions knows.
#[derive(Debug, Default)]
pub struct StepFunctions {
    /// By ARN.
    pub(crate) machines: Table<Machine>,
    /// Every definition that a machine has had, by its number.
    pub(crate) revisions: Table<Revision>,
    /// The texts of definitions, by their digests.
    pub(crate) definitions: Table<String>,
    /// By ARN.
    pub(crate) executions: Table<Execution>,
    /// By the execution's ARN.
    pub(crate) runs: Table<Run>,
    /// By the execution's ARN and the branch's number.
    pub(crate) branches: Table<Branch>,
    /// Elements of Map states, by branch.
    pub(crate) items: Table<Vec<Value>>,
    /// By the execution's ARN and the event's id.
    pub(crate) events: Table<HistoryEvent>,
    /// Definitions as they were read, by digest.
    pub(crate) plans: HashMap<String, Arc<Definition>>,
    /// The number of the next execution, and how many are running; counted when they are first asked for.
    pub(crate) next: Option<u64>,
    pub(crate) open: Option<usize>,
}

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

impl StepFunctions {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![
            ("stepfunctions.machines", &mut self.machines),
            ("stepfunctions.revisions", &mut self.revisions),
            ("stepfunctions.definitions", &mut self.definitions),
            ("stepfunctions.executions", &mut self.executions),
            ("stepfunctions.runs", &mut self.runs),
            ("stepfunctions.branches", &mut self.branches),
            ("stepfunctions.items", &mut self.items),
            ("stepfunctions.events", &mut self.events),
        ]
    }
}
