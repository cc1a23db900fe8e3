//! The tasks port over ECS.

mod convert;

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_ecs::Client;
use tokio::sync::Mutex;
use viridian_domain::{
    Warrant,
    port::{Fault, PortError, ServiceTasks},
};
use viridian_shared::tasks::Tasks;

use crate::classify::classify;

pub(crate) struct Ecs {
    client: Client,
    /// Image by task definition ARN. A revision never changes, so it is asked for once.
    images: Mutex<HashMap<String, Option<String>>>,
}

impl Ecs {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, images: Mutex::default() }
    }

    async fn image(&self, task_definition: &str) -> Result<Option<String>, PortError> {
        let mut images = self.images.lock().await;
        if let Some(image) = images.get(task_definition) {
            return Ok(image.clone());
        }
        let sent = self.client.describe_task_definition().task_definition(task_definition).send().await;
        let output = sent.map_err(|error| classify("DescribeTaskDefinition", error))?;
        let image = output.task_definition().and_then(convert::image);
        images.insert(task_definition.to_owned(), image.clone());
        Ok(image)
    }

    /// Images are worth showing, not worth losing the reading for: where one is not answered for, the others are not
    /// asked for.
    async fn name_images(&self, tasks: &mut Tasks) {
        for set in &mut tasks.task_sets {
            match self.image(&set.task_definition).await {
                Ok(image) => set.image = image,
                Err(error) => {
                    tracing::debug!(error = %error, "image not read");
                    if error.fault == Fault::Unreachable {
                        return;
                    }
                }
            }
        }
    }
}

#[async_trait]
impl ServiceTasks for Ecs {
    async fn read(&self, cluster: &str, service: &str) -> Result<Tasks, PortError> {
        let sent = self.client.describe_services().cluster(cluster).services(service).send().await;
        let output = sent.map_err(|error| classify("DescribeServices", error))?;
        let Some(found) = output.services().first() else {
            let reason = output.failures().first().and_then(|failure| failure.reason()).unwrap_or("MISSING");
            let said = format!("the service {service} in {cluster}: {reason}");
            return Err(PortError::new(Fault::Missing, "DescribeServices", said));
        };
        let mut tasks = convert::tasks(cluster, service, found);
        self.name_images(&mut tasks).await;
        Ok(tasks)
    }

    async fn set_desired_count(
        &self,
        _warrant: &Warrant,
        cluster: &str,
        service: &str,
        count: u32,
    ) -> Result<(), PortError> {
        let request = self.client.update_service().cluster(cluster).service(service);
        let count = i32::try_from(count).unwrap_or(i32::MAX);
        request.desired_count(count).send().await.map_err(|error| classify("UpdateService", error))?;
        Ok(())
    }
}
