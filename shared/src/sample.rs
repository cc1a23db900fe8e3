//! Small sample snapshots for tests: production alone, a release under test, a release after its swap.

mod comparison;
mod facts;

pub use comparison::{
    comparison, heat_map, probe, probe_brief, probe_detail, progress, rows, run_brief, run_page, run_whole,
    suite_brief, suite_detail,
};
pub use facts::facts;

use crate::{
    ballot::Ballot,
    command::VoteOnGate,
    commit::Commit,
    comparison::Comparison,
    evidence::{Evidence, evidence},
    machine::{Execution, ExecutionStatus, Machine, MachineKind},
    pipeline::{Gate, GateKind, Pipeline, Release, ReleaseStatus, Step, StepKind, StepStatus},
    snapshot::{Section, ServiceIdentity, Snapshot},
    source::Source,
    tasks::{TaskSet, TaskSetStatus, Tasks},
    time::{SignedDuration, Timestamp},
    traffic::{Answer, Door, Target, TargetGroup, TargetHealth, Traffic, Weight},
    vote::Choice,
};

/// The release of every sample that has one.
pub const RELEASE: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
/// The open request of [`testing`].
pub const REQUEST: &str = "request-1";
const BLUE: &str = "71b8d02aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const GREEN: &str = "9c9f1d2bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

/// The moment of every sample.
pub fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 20_000)
}

/// Production serves blue, and no release is under way.
pub fn quiet() -> Snapshot {
    let mut snapshot = base();
    let pipeline = Pipeline {
        name: "shop".to_owned(),
        release: None,
        steps: steps(StepStatus::Todo, StepStatus::Todo),
        waiting: Vec::new(),
    };
    snapshot.pipeline = Section::live(pipeline, now(), 1);
    snapshot
}

/// Green stands beside production; *Approve swap* is open.
pub fn testing() -> Snapshot {
    let mut snapshot = quiet();
    if let Some(pipeline) = &mut snapshot.pipeline.value {
        pipeline.release = Some(present_release());
        pipeline.steps = steps(StepStatus::Succeeded, StepStatus::Waiting);
    }
    tasks(&mut snapshot).task_sets.push(set("green", GREEN, TaskSetStatus::Active, 30));
    let traffic = traffic(&mut snapshot);
    traffic.target_groups.push(group("green"));
    traffic.test.answer = Answer::Forward { to: vec![weight("green", 1)] };
    snapshot.comparison = Section::live(comparison(), now(), 1);
    snapshot.ballot = Section::live(Ballot::default(), now(), 1);
    snapshot
}

/// Production serves green, blue is warm; *Approve clean up* is open.
pub fn swapped() -> Snapshot {
    let mut snapshot = testing();
    step(&mut snapshot, "ApproveSwap").status = StepStatus::Succeeded;
    step(&mut snapshot, "Swap").status = StepStatus::Succeeded;
    step(&mut snapshot, "ApproveCleanUp").status = StepStatus::Waiting;
    for set in &mut tasks(&mut snapshot).task_sets {
        set.status = if set.id == "green" { TaskSetStatus::Primary } else { TaskSetStatus::Active };
    }
    traffic(&mut snapshot).production.answer =
        Answer::Forward { to: vec![weight("green", 1), weight("blue", 0)] };
    snapshot
}

/// A step by its action, to be changed. The sample must have it.
#[expect(clippy::expect_used, reason = "a sample without the step is a mistake of the test")]
pub fn step<'a>(snapshot: &'a mut Snapshot, action: &str) -> &'a mut Step {
    let pipeline = snapshot.pipeline.value.as_mut().expect("a sample has a pipeline");
    pipeline.steps.iter_mut().find(|step| step.action == action).expect("the sample has this step")
}

/// The release, to be changed.
#[expect(clippy::expect_used, reason = "a sample without a release is a mistake of the test")]
pub fn release(snapshot: &mut Snapshot) -> &mut Release {
    snapshot.pipeline.value.as_mut().and_then(|it| it.release.as_mut()).expect("the sample has a release")
}

/// The tasks, to be changed.
#[expect(clippy::expect_used, reason = "every sample has tasks")]
pub fn tasks(snapshot: &mut Snapshot) -> &mut Tasks {
    snapshot.tasks.value.as_mut().expect("a sample has tasks")
}

/// Green's task set, to be changed.
#[expect(clippy::expect_used, reason = "a sample without green is a mistake of the test")]
pub fn green(snapshot: &mut Snapshot) -> &mut TaskSet {
    tasks(snapshot).task_sets.iter_mut().find(|set| set.id == "green").expect("the sample has green")
}

/// The first target of a group, to be changed.
#[expect(clippy::expect_used, reason = "a sample without the group is a mistake of the test")]
pub fn target<'a>(snapshot: &'a mut Snapshot, group: &str) -> &'a mut Target {
    let groups = &mut traffic(snapshot).target_groups;
    let group = groups.iter_mut().find(|it| it.arn == group).expect("the sample has this group");
    group.targets.first_mut().expect("a group has targets")
}

/// Lets a machine run; gives the execution's ARN.
pub fn run(snapshot: &mut Snapshot, machine: &str) -> String {
    let arn = format!("execution:{machine}");
    let execution = Execution {
        arn: arn.clone(),
        name: "e".to_owned(),
        status: ExecutionStatus::Running,
        started_at: now(),
        stopped_at: None,
    };
    let machines = snapshot.machines.value.iter_mut().flatten();
    for it in machines.filter(|it| it.name == machine) {
        it.executions.insert(0, execution.clone());
    }
    arn
}

/// Lets the machine that leads back have run to its end.
pub fn rolled_back(snapshot: &mut Snapshot) {
    let arn = run(snapshot, "roll-back");
    let executions = snapshot.machines.value.iter_mut().flatten().flat_map(|it| it.executions.iter_mut());
    for execution in executions.filter(|it| it.arn == arn) {
        execution.status = ExecutionStatus::Succeeded;
        execution.stopped_at = Some(now());
    }
}

/// The same release after its green was taken down and production serves blue; its gate is still open.
pub fn taken_back(mut snapshot: Snapshot) -> Snapshot {
    rolled_back(&mut snapshot);
    let tasks = tasks(&mut snapshot);
    tasks.task_sets.retain(|set| set.id != "green");
    for set in &mut tasks.task_sets {
        set.status = TaskSetStatus::Primary;
    }
    snapshot.traffic.value = Some(base_traffic());
    snapshot
}

/// The same service with the machines of the reference, which lead forward only, and a stage for each step.
pub fn reference(mut snapshot: Snapshot) -> Snapshot {
    if let Some(machines) = &mut snapshot.machines.value {
        machines.retain(|machine| machine.kind != MachineKind::RollBack);
    }
    for step in snapshot.pipeline.value.iter_mut().flat_map(|pipeline| pipeline.steps.iter_mut()) {
        step.stage = step.action.clone();
    }
    snapshot
}

/// A vote on the gate that is open, by somebody who sees this snapshot. The sample must have one.
#[expect(clippy::expect_used, reason = "a sample without an open gate is a mistake of the test")]
pub fn vote(snapshot: &Snapshot, choice: Choice, comment: &str) -> VoteOnGate {
    let pipeline = snapshot.pipeline().expect("a sample has a pipeline");
    let (step, gate) = pipeline.open_gate().expect("the sample has an open gate");
    let Evidence { digest, inputs } = evidence(snapshot);
    VoteOnGate {
        release: pipeline.release.as_ref().map(|release| release.id.clone()).unwrap_or_default(),
        stage: step.stage.clone(),
        action: step.action.clone(),
        request: gate.request.clone().unwrap_or_default(),
        choice,
        comment: comment.to_owned(),
        run: snapshot.comparison().and_then(|it| it.newest.as_ref()).map(|run| run.id.clone()),
        evidence: digest,
        seen: inputs,
    }
}

/// The traffic, to be changed.
#[expect(clippy::expect_used, reason = "every sample has traffic")]
pub fn traffic(snapshot: &mut Snapshot) -> &mut Traffic {
    snapshot.traffic.value.as_mut().expect("a sample has traffic")
}

fn base() -> Snapshot {
    let mut snapshot = Snapshot::new(ServiceIdentity {
        name: "shop".to_owned(),
        region: "eu-central-1".to_owned(),
        sandbox: false,
        production_url: Some("http://shop.example.com:8000".to_owned()),
        test_url: Some("http://shop.example.com:8080".to_owned()),
        repository_url: None,
    });
    snapshot.revision = 1;
    snapshot.tasks = Section::live(base_tasks(), now(), 1);
    snapshot.traffic = Section::live(base_traffic(), now(), 1);
    snapshot.machines = Section::live(machines(), now(), 1);
    snapshot.source = Section::live(Source::default(), now(), 1);
    snapshot.votes = Section::live(Vec::new(), now(), 1);
    snapshot.people = Section::live(Vec::new(), now(), 1);
    snapshot
}

/// The comparison, to be changed.
#[expect(clippy::expect_used, reason = "a sample without a comparison is a mistake of the test")]
pub fn compared(snapshot: &mut Snapshot) -> &mut Comparison {
    snapshot.comparison.value.as_mut().expect("the sample has a comparison")
}

fn present_release() -> Release {
    Release {
        id: RELEASE.to_owned(),
        status: ReleaseStatus::InProgress,
        commit: Some(Commit { id: GREEN.to_owned(), message: "Make it green".to_owned(), url: None }),
        started_at: Some(ago(60)),
        updated_at: Some(ago(10)),
        started_by: Some("a push".to_owned()),
    }
}

fn steps(before: StepStatus, gate: StepStatus) -> Vec<Step> {
    let invoke = |kind| StepKind::Invoke(kind);
    let mut steps = vec![
        one("Source", "Source", StepKind::Source, before.clone()),
        one("Release", "DeployGreen", invoke(MachineKind::DeployGreen), before),
        one("Release", "ApproveSwap", StepKind::Gate(GateKind::ApproveSwap), gate),
        one("Release", "Swap", invoke(MachineKind::Swap), StepStatus::Todo),
        one("Release", "ApproveCleanUp", StepKind::Gate(GateKind::ApproveCleanUp), StepStatus::Todo),
        one("Release", "CleanUp", invoke(MachineKind::CleanUp), StepStatus::Todo),
    ];
    for step in &mut steps {
        step.gate = gate_of(step);
        step.machine = machine_of(step);
    }
    steps
}

fn gate_of(step: &Step) -> Option<Gate> {
    let StepKind::Gate(kind) = step.kind else { return None };
    Some(Gate {
        kind,
        timeout_minutes: 10_080,
        opened_at: Some(ago(10)),
        closes_at: Some(ago(10) + SignedDuration::from_mins(10_080)),
        request: Some(REQUEST.to_owned()),
        answered_by: None,
    })
}

fn machine_of(step: &Step) -> Option<String> {
    let StepKind::Invoke(kind) = step.kind else { return None };
    machines().into_iter().find(|machine| machine.kind == kind).map(|machine| machine.arn)
}

fn one(stage: &str, action: &str, kind: StepKind, status: StepStatus) -> Step {
    Step {
        stage: stage.to_owned(),
        action: action.to_owned(),
        title: action.to_owned(),
        kind,
        status,
        started_at: Some(ago(20)),
        changed_at: Some(ago(10)),
        summary: None,
        error: None,
        gate: None,
        machine: None,
        external_id: None,
        external_url: None,
    }
}

fn base_tasks() -> Tasks {
    Tasks {
        cluster: "c".to_owned(),
        service: "shop".to_owned(),
        status: "ACTIVE".to_owned(),
        desired_count: 2,
        running_count: 2,
        pending_count: 0,
        task_sets: vec![set("blue", BLUE, TaskSetStatus::Primary, 6_000)],
        events: Vec::new(),
        scale_in_suspended: None,
    }
}

fn set(name: &str, commit: &str, status: TaskSetStatus, minutes_ago: i64) -> TaskSet {
    TaskSet {
        id: name.to_owned(),
        arn: format!("task-set/{name}"),
        status,
        is_steady: true,
        commit: Some(commit.to_owned()),
        scale: 100.0,
        desired_count: 2,
        running_count: 2,
        pending_count: 0,
        task_definition: format!("shop:{name}"),
        image: Some(format!("shop@sha256:{name}")),
        target_group: Some(name.to_owned()),
        created_at: Some(ago(minutes_ago)),
    }
}

fn base_traffic() -> Traffic {
    let closed = Answer::Fixed { status: 400, message: "Test environment is closed.".to_owned() };
    Traffic {
        production: door(8000, Answer::Forward { to: vec![weight("blue", 1)] }),
        test: door(8080, closed),
        target_groups: vec![group("blue")],
    }
}

fn door(port: u16, answer: Answer) -> Door {
    Door { port, rule_arn: format!("rule/{port}"), priority: "1".to_owned(), answer }
}

fn weight(group: &str, weight: u32) -> Weight {
    Weight { target_group: group.to_owned(), weight }
}

fn group(name: &str) -> TargetGroup {
    let target =
        |id: &str| Target { id: id.to_owned(), port: 80, health: TargetHealth::Healthy, reason: None };
    TargetGroup {
        arn: name.to_owned(),
        name: name.to_owned(),
        targets: vec![target("10.0.0.1"), target("10.0.0.2")],
        requests_per_minute: None,
    }
}

fn machines() -> Vec<Machine> {
    let names = ["clean-up", "deploy-green", "roll-back", "swap"];
    let machine = |name: &str| Machine {
        name: name.to_owned(),
        kind: MachineKind::from_name(name),
        arn: format!("arn:aws:states:r:1:stateMachine:{name}"),
        executions: Vec::new(),
        problem: None,
    };
    names.into_iter().map(machine).collect()
}

fn ago(minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(minutes)
}
