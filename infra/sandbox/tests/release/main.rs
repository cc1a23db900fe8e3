//! Whole releases on the virtual clock: a push, the gates, the swap, and every way in which they go wrong.
//!
//! The world is the one that the synthesised templates describe, and the policies of their roles are enforced:
//! no release may be refused anything on its way.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where what it needs is not there")]

mod bench;
mod policy;
mod reference;
mod removal;
mod scenario;

#[tokio::test(flavor = "multi_thread")]
async fn a_push_becomes_green_takes_production_and_leaves_nothing_of_blue() {
    scenario::from_push_to_clean_up().await.was_never_refused();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_deployment_into_an_empty_service_waits_for_its_desired_count() {
    scenario::into_an_empty_service().await.was_never_refused();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_swap_is_abandoned_by_roll_back_and_the_next_push_succeeds() {
    scenario::rejected_and_abandoned().await.was_never_refused();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_nobody_answers_expires_and_production_stays() {
    scenario::expired().await.was_never_refused();
}

#[tokio::test(flavor = "multi_thread")]
async fn roll_back_after_the_swap_gives_production_back_to_blue() {
    scenario::swapped_back().await.was_never_refused();
}

#[tokio::test(flavor = "multi_thread")]
async fn swap_and_clean_up_by_hand_may_run_twice() {
    scenario::by_hand().await.was_never_refused();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_push_waits_in_front_of_the_release_stage_while_green_lives() {
    scenario::two_pushes().await.was_never_refused();
}

#[tokio::test(flavor = "multi_thread")]
async fn green_that_never_turns_healthy_names_the_check_and_takes_itself_back() {
    scenario::never_healthy().await.was_never_refused();
}

#[tokio::test(flavor = "multi_thread")]
async fn green_that_never_starts_tells_what_the_service_says() {
    scenario::never_starts().await.was_never_refused();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_stopped_while_its_commit_is_fetched() {
    scenario::stopped_at_once().await.was_never_refused();
}
