//! Whole releases on the virtual clock: a push, the gates, the swap, and every way in which they go wrong.
//!
//! The world is the one that the synthesised templates describe, and the policies of their roles are enforced:
//! no release may be refused anything on its way.

#![expect(clippy::unwrap_used, reason = "a test stops where what it needs is not there")]

mod bench;
mod fault;
mod policy;
mod reference;
mod removal;
mod scenario;

use scenario::Scenario;

#[tokio::test(flavor = "multi_thread")]
async fn a_push_becomes_green_takes_production_and_leaves_nothing_of_blue() {
    Scenario::FromPushToCleanUp.ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_deployment_into_an_empty_service_says_that_its_desired_count_is_to_be_raised() {
    Scenario::IntoAnEmptyService.ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_swap_is_abandoned_by_roll_back_and_the_next_push_succeeds() {
    Scenario::RejectedAndAbandoned.ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_nobody_answers_expires_and_production_stays() {
    Scenario::Expired.ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roll_back_after_the_swap_gives_production_back_to_blue() {
    Scenario::SwappedBack.ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn swap_and_clean_up_by_hand_may_run_twice() {
    Scenario::ByHand.ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_push_waits_in_front_of_the_release_stage_while_green_lives() {
    Scenario::TwoPushes.ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn green_that_never_turns_healthy_names_the_check_and_takes_itself_back() {
    Scenario::NeverHealthy.ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn green_that_never_starts_tells_what_the_service_says() {
    Scenario::NeverStarts.ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_stopped_while_its_commit_is_fetched() {
    Scenario::StoppedAtOnce.ledger().await;
}
