//! The layout with one stage for each step: a release goes through it, and meets the hazards that it is known for.

use jiff::SignedDuration;

use crate::{
    bench::Bench,
    scenario::{BLUE, GREEN},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_push_collides_with_the_green_of_the_first() {
    let bench = Bench::of_reference(true).await;
    let first = bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    // Each stage has a lock of its own, so nothing keeps the next release from DeployGreen.
    bench.push("index.html", GREEN, "background-color: #fc9").await;
    assert_eq!(bench.settle().await, "Failed");
    let error = bench.action("DeployGreen")["errorDetails"]["message"].as_str().unwrap().to_owned();
    assert!(error.contains("TooManyTaskSets"), "{error}");
    bench.pass(SignedDuration::from_mins(10)).await;
    let (status, page) = bench.test().await;
    assert!(status == 200 && page.contains(&first), "{status} {page}");
    bench.was_never_refused();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_opens_before_green_answers() {
    let bench = Bench::of_reference(true).await;
    bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    // Nothing waits for green to be steady.
    assert_eq!(bench.test().await.0, 503);
    bench.was_never_refused();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_swap_leaves_green_behind() {
    let bench = Bench::of_reference(true).await;
    let commit = bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    bench.answer("ApproveSwap", "Rejected");
    assert_eq!(bench.settle().await, "Failed");
    bench.pass(SignedDuration::from_mins(30)).await;
    assert_eq!(bench.task_sets().len(), 2);
    assert!(bench.test().await.1.contains(&commit));
    assert!(!bench.outputs.state_machine_arns.contains_key("roll-back"));
    bench.was_never_refused();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_goes_through_the_nine_stages() {
    let bench = Bench::of_reference(false).await;
    bench.size(1);
    for (from, to) in [(BLUE, GREEN), (GREEN, BLUE)] {
        let commit = bench.push("index.html", from, to).await;
        bench.reach("ApproveSwap").await;
        bench.pass(SignedDuration::from_mins(10)).await;
        assert!(bench.test().await.1.contains(&commit));
        bench.answer("ApproveSwap", "Approved");
        bench.reach("ApproveCleanUp").await;
        assert!(bench.production().await.1.contains(&commit));
        bench.answer("ApproveCleanUp", "Approved");
        assert_eq!(bench.settle().await, "Succeeded");
        bench.pass(SignedDuration::from_mins(10)).await;
        assert_eq!(bench.task_sets(), [("PRIMARY".to_owned(), commit)]);
        assert_eq!((bench.target_groups(), bench.test().await.0), (1, 400));
    }
    bench.was_never_refused();
}
