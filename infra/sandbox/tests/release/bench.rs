//! The stack, a clone of its repository, and the calls that a release needs.

use std::ops::Deref;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use viridian_fixture::{Checkout, Stack, ask, get, pipeline};
use viridian_sandbox::{AwsError, World, blueprint::Layout, iam};

/// Longer than any step takes that nobody has to answer.
const PATIENCE: SignedDuration = SignedDuration::from_hours(3);
/// Longer than any state machine may run.
const LIMIT: SignedDuration = SignedDuration::from_hours(8);

pub(crate) struct Bench {
    stack: Stack,
    clone: Checkout,
}

impl Deref for Bench {
    type Target = Stack;

    fn deref(&self) -> &Stack {
        &self.stack
    }
}

impl Bench {
    /// A world with a first version in production.
    pub(crate) async fn released() -> Self {
        Self::over(Stack::released().await).await
    }

    /// A world as right after the deployment of its stack.
    pub(crate) async fn empty() -> Self {
        Self::over(Stack::empty().await).await
    }

    /// The same with one stage for each step.
    pub(crate) async fn of_reference(first_release: bool) -> Self {
        Self::over(Stack::boot(Layout::Reference, first_release).await).await
    }

    async fn over(stack: Stack) -> Self {
        let clone = stack.checkout().await;
        Self { stack, clone }
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
        self.clone.edit(file, from, to);
        self.clone.push(&format!("Change {from}")).await
    }

    /// Lets events fall due until the newest execution waits at a gate; anything that fails is shown.
    pub(crate) async fn reach(&self, gate: &str) {
        let name = &self.outputs.pipeline_name;
        let comes = |world: &mut World| {
            pipeline::token(world, name, gate).is_some() || pipeline::failure(world, name).is_some()
        };
        let reached = self.sandbox.run_until(comes, PATIENCE).await;
        let failed = self.sandbox.with(|world| pipeline::failure(world, name));
        assert!(reached && failed.is_none(), "never reached {gate}: {failed:?}");
    }

    /// Lets events fall due until a gate is open or the release has ended; gives whether it is open.
    pub(crate) async fn comes_to(&self, gate: &str) -> bool {
        let name = &self.outputs.pipeline_name;
        let is_open = |world: &mut World| pipeline::token(world, name, gate).is_some();
        let either = |world: &mut World| is_open(world) || pipeline::status(world, name) != "InProgress";
        self.sandbox.run_until(either, PATIENCE).await;
        self.sandbox.with(is_open)
    }

    /// Lets events fall due until the pipeline stands still; gives the newest execution's status.
    pub(crate) async fn settle(&self) -> String {
        let status = |world: &mut World| pipeline::status(world, &self.outputs.pipeline_name);
        let ended = |world: &mut World| status(world) != "InProgress";
        assert!(self.sandbox.run_until(ended, PATIENCE).await, "the pipeline did not end");
        self.sandbox.with(status)
    }

    pub(crate) fn answer(&self, gate: &str, verdict: &str) {
        self.try_answer(gate, verdict).unwrap();
    }

    pub(crate) fn try_answer(&self, gate: &str, verdict: &str) -> Result<Value, AwsError> {
        let name = &self.outputs.pipeline_name;
        let input = self.sandbox.with(|world| pipeline::verdict(world, name, gate, verdict));
        self.call_as("approver-1", "codepipeline", "PutApprovalResult", input)
    }

    /// The latest run of an action.
    pub(crate) fn action(&self, name: &str) -> Value {
        let action = self.sandbox.with(|world| pipeline::action(world, &self.outputs.pipeline_name, name));
        action["latestExecution"].clone()
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
        let describe_in = |world: &mut World| ask(world, "sfn", "DescribeExecution", describe.clone());
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
