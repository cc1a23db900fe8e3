//! Whole releases on the virtual clock: a push, the gates, the swap, and every way in which they go wrong.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where what it needs is not there")]

mod bench;

use jiff::SignedDuration;
use serde_json::json;

use bench::Bench;

const BLUE: &str = "background-color: #99c";
const GREEN: &str = "background-color: #9c9";

#[tokio::test(flavor = "multi_thread")]
async fn a_push_becomes_green_takes_production_and_leaves_nothing_of_blue() {
    let bench = Bench::released().await;
    let commit = bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    assert!(bench.test().await.1.contains(&commit));
    let (status, page) = bench.production().await;
    assert!(status == 200 && page.contains(BLUE) && !page.contains(&commit));
    assert!(bench.scale_in_suspended());
    assert_eq!(bench.task_sets()[1], ("ACTIVE".to_owned(), commit.clone()));

    bench.answer("ApproveSwap", "Approved");
    bench.reach("ApproveCleanUp").await;
    assert!(bench.production().await.1.contains(&commit));
    assert_eq!(bench.task_sets()[1], ("PRIMARY".to_owned(), commit.clone()));

    bench.answer("ApproveCleanUp", "Approved");
    assert_eq!(bench.settle().await, "Succeeded");
    let (status, text) = bench.test().await;
    assert!(status == 400 && text.ends_with("Test environment is closed."), "{text}");
    assert_eq!(bench.task_sets(), [("PRIMARY".to_owned(), commit.clone())]);
    assert_eq!(bench.target_groups(), 1);
    assert!(!bench.scale_in_suspended());
    assert!(bench.memory().is_empty());
    assert!(bench.production().await.1.contains(&commit));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_deployment_into_an_empty_service_waits_for_its_desired_count() {
    let bench = Bench::empty().await;
    assert_eq!((bench.production().await.0, bench.test().await.0), (503, 503));
    assert!(bench.task_sets().is_empty());
    let commit = bench.push("index.html", BLUE, GREEN).await;
    bench.pass(SignedDuration::from_mins(5)).await;
    assert_eq!(bench.production().await.0, 503);
    let raise = json!({
        "cluster": bench.outputs.ecs_cluster_name, "service": bench.outputs.ecs_service_name, "desiredCount": 1,
    });
    bench.call("ecs", "UpdateService", raise).unwrap();
    bench.reach("ApproveSwap").await;
    assert!(bench.test().await.1.contains(&commit));
    assert_eq!(bench.production().await.0, 503);
    bench.answer("ApproveSwap", "Approved");
    bench.reach("ApproveCleanUp").await;
    assert!(bench.production().await.1.contains(&commit));
    bench.answer("ApproveCleanUp", "Approved");
    assert_eq!(bench.settle().await, "Succeeded");
    assert_eq!(bench.task_sets(), [("PRIMARY".to_owned(), commit)]);
    assert_eq!(bench.test().await.0, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_swap_is_abandoned_by_roll_back_and_the_next_push_succeeds() {
    let bench = Bench::released().await;
    let before = bench.production().await.1;
    let commit = bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    bench.answer("ApproveSwap", "Rejected");
    assert_eq!(bench.settle().await, "Failed");
    assert_eq!(bench.action("ApproveSwap")["summary"], "seen");
    assert_eq!(bench.task_sets().len(), 2);

    // Green stands in the way until somebody takes it back.
    let retry = bench.push("index.html", GREEN, "background-color: #fc9").await;
    assert_eq!(bench.settle().await, "Failed");
    let error = bench.action("DeployGreen")["errorDetails"]["message"].as_str().unwrap().to_owned();
    assert!(error.contains("AnotherGreenStands"), "{error}");

    for _ in 0..2 {
        let rolled_back = bench.run("roll-back").await;
        assert_eq!(rolled_back["status"], "SUCCEEDED", "{rolled_back}");
    }
    assert_eq!(bench.task_sets().len(), 1);
    assert_eq!(bench.target_groups(), 1);
    assert_eq!(bench.test().await.0, 400);
    assert!(!bench.scale_in_suspended() && bench.memory().is_empty());
    assert_eq!(bench.production().await.1.lines().last(), before.lines().last());
    assert_ne!(commit, retry);

    let next = bench.push("index.html", "#fc9", "#cf9").await;
    bench.reach("ApproveSwap").await;
    assert!(bench.test().await.1.contains(&next));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_nobody_answers_expires_and_production_stays() {
    let bench = Bench::released().await;
    let commit = bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    bench.pass(SignedDuration::from_hours(7 * 24)).await;
    let gate = bench.action("ApproveSwap");
    assert_eq!(gate["status"], "Failed");
    assert_eq!(gate["errorDetails"]["code"], "ApprovalTimedOut");
    assert!(gate.get("lastUpdatedBy").is_none());
    assert!(!bench.production().await.1.contains(&commit));
}

#[tokio::test(flavor = "multi_thread")]
async fn roll_back_after_the_swap_gives_production_back_to_blue() {
    let bench = Bench::released().await;
    let commit = bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    bench.answer("ApproveSwap", "Approved");
    bench.reach("ApproveCleanUp").await;
    assert!(bench.production().await.1.contains(&commit));
    bench.answer("ApproveCleanUp", "Rejected");
    assert_eq!(bench.settle().await, "Failed");

    let rolled_back = bench.run("roll-back").await;
    assert_eq!(rolled_back["status"], "SUCCEEDED", "{rolled_back}");
    let (status, page) = bench.production().await;
    assert!(status == 200 && page.contains(BLUE) && !page.contains(&commit));
    assert_eq!(bench.task_sets().len(), 1);
    assert_eq!(bench.task_sets()[0].0, "PRIMARY");
    assert_eq!(bench.target_groups(), 1);
    assert!(!bench.scale_in_suspended() && bench.memory().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn swap_and_clean_up_by_hand_may_run_twice() {
    let bench = Bench::released().await;
    let commit = bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    let early = bench.run("clean-up").await;
    assert_eq!(early["error"], "GreenNotInProduction", "{early}");
    for machine in ["swap", "swap", "clean-up", "clean-up"] {
        let ended = bench.run(machine).await;
        assert_eq!(ended["status"], "SUCCEEDED", "{machine}: {ended}");
        assert!(bench.production().await.1.contains(&commit));
    }
    assert_eq!(bench.task_sets(), [("PRIMARY".to_owned(), commit)]);
    assert_eq!(bench.target_groups(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_push_waits_in_front_of_the_release_stage_while_green_lives() {
    let bench = Bench::released().await;
    let first = bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    let second = bench.push("index.html", GREEN, "background-color: #fc9").await;
    bench.pass(SignedDuration::from_hours(1)).await;
    assert!(bench.test().await.1.contains(&first));
    assert_eq!(bench.task_sets().len(), 2);
    bench.answer("ApproveSwap", "Approved");
    bench.reach("ApproveCleanUp").await;
    bench.answer("ApproveCleanUp", "Approved");
    bench.reach("ApproveSwap").await;
    assert!(bench.test().await.1.contains(&second));
    assert!(bench.production().await.1.contains(&first));
}
