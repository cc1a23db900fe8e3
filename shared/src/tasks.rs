//! The ECS service: its task sets, its tasks and what ECS says of them.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tasks {
    pub cluster: String,
    pub service: String,
    /// ECS's word: `ACTIVE`, `DRAINING`, `INACTIVE`.
    pub status: String,
    /// Per task set at 100%: two colours run twice as many.
    pub desired_count: u32,
    pub running_count: u32,
    pub pending_count: u32,
    pub task_sets: Vec<TaskSet>,
    /// Newest first.
    pub events: Vec<ServiceEvent>,
    /// Whether scale-in is suspended; none where nothing scales the service.
    pub scale_in_suspended: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskSet {
    /// `ecs-svc/…`.
    pub id: String,
    pub arn: String,
    pub status: TaskSetStatus,
    pub is_steady: bool,
    /// The commit it runs, from its external id.
    pub commit: Option<String>,
    /// Percent of the desired count.
    pub scale: f64,
    pub desired_count: u32,
    pub running_count: u32,
    pub pending_count: u32,
    pub task_definition: String,
    /// Image by digest where the task definition says so.
    pub image: Option<String>,
    pub target_group: Option<String>,
    pub created_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskSetStatus {
    Primary,
    Active,
    Draining,
    Unknown(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceEvent {
    pub id: String,
    pub at: Timestamp,
    pub message: String,
}

impl Tasks {
    pub fn primary(&self) -> Option<&TaskSet> {
        self.task_sets.iter().find(|set| set.status == TaskSetStatus::Primary)
    }

    /// Sets that are not on their way out.
    pub fn present_sets(&self) -> impl Iterator<Item = &TaskSet> {
        self.task_sets.iter().filter(|set| set.status != TaskSetStatus::Draining)
    }
}
