//! What is kept of a pipeline: the pipeline itself, its executions, and every run of an action.

pub(super) use crate::records::codepipeline::{
    ActionError, ActionRun, ActionStatus, Artifact, Execution, ExecutionStatus, Pipeline, Revision, StageRun,
    StageStatus, Stop, Transition,
};

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
