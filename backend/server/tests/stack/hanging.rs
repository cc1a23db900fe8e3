//! AWS does not answer a call: the console says which one, keeps what it knew, works with the rest, and is right again
//! once answers come.

use http::StatusCode;
use serde_json::json;
use tokio::task::JoinSet;
use viridian_sandbox::faults::{self, Fault};
use viridian_shared::{
    command::{Command, StartExecution, VoteOnGate},
    machine::ExecutionStatus,
    route,
    snapshot::{Freshness, Section, Snapshot},
};

use crate::bench::{Bench, TestApp};

/// The section that an operation is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Pipeline,
    Tasks,
    Traffic,
    Machines,
    /// It costs the images of the tasks.
    Image,
    /// It is told by a notice, and costs no section.
    Notice,
}

/// What hangs at once: one operation of each section at most, so that each is told by itself.
const ROUNDS: [&[(&str, &str, Of)]; 4] = [
    &[
        ("codepipeline", "GetPipeline", Of::Pipeline),
        ("ecs", "DescribeServices", Of::Tasks),
        ("elasticloadbalancingv2", "DescribeRules", Of::Traffic),
        ("sfn", "ListExecutions", Of::Machines),
    ],
    &[("ecs", "DescribeTaskDefinition", Of::Image), ("codepipeline", "GetPipelineState", Of::Pipeline)],
    &[
        ("codepipeline", "ListActionExecutions", Of::Pipeline),
        ("applicationautoscaling", "DescribeScalableTargets", Of::Notice),
        ("elasticloadbalancingv2", "DescribeTargetHealth", Of::Traffic),
    ],
    &[
        ("elasticloadbalancingv2", "DescribeListeners", Of::Traffic),
        ("codepipeline", "ListPipelineExecutions", Of::Pipeline),
    ],
];

fn strike(bench: &Bench, service: &str, operation: &str, kind: &str) {
    let fault: Fault =
        serde_json::from_value(json!({ "service": service, "operation": operation, "kind": kind })).unwrap();
    bench.sandbox.with(|world| faults::add(world, fault)).unwrap();
}

fn heal(bench: &Bench) {
    bench.sandbox.with(|world| faults::clear(world, None));
}

fn says<T>(section: &Section<T>, sentence: &str) -> bool {
    matches!(&section.freshness, Freshness::Stale { reason, .. } if reason == sentence)
}

fn is_told(snapshot: &Snapshot, of: Of, operation: &str) -> bool {
    let sentence = format!("{operation} got no answer.");
    match of {
        Of::Pipeline => says(&snapshot.pipeline, &sentence),
        Of::Tasks => says(&snapshot.tasks, &sentence),
        Of::Traffic => says(&snapshot.traffic, &sentence),
        Of::Machines => says(&snapshot.machines, &sentence),
        Of::Image => {
            let tasks = snapshot.tasks().filter(|_| snapshot.tasks.freshness == Freshness::Live);
            tasks.is_some_and(|it| it.task_sets.iter().all(|set| set.image.is_none()))
        }
        Of::Notice => {
            let notices = snapshot.notices();
            notices.iter().any(|it| it.text.contains(&sentence))
                && snapshot.tasks.freshness == Freshness::Live
        }
    }
}

fn is_right(snapshot: &Snapshot) -> bool {
    let live = Freshness::Live;
    let sections = [
        &snapshot.pipeline.freshness,
        &snapshot.tasks.freshness,
        &snapshot.traffic.freshness,
        &snapshot.machines.freshness,
    ];
    sections.into_iter().all(|it| *it == live)
        && !snapshot.notices().iter().any(|it| it.text.contains("no answer"))
        && snapshot.tasks().is_some_and(|it| it.task_sets.iter().all(|set| set.image.is_some()))
}

async fn hang(round: &'static [(&str, &str, Of)]) {
    let bench = Bench::released().await;
    let before = bench.console().await;
    before.until("everything", is_right).await;
    before.console.stop().await;
    for (service, operation, _) in round {
        strike(&bench, service, operation, "hang");
    }
    let app = bench.console().await;
    for (_, operation, of) in round {
        app.until(&format!("{operation} is told"), |it| is_told(it, *of, operation)).await;
    }
    heal(&bench);
    app.until("everything again", is_right).await;
    // From then on what was known stays on the page.
    for (service, operation, _) in round {
        strike(&bench, service, operation, "hang");
    }
    let (_, operation, of) = round.last().unwrap();
    let shown = app.until(&format!("{operation} once more"), |it| is_told(it, *of, operation)).await;
    assert!(shown.pipeline().is_some() && shown.tasks().is_some() && shown.traffic().is_some());
    assert_eq!(shown.machines().len(), 4);
    app.console.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_never_answered_is_named_costs_its_section_and_comes_back() {
    let mut rounds = JoinSet::new();
    for round in ROUNDS {
        rounds.spawn(hang(round));
    }
    rounds.join_all().await;
}

async fn gives<C: Command>(app: &TestApp, who: &str, command: &C) -> (StatusCode, String) {
    let path = route::command::<C>(app.service().name());
    let (status, answer) = app.post(who, &path, &json!(command)).await;
    (status, answer["detail"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_is_never_answered_says_so_and_can_be_given_again() {
    let bench = Bench::released().await;
    let app = bench.console().await;
    app.until("everything", is_right).await;
    let input = app.service().smallest_input();
    let start = StartExecution { machine: "roll-back".to_owned(), input };
    strike(&bench, "sfn", "StartExecution", "hang");
    let (status, said) = gives(&app, "operator-1", &start).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(said, "StartExecution got no answer. It may have been done: look before you try again.");
    let runs = |it: &Snapshot| it.machines().iter().map(|machine| machine.executions.len()).sum::<usize>();
    let told = runs(&app.service().snapshot());
    heal(&bench);
    app.command("operator-1", &start).await;
    app.until("one execution more", |it| runs(it) == told + 1).await;
    app.console.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_is_found_out_and_nothing_is_done_twice() {
    let bench = Bench::released().await;
    bench.reach_gate().await;
    let app = bench.console().await;
    app.until("everything", is_right).await;
    strike(&bench, "codepipeline", "PutApprovalResult", "reset_after");
    let vote = app.approval("ApproveSwap").await;
    let (status, said) = gives::<VoteOnGate>(&app, "approver-1", &vote).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{said}");
    heal(&bench);
    bench.settle().await;
    app.approval("ApproveCleanUp").await;

    let before: usize = app.service().snapshot().machines().iter().map(|it| it.executions.len()).sum();
    strike(&bench, "sfn", "StartExecution", "reset_after");
    let input = app.service().smallest_input();
    let start = StartExecution { machine: "roll-back".to_owned(), input };
    let receipt = app.command("operator-1", &start).await;
    heal(&bench);
    let started = receipt.started.unwrap();
    let is_one = |it: &Snapshot| {
        let mut all = it.machines().iter().flat_map(|machine| &machine.executions);
        let runs = all.clone().count() == before + 1;
        runs && all.any(|it| it.arn == started && it.status == ExecutionStatus::Running)
    };
    app.until("that one execution", is_one).await;
    app.console.stop().await;
}
