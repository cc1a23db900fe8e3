//! Every state machine ends by itself, whatever fails for ever, and what it held still moves again.

use serde_json::{Value, json};
use viridian_sandbox::faults::{self, Fault, Kind};

use crate::{
    bench::Bench,
    scenario::{BLUE, GREEN},
};

/// What AWS keeps of one execution.
const EVENTS: usize = 25_000;

/// Everything that the machines call, and whether a machine that cannot do it may leave scaling as it is: it could
/// not read how scaling was, or not write it.
const CALLS: [(&str, &str, bool); 17] = [
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
    ("ecr", "BatchDeleteImage", false),
];

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

    fn is_at_rest(&self) -> bool {
        !self.bench.scale_in_suspended()
            && self.bench.memory().is_empty()
            && self.bench.task_sets().len() == 1
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_machine_ends_whatever_fails_and_scaling_moves_again() {
    let mut table = Table::new().await;
    for (service, operation, may_hold) in CALLS {
        let fault: Fault =
            serde_json::from_value(json!({"service": service, "operation": operation, "kind": "throttle"}))
                .unwrap();
        assert_eq!(fault.kind, Kind::Throttle);
        let whose = format!("{service}:{operation}");
        let small = table.bench.smallest();

        let input = table.release();
        table.run_under(&fault, "deploy-green", &input).await;
        let is_open = table.bench.task_sets().len() == 2;
        assert!(is_open || may_hold || !table.bench.scale_in_suspended(), "deploy-green under {whose}");
        table.succeeds("roll-back").await;
        assert!(table.is_at_rest(), "roll-back after {whose}");

        table.deploy().await;
        let ended = table.run_under(&fault, "roll-back", &small).await;
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
