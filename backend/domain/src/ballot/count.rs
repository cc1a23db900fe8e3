//! The count: whose votes stand, what they come to under the policy, and what is in the way.

use jiff::{SignedDuration, Timestamp};
use viridian_shared::{
    ballot::{Ballot, Voice},
    comparison::Comparison,
    evidence::{EvidenceChange, Input, InputKind, evidence},
    material::lapses,
    people::is_same,
    pipeline::GateKind,
    policy::{Policy, Rejection},
    snapshot::Snapshot,
    vote::{Choice, Tally, Vote},
    words,
};

use crate::{
    policy::{GatePolicy, seats::Seats},
    service::past::Past,
};

/// The ballot of the gate that is open.
pub(super) fn count(gate: &GatePolicy, snapshot: &Snapshot, past: &Past, now: Timestamp) -> Ballot {
    let Some((step, open)) = snapshot.pipeline().and_then(|pipeline| pipeline.open_gate()) else {
        return Ballot::default();
    };
    let request = open.request.clone().unwrap_or_default();
    let policy = &gate.policy;
    let votes = last_votes(snapshot.votes(), &request, gate, snapshot);
    let standing: Vec<&Vote> =
        votes.iter().filter(|(_, changed)| changed.is_empty()).map(|(vote, _)| *vote).collect();
    let result = Sum::of(policy, &standing);
    let mut obstacles = required(policy, snapshot.comparison(), now);
    if let Err(why) = past {
        let missing = "Who committed to this release or started it is not known";
        obstacles.insert(0, format!("{missing}: {why}. The policy excludes them, so no approval is taken until it is; the console asks again by itself."));
    }
    let of = |choice| standing.iter().filter(move |vote| vote.choice == choice);
    Ballot {
        policy: gate.version.clone(),
        rules: policy.sentences(),
        needed: policy.needed(),
        approvals: result.approvals,
        missing: result.seats.missing(),
        last_from: result.last_from(policy, &standing),
        is_met: result.outcome == Some(Choice::Approve),
        decided: result.outcome,
        answering: String::new(),
        rejection_ends: result.ends_with_one_more(policy),
        rejected_by: match policy.rejection {
            Rejection::Any => of(Choice::Reject).map(|vote| vote.person.clone()).collect(),
            Rejection::Majority => Vec::new(),
        },
        needs_comment: policy.comment,
        excluded: past.clone().unwrap_or_default(),
        obstacles,
        closed: gate.hours.as_ref().and_then(|hours| hours.closed(now, &what(open.kind, &step.title))),
        voices: votes.into_iter().map(voice).collect(),
        request,
    }
}

fn voice((vote, changed): (&Vote, Vec<EvidenceChange>)) -> Voice {
    Voice { person: vote.person.clone(), choice: vote.choice, stands: changed.is_empty(), changed }
}

fn what(kind: GateKind, title: &str) -> String {
    match kind {
        GateKind::ApproveSwap => "The swap".to_owned(),
        GateKind::ApproveCleanUp => "The clean-up".to_owned(),
        GateKind::Other => format!("“{title}”"),
    }
}

/// What each person said last on this request, oldest first, with what has changed since.
fn last_votes<'v>(
    votes: &'v [Vote],
    request: &str,
    gate: &GatePolicy,
    snapshot: &Snapshot,
) -> Vec<(&'v Vote, Vec<EvidenceChange>)> {
    let now = inputs(snapshot, gate);
    let here: Vec<_> = votes.iter().filter(|vote| vote.request == request).collect();
    let is_last =
        |at: usize, vote: &Vote| here.iter().skip(at + 1).all(|later| !is_same(&later.person, &vote.person));
    let last = here.iter().enumerate().filter(|(at, vote)| is_last(*at, vote));
    last.map(|(_, vote)| (*vote, lapses(&vote.seen, &now))).collect()
}

/// What a vote rests on now, under the policy that holds now.
fn inputs(snapshot: &Snapshot, gate: &GatePolicy) -> Vec<Input> {
    let mut inputs = evidence(snapshot).inputs;
    inputs.retain(|input| input.what != InputKind::Policy);
    if !gate.version.is_empty() {
        inputs.push(Input { what: InputKind::Policy, of: String::new(), value: gate.version.clone() });
    }
    inputs
}

/// What standing votes come to.
struct Sum<'p> {
    seats: Seats<'p>,
    approvals: u32,
    rejections: u32,
    outcome: Option<Choice>,
}

impl<'p> Sum<'p> {
    fn of(policy: &'p Policy, standing: &[&Vote]) -> Self {
        let approving = standing.iter().filter(|vote| vote.choice == Choice::Approve);
        let groups: Vec<&[String]> = approving.map(|vote| vote.groups.as_slice()).collect();
        let seats = Seats::of(policy, &groups);
        let rejections = words::many(standing.len() - groups.len());
        let outcome = outcome(policy, &seats, words::many(groups.len()), rejections);
        Self { approvals: words::many(seats.number_taken()), seats, rejections, outcome }
    }

    /// Whose approval would be the last; none while more than one is missing.
    fn last_from(&self, policy: &Policy, standing: &[&Vote]) -> Option<Vec<String>> {
        if self.seats.number_free() != 1 {
            return None;
        }
        let with = |names: &[String]| {
            let approving = standing.iter().filter(|vote| vote.choice == Choice::Approve);
            let groups: Vec<&[String]> =
                approving.map(|vote| vote.groups.as_slice()).chain([names]).collect();
            Seats::of(policy, &groups).number_free() == 0
        };
        if with(&[]) {
            return Some(Vec::new());
        }
        let mut names: Vec<String> = policy.from.iter().flat_map(|quota| quota.of.clone()).collect();
        names.sort();
        names.dedup();
        names.retain(|name| with(std::slice::from_ref(name)));
        Some(names)
    }

    fn ends_with_one_more(&self, policy: &Policy) -> bool {
        let approvals = self.approvals;
        outcome(policy, &self.seats, approvals, self.rejections + 1) == Some(Choice::Reject)
    }
}

/// What so many votes decide, if anything.
fn outcome(policy: &Policy, seats: &Seats<'_>, approvals: u32, rejections: u32) -> Option<Choice> {
    let is_enough = seats.number_free() == 0;
    match policy.rejection {
        Rejection::Any if rejections > 0 => Some(Choice::Reject),
        Rejection::Any => is_enough.then_some(Choice::Approve),
        Rejection::Majority if is_enough && approvals > rejections => Some(Choice::Approve),
        Rejection::Majority => {
            let is_against = rejections > approvals && approvals + rejections >= policy.needed();
            is_against.then_some(Choice::Reject)
        }
    }
}

/// The votes on the open gate that stand and say this, oldest first.
pub(crate) fn decision(snapshot: &Snapshot, choice: Choice) -> Vec<&Vote> {
    let Some(ballot) = snapshot.ballot() else { return Vec::new() };
    let standing = ballot.voices.iter().filter(|voice| voice.stands && voice.choice == choice);
    let vote = |voice: &Voice| {
        let votes = snapshot.votes().iter().rev().filter(|vote| vote.request == ballot.request);
        votes.into_iter().find(|vote| is_same(&vote.person, &voice.person))
    };
    standing.filter_map(vote).collect()
}

/// Where a vote leads.
pub(crate) enum Course {
    /// The gate is answered as the vote says; in whose names.
    Decides(Vec<String>),
    /// It is kept and counted.
    Counts(Tally),
    /// It would decide, and what it decides may not happen now: why.
    Waits(String),
}

/// Where this vote leads, given with the others that stand.
pub(crate) fn course(gate: &GatePolicy, snapshot: &Snapshot, vote: &Vote, now: Timestamp) -> Course {
    let mut votes = snapshot.votes().to_vec();
    votes.push(vote.clone());
    let last = last_votes(&votes, &vote.request, gate, snapshot);
    let standing: Vec<&Vote> =
        last.iter().filter(|(_, changed)| changed.is_empty()).map(|(vote, _)| *vote).collect();
    let result = Sum::of(&gate.policy, &standing);
    if result.outcome != Some(vote.choice) {
        return Course::Counts(Tally { approvals: result.approvals, needed: gate.policy.needed() });
    }
    let closed = gate.hours.as_ref().filter(|_| vote.choice == Choice::Approve);
    if let Some(why) = closed.and_then(|hours| hours.closed(now, "This")) {
        return Course::Waits(why);
    }
    let with = standing.iter().filter(|it| it.choice == vote.choice);
    Course::Decides(with.map(|it| it.person.clone()).collect())
}

/// What is required and not there, each with what helps.
fn required(policy: &Policy, comparison: Option<&Comparison>, now: Timestamp) -> Vec<String> {
    let mut missing = Vec::new();
    let run = comparison.and_then(|it| it.newest.as_ref());
    let wants_run =
        policy.run_within_hours.is_some() || policy.no_open_findings || policy.quiet_hours.is_some();
    let Some(run) = run else {
        if wants_run {
            missing.push("Nothing was compared yet, and the policy wants it: a developer or operator runs the suite on Compare.".to_owned());
        }
        return missing;
    };
    if let Some(hours) = policy.run_within_hours {
        let since = now.duration_since(run.began_at);
        if since > SignedDuration::from_hours(i64::from(hours)) {
            missing.push(format!(
                "The newest comparison, run {}, was {}, and the policy wants one of the last {hours} h: a developer or operator runs the suite again on Compare.",
                run.id,
                words::ago(run.began_at, now)
            ));
        }
    }
    let verdict = run.verdict.unwrap_or_default();
    if policy.no_open_findings && verdict.open + verdict.bugs > 0 {
        let open = words::count(verdict.open as usize, "finding is open", "findings are open");
        let bugs = words::count(verdict.bugs as usize, "is a bug", "are bugs");
        missing.push(format!("{open} and {bugs}: whoever may rule on findings rules on them on Compare; a bug stays until a release without it."));
    }
    if let Some(hours) = policy.quiet_hours {
        let quiet = comparison.and_then(|it| it.quiet);
        let long = quiet.map_or(SignedDuration::ZERO, |it| it.until.duration_since(it.since));
        if long < SignedDuration::from_hours(i64::from(hours)) {
            let said = quiet.map_or_else(
                || "It is not known since when nothing new was found".to_owned(),
                |it| it.words(now),
            );
            missing.push(format!("{said}, and the policy wants {hours} h: it passes by itself while the sentinel finds nothing."));
        }
    }
    missing
}
