//! What the console's role is allowed is exactly what the console asks: everything that a person can do there is
//! done once, and every call of it is judged by the role's policies.

use jiff::SignedDuration;
use serde_json::json;
use viridian_sandbox::{
    authorization::{Need, Part, review},
    faults, iam,
};
use viridian_shared::{
    command::{
        AbandonGreen, RetryStep, SetDesiredCount, StartEmergency, StartExecution, StartPipeline,
        StopExecution, StopPipeline,
    },
    machine::{ExecutionStatus, Machine},
    pipeline::{GateKind, Pipeline, ReleaseStatus, Step, StepStatus},
    policy::Policy,
    route,
    rule::{Rule, gate_of, ready},
    snapshot::Snapshot,
};

use crate::bench::{Bench, TestApp};

/// Where a release stops when a role loses an action.
struct Stop {
    role: &'static str,
    action: &'static str,
    stage: &'static str,
    step: &'static str,
}

const fn stop(role: &'static str, action: &'static str, stage: &'static str, step: &'static str) -> Stop {
    Stop { role, action, stage, step }
}

/// One stop in each stage.
const STOPS: [Stop; 3] = [
    stop("ReleasePipelineRole", "codecommit:GetBranch", "Source", "Source"),
    stop("ReleasePipelineRole", "codebuild:StartBuild", "Build", "BuildApp"),
    stop("ReleasePipelineRole", "states:StartExecution", "Release", "DeployGreen"),
];
/// In the other layout the stages are not named one by one in the role.
const STOP: [Stop; 1] = [stop("PipelineRole", "states:StartExecution", "DeployGreen", "DeployGreen")];

/// Does whatever a person can do that asks something of AWS.
async fn do_everything(bench: &Bench, app: &TestApp, stops: &[Stop]) {
    app.until("suites", |it| it.comparison().is_some_and(|it| !it.suites.is_empty())).await;
    let count = app.until("tasks", |it| it.tasks().is_some()).await.tasks().unwrap().desired_count;
    app.command("operator-1", &SetDesiredCount { from: count, to: count + 1 }).await;
    release(bench, app, stops).await;
    for machine in of_gate(&app.service().snapshot(), None) {
        run_by_hand(app, &machine, None).await;
    }
    let before = release_of(&app.service().snapshot());
    app.command("developer-1", &StartPipeline {}).await;
    let is_new =
        |it: &Snapshot| it.pipeline().is_some_and(|it| it.release.is_some()) && release_of(it) != before;
    let release = release_of(app.until("another release", is_new).await.as_ref());
    let stop = StopPipeline { release, abandon: true, reason: "enough".to_owned() };
    app.command("operator-1", &stop).await;
    app.until("its end", |it| status(it) == Some(ReleaseStatus::Stopped)).await;
}

/// A release that stops on its way, is taken up again each time, and goes through both gates.
async fn release(bench: &Bench, app: &TestApp, stops: &[Stop]) {
    for stop in stops {
        bench.withhold(stop.role, stop.action);
    }
    app.command("developer-1", &StartPipeline {}).await;
    for Stop { role, action, stage, step: name } in stops {
        bench.settle().await;
        let failed = |it: &Snapshot| step(it, stage, name).is_some_and(|it| it.status == StepStatus::Failed);
        let release = release_of(app.until(&format!("{name} fails"), failed).await.as_ref());
        bench.give_back(role, action);
        let retry = RetryStep { release, stage: (*stage).to_owned(), action: (*name).to_owned() };
        app.command("operator-1", &retry).await;
    }
    for gate in ["ApproveSwap", "ApproveCleanUp"] {
        bench.settle().await;
        // One layout opens its gate before green is healthy.
        bench.pass(SignedDuration::from_mins(10)).await;
        let waiting = |it: &Snapshot| {
            it.pipeline().and_then(Pipeline::open_gate).is_some_and(|(step, _)| step.action == gate)
                && ready(it).is_ok()
        };
        let snapshot = app.until(gate, waiting).await;
        for machine in of_gate(&snapshot, Some(gate)) {
            run_by_hand(app, &machine, Some(release_of(&snapshot))).await;
        }
        bench.settle().await;
        app.approve(gate).await;
    }
    bench.settle().await;
    app.until("the end", |it| status(it) == Some(ReleaseStatus::Succeeded)).await;
}

/// Rejects a gate and abandons green, once in vain: what was closed for it is opened again.
async fn abandon(bench: &Bench, app: &TestApp) {
    app.command("developer-1", &StartPipeline {}).await;
    bench.settle().await;
    bench.pass(SignedDuration::from_mins(10)).await;
    let command = |it: &Snapshot| AbandonGreen { release: release_of(it), reason: "wrong".to_owned() };
    let may = |it: &Snapshot| {
        let gate = it.pipeline().and_then(Pipeline::open_gate);
        let has_gate = gate.is_some_and(|(_, gate)| gate.request.is_some());
        has_gate && command(it).judge(it).is_ok()
    };
    let abandon = command(app.until("green may be abandoned", may).await.as_ref());
    let way = || {
        let name = json!({ "name": bench.outputs.pipeline_name });
        let state = bench.call("codepipeline", "GetPipelineState", name).unwrap();
        state["stageStates"][2]["inboundTransitionState"]["enabled"].clone()
    };
    let fault = json!({ "service": "codepipeline", "operation": "PutApprovalResult", "kind": "throttle" });
    bench.sandbox.with(|world| faults::add(world, serde_json::from_value(fault).unwrap())).unwrap();
    let path = route::command::<AbandonGreen>(app.service().name());
    let (status, said) = app.post("operator-1", &path, &json!(abandon)).await;
    assert_eq!((status.is_success(), way()), (false, json!(true)), "{said}");
    bench.sandbox.with(|world| faults::clear(world, None));
    app.command("operator-1", &abandon).await;
    assert_eq!(way(), json!(false));
    bench.pass(SignedDuration::from_hours(1)).await;
    assert_eq!(way(), json!(true));
}

/// The machines that stand behind this gate, or behind none.
fn of_gate(snapshot: &Snapshot, gate: Option<&str>) -> Vec<String> {
    let pipeline = snapshot.pipeline().unwrap();
    let behind = |machine: &Machine| gate_of(pipeline, machine).map(|step| step.action.clone());
    let machines = snapshot.machines().iter().filter(|machine| behind(machine).as_deref() == gate);
    machines.map(|machine| machine.name.clone()).collect()
}

/// Starts a machine and stops it at once; around its gate while a release waits at it.
async fn run_by_hand(app: &TestApp, machine: &str, release: Option<String>) {
    let name = app.service().name().to_owned();
    let definition = app.get(&route::definition(&name, machine), None).await;
    let input = definition["input_example"].as_str().unwrap().to_owned();
    let machine_name = machine.to_owned();
    let started = if let Some(release) = release {
        let reason = "a test".to_owned();
        let start = StartEmergency { release, machine: machine_name, input, reason };
        app.command("operator-1", &start).await
    } else {
        app.command("operator-1", &StartExecution { machine: machine_name, input }).await
    };
    let execution_arn = started.started.unwrap();
    let of = |it: &Snapshot| {
        let executions = it.machines().iter().flat_map(|machine| machine.executions.clone());
        executions.into_iter().find(|it| it.arn == execution_arn).map(|it| it.status)
    };
    app.until("the execution", |it| of(it) == Some(ExecutionStatus::Running)).await;
    let execution = execution_arn.rsplit(':').next().unwrap();
    let detail = app.get(&route::execution(&name, machine, execution), None).await;
    assert_eq!(detail["execution"]["arn"], json!(execution_arn), "{detail}");
    let used = app.get(&route::used_definition(&name, machine, execution), None).await;
    assert_eq!(used["text"], definition["text"], "{used}");
    let reason = String::new();
    let stop = StopExecution { machine: machine.to_owned(), execution_arn: execution_arn.clone(), reason };
    app.command("operator-1", &stop).await;
    app.until("its end", |it| of(it) == Some(ExecutionStatus::Aborted)).await;
}

fn release_of(snapshot: &Snapshot) -> String {
    snapshot.pipeline().and_then(|it| it.release.as_ref()).map(|it| it.id.clone()).unwrap_or_default()
}

fn status(snapshot: &Snapshot) -> Option<ReleaseStatus> {
    Some(snapshot.pipeline()?.release.as_ref()?.status.clone())
}

fn step<'a>(snapshot: &'a Snapshot, stage: &str, action: &str) -> Option<&'a Step> {
    snapshot.pipeline()?.step(stage, action)
}

/// The parts of the role's policies, judged by what was asked of them; fails where anything was refused.
fn parts(bench: &Bench) -> Vec<Part> {
    let role = bench.outputs.console_role_arn.rsplit('/').next().unwrap();
    bench.sandbox.with(|world| {
        let refused: Vec<_> = world.usage.refused().filter(|it| it.role == role).collect();
        assert!(refused.is_empty(), "the console asked for what its role may not: {refused:#?}");
        let asked = world.usage.requests().filter(|it| it.role == role);
        let needs: Vec<Need> = asked.map(|it| it.need.clone()).collect();
        review(&iam::policies(world, role), &needs)
    })
}

/// A console that has to know who committed.
async fn console(bench: &Bench) -> TestApp {
    let mut config = bench.config().await;
    config.gates.insert(GateKind::ApproveSwap, Policy { committers_vote: false, ..Policy::default() });
    Box::pin(TestApp::start(&config)).await
}

fn unused(bench: &Bench) -> Vec<String> {
    parts(bench).into_iter().filter(|part| !part.is_needed).map(|part| part.value).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_action_and_resource_of_the_consoles_role_is_asked_for_and_none_is_lacking() {
    let bench = Bench::released().await;
    let app = console(&bench).await;
    do_everything(&bench, &app, &STOPS).await;
    abandon(&bench, &app).await;
    app.console.stop().await;
    assert_eq!(unused(&bench), [""; 0]);
    // It would notice an action too many.
    bench.allow("ecs:StopTask");
    assert_eq!(unused(&bench), ["ecs:StopTask", "*"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_layout_has_a_stage_for_each_step_the_role_is_as_exact() {
    let bench = Bench::of_reference(true).await;
    let app = console(&bench).await;
    do_everything(&bench, &app, &STOP).await;
    app.console.stop().await;
    assert_eq!(unused(&bench), [""; 0]);
}
