//! ECS as the console needs it: one service with its task sets.

use async_trait::async_trait;
use viridian_shared::tasks::Tasks;

use super::PortError;
use crate::Warrant;

/// ECS services with their task sets.
#[async_trait]
pub trait ServiceTasks: Send + Sync {
    /// The service whole. Leaves `scale_in_suspended` empty: that is for [`super::Scaling`] to say. `Missing`
    /// if there is no such service.
    async fn read(&self, cluster: &str, service: &str) -> Result<Tasks, PortError>;

    /// Says how many tasks the service is to have.
    async fn set_desired_count(
        &self,
        warrant: &Warrant,
        cluster: &str,
        service: &str,
        count: u32,
    ) -> Result<(), PortError>;
}
