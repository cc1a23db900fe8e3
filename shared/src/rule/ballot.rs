//! Whether somebody's vote is taken, and what it would do, as the policy of the gate has it.

use super::{Consequence, Refusal, invalid, refuse};
use crate::{
    ballot::{Ballot, Voice},
    command::VoteOnGate,
    people::{Person, shown},
    snapshot::Snapshot,
    vote::Choice,
    words::list,
};

/// Puts what the policy says beside what the snapshot alone allowed: every reason against the vote, or what it does.
pub(super) fn judge(
    vote: &VoteOnGate,
    snapshot: &Snapshot,
    person: &Person,
    judged: Result<Consequence, Refusal>,
) -> Result<Consequence, Refusal> {
    let Some(ballot) = snapshot.ballot().filter(|ballot| ballot.request == vote.request) else {
        return judged;
    };
    let against = against(vote, ballot, person);
    match judged {
        Err(refusal) if !refusal.is_field => {
            let all: Vec<_> = std::iter::once(refusal.reason).chain(against).collect();
            refuse(all.join(" "))
        }
        _ if !against.is_empty() => refuse(against.join(" ")),
        Ok(_) if ballot.needs_comment && vote.comment.trim().is_empty() => {
            invalid("Say why: this gate’s policy wants a comment on every vote.")
        }
        judged => judged.map(|whole| consequence(vote, ballot, person, whole)),
    }
}

/// Every reason of the policy against this person's vote, each with who can lift it.
fn against(vote: &VoteOnGate, ballot: &Ballot, person: &Person) -> Vec<String> {
    let mut against = Vec::new();
    if let Some(it) = ballot.excluded.iter().find(|it| it.is(person)) {
        against.push(format!("You {}, and by this gate’s policy that is for others to decide.", it.why));
    }
    let has_said = |voice: &&Voice| voice.stands && voice.choice == vote.choice && ballot.decided.is_none();
    if ballot.voice(&person.name).as_ref().is_some_and(has_said) {
        against.push(format!("Your vote stands already. {}", ballot.missing).trim_end().to_owned());
    }
    if vote.choice == Choice::Reject {
        return against;
    }
    let own = |name: &&String| crate::people::is_same(name, &person.name);
    let others: Vec<_> =
        ballot.rejected_by.iter().filter(|name| !own(name)).map(|name| shown(name).to_owned()).collect();
    if !others.is_empty() {
        let names = list(&others, "and");
        against.push(format!(
            "{names} rejected it, and one rejection ends it: only {names} can change that vote; anybody ends it by Reject."
        ));
    }
    against.extend(ballot.obstacles.iter().cloned());
    if ballot.completes(person) {
        against.extend(ballot.closed.clone());
    }
    against
}

/// What the vote would do: nothing yet, where it does not decide.
fn consequence(vote: &VoteOnGate, ballot: &Ballot, person: &Person, whole: Consequence) -> Consequence {
    match vote.choice {
        Choice::Approve if !ballot.completes(person) => format!(
            "Nothing happens yet: {} approvals of different people decide. {}",
            ballot.needed, ballot.missing
        ),
        Choice::Reject if !ballot.rejection_ends => {
            "Nothing happens yet: a majority of noes ends it, and yours is counted.".to_owned()
        }
        _ => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ballot::Excluded,
        people::Role,
        rule::{Rule, verdict},
        sample,
        snapshot::Section,
    };

    fn person(name: &str, groups: &[&str]) -> Person {
        let groups = groups.iter().map(|&it| it.to_owned()).collect();
        Person { name: name.to_owned(), roles: vec![Role::Approver], groups, ..Person::default() }
    }

    /// Two approvals of different people, nobody has voted.
    fn ballot() -> Ballot {
        Ballot {
            request: sample::REQUEST.to_owned(),
            policy: "p1".to_owned(),
            needed: 2,
            missing: "2 more approvals are needed.".to_owned(),
            rejection_ends: true,
            ..Ballot::default()
        }
    }

    fn with(ballot: Ballot) -> Snapshot {
        let mut snapshot = sample::testing();
        snapshot.ballot = Section::live(ballot, sample::now(), 1);
        snapshot
    }

    fn said(ballot: Ballot, choice: Choice, person: &Person) -> Result<String, String> {
        let snapshot = with(ballot);
        let vote = sample::vote(&snapshot, choice, "why");
        verdict(&vote, &snapshot, Some(person)).map_err(|refusal| refusal.reason)
    }

    #[test]
    fn a_vote_that_does_not_decide_promises_no_swap() {
        let kim = person("kim", &[]);
        let first = said(ballot(), Choice::Approve, &kim).unwrap();
        assert!(first.starts_with("Nothing happens yet: 2 approvals"), "{first}");
        let last = Ballot { approvals: 1, last_from: Some(Vec::new()), ..ballot() };
        assert!(said(last, Choice::Approve, &kim).unwrap().contains("will send 100% to green"));
        assert!(said(ballot(), Choice::Reject, &kim).unwrap().starts_with("The release ends here."));
        let majority = Ballot { rejection_ends: false, ..ballot() };
        assert!(said(majority, Choice::Reject, &kim).unwrap().starts_with("Nothing happens yet"));
    }

    #[test]
    fn whoever_is_excluded_is_told_why_for_either_choice() {
        let excluded = Excluded {
            name: "kim".to_owned(),
            email: "kim@example.com".to_owned(),
            why: "committed 9c9f1d2 to this release".to_owned(),
        };
        let ballot = Ballot { excluded: vec![excluded], ..ballot() };
        for choice in [Choice::Approve, Choice::Reject] {
            let refused = said(ballot.clone(), choice, &person("kim", &[])).unwrap_err();
            assert!(refused.starts_with("You committed 9c9f1d2 to this release, and"), "{refused}");
            assert!(said(ballot.clone(), choice, &person("lee", &[])).is_ok());
        }
    }

    #[test]
    fn a_vote_that_stands_is_not_given_twice_and_may_be_changed() {
        let voice =
            |stands| Voice { person: "kim".to_owned(), choice: Choice::Approve, stands, changed: Vec::new() };
        let of = |stands| Ballot { voices: vec![voice(stands)], approvals: 1, ..ballot() };
        let kim = person("kim", &[]);
        assert_eq!(
            said(of(true), Choice::Approve, &kim).unwrap_err(),
            "Your vote stands already. 2 more approvals are needed."
        );
        assert!(said(of(true), Choice::Reject, &kim).is_ok(), "it may be changed");
        assert!(said(of(false), Choice::Approve, &kim).is_ok(), "one that lapsed is given again");
        assert!(
            said(Ballot { is_met: true, decided: Some(Choice::Approve), ..of(true) }, Choice::Approve, &kim)
                .is_ok(),
            "nothing was answered"
        );
    }

    #[test]
    fn a_rejection_of_somebody_else_is_not_voted_away() {
        let ballot = Ballot { rejected_by: vec!["lee".to_owned()], ..ballot() };
        let refused = said(ballot.clone(), Choice::Approve, &person("kim", &[])).unwrap_err();
        assert!(refused.contains("only lee can change"), "{refused}");
        assert!(said(ballot.clone(), Choice::Approve, &person("lee", &[])).is_ok());
        assert!(said(ballot, Choice::Reject, &person("kim", &[])).is_ok());
    }

    #[test]
    fn outside_of_its_hours_only_the_last_approval_waits() {
        let closed = Some("The swap may happen on Mon, 09:00 to 16:00.".to_owned());
        let last = Ballot { closed, approvals: 1, last_from: Some(vec!["qa".to_owned()]), ..ballot() };
        let refused = said(last.clone(), Choice::Approve, &person("kim", &["qa"])).unwrap_err();
        assert!(refused.starts_with("The swap may happen"), "{refused}");
        assert!(said(last.clone(), Choice::Approve, &person("kim", &["operations"])).is_ok());
        assert!(said(last.clone(), Choice::Reject, &person("kim", &["qa"])).is_ok());
        let role = Ballot { last_from: Some(vec!["approver".to_owned()]), ..last };
        assert!(said(role, Choice::Approve, &person("kim", &[])).is_err(), "a role counts as a group does");
    }

    #[test]
    fn every_reason_is_said_and_a_comment_is_asked_for_last() {
        let obstacle = |text: &str| text.to_owned();
        let held =
            Ballot { obstacles: vec![obstacle("One."), obstacle("Two.")], needs_comment: true, ..ballot() };
        assert_eq!(said(held.clone(), Choice::Approve, &person("kim", &[])).unwrap_err(), "One. Two.");
        let mut shaky = with(held);
        sample::green(&mut shaky).is_steady = false;
        let vote = sample::vote(&shaky, Choice::Approve, "why");
        let refused = verdict(&vote, &shaky, Some(&person("kim", &[]))).unwrap_err();
        assert_eq!(refused.reason, "Green is not steady. One. Two.");
        let silent = with(Ballot { needs_comment: true, ..ballot() });
        let vote = sample::vote(&silent, Choice::Approve, " ");
        assert!(vote.judge(&silent).is_ok());
        assert!(verdict(&vote, &silent, Some(&person("kim", &[]))).unwrap_err().is_field);
    }
}
