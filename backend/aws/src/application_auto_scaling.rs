//! The scaling port over Application Auto Scaling.

use async_trait::async_trait;
use aws_sdk_applicationautoscaling::{
    Client,
    types::{ScalableDimension, ServiceNamespace, SuspendedState},
};
use viridian_domain::port::{PortError, Scaling};

use crate::classify::classify;

pub(crate) struct AutoScaling {
    client: Client,
}

impl AutoScaling {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }
}

#[async_trait]
impl Scaling for AutoScaling {
    async fn scale_in_suspended(&self, cluster: &str, service: &str) -> Result<Option<bool>, PortError> {
        let request = self.client.describe_scalable_targets().service_namespace(ServiceNamespace::Ecs);
        let request = request.scalable_dimension(ScalableDimension::EcsServiceDesiredCount);
        let sent = request.resource_ids(format!("service/{cluster}/{service}")).send().await;
        let output = sent.map_err(|error| classify("DescribeScalableTargets", error))?;
        Ok(output.scalable_targets().first().map(|target| {
            let suspended = target.suspended_state();
            suspended.and_then(SuspendedState::dynamic_scaling_in_suspended).unwrap_or(false)
        }))
    }
}
