//! A pipeline as it is declared: stages of actions, artifacts, variables. What AWS stores and gives back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Declaration {
    pub(super) name: String,
    pub(super) role_arn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) artifact_store: Option<ArtifactStore>,
    pub(super) stages: Vec<Stage>,
    #[serde(default)]
    pub(super) version: u32,
    #[serde(default)]
    pub(super) execution_mode: Mode,
    #[serde(default)]
    pub(super) pipeline_type: Kind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) variables: Vec<Variable>,
    /// Members that the sandbox keeps and gives back but does not act on.
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactStore {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) location: String,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

/// What happens to executions that wait for a stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Mode {
    Queued,
    #[default]
    Superseded,
    Parallel,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    #[default]
    V1,
    V2,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stage {
    pub(super) name: String,
    #[serde(default)]
    pub(super) actions: Vec<Action>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Action {
    pub(super) name: String,
    #[serde(rename = "actionTypeId")]
    pub(super) kind: ActionType,
    #[serde(default = "first")]
    pub(super) run_order: u32,
    #[serde(default)]
    pub(super) configuration: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) output_artifacts: Vec<Named>,
    #[serde(default)]
    pub(super) input_artifacts: Vec<Named>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) role_arn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) namespace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) timeout_in_minutes: Option<i64>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ActionType {
    pub(super) category: String,
    pub(super) owner: String,
    pub(super) provider: String,
    pub(super) version: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Variable {
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) default_value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
}

fn first() -> u32 {
    1
}

impl Declaration {
    pub(super) fn stage(&self, name: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.name == name)
    }

    /// Where a stage stands in the order of stages.
    pub(super) fn position(&self, stage: &str) -> Option<usize> {
        self.stages.iter().position(|candidate| candidate.name == stage)
    }

    /// The actions that fetch sources: all of the first stage.
    pub(super) fn sources(&self) -> &[Action] {
        self.stages.first().map_or(&[], |stage| &stage.actions)
    }
}

/// What a stage does by itself when it has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnFailure {
    Fail,
    Retry { all: bool },
    Rollback,
}

impl Stage {
    pub(super) fn on_failure(&self) -> OnFailure {
        let declared = self.rest.get("onFailure");
        let text = |name: &str| declared.and_then(|declared| declared.get(name)).and_then(Value::as_str);
        let mode = declared.and_then(|declared| declared.pointer("/retryConfiguration/retryMode"));
        match text("result") {
            Some("RETRY") => OnFailure::Retry { all: mode.is_some_and(|mode| mode == "ALL_ACTIONS") },
            Some("ROLLBACK") => OnFailure::Rollback,
            _ => OnFailure::Fail,
        }
    }

    pub(super) fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }
}

impl ActionType {
    pub(super) fn is_approval(&self) -> bool {
        self.category == "Approval"
    }
}

impl std::fmt::Display for ActionType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { category, owner, provider, version } = self;
        write!(f, "category {category}, owner {owner}, provider {provider}, version {version}")
    }
}
