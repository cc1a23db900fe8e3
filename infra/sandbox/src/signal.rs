//! What one service lets the others know. The world hands it on, so that no service knows who hears it.

use serde_json::Value;

/// Something that happened in one service and may concern another. It is heard in the same moment.
#[derive(Debug, Clone)]
pub(crate) enum Signal {
    /// An event for EventBridge.
    Published(Entry),
    /// A branch points to another commit.
    BranchMoved { repository: String, branch: String, commit: String },
    /// A build of a pipeline has ended.
    BuildEnded { build: String },
    /// An execution of a state machine has ended.
    ExecutionEnded { execution: String },
    /// The health state of a target changed.
    TargetChanged { group: String, id: String },
}

/// Something that happened, as its service publishes it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// `aws.codepipeline`.
    pub(crate) source: &'static str,
    /// `CodePipeline Pipeline Execution State Change`.
    pub(crate) kind: &'static str,
    /// ARNs of what it concerns.
    pub(crate) resources: Vec<String>,
    pub(crate) detail: Value,
}

/// What a health check finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Probe {
    Status(u16),
    Timeout,
    Refused,
}
