//! Whether a gate may be answered, and what each answer would do.

use super::{Consequence, Refusal, Rule, invalid, limit, present, read, refuse};
use crate::{
    colour::{Colour, Coloured, coloured},
    command::{COMMENT_LIMIT, VoteOnGate},
    commit::short,
    evidence::{Evidence, EvidenceChange, changed, differences, digest, evidence},
    machine::MachineKind,
    people::Person,
    pipeline::{GateKind, StepStatus},
    snapshot::{Freshness, Snapshot},
    taken_back::taken_back,
    tasks::TaskSetStatus,
    traffic::Answer,
    vote::Choice,
};

impl Rule for VoteOnGate {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let pipeline = read(snapshot)?;
        present(pipeline, &self.release)?;
        let Some(step) = pipeline.step(&self.stage, &self.action) else {
            return refuse("The pipeline no longer has this gate. Reload the page.");
        };
        let Some(gate) = &step.gate else { return refuse(format!("{} is not a gate.", step.title)) };
        match step.status {
            StepStatus::Waiting => {}
            StepStatus::Todo | StepStatus::Running => {
                return refuse(format!("{} is not open yet.", step.title));
            }
            StepStatus::Expired => return refuse("The window has closed without a decision."),
            _ => return refuse("This gate was already answered."),
        }
        if let Some(how) = taken_back(snapshot) {
            return refuse(format!("{} There is nothing left to decide: end the release.", how.sentence()));
        }
        if gate.request.as_deref() != Some(self.request.as_str()) {
            return refuse("This is another request than the one you saw. Look again before you decide.");
        }
        complete(snapshot)?;
        limit(&self.comment, COMMENT_LIMIT, "comment")?;
        if self.choice == Choice::Reject && self.comment.trim().is_empty() {
            return invalid("Say why: a rejection needs a comment.");
        }
        unchanged(self, snapshot)?;
        if self.choice == Choice::Approve {
            passable(snapshot, gate.kind)?;
        }
        Ok(vote_consequence(snapshot, gate.kind, self.choice))
    }

    fn judge_by(&self, snapshot: &Snapshot, person: &Person) -> Result<Consequence, Refusal> {
        super::ballot::judge(self, snapshot, person, self.judge(snapshot))
    }

    fn as_if_typed(&self) -> Option<Self> {
        Some(Self { comment: "…".to_owned(), ..self.clone() })
    }
}

/// Right after a start some of what a decision rests on is still on its way: a vote on the rest would speak of
/// something else than what is there a second later. What was asked for and not answered is shown as such, and waits
/// for nobody.
pub(super) fn complete(snapshot: &Snapshot) -> Result<(), Refusal> {
    let rests_on = [
        (&snapshot.tasks.freshness, "the tasks"),
        (&snapshot.traffic.freshness, "the traffic"),
        (&snapshot.comparison.freshness, "the comparison"),
        (&snapshot.ballot.freshness, "the gate’s policy"),
    ];
    let awaited = rests_on.into_iter().filter(|(it, _)| **it == Freshness::Waiting);
    let awaited: Vec<_> = awaited.map(|(_, what)| what).collect();
    if awaited.is_empty() {
        return Ok(());
    }
    refuse(format!("Not read yet: {}. It takes a moment.", awaited.join(", ")))
}

/// A vote speaks of what its voter saw: where the world is another one by now it is not taken.
fn unchanged(vote: &VoteOnGate, snapshot: &Snapshot) -> Result<(), Refusal> {
    if !vote.seen.is_empty() && digest(&vote.seen) != vote.evidence {
        return invalid("The evidence is not the digest of what was seen. Reload the page.");
    }
    let now = evidence(snapshot);
    if vote.evidence != now.digest {
        return refuse(changed(&changes(vote, &now)));
    }
    let run = snapshot.comparison().and_then(|comparison| comparison.newest.as_ref());
    if vote.run.as_deref() != run.map(|run| run.id.as_str()) {
        return invalid(
            "The run that the vote names is not the one that its evidence covers. Reload the page.",
        );
    }
    Ok(())
}

/// What has changed since the voter looked, as far as the vote says what they saw.
pub fn changes(vote: &VoteOnGate, now: &Evidence) -> Vec<EvidenceChange> {
    if vote.seen.is_empty() { Vec::new() } else { differences(&vote.seen, &now.inputs) }
}

/// Whether the world is as it must be for what stands behind a gate, whoever lets it happen: a vote, a step that
/// runs again, or a person in an emergency.
pub fn passable(snapshot: &Snapshot, gate: GateKind) -> Result<(), Refusal> {
    match gate {
        GateKind::ApproveSwap => {
            ready(snapshot)?;
            ours(snapshot)?;
            production(snapshot)?;
        }
        GateKind::ApproveCleanUp => {
            ready(snapshot)?;
            let shares = production(snapshot)?;
            if shares.iter().any(|(colour, share)| *colour == Colour::Blue && *share > 0.0) {
                return refuse("Production still sends requests to blue, which clean-up takes down.");
            }
        }
        GateKind::Other => {}
    }
    Ok(())
}

/// Green is what the release built.
fn ours(snapshot: &Snapshot) -> Result<(), Refusal> {
    let release = snapshot.pipeline().and_then(|pipeline| pipeline.release.as_ref());
    let built = release.and_then(|release| release.commit.as_ref()).map(|commit| commit.id.as_str());
    let sets = coloured(snapshot);
    let green = sets.iter().find(|it| it.colour == Colour::Green);
    match (built, green.and_then(|green| green.set.commit.as_deref())) {
        (Some(built), Some(stands)) if built != stands => refuse(format!(
            "Green runs {}, and this release is of {}. Start a release of what should be swapped in.",
            short(stands),
            short(built)
        )),
        _ => Ok(()),
    }
}

/// Where production sends its requests: to blue and green and nowhere else; before the first swap, nowhere at all.
fn production(snapshot: &Snapshot) -> Result<Vec<(Colour, f64)>, Refusal> {
    let Some(traffic) = snapshot.traffic() else { return refuse("The traffic was not read yet.") };
    let sets = coloured(snapshot);
    let Answer::Forward { to } = &traffic.production.answer else {
        // Before the first release there is nothing that production could lead to.
        if sets.iter().all(|it| it.colour != Colour::Blue) {
            return Ok(Vec::new());
        }
        return refuse("Production sends its requests to neither blue nor green. Look at its rule first.");
    };
    let mut shares = Vec::new();
    for group in to.iter().map(|weight| weight.target_group.as_str()) {
        let share = traffic.production.share(group);
        match sets.iter().find(|it| it.set.target_group.as_deref() == Some(group)) {
            Some(it) => shares.push((it.colour, share)),
            None if share > 0.0 => {
                return refuse(
                    "Production sends requests to a target group that is neither blue’s nor green’s. Look at its rule first.",
                );
            }
            None => {}
        }
    }
    Ok(shares)
}

/// Green may be swapped in: steady, and every target healthy.
pub fn ready(snapshot: &Snapshot) -> Result<(), Refusal> {
    let sets = coloured(snapshot);
    let stands = |it: &&Coloured<'_>| it.set.status != TaskSetStatus::Draining;
    let Some(green) = sets.iter().filter(stands).find(|it| it.colour == Colour::Green) else {
        return refuse("There is no green.");
    };
    if !green.set.is_steady {
        return refuse("Green is not steady.");
    }
    let Some(group) = green.group else { return refuse("The health of green’s targets is not known.") };
    match (group.healthy(), group.present()) {
        (_, 0) => refuse("Green has no targets."),
        (healthy, present) if healthy < present => {
            refuse(format!("Green has {healthy} of {present} targets healthy."))
        }
        _ => Ok(()),
    }
}

/// What an answer would do, by the machines and rules that are there: not every set-up has a way back, keeps blue
/// warm or closes the test port.
pub(super) fn vote_consequence(snapshot: &Snapshot, gate: GateKind, choice: Choice) -> Consequence {
    let commit = |colour| {
        let sets = coloured(snapshot);
        let set = sets.iter().find(|it| it.colour == colour);
        set.and_then(|it| it.set.commit.as_deref()).map(|id| format!(" ({})", short(id))).unwrap_or_default()
    };
    let leads_back = leads_back(snapshot);
    match (gate, choice) {
        (GateKind::ApproveSwap, Choice::Approve) => {
            let port = snapshot.traffic().map_or(String::new(), |it| format!(" :{}", it.production.port));
            let blue = if leads_back {
                "Blue stays warm."
            } else {
                "Blue’s tasks go on running, but no state machine leads back to them."
            };
            format!("Production{port} will send 100% to green{}. {blue}", commit(Colour::Green))
        }
        (GateKind::ApproveSwap, Choice::Reject) => {
            let green = if leads_back {
                "green stays until it is abandoned"
            } else {
                "green stays, and no state machine takes it down"
            };
            format!("The release ends here. Production does not change; {green}.")
        }
        (GateKind::ApproveCleanUp, Choice::Approve) => {
            let is_open =
                snapshot.traffic().is_none_or(|it| matches!(it.test.answer, Answer::Forward { .. }));
            let port = if is_open { " and the test port closes" } else { "" };
            let way = if leads_back { " There is no way back to blue." } else { "" };
            format!("Blue’s tasks{} stop{port}.{way}", commit(Colour::Blue))
        }
        (GateKind::ApproveCleanUp, Choice::Reject) => {
            let blue = if leads_back { "swapped back or cleaned up" } else { "cleaned up" };
            format!("The release ends here. Production keeps serving green; blue stays until it is {blue}.")
        }
        (GateKind::Other, Choice::Approve) => "The release goes on with its next step.".to_owned(),
        (GateKind::Other, Choice::Reject) => "The release ends here.".to_owned(),
    }
}

/// Whether a state machine of the service leads back to blue.
pub fn leads_back(snapshot: &Snapshot) -> bool {
    snapshot.machines().iter().any(|machine| machine.kind == MachineKind::RollBack)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sample, snapshot::Section, traffic::TargetHealth};

    fn approve(snapshot: &Snapshot) -> VoteOnGate {
        sample::vote(snapshot, Choice::Approve, "")
    }

    fn reason(refusal: Result<Consequence, Refusal>) -> String {
        refusal.unwrap_err().reason
    }

    #[test]
    fn a_gate_that_was_answered_or_has_expired_is_not_answered_again() {
        for (status, said) in [
            (StepStatus::Expired, "closed without"),
            (StepStatus::Rejected, "already answered"),
            (StepStatus::Succeeded, "already answered"),
            (StepStatus::Todo, "not open yet"),
        ] {
            let mut snapshot = sample::testing();
            sample::step(&mut snapshot, "ApproveSwap").status = status;
            assert!(reason(approve(&sample::testing()).judge(&snapshot)).contains(said));
        }
    }

    #[test]
    fn another_request_than_the_one_seen_is_not_answered() {
        let other = VoteOnGate { request: "other".to_owned(), ..approve(&sample::testing()) };
        assert!(reason(other.judge(&sample::testing())).contains("another request"));
        let other = VoteOnGate { release: "other".to_owned(), ..approve(&sample::testing()) };
        assert!(reason(other.judge(&sample::testing())).contains("Another release"));
    }

    #[test]
    fn a_rejection_needs_a_comment_and_a_comment_must_fit() {
        let silent =
            sample::vote(&sample::testing(), Choice::Reject, "  ").judge(&sample::testing()).unwrap_err();
        assert!(silent.is_field && silent.reason.contains("needs a comment"));
        let long = sample::vote(&sample::testing(), Choice::Approve, &"x".repeat(COMMENT_LIMIT + 1));
        let long = long.judge(&sample::testing());
        assert!(long.unwrap_err().is_field);
    }

    #[test]
    fn green_that_is_not_steady_or_not_healthy_is_not_swapped_in_but_may_be_rejected() {
        let mut shaky = sample::testing();
        sample::green(&mut shaky).is_steady = false;
        assert_eq!(reason(approve(&shaky).judge(&shaky)), "Green is not steady.");
        assert!(sample::vote(&shaky, Choice::Reject, "no").judge(&shaky).is_ok());

        let mut ill = sample::testing();
        sample::target(&mut ill, "green").health = TargetHealth::Unhealthy;
        assert_eq!(reason(approve(&ill).judge(&ill)), "Green has 1 of 2 targets healthy.");

        let mut gone = sample::testing();
        sample::green(&mut gone).status = TaskSetStatus::Draining;
        assert!(approve(&gone).judge(&gone).is_err());
    }

    #[test]
    fn an_approval_says_what_production_will_send() {
        let said = approve(&sample::testing()).judge(&sample::testing()).unwrap();
        assert_eq!(said, "Production :8000 will send 100% to green (9c9f1d2). Blue stays warm.");
    }

    #[test]
    fn a_vote_on_what_has_changed_since_is_refused_and_names_what_changed() {
        let mut after = sample::testing();
        sample::green(&mut after).image = Some("shop@sha256:other".to_owned());
        let seen = approve(&sample::testing());
        let refusal = seen.judge(&after).unwrap_err();
        assert!(!refusal.is_field);
        assert!(refusal.reason.contains("the image of task set green"), "{}", refusal.reason);
        let silent = VoteOnGate { seen: Vec::new(), ..seen.clone() };
        assert!(reason(silent.judge(&after)).contains("has changed since"));
        assert!(silent.judge(&sample::testing()).is_ok());
        let forged = VoteOnGate { evidence: evidence(&after).digest, ..seen };
        assert!(forged.judge(&after).unwrap_err().is_field);
    }

    #[test]
    fn a_vote_waits_until_all_that_it_rests_on_was_read_or_could_not_be() {
        let seen = approve(&sample::testing());
        let mut fresh = sample::testing();
        fresh.comparison = Section::default();
        fresh.ballot = Section::default();
        for choice in [Choice::Approve, Choice::Reject] {
            let vote = VoteOnGate { choice, comment: "why".to_owned(), ..seen.clone() };
            let reason = reason(vote.judge(&fresh));
            assert_eq!(reason, "Not read yet: the comparison, the gate’s policy. It takes a moment.");
        }
        let since = jiff::Timestamp::UNIX_EPOCH;
        fresh.ballot = sample::testing().ballot;
        fresh.comparison.freshness =
            Freshness::Stale { reason: "The disk is full".to_owned(), since, denied: None };
        assert!(approve(&fresh).judge(&fresh).is_ok());
    }

    #[test]
    fn a_vote_names_the_run_that_its_evidence_covers() {
        let other = VoteOnGate { run: None, ..approve(&sample::testing()) };
        assert!(other.judge(&sample::testing()).unwrap_err().is_field);
    }

    #[test]
    fn a_release_that_was_taken_back_has_nothing_to_decide() {
        for (snapshot, said) in
            [(sample::testing(), "Green was abandoned"), (sample::swapped(), "serves blue again")]
        {
            let back = sample::taken_back(snapshot);
            for choice in [Choice::Approve, Choice::Reject] {
                let reason = reason(sample::vote(&back, choice, "why").judge(&back));
                assert!(reason.contains(said) && reason.ends_with("end the release."), "{reason}");
            }
        }
    }

    #[test]
    fn what_would_happen_is_told_before_the_comment_is_typed() {
        let silent = sample::vote(&sample::testing(), Choice::Reject, "");
        assert!(silent.judge(&sample::testing()).unwrap_err().is_field);
        let told = silent.as_if_typed().unwrap().judge(&sample::testing()).unwrap();
        assert!(told.starts_with("The release ends here."), "{told}");
    }

    #[test]
    fn without_a_machine_that_leads_back_no_answer_promises_a_way_back() {
        for snapshot in [sample::testing(), sample::swapped()].map(sample::reference) {
            for gate in [GateKind::ApproveSwap, GateKind::ApproveCleanUp] {
                for choice in [Choice::Approve, Choice::Reject] {
                    let told = vote_consequence(&snapshot, gate, choice);
                    for promise in ["warm", "swapped back", "abandoned", "way back"] {
                        assert!(!told.contains(promise), "{told}");
                    }
                }
            }
        }
    }
}
