//! Elastic Load Balancing as the console needs it: two rules and the health of target groups.

use async_trait::async_trait;
use viridian_shared::traffic::Traffic;

use super::PortError;

/// The listener rules of load balancers, with the target groups behind them.
#[async_trait]
pub trait Listeners: Send + Sync {
    /// Both rules, and every target group that they name or that is asked for. A group that no longer exists
    /// is left out; a missing rule is `Missing`.
    async fn read(&self, ask: &TrafficRequest) -> Result<Traffic, PortError>;
}

/// Which rules and groups are read.
#[derive(Debug, Clone)]
pub struct TrafficRequest {
    /// ARN of the listener rule of production.
    pub production_rule: String,
    /// ARN of the listener rule of the test port.
    pub test_rule: String,
    /// ARNs of groups to read besides those of the rules.
    pub target_groups: Vec<String>,
}
