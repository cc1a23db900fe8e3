//! A pipeline as it is declared: stages of actions, artifacts, variables. What AWS stores and gives back.

pub(super) use crate::records::codepipeline::{Action, ActionType, Declaration, Kind, Mode, Stage};
use serde_json::Value;

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
