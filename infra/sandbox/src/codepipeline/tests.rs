//! The engine by itself: sources and approvals, on a clock that jumps from event to event.

mod approvals;
mod modes;
mod refusals;
mod retries;
mod rollbacks;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use viridian_aws_wire::AwsError;

use crate::{
    clock::Clock,
    codecommit,
    world::{Caller, World},
};

/// A world with a repository `app` that holds one commit.
struct Bench {
    world: World,
    _folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut clock = Clock::new("2026-11-02T09:00:00Z".parse::<Timestamp>().unwrap(), 1.0);
        clock.pause();
        let mut world = World::new(folder.path().to_owned(), 1, clock);
        let files = tempfile::tempdir().unwrap();
        std::fs::write(files.path().join("index.html"), "hello").unwrap();
        codecommit::seed(&mut world, "app", files.path(), "Begin").unwrap();
        Self { world, _folder: folder }
    }

    /// With a pipeline of the stages Source and Release, the latter with these actions.
    fn with(mode: &str, actions: Value) -> Self {
        Self::of(mode, json!([{"name": "Release", "actions": actions}]))
    }

    fn of(mode: &str, stages: Value) -> Self {
        let mut bench = Self::new();
        bench.call("CreatePipeline", pipeline(mode, stages)).unwrap();
        bench.pass(SignedDuration::from_secs(10));
        bench
    }

    fn call(&mut self, operation: &str, input: Value) -> Result<Value, AwsError> {
        self.call_as("approver-1", operation, input)
    }

    fn call_as(&mut self, who: &str, operation: &str, input: Value) -> Result<Value, AwsError> {
        let caller = Caller { arn: format!("arn:aws:iam::123456789012:user/{who}") };
        self.world.call(&caller, "codepipeline", operation, input)
    }

    fn refused(&mut self, operation: &str, input: Value) -> String {
        self.call(operation, input).unwrap_err().code
    }

    /// Lets every event of the next `time` fall due.
    fn pass(&mut self, time: SignedDuration) {
        let end = self.world.now().checked_add(time).unwrap();
        while let Some(due) = self.world.timers.next_due().filter(|due| *due <= end) {
            self.world.clock.jump(due);
            self.world.step();
        }
        self.world.clock.jump(end);
    }

    fn start(&mut self) -> String {
        let started = self.call("StartPipelineExecution", json!({"name": "app"})).unwrap();
        self.pass(SignedDuration::from_secs(10));
        started["pipelineExecutionId"].as_str().unwrap().to_owned()
    }

    fn stage(&mut self, name: &str) -> Value {
        let state = self.call("GetPipelineState", json!({"name": "app"})).unwrap();
        let stages = state["stageStates"].as_array().unwrap();
        stages.iter().find(|stage| stage["stageName"] == name).unwrap().clone()
    }

    fn action(&mut self, name: &str) -> Value {
        let stage = self.stage("Release");
        let actions = stage["actionStates"].as_array().unwrap();
        actions.iter().find(|action| action["actionName"] == name).unwrap()["latestExecution"].clone()
    }

    fn token(&mut self, action: &str) -> String {
        self.action(action)["token"].as_str().unwrap().to_owned()
    }

    fn answer(&mut self, action: &str, status: &str, token: &str) -> Result<Value, AwsError> {
        let input = json!({
            "pipelineName": "app", "stageName": "Release", "actionName": action, "token": token,
            "result": {"status": status, "summary": "because"},
        });
        self.call("PutApprovalResult", input)
    }

    fn approve(&mut self, action: &str) {
        let token = self.token(action);
        self.answer(action, "Approved", &token).unwrap();
    }

    /// Statuses of the executions, newest first.
    fn statuses(&mut self) -> Vec<String> {
        let list = self.call("ListPipelineExecutions", json!({"pipelineName": "app"})).unwrap();
        let summaries = list["pipelineExecutionSummaries"].as_array().unwrap().clone();
        summaries.iter().map(|summary| summary["status"].as_str().unwrap().to_owned()).collect()
    }

    fn latest(&mut self) -> String {
        let list = self.call("ListPipelineExecutions", json!({"pipelineName": "app"})).unwrap();
        list["pipelineExecutionSummaries"][0]["pipelineExecutionId"].as_str().unwrap().to_owned()
    }
}

fn pipeline(mode: &str, later: Value) -> Value {
    let mut stages = vec![json!({"name": "Source", "actions": [{
        "name": "Source", "namespace": "Source", "outputArtifacts": [{"name": "Source"}],
        "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "CodeCommit", "version": "1"},
        "configuration": {"RepositoryName": "app", "BranchName": "main"},
    }]})];
    stages.extend(later.as_array().unwrap().iter().cloned());
    json!({"pipeline": {
        "name": "app", "roleArn": "arn:aws:iam::123456789012:role/app", "pipelineType": "V2",
        "executionMode": mode, "artifactStore": {"type": "S3", "location": "bucket"}, "stages": stages,
    }})
}

fn gate(name: &str, order: u32) -> Value {
    json!({
        "name": name, "runOrder": order,
        "actionTypeId": {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"},
    })
}
