//! What a console, a script or a person needs to know of the world: the stack's outputs and the addresses.

use std::collections::BTreeMap;

use super::Error;
pub use crate::outputs::Outputs;
use crate::{Sandbox, arn, cloudformation, world::World};

/// The stack's outputs with the addresses of this process: ports may differ from the last time.
pub(super) async fn complete(sandbox: &Sandbox, stack: &str) -> Result<Outputs, Error> {
    let production = address(sandbox, stack, "ProdListenerArn").await?;
    let test = address(sandbox, stack, "TestListenerArn").await?;
    sandbox.with(|world| {
        let repository = one(world, stack, "CodeCommitRepositoryName")?;
        let clone = format!("{}/v1/repos/{repository}", world.endpoint);
        // Its name is the last part of its URL; the rest is where this process answers.
        let queue = one(world, stack, "EventQueueUrl").unwrap_or_default();
        let queue = format!("{}/{}/{}", world.endpoint, world.place.account, arn::short_name(&queue));
        let host = |url: &str| url.trim_start_matches("http://").to_owned();
        let addresses = BTreeMap::from([
            // The production listener is not on port 80 of this machine, so the port is part of the name.
            ("AlbProdDns", host(&production)),
            ("AlbTestDns", host(&test).split(':').next().unwrap_or_default().to_owned()),
            ("AlbProdUrl", production),
            ("AlbTestUrl", test),
            ("CodeCommitRepositoryUrl", clone.clone()),
            ("RepositoryCloneUrl", clone),
            ("EventQueueUrl", queue),
        ]);
        cloudformation::readdress(world, stack, &addresses);
        of(world, stack)
    })
}

/// Where a listener answers on this machine.
async fn address(sandbox: &Sandbox, stack: &str, listener: &str) -> Result<String, Error> {
    let arn = sandbox.with(|world| one(world, stack, listener))?;
    let address = sandbox.plane().opened(&arn).await.ok_or(Error::Deaf)?;
    Ok(format!("http://{address}"))
}

/// One output of a stack.
pub(super) fn one(world: &World, stack: &str, key: &str) -> Result<String, Error> {
    let outputs = cloudformation::outputs(world, stack).unwrap_or_default();
    outputs.get(key).cloned().ok_or_else(|| Error::Missing(key.to_owned()))
}

/// What a stack says of its service.
pub(super) fn of(world: &World, stack: &str) -> Result<Outputs, Error> {
    let outputs = cloudformation::outputs(world, stack).unwrap_or_default();
    let get = |key: &str| outputs.get(key).cloned().ok_or_else(|| Error::Missing(key.to_owned()));
    let machines = serde_json::from_str(&get("StateMachineArns")?);
    Ok(Outputs {
        console_url: None,
        aws_endpoint_url: world.endpoint.clone(),
        region: get("Region")?,
        stack_name: stack.to_owned(),
        alb_prod_url: get("AlbProdUrl")?,
        alb_test_url: get("AlbTestUrl")?,
        repository_clone_url: get("RepositoryCloneUrl")?,
        console_service_name: get("CodeCommitRepositoryName")?,
        pipeline_name: get("PipelineName")?,
        ecs_cluster_name: get("EcsClusterName")?,
        ecs_service_name: get("EcsServiceName")?,
        prod_listener_rule_arn: get("ProdListenerRuleArn")?,
        test_listener_rule_arn: get("TestListenerRuleArn")?,
        state_machine_arns: machines.map_err(|_| Error::Missing("readable StateMachineArns".to_owned()))?,
        ecr_repository_uri: get("EcrRepositoryUri")?,
        artifact_bucket_name: get("ArtifactBucketName")?,
        event_queue_url: get("EventQueueUrl").ok(),
        console_role_arn: get("ConsoleRoleArn")?,
    })
}
