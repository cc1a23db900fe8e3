//! Where a crash may fall between a vote and the answer to its gate.

use viridian_shared::{
    journal::{Fact, NotDone, fact::FailedBy},
    sample,
    vote::{Choice, Vote},
};

use super::{Team, refused, two};
use crate::{
    memory::World,
    port::{Fault, pipelines::ActionRunStatus},
    recover::recover,
};

/// What a crash leaves: everything up to this entry of the journal.
fn cut(world: &World, entries: usize) {
    world.state().written.entries.truncate(entries);
}

#[tokio::test]
async fn wherever_the_console_dies_no_vote_is_lost_and_no_gate_answered_twice() {
    // Entries: intent and outcome of kim's vote, intent and outcome of lee's, which decides.
    for (kept, reaches_aws) in [(1, false), (2, false), (3, false), (3, true), (4, true)] {
        let team = Team::of(&two());
        team.vote("kim", Choice::Approve).await.unwrap();
        if kept > 2 {
            // Where the call does not reach AWS the gate stays as it is.
            team.world.state().fails = (!reaches_aws).then_some((Fault::Unreachable, false));
            let _ = team.vote("lee", Choice::Approve).await;
        }
        cut(&team.world, kept);
        let team = team.again(&two(), sample::testing());
        recover(&team.service).await.unwrap();
        team.service.recount(sample::RELEASE).await.unwrap();
        let names: Vec<_> =
            team.service.snapshot().votes().iter().map(|it: &Vote| it.person.clone()).collect();
        let voted: &[&str] = if kept > 2 { &["kim", "lee"] } else { &["kim"] };
        assert_eq!(names, voted, "after entry {kept}");
        let answered = team.world.did().len();
        assert_eq!(answered, usize::from(reaches_aws), "after entry {kept}");
        if !reaches_aws {
            // Where both have approved, one press answers; else the second vote does.
            assert_eq!(team.ballot().is_met, kept > 2);
            team.vote("lee", Choice::Approve).await.unwrap();
        }
        assert_eq!(team.world.did(), ["answer"], "after entry {kept}");
    }
}

#[tokio::test]
async fn a_rejection_that_did_not_reach_aws_is_kept_and_is_not_voted_away() {
    let team = Team::of(&two());
    team.world.state().fails = Some((Fault::Unreachable, false));
    assert!(team.vote("kim", Choice::Reject).await.is_err());
    cut(&team.world, 1);
    let team = team.again(&two(), sample::testing());
    recover(&team.service).await.unwrap();
    team.service.recount(sample::RELEASE).await.unwrap();
    assert_eq!(team.ballot().rejected_by, ["kim"]);
    assert!(refused(team.vote("lee", Choice::Approve).await).contains("only kim can change"));
    team.vote("lee", Choice::Reject).await.unwrap();
    assert!(matches!(team.answers().last(), Some((Choice::Reject, _))));
}

#[tokio::test]
async fn a_gate_that_somebody_else_answered_is_never_answered_against_the_votes() {
    let team = Team::of(&two());
    team.vote("kim", Choice::Approve).await.unwrap();
    for run in &mut team.world.state().runs {
        (run.status, run.summary) = (ActionRunStatus::Failed, Some("somebody: no".to_owned()));
    }
    let said = refused(team.vote("lee", Choice::Approve).await);
    assert!(said.contains("was rejected, or closed, a moment ago (somebody: no)"), "{said}");
    assert!(team.world.did().is_empty());
    let Some(Fact::Failed(failed)) = team.world.facts().pop() else { panic!("{:?}", team.world.facts()) };
    assert!(!matches!(failed.why, FailedBy::NotDone(NotDone::GateStillOpen)));
}
