//! What is kept of CodePipeline: its tables, and what may fall due or is to be done outside.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    records::TimerId,
    table::{Saved, Table},
};

#[derive(Debug, Default)]
pub struct CodePipeline {
    /// By name.
    pub(crate) pipelines: Table<Pipeline>,
    /// Every version of every pipeline, by `NAME/VERSION`.
    pub(crate) declarations: Table<Declaration>,
    /// By `PIPELINE/NUMBER`.
    pub(crate) executions: Table<Execution>,
    /// By `PIPELINE/NUMBER OF THE EXECUTION/NUMBER`.
    pub(crate) runs: Table<ActionRun>,
    /// What a provider works on for us: build id or execution ARN to the run's key.
    pub(crate) awaited: Table<String>,
}

/// What falls due in a pipeline. Each names the run of an action.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub enum Event {
    /// A source action has fetched its revision.
    Fetched(String),
    /// A provider has finished and CodePipeline notices.
    Noticed(String),
    /// An approval has waited for as long as it may.
    Expired(String),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pipeline {
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    /// Number of the last execution.
    pub(crate) last: u64,
    /// Executions that have not ended, oldest first.
    pub(crate) live: Vec<u64>,
    /// The execution that entered a stage last, by stage.
    pub(crate) latest: BTreeMap<String, u64>,
    /// The key of the last run of an action, by `STAGE/ACTION`.
    pub(crate) latest_runs: BTreeMap<String, String>,
    /// Inbound transitions that were ever changed, by stage.
    pub(crate) transitions: BTreeMap<String, Transition>,
    pub(crate) tags: BTreeMap<String, String>,
    /// Client request tokens of the last starts, with the execution each one started.
    pub(crate) tokens: Vec<(String, String)>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Execution {
    pub(crate) id: String,
    pub(crate) pipeline: String,
    pub(crate) number: u64,
    /// Version of the pipeline with which it runs.
    pub(crate) version: u32,
    pub(crate) mode: Mode,
    pub(crate) status: ExecutionStatus,
    pub(crate) status_summary: Option<String>,
    /// Index of the stage in front of which it waits, or in which it is.
    pub(crate) stage: usize,
    /// Whether it is inside that stage.
    pub(crate) inside: bool,
    /// By stage.
    pub(crate) stages: BTreeMap<String, StageRun>,
    pub(crate) started: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) trigger_type: String,
    pub(crate) trigger_detail: String,
    /// The revision a source action is to fetch instead of the branch's newest, by action.
    pub(crate) overrides: BTreeMap<String, String>,
    pub(crate) variables: BTreeMap<String, String>,
    /// Output variables by namespace.
    pub(crate) outputs: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) artifacts: BTreeMap<String, Artifact>,
    pub(crate) revisions: Vec<Revision>,
    pub(crate) stop: Option<Stop>,
    /// Id of the execution that it rolls a stage back to; such an execution is that one stage only.
    #[serde(default)]
    pub(crate) rollback_to: Option<String>,
    /// How many runs of actions it has had.
    pub(crate) runs: u32,
}

/// One run of one action.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ActionRun {
    pub(crate) id: String,
    pub(crate) pipeline: String,
    /// Number of the pipeline execution.
    pub(crate) execution: u64,
    pub(crate) execution_id: String,
    pub(crate) version: u32,
    pub(crate) stage: String,
    pub(crate) action: Action,
    pub(crate) configuration: BTreeMap<String, String>,
    pub(crate) inputs: Vec<(String, Artifact)>,
    pub(crate) outputs: Vec<(String, Artifact)>,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) status: ActionStatus,
    pub(crate) started: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) updated_by: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) external_url: Option<String>,
    pub(crate) log_stream_arn: Option<String>,
    pub(crate) error: Option<ActionError>,
    /// Of an approval; kept after it was answered, so that a late answer can be told why it is late.
    pub(crate) token: Option<String>,
    pub(crate) timer: Option<TimerId>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Transition {
    pub(crate) enabled: bool,
    pub(crate) changed_by: String,
    pub(crate) changed_at: Timestamp,
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ExecutionStatus {
    Cancelled,
    InProgress,
    Stopped,
    Stopping,
    Succeeded,
    Superseded,
    Failed,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StageRun {
    pub(crate) status: StageStatus,
    /// The run that counts for each action, by action: the newest of this execution.
    pub(crate) runs: BTreeMap<String, String>,
    /// How often it was retried by hand, and by itself.
    pub(crate) retries: u32,
    #[serde(default)]
    pub(crate) auto_retries: u32,
}

/// Files that one action handed over to others.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Artifact {
    pub(crate) bucket: String,
    pub(crate) key: String,
}

/// A source revision that an execution works on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Revision {
    pub(crate) action: String,
    pub(crate) artifact: Option<String>,
    pub(crate) id: String,
    pub(crate) summary: String,
    pub(crate) url: String,
    pub(crate) created: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stop {
    pub(crate) abandon: bool,
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ActionStatus {
    InProgress,
    Abandoned,
    Succeeded,
    Failed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ActionError {
    pub(crate) code: String,
    pub(crate) message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StageStatus {
    Cancelled,
    InProgress,
    Failed,
    Stopped,
    Stopping,
    Succeeded,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Declaration {
    pub(crate) name: String,
    pub(crate) role_arn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) artifact_store: Option<ArtifactStore>,
    pub(crate) stages: Vec<Stage>,
    #[serde(default)]
    pub(crate) version: u32,
    #[serde(default)]
    pub(crate) execution_mode: Mode,
    #[serde(default)]
    pub(crate) pipeline_type: Kind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) variables: Vec<Variable>,
    /// Members that the sandbox keeps and gives back but does not act on.
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ArtifactStore {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) location: String,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stage {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) actions: Vec<Action>,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

/// What happens to executions that wait for a stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Mode {
    Queued,
    #[default]
    Superseded,
    Parallel,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    #[default]
    V1,
    V2,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Variable {
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) default_value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Action {
    pub(crate) name: String,
    #[serde(rename = "actionTypeId")]
    pub(crate) kind: ActionType,
    #[serde(default = "first")]
    pub(crate) run_order: u32,
    #[serde(default)]
    pub(crate) configuration: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) output_artifacts: Vec<Named>,
    #[serde(default)]
    pub(crate) input_artifacts: Vec<Named>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) role_arn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) namespace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) timeout_in_minutes: Option<i64>,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ActionType {
    pub(crate) category: String,
    pub(crate) owner: String,
    pub(crate) provider: String,
    pub(crate) version: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Named {
    pub(crate) name: String,
}

fn first() -> u32 {
    1
}

impl CodePipeline {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![
            ("codepipeline.pipelines", &mut self.pipelines),
            ("codepipeline.declarations", &mut self.declarations),
            ("codepipeline.executions", &mut self.executions),
            ("codepipeline.runs", &mut self.runs),
            ("codepipeline.awaited", &mut self.awaited),
        ]
    }
}
