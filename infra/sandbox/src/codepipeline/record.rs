//! What is kept of a pipeline: the pipeline itself, its executions, and every run of an action.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::declaration::{Action, Mode};
use crate::timers::TimerId;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Pipeline {
    pub(super) name: String,
    pub(super) version: u32,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    /// Number of the last execution.
    pub(super) last: u64,
    /// Executions that have not ended, oldest first.
    pub(super) live: Vec<u64>,
    /// The execution that entered a stage last, by stage.
    pub(super) latest: BTreeMap<String, u64>,
    /// The key of the last run of an action, by `STAGE/ACTION`.
    pub(super) latest_runs: BTreeMap<String, String>,
    /// Inbound transitions that were ever changed, by stage.
    pub(super) transitions: BTreeMap<String, Transition>,
    pub(super) tags: BTreeMap<String, String>,
    /// Client request tokens of the last starts, with the execution each one started.
    pub(super) tokens: Vec<(String, String)>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Transition {
    pub(super) enabled: bool,
    pub(super) changed_by: String,
    pub(super) changed_at: Timestamp,
    pub(super) reason: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Execution {
    pub(super) id: String,
    pub(super) pipeline: String,
    pub(super) number: u64,
    /// Version of the pipeline with which it runs.
    pub(super) version: u32,
    pub(super) mode: Mode,
    pub(super) status: ExecutionStatus,
    pub(super) status_summary: Option<String>,
    /// Index of the stage in front of which it waits, or in which it is.
    pub(super) stage: usize,
    /// Whether it is inside that stage.
    pub(super) inside: bool,
    /// By stage.
    pub(super) stages: BTreeMap<String, StageRun>,
    pub(super) started: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) trigger_type: String,
    pub(super) trigger_detail: String,
    /// The revision a source action is to fetch instead of the branch's newest, by action.
    pub(super) overrides: BTreeMap<String, String>,
    pub(super) variables: BTreeMap<String, String>,
    /// Output variables by namespace.
    pub(super) outputs: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) artifacts: BTreeMap<String, Artifact>,
    pub(super) revisions: Vec<Revision>,
    pub(super) stop: Option<Stop>,
    /// Id of the execution that it rolls a stage back to; such an execution is that one stage only.
    #[serde(default)]
    pub(super) rollback_to: Option<String>,
    /// How many runs of actions it has had.
    pub(super) runs: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ExecutionStatus {
    Cancelled,
    InProgress,
    Stopped,
    Stopping,
    Succeeded,
    Superseded,
    Failed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum StageStatus {
    Cancelled,
    InProgress,
    Failed,
    Stopped,
    Stopping,
    Succeeded,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StageRun {
    pub(super) status: StageStatus,
    /// The run that counts for each action, by action: the newest of this execution.
    pub(super) runs: BTreeMap<String, String>,
    /// How often it was retried by hand, and by itself.
    pub(super) retries: u32,
    #[serde(default)]
    pub(super) auto_retries: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Stop {
    pub(super) abandon: bool,
    pub(super) reason: Option<String>,
}

/// A source revision that an execution works on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Revision {
    pub(super) action: String,
    pub(super) artifact: Option<String>,
    pub(super) id: String,
    pub(super) summary: String,
    pub(super) url: String,
    pub(super) created: Timestamp,
}

/// Files that one action handed over to others.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Artifact {
    pub(super) bucket: String,
    pub(super) key: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ActionStatus {
    InProgress,
    Abandoned,
    Succeeded,
    Failed,
}

/// One run of one action.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ActionRun {
    pub(super) id: String,
    pub(super) pipeline: String,
    /// Number of the pipeline execution.
    pub(super) execution: u64,
    pub(super) execution_id: String,
    pub(super) version: u32,
    pub(super) stage: String,
    pub(super) action: Action,
    pub(super) configuration: BTreeMap<String, String>,
    pub(super) inputs: Vec<(String, Artifact)>,
    pub(super) outputs: Vec<(String, Artifact)>,
    pub(super) variables: BTreeMap<String, String>,
    pub(super) status: ActionStatus,
    pub(super) started: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) updated_by: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) external_url: Option<String>,
    pub(super) log_stream_arn: Option<String>,
    pub(super) error: Option<ActionError>,
    /// Of an approval; kept after it was answered, so that a late answer can be told why it is late.
    pub(super) token: Option<String>,
    pub(super) timer: Option<TimerId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ActionError {
    pub(super) code: String,
    pub(super) message: String,
}

impl ActionError {
    pub(super) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

pub(super) fn execution_key(pipeline: &str, number: u64) -> String {
    format!("{pipeline}/{number:08}")
}

impl Execution {
    pub(super) fn key(&self) -> String {
        execution_key(&self.pipeline, self.number)
    }

    /// The type in AWS's words.
    pub(super) fn kind(&self) -> &'static str {
        if self.rollback_to.is_some() { "ROLLBACK" } else { "STANDARD" }
    }

    /// What a rollback rolls back to, as listings show it.
    pub(super) fn rollback(&self) -> Option<serde_json::Value> {
        self.rollback_to.as_ref().map(|id| serde_json::json!({"rollbackTargetPipelineExecutionId": id}))
    }

    pub(super) fn has_ended(&self) -> bool {
        !matches!(self.status, ExecutionStatus::InProgress | ExecutionStatus::Stopping)
    }
}
