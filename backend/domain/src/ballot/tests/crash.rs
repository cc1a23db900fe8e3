//! Where a crash may fall between a vote and the answer to its gate.

use viridian_shared::{
    journal::{Deed, Entry, Fact, NotDone, fact::FailedBy},
    sample,
    vote::{Choice, Vote},
};

use super::{Team, refused, two};
use crate::{
    decide::once,
    memory::World,
    port::{Fault, pipelines::ActionRunStatus},
    recover::recover,
};

/// What a crash leaves: everything up to this entry of the journal.
fn cut(world: &World, entries: usize) {
    world.state().written.entries.truncate(entries);
}

/// What the console did by itself, and in whose names.
fn by_itself(world: &World) -> Vec<(Choice, Vec<String>)> {
    let entries = world.state().written.entries.clone();
    let done = |entry: Entry| {
        let Fact::Done(deed) = entry.fact else { return None };
        let Deed::AnswerGate { choice, voters, .. } = *deed else { return None };
        assert_eq!(entry.person, None, "nobody pressed");
        Some((choice, voters))
    };
    entries.into_iter().filter_map(done).collect()
}

fn voters(team: &Team) -> Vec<String> {
    team.service.snapshot().votes().iter().map(|it: &Vote| it.person.clone()).collect()
}

#[tokio::test]
async fn wherever_the_console_dies_no_vote_is_lost_and_the_gate_is_answered_once_and_by_itself() {
    // Entries: intent and outcome of kim's vote, intent and outcome of lee's, which decides.
    for (kept, reaches_aws) in [(1, false), (2, false), (3, false), (3, true), (4, false), (4, true)] {
        let team = Team::of(&two());
        team.vote("kim", Choice::Approve).await.unwrap();
        if kept > 2 {
            // Where the call does not reach AWS the gate stays as it is, and the vote is kept all the same.
            team.world.state().fails = (!reaches_aws).then_some((Fault::Unreachable, false));
            let told = team.vote("lee", Choice::Approve).await.unwrap();
            assert_eq!(told.contains("answers the gate by itself"), !reaches_aws, "{told}");
        }
        cut(&team.world, kept);
        let team = team.again(&two(), sample::testing());
        once(&team.service, true).await.unwrap();
        assert!(by_itself(&team.world).is_empty(), "not before what was left open is settled");
        recover(&team.service).await.unwrap();
        once(&team.service, true).await.unwrap();
        once(&team.service, true).await.unwrap();
        let both = ["kim".to_owned(), "lee".to_owned()];
        assert_eq!(voters(&team), if kept > 2 { &both[..] } else { &both[..1] }, "after entry {kept}");
        assert_eq!(team.world.did().len(), usize::from(kept > 2), "after entry {kept}");
        let own = by_itself(&team.world);
        let is_own = kept > 2 && !reaches_aws;
        assert_eq!(own, if is_own { vec![(Choice::Approve, both.to_vec())] } else { Vec::new() });
        if kept > 2 {
            let said = team.ballot().answering;
            assert_eq!(said, "Enough have approved, and AWS has the answer.", "after entry {kept}");
            assert!(team.answers().last().unwrap().1.starts_with("kim, lee: checked (release "));
        } else {
            assert_eq!(team.ballot().decided, None);
            team.vote("lee", Choice::Approve).await.unwrap();
        }
        assert_eq!(team.world.did(), ["answer"], "after entry {kept}");
    }
}

#[tokio::test]
async fn a_rejection_that_did_not_reach_aws_ends_it_by_itself_and_is_not_voted_away() {
    for kept in [1, 2] {
        let team = Team::of(&two());
        team.world.state().fails = Some((Fault::Unreachable, false));
        let told = team.vote("kim", Choice::Reject).await.unwrap();
        assert!(told.starts_with("You rejected the swap. AWS was not reached"), "{told}");
        cut(&team.world, kept);
        let team = team.again(&two(), sample::testing());
        recover(&team.service).await.unwrap();
        team.service.recount(sample::RELEASE).await.unwrap();
        assert_eq!(team.ballot().rejected_by, ["kim"]);
        assert_eq!(team.ballot().answering, "It is rejected, and the console is answering the gate.");
        assert!(refused(team.vote("lee", Choice::Approve).await).contains("only kim can change"));
        once(&team.service, false).await.unwrap();
        assert_eq!(by_itself(&team.world), [(Choice::Reject, vec!["kim".to_owned()])]);
        assert!(matches!(team.answers().last(), Some((Choice::Reject, _))));
        assert_eq!(team.world.did(), ["answer"]);
    }
}

/// Both have voted, each on a console that had counted one of two.
async fn both_voted(world: &World) {
    let entries = world.state().written.entries.clone();
    let kim = entries.iter().rev().find(|entry| matches!(&entry.fact, Fact::Done(_))).unwrap();
    let Fact::Done(deed) = &kim.fact else { panic!("{kim:?}") };
    let mut deed = deed.clone();
    let Deed::Vote { vote, .. } = deed.as_mut() else { panic!("{deed:?}") };
    vote.person = "lee".to_owned();
    let new = crate::port::NewEntry {
        release: kim.release.clone(),
        person: Some("lee".to_owned()),
        ..crate::memory::new_entry(Fact::Done(deed))
    };
    crate::port::Journal::append(world, new).await.unwrap();
}

/// A console that has begun, over one that counted one of two; lee's vote came by another.
async fn raced() -> Team {
    let team = Team::of(&two());
    recover(&team.service).await.unwrap();
    team.vote("kim", Choice::Approve).await.unwrap();
    both_voted(&team.world).await;
    team
}

#[tokio::test]
async fn where_two_consoles_counted_one_of_two_one_of_them_answers() {
    let team = raced().await;
    let other = Team::over(std::sync::Arc::clone(&team.world), &two(), sample::testing());
    recover(&other.service).await.unwrap();
    once(&team.service, true).await.unwrap();
    once(&other.service, true).await.unwrap();
    assert_eq!(by_itself(&team.world), [(Choice::Approve, vec!["kim".to_owned(), "lee".to_owned()])]);
    assert_eq!((team.world.did().len(), team.answers().len()), (1, 1));
}

#[tokio::test]
async fn while_another_console_is_at_it_this_one_waits_and_then_settles_what_that_one_left() {
    let team = raced().await;
    let other = Team::over(std::sync::Arc::clone(&team.world), &two(), sample::testing());
    recover(&other.service).await.unwrap();
    once(&other.service, true).await.unwrap();
    // It has written its intent, and its call is on the way.
    let entries = team.world.state().written.entries.len();
    cut(&team.world, entries - 1);
    team.world.state().did.clear();
    for run in &mut team.world.state().runs {
        (run.status, run.summary) = (ActionRunStatus::InProgress, None);
    }
    once(&team.service, true).await.unwrap();
    assert_eq!(team.world.state().written.entries.len(), entries - 1, "two do not answer at a time");
    let begun = sample::now() - jiff::SignedDuration::from_mins(2);
    team.world.state().written.entries.last_mut().unwrap().at = begun;
    once(&team.service, true).await.unwrap();
    assert!(matches!(
        team.world.facts().pop(),
        Some(Fact::Failed(failed)) if failed.why == FailedBy::NotDone(NotDone::GateStillOpen)
    ));
    once(&team.service, true).await.unwrap();
    assert_eq!((by_itself(&team.world).len(), team.world.did().len()), (1, 1));
}

#[tokio::test]
async fn nothing_is_answered_while_something_stands_against_it() {
    let team = raced().await;
    let silent = crate::port::PortError::new(Fault::Unreachable, "DescribeRules", "");
    team.service.snapshots.stale(|it| &mut it.traffic, &silent, sample::now());
    once(&team.service, true).await.unwrap();
    assert!(by_itself(&team.world).is_empty());
    let said = team.ballot().answering;
    let words = "Enough have approved, and the gate waits for its answer. The traffic cannot be read now: ";
    assert!(said.starts_with(words), "{said}");
    let mut rebuilt = sample::testing();
    sample::green(&mut rebuilt).image = Some("shop@sha256:other".to_owned());
    crate::sample::show(&team.service, rebuilt);
    once(&team.service, true).await.unwrap();
    assert_eq!((team.ballot().decided, team.world.did().len()), (None, 0), "both have lapsed");
    crate::sample::show(&team.service, sample::testing());
    once(&team.service, true).await.unwrap();
    assert_eq!(by_itself(&team.world).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_aws_refuses_is_tried_again_after_growing_pauses_and_not_for_ever() {
    let team = raced().await;
    team.world.state().fails_at = Some("PutApprovalResult");
    let tries = |team: &Team| team.answers().len();
    once(&team.service, true).await.unwrap();
    once(&team.service, true).await.unwrap();
    assert_eq!(tries(&team), 1, "not at once");
    let said = team.ballot().answering;
    assert!(
        said.contains("has not taken the answer. ") && said.ends_with("tries again by itself."),
        "{said}"
    );
    for _ in 0..60 {
        tokio::time::advance(std::time::Duration::from_mins(1)).await;
        once(&team.service, true).await.unwrap();
    }
    assert_eq!(tries(&team), 8);
    let said = team.ballot().answering;
    assert!(said.contains("8 times. ") && said.ends_with("Press Approve to try it again."), "{said}");
    team.world.state().fails_at = None;
    // Nobody's vote is in the way of pressing.
    team.vote("lee", Choice::Approve).await.unwrap();
    assert_eq!(team.world.did(), ["answer"]);
    assert_eq!(team.service.ports.journal.votes("shop", sample::RELEASE).await.unwrap().len(), 3);
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

#[tokio::test]
async fn what_another_console_over_this_journal_said_a_moment_ago_is_this_decision_done() {
    for (choice, status) in
        [(Choice::Approve, ActionRunStatus::Succeeded), (Choice::Reject, ActionRunStatus::Failed)]
    {
        let head = format!("mo: fine (release 0, evidence 0, journal 1:{})", &crate::digest::hex("1")[..32]);
        let strange = head.replace("journal 1:", "journal 2:");
        for (summary, is_ours) in [(head, true), (strange, false)] {
            let team = Team::of(&two());
            team.vote("kim", Choice::Approve).await.unwrap();
            for run in &mut team.world.state().runs {
                (run.status, run.summary) = (status.clone(), Some(summary.clone()));
            }
            let told = team.vote("lee", choice).await;
            assert_eq!(told.is_ok(), is_ours, "{told:?}");
            let votes = team.service.ports.journal.votes("shop", sample::RELEASE).await.unwrap();
            assert_eq!((votes.len(), team.world.did().len()), (1 + usize::from(is_ours), 0));
        }
    }
}
