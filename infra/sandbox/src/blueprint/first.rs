//! The first release: the first commit goes through the whole pipeline, as fast as events follow each other.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Error, Layout};
use crate::{
    AwsError, Sandbox, arn,
    world::{Caller, World},
};

/// How many tasks serve production.
const TASKS: u32 = 2;
/// Longer than any step takes that nobody has to answer.
const PATIENCE: SignedDuration = SignedDuration::from_hours(2);

pub(super) async fn release(sandbox: &Sandbox, layout: Layout) -> Result<(), Error> {
    let desk = sandbox.with(|world| Desk::of(world, layout))?;
    sandbox.with(|world| desk.start_tasks(world)).map_err(|error| Error::FirstRelease(error.to_string()))?;
    let looks = "Looks right on the test port, and the API answers.";
    desk.approve(sandbox, "ApproveSwap", "approver-1", looks, SignedDuration::from_hours(3)).await?;
    let calm = "An hour in production without an error.";
    desk.approve(sandbox, "ApproveCleanUp", "approver-2", calm, SignedDuration::from_hours(1)).await?;
    desk.wait(sandbox, "the clean-up", |world| desk.status(world).as_deref() == Some("Succeeded")).await
}

/// Where people sit who release: they act by the console's role, each in a session of their own name.
struct Desk {
    cluster: String,
    service: String,
    pipeline: String,
    role: String,
    account: String,
}

impl Desk {
    fn of(world: &World, layout: Layout) -> Result<Self, Error> {
        Ok(Self {
            cluster: layout.output(world, "EcsClusterName")?,
            service: layout.output(world, "EcsServiceName")?,
            pipeline: layout.output(world, "PipelineName")?,
            role: arn::short_name(&layout.output(world, "ConsoleRoleArn")?).to_owned(),
            account: world.place.account.clone(),
        })
    }

    fn person(&self, name: &str) -> Caller {
        Caller { arn: format!("arn:aws:sts::{}:assumed-role/{}/{name}", self.account, self.role) }
    }

    fn start_tasks(&self, world: &mut World) -> Result<(), AwsError> {
        let input = json!({"cluster": self.cluster, "service": self.service, "desiredCount": TASKS});
        world.call(&self.person("operator-1"), "ecs", "UpdateService", input).map(drop)
    }

    /// Waits for a gate, lets some time pass, and opens it.
    async fn approve(
        &self,
        sandbox: &Sandbox,
        action: &str,
        approver: &str,
        summary: &str,
        later: SignedDuration,
    ) -> Result<(), Error> {
        self.wait(sandbox, action, |world| self.token(world, action).is_some()).await?;
        sandbox.run_until(|_| false, later).await;
        let answer = sandbox.with(|world| {
            let (stage, token) = self.token(world, action).unwrap_or_default();
            let input = json!({
                "pipelineName": self.pipeline, "stageName": stage, "actionName": action,
                "token": token, "result": {"status": "Approved", "summary": summary},
            });
            world.call(&self.person(approver), "codepipeline", "PutApprovalResult", input)
        });
        answer.map(drop).map_err(|error| Error::FirstRelease(error.to_string()))
    }

    /// Lets events fall due until `done`, or until the pipeline has failed.
    async fn wait(
        &self,
        sandbox: &Sandbox,
        what: &str,
        mut done: impl FnMut(&mut World) -> bool,
    ) -> Result<(), Error> {
        let ended = |world: &mut World| {
            done(world) || matches!(self.status(world).as_deref(), Some("Failed" | "Stopped"))
        };
        let reached = sandbox.run_until(ended, PATIENCE).await;
        match sandbox.with(|world| self.failure(world)) {
            Some(reason) => Err(Error::FirstRelease(reason)),
            None if reached => Ok(()),
            None => Err(Error::FirstRelease(format!("it never reached {what}"))),
        }
    }

    fn ask(&self, world: &mut World, operation: &str, input: Value) -> Value {
        world.call(&self.person("operator-1"), "codepipeline", operation, input).unwrap_or_default()
    }

    /// How the newest execution stands.
    fn status(&self, world: &mut World) -> Option<String> {
        let executions = self.ask(world, "ListPipelineExecutions", json!({"pipelineName": self.pipeline}));
        executions["pipelineExecutionSummaries"][0]["status"].as_str().map(str::to_owned)
    }

    /// Each action with its stage.
    fn actions(&self, world: &mut World) -> Vec<(String, Value)> {
        let state = self.ask(world, "GetPipelineState", json!({"name": self.pipeline}));
        let mut actions = Vec::new();
        for stage in state["stageStates"].as_array().into_iter().flatten() {
            let name = stage["stageName"].as_str().unwrap_or_default();
            let own = stage["actionStates"].as_array().into_iter().flatten();
            actions.extend(own.map(|action| (name.to_owned(), action.clone())));
        }
        actions
    }

    /// The stage and the token of a gate that is open.
    fn token(&self, world: &mut World, gate: &str) -> Option<(String, String)> {
        let is_gate = |(_, action): &(String, Value)| action["actionName"] == gate;
        let (stage, action) = self.actions(world).into_iter().find(is_gate)?;
        Some((stage, action["latestExecution"]["token"].as_str()?.to_owned()))
    }

    /// Which action failed, and why.
    fn failure(&self, world: &mut World) -> Option<String> {
        let failed = |(_, state): &(String, Value)| state["latestExecution"]["status"] == "Failed";
        let (_, state) = self.actions(world).into_iter().find(failed)?;
        let message = state["latestExecution"]["errorDetails"]["message"].as_str().unwrap_or("it failed");
        Some(format!("{}: {message}", state["actionName"].as_str().unwrap_or_default()))
    }
}
