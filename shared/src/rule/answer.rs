//! Whether the console may say by itself on a gate what its votes have decided.

use super::{
    Consequence, Refusal, Rule,
    gate::{complete, passable, vote_consequence},
    present, read, refuse,
};
use crate::{
    ballot::Ballot,
    command::AnswerGate,
    pipeline::StepStatus,
    snapshot::{Freshness, Snapshot},
    taken_back::taken_back,
    vote::Choice,
};

impl Rule for AnswerGate {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let pipeline = read(snapshot)?;
        present(pipeline, &self.release)?;
        let step = pipeline.step(&self.stage, &self.action);
        let Some((step, gate)) = step.and_then(|step| Some((step, step.gate.as_ref()?))) else {
            return refuse("The pipeline no longer has this gate.");
        };
        if step.status != StepStatus::Waiting {
            return refuse(format!("{} is not open.", step.title));
        }
        if gate.request.as_deref() != Some(self.request.as_str()) {
            return refuse("This is another request than the one that was voted on.");
        }
        let ballot = snapshot.ballot().filter(|ballot| ballot.request == self.request);
        let Some(ballot) = ballot.filter(|ballot| ballot.decided == Some(self.choice)) else {
            return refuse("The votes that stand have not decided this.");
        };
        let held = held(snapshot, ballot);
        if held.is_empty() {
            Ok(vote_consequence(snapshot, gate.kind, self.choice))
        } else {
            refuse(held.join(" "))
        }
    }
}

/// What keeps the console from saying what the votes have decided, a sentence each: whatever stands against an
/// approval, and whatever was not read since the console began. Nobody looks on, so an approval does not rest on what
/// cannot be read now either.
pub fn held(snapshot: &Snapshot, ballot: &Ballot) -> Vec<String> {
    let Some((_, gate)) = snapshot.pipeline().and_then(|pipeline| pipeline.open_gate()) else {
        return Vec::new();
    };
    let approves = ballot.decided == Some(Choice::Approve);
    let mut held: Vec<String> = complete(snapshot).err().into_iter().map(|refusal| refusal.reason).collect();
    let live = [
        (&snapshot.pipeline.freshness, "The pipeline", true),
        (&snapshot.tasks.freshness, "The tasks", approves),
        (&snapshot.traffic.freshness, "The traffic", approves),
    ];
    held.extend(live.into_iter().filter(|(_, _, counts)| *counts).filter_map(|(freshness, what, _)| {
        let Freshness::Stale { reason, .. } = freshness else { return None };
        Some(format!("{what} cannot be read now: {}.", reason.trim_end_matches('.')))
    }));
    held.extend(taken_back(snapshot).map(|how| how.sentence().to_owned()));
    if approves {
        held.extend(passable(snapshot, gate.kind).err().map(|refusal| refusal.reason));
        held.extend(ballot.obstacles.iter().chain(&ballot.closed).cloned());
    }
    held
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pipeline::GateKind, sample, snapshot::Section};

    fn decided(choice: Choice) -> Snapshot {
        let mut snapshot = sample::testing();
        let ballot = Ballot {
            request: sample::REQUEST.to_owned(),
            is_met: choice == Choice::Approve,
            decided: Some(choice),
            ..Ballot::default()
        };
        snapshot.ballot = Section::live(ballot, sample::now(), 1);
        snapshot
    }

    fn ballot(snapshot: &mut Snapshot) -> &mut Ballot {
        snapshot.ballot.value.as_mut().unwrap()
    }

    fn stale() -> Freshness {
        Freshness::Stale { reason: "AWS is silent".to_owned(), since: sample::now(), denied: None }
    }

    fn judged(snapshot: &Snapshot, choice: Choice) -> Result<String, String> {
        let seen = sample::vote(&sample::testing(), choice, "");
        let answer = AnswerGate {
            release: seen.release,
            stage: seen.stage,
            action: seen.action,
            request: seen.request,
            choice,
            comment: String::new(),
            evidence: seen.evidence,
        };
        answer.judge(snapshot).map_err(|refusal| refusal.reason)
    }

    #[test]
    fn what_the_votes_have_not_decided_is_not_said() {
        for choice in [Choice::Approve, Choice::Reject] {
            let mut undecided = decided(choice);
            ballot(&mut undecided).decided = None;
            assert!(judged(&undecided, choice).unwrap_err().contains("have not decided"));
        }
        assert!(judged(&decided(Choice::Approve), Choice::Reject).is_err());
        assert!(judged(&decided(Choice::Reject), Choice::Approve).is_err());
        let mut other = decided(Choice::Approve);
        ballot(&mut other).request = "other".to_owned();
        assert!(judged(&other, Choice::Approve).is_err());
        for status in [StepStatus::Succeeded, StepStatus::Expired, StepStatus::Todo] {
            let mut closed = decided(Choice::Approve);
            sample::step(&mut closed, "ApproveSwap").status = status;
            assert!(judged(&closed, Choice::Approve).unwrap_err().contains("is not open"));
        }
        assert!(judged(&decided(Choice::Approve), Choice::Approve).unwrap().contains("100% to green"));
    }

    /// Changes a snapshot in which something is decided.
    type Edit = fn(&mut Snapshot);

    #[test]
    fn whatever_stands_against_an_approval_holds_it_up_and_a_rejection_lets_nothing_happen() {
        let cases: [(&str, Edit, bool); 9] = [
            ("The swap is frozen.", |it| ballot(it).closed = Some("The swap is frozen.".to_owned()), false),
            ("One.", |it| ballot(it).obstacles = vec!["One.".to_owned()], false),
            ("Green is not steady.", |it| sample::green(it).is_steady = false, false),
            ("The tasks cannot be read now: AWS is silent.", |it| it.tasks.freshness = stale(), false),
            ("The traffic cannot be read now: AWS is silent.", |it| it.traffic.freshness = stale(), false),
            ("The pipeline cannot be read now: AWS is silent.", |it| it.pipeline.freshness = stale(), true),
            ("Not read yet: the tasks.", |it| it.tasks.freshness = Freshness::Waiting, true),
            ("Not read yet: the comparison.", |it| it.comparison = Section::default(), true),
            ("Green was abandoned", |it| *it = sample::taken_back(it.clone()), true),
        ];
        for (words, edit, both) in cases {
            let mut approved = decided(Choice::Approve);
            edit(&mut approved);
            let why = judged(&approved, Choice::Approve).unwrap_err();
            assert!(why.contains(words), "{words}: {why}");
            let mut rejected = decided(Choice::Reject);
            edit(&mut rejected);
            assert_eq!(judged(&rejected, Choice::Reject).is_err(), both, "{words}");
        }
        assert_eq!(sample::testing().pipeline().unwrap().open_gate().unwrap().1.kind, GateKind::ApproveSwap);
    }
}
