//! Application Auto Scaling as the console needs it.

use async_trait::async_trait;

use super::PortError;

/// What scales ECS services by itself.
#[async_trait]
pub trait Scaling: Send + Sync {
    /// Whether scale-in of an ECS service is suspended; none where nothing scales it.
    async fn scale_in_suspended(&self, cluster: &str, service: &str) -> Result<Option<bool>, PortError>;
}
