//! A pipeline with one stage for each step: the console shows its hazards and drives a release through it.

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;
use viridian_shared::{
    command::{StartPipeline, VoteOnGate},
    notice::NoticeKind,
    pipeline::{GateKind, ReleaseStatus, StepKind, StepStatus},
    route,
    snapshot::Snapshot,
};

use crate::bench::{Bench, TestApp};

/// What such a set-up is known for, before and while a release is under way.
const ALWAYS: [&str; 11] = [
    "Deploy green and Approve swap lie in different stages",
    "A release that waits before Approve swap is dropped when a newer one comes",
    "The pipeline is of type V1",
    "No state machine leads back",
    "deploy-green ends before green’s tasks run",
    "deploy-green tries nothing again",
    "swap does not look at production again",
    "swap tries nothing again",
    "clean-up deletes the target group at once",
    "clean-up tries nothing again",
    "has no output EventQueueUrl, so changes show only when AWS is asked again",
];

fn ended(snapshot: &Snapshot) -> bool {
    let release = snapshot.pipeline().and_then(|it| it.release.as_ref());
    release.is_some_and(|release| release.status == ReleaseStatus::Succeeded)
}

/// The vote on the open gate, whether it may be given or not.
async fn vote(app: &TestApp) -> VoteOnGate {
    let open = |it: &Snapshot| it.pipeline().is_some_and(|it| it.open_gate().is_some());
    let snapshot = app.until("a gate", open).await;
    viridian_shared::sample::vote(&snapshot, viridian_shared::vote::Choice::Approve, "")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_goes_through_one_stage_for_each_step_by_the_consoles_hand() {
    let bench = Bench::of_reference(true).await;
    let app = bench.console().await;
    for words in ALWAYS {
        app.notice(words).await;
    }
    let steps = app.until("steps", |it| it.pipeline().is_some()).await.pipeline().unwrap().steps.clone();
    assert_eq!(steps.len(), 9);
    assert!(steps.iter().all(|step| step.stage == step.action), "{steps:#?}");
    let gates = [GateKind::ApproveSwap, GateKind::ApproveCleanUp].map(StepKind::Gate);
    assert_eq!((&steps[5].kind, &steps[7].kind), (&gates[0], &gates[1]));

    app.command("developer-1", &StartPipeline {}).await;
    bench.settle().await;
    // The gate is open before green answers: the console does not let that go by.
    let early = vote(&app).await;
    let path = route::command::<VoteOnGate>(app.service().name());
    let (status, problem) = app.post("approver-1", &path, &json!(early)).await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    bench.pass(SignedDuration::from_mins(10)).await;
    app.approve("ApproveSwap").await;
    bench.settle().await;
    let hazard = app.notice("Blue’s target group is in no rule").await;
    assert_eq!(hazard.kind, NoticeKind::Hazard);
    let swapped = |it: &Snapshot| {
        it.pipeline()
            .and_then(|it| it.step("Swap", "Swap"))
            .is_some_and(|it| it.status == StepStatus::Succeeded)
    };
    app.until("the swap", swapped).await;
    app.approve("ApproveCleanUp").await;
    bench.settle().await;
    app.until("the end", ended).await;
    bench.pass(SignedDuration::from_mins(10)).await;
    app.until("one colour", |it| it.tasks().is_some_and(|it| it.task_sets.len() == 1)).await;
    app.console.stop().await;
}
