//! What a console, a script or a person needs to know of the world: the stack's outputs and the addresses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Error, SERVICE, STACK};
use crate::{
    Sandbox, stacks,
    world::{Caller, World},
};

/// The keys of `outputs.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Outputs {
    /// Known only to whoever serves the console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub console_url: Option<String>,
    pub aws_endpoint_url: String,
    pub region: String,
    pub stack_name: String,
    pub alb_prod_url: String,
    pub alb_test_url: String,
    pub repository_clone_url: String,
    pub pipeline_name: String,
    pub ecs_cluster_name: String,
    pub ecs_service_name: String,
    pub prod_listener_rule_arn: String,
    pub test_listener_rule_arn: String,
    /// By `deploy-green`, `swap`, `clean-up` and `roll-back`.
    pub state_machine_arns: BTreeMap<String, String>,
    pub ecr_repository_uri: String,
    pub artifact_bucket_name: String,
}

/// Whether the world was booted before.
pub(super) fn exist(world: &mut World) -> bool {
    read(world).is_some()
}

/// Keeps the outputs as those of the stack.
pub(super) fn put(world: &mut World, outputs: Vec<(String, String)>) {
    stacks::put(world, STACK, outputs);
}

/// The stack's outputs with the addresses of this process: ports may differ from the last time.
pub(super) async fn complete(sandbox: &Sandbox) -> Result<Outputs, Error> {
    let known = sandbox.with(read).ok_or_else(|| Error::Reference(STACK.to_owned()))?;
    let production = address(sandbox, &known, "ProdListenerArn").await?;
    let test = address(sandbox, &known, "TestListenerArn").await?;
    sandbox.with(|world| {
        let clone = format!("{}/v1/repos/{SERVICE}", world.endpoint);
        let mut known = known;
        known.insert("AlbProdUrl".to_owned(), production);
        known.insert("AlbTestUrl".to_owned(), test);
        known.insert("CodeCommitRepositoryUrl".to_owned(), clone);
        put(world, known.clone().into_iter().collect());
        assemble(world, &known)
    })
}

async fn address(
    sandbox: &Sandbox,
    known: &BTreeMap<String, String>,
    listener: &str,
) -> Result<String, Error> {
    let arn = known.get(listener).ok_or_else(|| Error::Reference(listener.to_owned()))?;
    let address = sandbox.plane().opened(arn).await.ok_or(Error::Deaf)?;
    Ok(format!("http://{address}"))
}

fn assemble(world: &World, known: &BTreeMap<String, String>) -> Result<Outputs, Error> {
    let get = |key: &str| known.get(key).cloned().ok_or_else(|| Error::Reference(key.to_owned()));
    let machines = [
        ("deploy-green", "DeployGreenStateMachineArn"),
        ("swap", "SwapStateMachineArn"),
        ("clean-up", "CleanUpStateMachineArn"),
        ("roll-back", "RollBackStateMachineArn"),
    ];
    let machines = machines.into_iter().map(|(name, key)| Ok((name.to_owned(), get(key)?)));
    Ok(Outputs {
        console_url: None,
        aws_endpoint_url: world.endpoint.clone(),
        region: world.place.region.clone(),
        stack_name: STACK.to_owned(),
        alb_prod_url: get("AlbProdUrl")?,
        alb_test_url: get("AlbTestUrl")?,
        repository_clone_url: get("CodeCommitRepositoryUrl")?,
        pipeline_name: get("PipelineName")?,
        ecs_cluster_name: get("EcsClusterName")?,
        ecs_service_name: get("EcsServiceName")?,
        prod_listener_rule_arn: get("ProdListenerRuleArn")?,
        test_listener_rule_arn: get("TestListenerRuleArn")?,
        state_machine_arns: machines.collect::<Result<_, Error>>()?,
        ecr_repository_uri: get("EcrRepositoryUri")?,
        artifact_bucket_name: get("ArtifactBucketName")?,
    })
}

fn read(world: &mut World) -> Option<BTreeMap<String, String>> {
    let caller = Caller { arn: world.place.iam_arn("user/sandbox") };
    let answer = world.call(&caller, "cloudformation", "DescribeStacks", json!({"StackName": STACK})).ok()?;
    let outputs = answer["Stacks"][0]["Outputs"].as_array()?;
    let text = |output: &serde_json::Value, member: &str| output[member].as_str().map(str::to_owned);
    outputs.iter().map(|output| Some((text(output, "OutputKey")?, text(output, "OutputValue")?))).collect()
}
