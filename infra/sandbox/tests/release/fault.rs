//! Every state machine ends by itself, whatever fails or hangs for ever, and what it held still moves again.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::{Value, json};
use viridian_sandbox::faults::{self, Fault};

use crate::{
    bench::Bench,
    scenario::{BLUE, GREEN},
};

/// What AWS keeps of one execution.
const EVENTS: usize = 25_000;

/// Everything that the machines call, and whether a machine that cannot do it may leave scaling as it is: it could
/// not read how scaling was, or not write it.
const CALLS: [(&str, &str, bool); 22] = [
    ("ecs", "DescribeServices", true),
    ("ecs", "DescribeTaskSets", false),
    ("ecs", "CreateTaskSet", false),
    ("ecs", "UpdateTaskSet", false),
    ("ecs", "DeleteTaskSet", false),
    ("ecs", "UpdateServicePrimaryTaskSet", false),
    ("ecs", "RegisterTaskDefinition", false),
    ("ecs", "TagResource", false),
    ("ecs", "UntagResource", false),
    ("elasticloadbalancingv2", "DescribeRules", true),
    ("elasticloadbalancingv2", "DescribeTargetHealth", false),
    ("elasticloadbalancingv2", "ModifyRule", false),
    ("elasticloadbalancingv2", "CreateTargetGroup", false),
    ("elasticloadbalancingv2", "DeleteTargetGroup", false),
    ("applicationautoscaling", "DescribeScalableTargets", true),
    ("applicationautoscaling", "RegisterScalableTarget", true),
    ("elasticloadbalancingv2", "DescribeTargetGroups", false),
    ("elasticloadbalancingv2", "ModifyTargetGroupAttributes", false),
    ("ecr", "BatchDeleteImage", false),
    ("ecr", "BatchGetImage", false),
    ("ecr", "PutImage", false),
    ("codepipeline", "EnableStageTransition", false),
];

const MACHINES: [&str; 4] = [
    include_str!("../../../../assets/state-machine/deploy-green.asl.json"),
    include_str!("../../../../assets/state-machine/swap.asl.json"),
    include_str!("../../../../assets/state-machine/clean-up.asl.json"),
    include_str!("../../../../assets/state-machine/roll-back.asl.json"),
];

#[test]
fn the_table_has_everything_that_the_machines_call() {
    let texts = MACHINES.into_iter().flat_map(|text| text.split("arn:aws:states:::aws-sdk:").skip(1));
    let called: BTreeSet<String> = texts.map(|it| it.split('"').next().unwrap().to_lowercase()).collect();
    let table = CALLS.map(|(service, operation, _)| format!("{service}:{operation}").to_lowercase());
    assert_eq!(called, BTreeSet::from(table));
}

struct Table {
    bench: Bench,
    /// Input of a deploy-green that has not run yet.
    input: Value,
    releases: usize,
}

impl Table {
    async fn new() -> Self {
        let bench = Bench::released().await;
        bench.push("index.html", BLUE, GREEN).await;
        bench.reach("ApproveSwap").await;
        let machine = json!({"stateMachineArn": bench.outputs.state_machine_arns["deploy-green"]});
        let listed = bench.call("sfn", "ListExecutions", machine).unwrap();
        let execution = json!({"executionArn": listed["executions"][0]["executionArn"]});
        let described = bench.call("sfn", "DescribeExecution", execution).unwrap();
        let input = serde_json::from_str(described["input"].as_str().unwrap()).unwrap();
        bench.answer("ApproveSwap", "Rejected");
        bench.settle().await;
        let table = Self { bench, input, releases: 0 };
        table.succeeds("roll-back").await;
        table
    }

    /// The same release once more, under names of its own.
    fn release(&mut self) -> Value {
        self.releases += 1;
        let id = format!("{:08x}-0000-4000-8000-000000000000", self.releases);
        self.input["TargetGroupName"] = json!(format!("tg-Viridian-{}", &id[..18]));
        self.input["ExecutionId"] = json!(id);
        self.input.clone()
    }

    async fn succeeds(&self, machine: &str) {
        let ended = self.bench.run(machine).await;
        assert_eq!(ended["status"], "SUCCEEDED", "{machine}: {ended}");
    }

    async fn deploy(&mut self) {
        let input = self.release();
        let ended = self.bench.run_with("deploy-green", &input).await;
        assert_eq!(ended["status"], "SUCCEEDED", "deploy-green: {ended}");
        assert!(self.bench.scale_in_suspended());
    }

    /// Runs a machine while something fails; then everything works again.
    async fn run_under(&self, fault: &Fault, machine: &str, input: &Value) -> Value {
        self.bench.sandbox.with(|world| faults::add(world, fault.clone())).unwrap();
        let ended = self.bench.run_with(machine, input).await;
        self.bench.sandbox.with(|world| faults::clear(world, None));
        let whose = format!("{machine} under {}:{}", fault.service, fault.operation);
        // It ended before its time limit, which would leave everything as it stood.
        assert!(["SUCCEEDED", "FAILED"].contains(&ended["status"].as_str().unwrap()), "{whose}: {ended}");
        assert!(self.events(&ended) < EVENTS / 2, "{whose}: {} events", self.events(&ended));
        ended
    }

    fn events(&self, ended: &Value) -> usize {
        let ask = json!({"executionArn": ended["executionArn"], "reverseOrder": true, "maxResults": 1});
        let history = self.bench.call("sfn", "GetExecutionHistory", ask).unwrap();
        usize::try_from(history["events"][0]["id"].as_u64().unwrap()).unwrap()
    }

    /// The last status of each task that is to stop.
    fn stopping(&self) -> Vec<String> {
        let cluster = &self.bench.outputs.ecs_cluster_name;
        let list = json!({"cluster": cluster, "desiredStatus": "STOPPED"});
        let arns = self.bench.call("ecs", "ListTasks", list).unwrap()["taskArns"].clone();
        let tasks = json!({"cluster": cluster, "tasks": arns});
        let tasks = self.bench.call("ecs", "DescribeTasks", tasks).unwrap()["tasks"].clone();
        tasks.as_array().unwrap().iter().map(|it| it["lastStatus"].as_str().unwrap().to_owned()).collect()
    }

    fn is_at_rest(&self) -> bool {
        !self.bench.scale_in_suspended()
            && self.bench.memory().is_empty()
            && self.bench.task_sets().len() == 1
    }
}

/// What every call of the machines meets, one operation at a time.
async fn whatever_meets(kind: &str) {
    let mut table = Table::new().await;
    for (service, operation, may_hold) in CALLS {
        let fault: Fault =
            serde_json::from_value(json!({"service": service, "operation": operation, "kind": kind}))
                .unwrap();
        let whose = format!("{kind} of {service}:{operation}");
        let (small, reopening) = (table.bench.smallest(), table.bench.reopening());

        let input = table.release();
        table.run_under(&fault, "deploy-green", &input).await;
        let is_open = table.bench.task_sets().len() == 2;
        assert!(is_open || may_hold || !table.bench.scale_in_suspended(), "deploy-green under {whose}");
        table.succeeds("roll-back").await;
        assert!(table.is_at_rest(), "roll-back after {whose}");

        table.deploy().await;
        let ended = table.run_under(&fault, "roll-back", &reopening).await;
        let is_held = table.bench.scale_in_suspended();
        assert!(may_hold || !is_held, "roll-back under {whose}: {ended}");
        table.succeeds("roll-back").await;
        assert!(table.is_at_rest(), "roll-back under {whose}, then again");

        table.deploy().await;
        table.run_under(&fault, "swap", &small).await;
        table.succeeds("swap").await;
        let ended = table.run_under(&fault, "clean-up", &small).await;
        assert!(may_hold || !table.bench.scale_in_suspended(), "clean-up under {whose}: {ended}");
        table.succeeds("clean-up").await;
        assert!(table.is_at_rest(), "clean-up under {whose}, then again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_machine_ends_where_it_is_throttled_for_ever_and_scaling_moves_again() {
    whatever_meets("throttle").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_machine_ends_where_no_answer_comes_and_scaling_moves_again() {
    whatever_meets("hang").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_machine_ends_where_what_it_did_is_not_heard_of_and_scaling_moves_again() {
    whatever_meets("reset_after").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_machine_ends_where_it_is_denied_and_scaling_moves_again() {
    whatever_meets("deny").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_machine_ends_where_its_calls_do_not_arrive_and_scaling_moves_again() {
    whatever_meets("reset_before").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_machine_ends_where_aws_fails_by_itself_and_scaling_moves_again() {
    whatever_meets("error").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_machine_ends_where_no_task_comes_to_its_end_and_scaling_moves_again() {
    while_tasks_stay("hang", "STOPPING").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_machine_ends_where_tasks_run_for_ever_and_scaling_moves_again() {
    while_tasks_stay("reset_before", "RUNNING").await;
}

/// No task that is to stop gets beyond a status.
async fn while_tasks_stay(kind: &str, status: &str) {
    let mut table = Table::new().await;
    let fault: Fault =
        serde_json::from_value(json!({"service": "ecs", "operation": "StopTask", "kind": kind})).unwrap();
    let small = table.bench.smallest();
    for machine in ["roll-back", "clean-up"] {
        table.deploy().await;
        if machine == "clean-up" {
            table.succeeds("swap").await;
        }
        // The set stays DRAINING for as long as its tasks are there.
        let ended = table.run_under(&fault, machine, &small).await;
        assert!(!table.bench.scale_in_suspended(), "{machine}: {ended}");
        assert!(table.stopping().iter().any(|it| it == status), "{machine}: {:?}", table.stopping());
        table.succeeds(machine).await;
        // Then the tasks stop after all.
        table.bench.pass(SignedDuration::from_mins(1)).await;
        assert!(table.is_at_rest(), "{machine}");
    }
}
