//! A booted sandbox, a clone of its repository, and the calls that a release needs.

use std::{path::Path, process::Stdio};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    process::Command,
};
use viridian_sandbox::{
    AwsError, Caller, Sandbox, World,
    blueprint::{self, Layout, Options, Outputs},
    clock::Clock,
    iam, wire,
};

/// Longer than any step takes that nobody has to answer.
const PATIENCE: SignedDuration = SignedDuration::from_hours(3);
/// Longer than any state machine may run.
const LIMIT: SignedDuration = SignedDuration::from_hours(8);

pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    pub(crate) outputs: Outputs,
    clone: TempDir,
    _folder: TempDir,
}

impl Bench {
    /// A world with a first version in production.
    pub(crate) async fn released() -> Self {
        Self::boot(true).await
    }

    /// A world as right after the deployment of its stack.
    pub(crate) async fn empty() -> Self {
        Self::boot(false).await
    }

    /// The same with one stage for each step.
    pub(crate) async fn of_reference(first_release: bool) -> Self {
        Self::boot_as(Layout::Reference, first_release).await
    }

    async fn boot(first_release: bool) -> Self {
        Self::boot_as(Layout::Viridian, first_release).await
    }

    async fn boot_as(layout: Layout, first_release: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (sandbox, _) = Sandbox::open(folder.path(), 7, Clock::new(Timestamp::now(), 1.0)).unwrap();
        wire::serve(&sandbox, TcpListener::bind("127.0.0.1:0").await.unwrap()).unwrap();
        let options = Options { speed: 1.0, first_release };
        let outputs = blueprint::boot_as(&sandbox, layout, options).await.unwrap();
        sandbox.with(|world| world.clock.pause());
        let clone = tempfile::tempdir().unwrap();
        git(clone.path(), &["clone", "-q", &outputs.repository_clone_url, "."]).await;
        Self { sandbox, outputs, clone, _folder: folder }
    }

    /// As somebody who looks around in the account; users are not judged.
    pub(crate) fn call(&self, service: &str, operation: &str, input: Value) -> Result<Value, AwsError> {
        let caller = Caller { arn: "arn:aws:iam::123456789012:user/operator-1".to_owned() };
        self.sandbox.with(|world| world.call(&caller, service, operation, input))
    }

    /// Sets the desired count.
    pub(crate) fn size(&self, count: u32) {
        let input = json!({
            "cluster": self.outputs.ecs_cluster_name, "service": self.outputs.ecs_service_name, "desiredCount": count,
        });
        self.call("ecs", "UpdateService", input).unwrap();
    }

    /// As the console does it: by its role, in a session that bears the person's name.
    fn call_as(&self, who: &str, service: &str, operation: &str, input: Value) -> Result<Value, AwsError> {
        self.sandbox.with(|world| {
            let caller = iam::session(world, &self.outputs.console_role_arn, who);
            world.call(&caller, service, operation, input)
        })
    }

    /// Edits a file of the clone, commits and pushes; gives the commit.
    pub(crate) async fn push(&self, file: &str, from: &str, to: &str) -> String {
        let path = self.clone.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        std::fs::write(&path, text.replace(from, to)).unwrap();
        git(self.clone.path(), &["commit", "-qam", &format!("Change {from}")]).await;
        git(self.clone.path(), &["push", "-q", "origin", "main"]).await;
        git(self.clone.path(), &["rev-parse", "HEAD"]).await.trim().to_owned()
    }

    /// Lets events fall due until the newest execution waits at a gate; anything that fails is shown.
    pub(crate) async fn reach(&self, gate: &str) {
        let reached = self
            .sandbox
            .run_until(|world| token(world, gate).is_some() || failure(world).is_some(), PATIENCE)
            .await;
        let failed = self.sandbox.with(failure);
        assert!(reached && failed.is_none(), "never reached {gate}: {failed:?}");
    }

    /// Lets events fall due until a gate is open or the release has ended; gives whether it is open.
    pub(crate) async fn comes_to(&self, gate: &str) -> bool {
        let either = |world: &mut World| token(world, gate).is_some() || status(world) != "InProgress";
        self.sandbox.run_until(either, PATIENCE).await;
        self.sandbox.with(|world| token(world, gate).is_some())
    }

    pub(crate) async fn pass(&self, time: SignedDuration) {
        self.sandbox.run_until(|_| false, time).await;
    }

    /// Lets events fall due until the pipeline stands still; gives the newest execution's status.
    pub(crate) async fn settle(&self) -> String {
        let ended = |world: &mut World| status(world) != "InProgress";
        assert!(self.sandbox.run_until(ended, PATIENCE).await, "the pipeline did not end");
        self.sandbox.with(status)
    }

    pub(crate) fn answer(&self, gate: &str, verdict: &str) {
        self.try_answer(gate, verdict).unwrap();
    }

    pub(crate) fn try_answer(&self, gate: &str, verdict: &str) -> Result<Value, AwsError> {
        let (token, stage) = self
            .sandbox
            .with(|world| Some((token(world, gate)?, stage(world, gate))))
            .expect("the gate is open");
        let input = json!({
            "pipelineName": self.outputs.pipeline_name, "stageName": stage, "actionName": gate,
            "token": token, "result": {"status": verdict, "summary": "seen"},
        });
        self.call_as("approver-1", "codepipeline", "PutApprovalResult", input)
    }

    /// The latest run of an action.
    pub(crate) fn action(&self, name: &str) -> Value {
        self.sandbox.with(|world| action(world, name))["latestExecution"].clone()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.sandbox.with(|world| world.now())
    }

    /// Runs a state machine by hand with the smallest input; gives how it ended.
    pub(crate) async fn run(&self, machine: &str) -> Value {
        self.run_with(machine, &self.smallest()).await
    }

    pub(crate) fn smallest(&self) -> Value {
        let outputs = &self.outputs;
        json!({
            "ClusterName": outputs.ecs_cluster_name, "ServiceName": outputs.ecs_service_name,
            "ProdListenerRuleArn": outputs.prod_listener_rule_arn,
            "TestListenerRuleArn": outputs.test_listener_rule_arn,
        })
    }

    /// The smallest input, with the transition that is to be opened at the end.
    pub(crate) fn reopening(&self) -> Value {
        let mut input = self.smallest();
        input["Reopen"] = json!({"PipelineName": self.outputs.pipeline_name, "StageName": "Release"});
        input
    }

    /// Closes the way into the release stage.
    pub(crate) fn close_release(&self) {
        let input = json!({
            "pipelineName": self.outputs.pipeline_name, "stageName": "Release", "transitionType": "Inbound",
            "reason": "green is rejected",
        });
        self.call("codepipeline", "DisableStageTransition", input).unwrap();
        assert!(!self.release_is_open());
    }

    pub(crate) fn release_is_open(&self) -> bool {
        let state =
            self.call("codepipeline", "GetPipelineState", json!({"name": self.outputs.pipeline_name}));
        let stages = state.unwrap()["stageStates"].as_array().unwrap().clone();
        let release = stages.into_iter().find(|stage| stage["stageName"] == "Release").unwrap();
        release["inboundTransitionState"]["enabled"] == json!(true)
    }

    /// Digests of the images that a tag holds, the oldest first.
    pub(crate) fn held_images(&self) -> Vec<String> {
        let repositories = self.call("ecr", "DescribeRepositories", json!({})).unwrap();
        let named = repositories["repositories"].as_array().unwrap().clone();
        let mut held = Vec::new();
        for repository in named {
            let input = json!({"repositoryName": repository["repositoryName"]});
            let images = self.call("ecr", "DescribeImages", input).unwrap();
            for image in images["imageDetails"].as_array().unwrap() {
                let tags = image["imageTags"].as_array().cloned().unwrap_or_default();
                if tags.iter().any(|tag| tag.as_str().unwrap().starts_with("in-use-")) {
                    let pushed = image["imagePushedAt"].as_f64().unwrap();
                    held.push((pushed, image["imageDigest"].as_str().unwrap().to_owned()));
                }
            }
        }
        held.sort_by(|one, other| one.0.total_cmp(&other.0));
        held.into_iter().map(|(_, digest)| digest).collect()
    }

    /// Runs a state machine by hand; gives how it ended.
    pub(crate) async fn run_with(&self, machine: &str, input: &Value) -> Value {
        let start = json!({
            "stateMachineArn": self.outputs.state_machine_arns[machine], "input": input.to_string(),
        });
        let arn = self.call("sfn", "StartExecution", start).unwrap()["executionArn"].clone();
        let describe = json!({"executionArn": arn});
        let describe_in = |world: &mut World| {
            let caller = Caller { arn: "arn:aws:iam::123456789012:user/x".to_owned() };
            world.call(&caller, "sfn", "DescribeExecution", describe.clone()).unwrap()
        };
        self.sandbox.run_until(|world| describe_in(world)["status"] != "RUNNING", LIMIT).await;
        self.sandbox.with(describe_in)
    }

    /// Task sets that are not draining, as status and commit.
    pub(crate) fn task_sets(&self) -> Vec<(String, String)> {
        let input =
            json!({"cluster": self.outputs.ecs_cluster_name, "services": [self.outputs.ecs_service_name]});
        let answer = self.call("ecs", "DescribeServices", input).unwrap();
        let sets = answer["services"][0]["taskSets"].as_array().unwrap().clone();
        let text = |set: &Value, member: &str| set[member].as_str().unwrap_or_default().to_owned();
        sets.iter().map(|set| (text(set, "status"), text(set, "externalId"))).collect()
    }

    /// Tags of the service: the memory of an open release.
    pub(crate) fn memory(&self) -> Vec<String> {
        let input = json!({
            "cluster": self.outputs.ecs_cluster_name, "services": [self.outputs.ecs_service_name],
            "include": ["TAGS"],
        });
        let answer = self.call("ecs", "DescribeServices", input).unwrap();
        let tags = answer["services"][0]["tags"].as_array().cloned().unwrap_or_default();
        let keys = tags.iter().map(|tag| tag["key"].as_str().unwrap().to_owned());
        // The stack tags its resources too.
        keys.filter(|key| key.starts_with("viridian:")).collect()
    }

    /// Everything that was asked of policies was allowed.
    pub(crate) fn was_never_refused(&self) {
        let refused = self.sandbox.with(|world| world.usage.refused().cloned().collect::<Vec<_>>());
        assert!(refused.is_empty(), "refused: {refused:#?}");
    }

    pub(crate) fn target_groups(&self) -> usize {
        let answer = self.call("elasticloadbalancingv2", "DescribeTargetGroups", json!({})).unwrap();
        answer["TargetGroups"].as_array().unwrap().len()
    }

    pub(crate) fn scale_in_suspended(&self) -> bool {
        let input = json!({"ServiceNamespace": "ecs"});
        let answer = self.call("applicationautoscaling", "DescribeScalableTargets", input).unwrap();
        answer["ScalableTargets"][0]["SuspendedState"]["DynamicScalingInSuspended"] == json!(true)
    }

    pub(crate) async fn production(&self) -> (u16, String) {
        get(&self.outputs.alb_prod_url, "/").await
    }

    pub(crate) async fn test(&self) -> (u16, String) {
        get(&self.outputs.alb_test_url, "/").await
    }
}

fn ask(world: &mut World, operation: &str, input: Value) -> Value {
    let caller = Caller { arn: "arn:aws:iam::123456789012:user/x".to_owned() };
    world.call(&caller, "codepipeline", operation, input).unwrap()
}

fn pipeline(world: &mut World) -> Value {
    ask(world, "ListPipelines", json!({}))["pipelines"][0]["name"].clone()
}

fn status(world: &mut World) -> String {
    let name = pipeline(world);
    let list = ask(world, "ListPipelineExecutions", json!({"pipelineName": name}));
    list["pipelineExecutionSummaries"][0]["status"].as_str().unwrap_or_default().to_owned()
}

fn actions(world: &mut World) -> Vec<Value> {
    let name = pipeline(world);
    let state = ask(world, "GetPipelineState", json!({"name": name}));
    let stages = state["stageStates"].as_array().unwrap().clone();
    stages.iter().flat_map(|stage| stage["actionStates"].as_array().unwrap().clone()).collect()
}

/// The stage of an action.
fn stage(world: &mut World, name: &str) -> Value {
    let pipeline = pipeline(world);
    let state = ask(world, "GetPipelineState", json!({"name": pipeline}));
    let has = |stage: &&Value| {
        stage["actionStates"].as_array().unwrap().iter().any(|one| one["actionName"] == name)
    };
    state["stageStates"].as_array().unwrap().iter().find(has).unwrap()["stageName"].clone()
}

fn action(world: &mut World, name: &str) -> Value {
    actions(world).into_iter().find(|action| action["actionName"] == name).unwrap()
}

fn token(world: &mut World, gate: &str) -> Option<String> {
    action(world, gate)["latestExecution"]["token"].as_str().map(str::to_owned)
}

/// Why the newest execution failed, if it did.
fn failure(world: &mut World) -> Option<String> {
    if status(world) != "Failed" {
        return None;
    }
    let failed = |action: &Value| action["latestExecution"]["status"] == "Failed";
    actions(world).into_iter().find(failed).map(|action| action.to_string())
}

async fn git(folder: &Path, words: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=developer-1", "-c", "user.email=developer-1@example.com"]);
    let output = command.args(words).current_dir(folder).stdin(Stdio::null()).output().await.unwrap();
    assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

async fn get(base: &str, path: &str) -> (u16, String) {
    let address = base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    (status, text)
}
