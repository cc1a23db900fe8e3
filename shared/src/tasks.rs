//! The ECS service: its task sets, its tasks and what ECS says of them.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What runs: the ECS service with its task sets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tasks {
    /// Name of the ECS cluster.
    pub cluster: String,
    /// Name of the ECS service.
    pub service: String,
    /// ECS's word: `ACTIVE`, `DRAINING`, `INACTIVE`.
    pub status: String,
    /// Per task set at 100%: two colours run twice as many.
    pub desired_count: u32,
    /// Tasks that run, of all sets.
    pub running_count: u32,
    /// Tasks that are starting, of all sets.
    pub pending_count: u32,
    /// In AWS's order.
    pub task_sets: Vec<TaskSet>,
    /// Newest first.
    pub events: Vec<ServiceEvent>,
    /// Whether scale-in is suspended; none where nothing scales the service.
    pub scale_in_suspended: Option<bool>,
}

/// One version of the service that runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskSet {
    /// `ecs-svc/…`.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// What it is to the service.
    pub status: TaskSetStatus,
    /// Whether it runs what it should and every task is healthy.
    pub is_steady: bool,
    /// The commit it runs, from its external id.
    pub commit: Option<String>,
    /// Percent of the desired count.
    pub scale: f64,
    /// Tasks that it should run: its scale of the service's desired count.
    pub desired_count: u32,
    /// Tasks that run.
    pub running_count: u32,
    /// Tasks that are starting.
    pub pending_count: u32,
    /// Family and revision: `shop:7`.
    pub task_definition: String,
    /// Image by digest where the task definition says so.
    pub image: Option<String>,
    /// ARN of the target group that its tasks register in.
    pub target_group: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}

/// What a task set is to the service, in AWS's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskSetStatus {
    /// The service's own version: what production serves outside of a swap.
    Primary,
    /// Runs beside the primary set.
    Active,
    /// Is on its way out.
    Draining,
    /// A value that AWS added later.
    Unknown(String),
}

/// What ECS says of the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceEvent {
    /// AWS's id of it.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// AWS's words.
    pub message: String,
}

impl Tasks {
    /// The set that is primary.
    pub fn primary(&self) -> Option<&TaskSet> {
        self.task_sets.iter().find(|set| set.status == TaskSetStatus::Primary)
    }

    /// Sets that are not on their way out.
    pub fn present_sets(&self) -> impl Iterator<Item = &TaskSet> {
        self.task_sets.iter().filter(|set| set.status != TaskSetStatus::Draining)
    }
}
