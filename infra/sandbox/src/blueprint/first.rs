//! The first release: the first commit goes through the whole pipeline, as fast as events follow each other.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{CLUSTER, Error, SERVICE};
use crate::{
    Sandbox,
    world::{Caller, World},
};

/// How many tasks serve production.
const TASKS: u32 = 2;
/// Longer than any step takes that nobody has to answer.
const PATIENCE: SignedDuration = SignedDuration::from_hours(2);

pub(super) async fn release(sandbox: &Sandbox) -> Result<(), Error> {
    sandbox
        .with(|world| {
            let input = json!({"cluster": CLUSTER, "service": SERVICE, "desiredCount": TASKS});
            world.call(&person(world, "operator", "operator-1"), "ecs", "UpdateService", input).map(drop)
        })
        .map_err(|error| Error::FirstRelease(error.to_string()))?;
    let looks = "Looks right on the test port, and the API answers.";
    approve(sandbox, "ApproveSwap", "approver-1", looks, SignedDuration::from_hours(3)).await?;
    let calm = "An hour in production without an error.";
    approve(sandbox, "ApproveCleanUp", "approver-2", calm, SignedDuration::from_hours(1)).await?;
    wait(sandbox, "the clean-up", |world| status(world).as_deref() == Some("Succeeded")).await
}

/// Waits for a gate, lets some time pass, and opens it.
async fn approve(
    sandbox: &Sandbox,
    action: &str,
    approver: &str,
    summary: &str,
    later: SignedDuration,
) -> Result<(), Error> {
    wait(sandbox, action, |world| token(world, action).is_some()).await?;
    sandbox.run_until(|_| false, later).await;
    let answer = sandbox.with(|world| {
        let input = json!({
            "pipelineName": SERVICE, "stageName": "Release", "actionName": action,
            "token": token(world, action), "result": {"status": "Approved", "summary": summary},
        });
        world.call(&person(world, "approver", approver), "codepipeline", "PutApprovalResult", input)
    });
    answer.map(drop).map_err(|error| Error::FirstRelease(error.to_string()))
}

/// Lets events fall due until `done`, or until the pipeline has failed.
async fn wait(sandbox: &Sandbox, what: &str, mut done: impl FnMut(&mut World) -> bool) -> Result<(), Error> {
    let ended =
        |world: &mut World| done(world) || matches!(status(world).as_deref(), Some("Failed" | "Stopped"));
    let reached = sandbox.run_until(ended, PATIENCE).await;
    match sandbox.with(failure) {
        Some(reason) => Err(Error::FirstRelease(reason)),
        None if reached => Ok(()),
        None => Err(Error::FirstRelease(format!("it never reached {what}"))),
    }
}

fn person(world: &World, role: &str, name: &str) -> Caller {
    Caller { arn: format!("arn:aws:sts::{}:assumed-role/viridian-{role}/{name}", world.place.account) }
}

fn ask(world: &mut World, operation: &str, input: Value) -> Value {
    let caller = person(world, "operator", "operator-1");
    world.call(&caller, "codepipeline", operation, input).unwrap_or_default()
}

/// How the newest execution stands.
fn status(world: &mut World) -> Option<String> {
    let executions = ask(world, "ListPipelineExecutions", json!({"pipelineName": SERVICE}));
    executions["pipelineExecutionSummaries"][0]["status"].as_str().map(str::to_owned)
}

fn actions(world: &mut World) -> Vec<Value> {
    let state = ask(world, "GetPipelineState", json!({"name": SERVICE}));
    let stages = state["stageStates"].as_array().cloned().unwrap_or_default();
    stages
        .into_iter()
        .flat_map(|stage| stage["actionStates"].as_array().cloned().unwrap_or_default())
        .collect()
}

fn token(world: &mut World, action: &str) -> Option<String> {
    let state = actions(world).into_iter().find(|state| state["actionName"] == action)?;
    state["latestExecution"]["token"].as_str().map(str::to_owned)
}

/// Which action failed, and why.
fn failure(world: &mut World) -> Option<String> {
    let failed = |state: &Value| state["latestExecution"]["status"] == "Failed";
    let state = actions(world).into_iter().find(failed)?;
    let message = state["latestExecution"]["errorDetails"]["message"].as_str().unwrap_or("it failed");
    Some(format!("{}: {message}", state["actionName"].as_str().unwrap_or_default()))
}
