//! What a voter has in front of them: the values that a decision rests on, and one digest over them.
//!
//! The page works it out over the snapshot on screen, and the server over its own; a vote whose digest is another
//! one than the server's is refused with what changed, by name. Everything material is in here and nothing else:
//! commit, task sets and images, rules and weights, health, and what the newest comparison came to.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use crate::material::{EvidenceChange, Input, InputKind, differences};
use crate::{
    comparison::run::RunBrief,
    order,
    snapshot::Snapshot,
    tasks::{TaskSet, TaskSetStatus},
    traffic::{Answer, Door, Traffic},
};

/// What the digest begins with, so that another way to make it gives another one.
const FORMAT: &str = "viridian evidence 1";

/// The values, in their order, and the digest over them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// SHA-256 in 64 small hexadecimal digits.
    pub digest: String,
    /// The values, in the order in which they go into the digest.
    pub inputs: Vec<Input>,
}

/// The evidence of a snapshot.
pub fn evidence(snapshot: &Snapshot) -> Evidence {
    let inputs = inputs(snapshot);
    Evidence { digest: digest(&inputs), inputs }
}

/// The digest over values: each with its length before it, so that none can pass for two.
pub fn digest(inputs: &[Input]) -> String {
    let mut hash = Sha256::new();
    hash.update(FORMAT);
    for input in inputs {
        for part in [input.what.slug(), &input.of, &input.value] {
            hash.update(format!("\n{} {part}", part.len()));
        }
    }
    hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn inputs(snapshot: &Snapshot) -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut add = |what, of: &str, value: String| inputs.push(Input { what, of: of.to_owned(), value });
    if let Some(release) = snapshot.pipeline().and_then(|pipeline| pipeline.release.as_ref()) {
        add(InputKind::Release, "", release.id.clone());
        if let Some(commit) = &release.commit {
            add(InputKind::Commit, "", commit.id.clone());
        }
    }
    let mut sets: Vec<_> = snapshot.tasks().map(|tasks| tasks.present_sets().collect()).unwrap_or_default();
    order::sort_by(&mut sets, |one: &&TaskSet, other| one.id.cmp(&other.id));
    for set in sets {
        add(InputKind::TaskSet, &set.id, standing(set));
        add(InputKind::TaskDefinition, &set.id, set.task_definition.clone());
        for (what, value) in [(InputKind::Image, &set.image), (InputKind::TargetGroup, &set.target_group)] {
            if let Some(value) = value {
                add(what, &set.id, value.clone());
            }
        }
    }
    if let Some(traffic) = snapshot.traffic() {
        add(InputKind::Production, "", rule(traffic, &traffic.production));
        add(InputKind::Test, "", rule(traffic, &traffic.test));
        let mut groups: Vec<_> = traffic.target_groups.iter().collect();
        order::sort_by(&mut groups, |one, other| one.name.cmp(&other.name));
        for group in groups {
            add(
                InputKind::Health,
                &group.name,
                format!("{} of {} healthy", group.healthy(), group.present()),
            );
        }
    }
    if let Some(run) = snapshot.comparison().and_then(|comparison| comparison.newest.as_ref()) {
        add(InputKind::Run, &run.id, compared(run));
        add(InputKind::Findings, &run.id, found(run));
    }
    // A gate that nothing is configured for has no version.
    if let Some(ballot) = snapshot.ballot().filter(|ballot| !ballot.policy.is_empty()) {
        add(InputKind::Policy, "", ballot.policy.clone());
    }
    inputs
}

fn standing(set: &TaskSet) -> String {
    let status = match &set.status {
        TaskSetStatus::Primary => "primary",
        TaskSetStatus::Active => "active",
        TaskSetStatus::Draining => "draining",
        TaskSetStatus::Unknown(status) => status,
    };
    let steady = if set.is_steady { "steady" } else { "not steady" };
    let commit = set.commit.as_deref().map(|commit| format!(", commit {commit}")).unwrap_or_default();
    format!("{status}, {steady}{commit}")
}

fn rule(traffic: &Traffic, door: &Door) -> String {
    match &door.answer {
        Answer::Forward { to } => {
            let name =
                |arn: &str| traffic.target_group(arn).map_or_else(|| arn.to_owned(), |it| it.name.clone());
            let parts: Vec<_> =
                to.iter().map(|it| format!("{} {}", name(&it.target_group), it.weight)).collect();
            parts.join(", ")
        }
        Answer::Fixed { status, message } => format!("answers {status} “{message}”"),
        Answer::Redirect { to } => format!("redirects to {to}"),
        Answer::Other { name } => name.clone(),
    }
}

/// The run by its number and by what it compared: a number alone would mean another run once the store was begun
/// afresh.
fn compared(run: &RunBrief) -> String {
    let commit = |commit: &Option<String>| commit.clone().unwrap_or_else(|| "an unknown commit".to_owned());
    let suite = run.suite.as_deref().unwrap_or("a single probe");
    format!("{suite} at {}, {} against {}", run.began_at, commit(&run.blue.commit), commit(&run.green.commit))
}

fn found(run: &RunBrief) -> String {
    run.verdict.map_or_else(
        || "no verdict".to_owned(),
        |it| {
            format!(
                "{} open, {} intended, {} bugs, {} noise, {} new",
                it.open, it.intended, it.bugs, it.noise, it.new
            )
        },
    )
}

/// What changed, in one sentence: the reason for which a vote is not taken.
pub fn changed(differences: &[EvidenceChange]) -> String {
    if differences.is_empty() {
        return "What you looked at has changed since. Look again before you decide.".to_owned();
    }
    let words: Vec<_> = differences.iter().map(EvidenceChange::words).collect();
    format!("What you looked at has changed since ({}). Look again before you decide.", words.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sample, traffic::TargetHealth};

    fn seen(snapshot: &Snapshot) -> String {
        evidence(snapshot).digest
    }

    #[test]
    fn evidence_lapses_with_what_is_material_and_with_nothing_else() {
        let first = seen(&sample::testing());
        assert_eq!(first.len(), 64);
        let mut looked = sample::testing();
        looked.revision += 1;
        sample::tasks(&mut looked).events.clear();
        sample::tasks(&mut looked).task_sets.reverse();
        assert_eq!(seen(&looked), first);

        let mut ill = sample::testing();
        sample::target(&mut ill, "green").health = TargetHealth::Unhealthy;
        let mut rebuilt = sample::testing();
        sample::green(&mut rebuilt).image = Some("shop@sha256:other".to_owned());
        let mut ruled = sample::testing();
        if let Some(run) = &mut sample::compared(&mut ruled).newest {
            run.verdict = None;
        }
        let mut uncompared = sample::testing();
        sample::compared(&mut uncompared).newest = None;
        for other in [ill, rebuilt, ruled, uncompared, sample::swapped()] {
            assert_ne!(seen(&other), first);
        }
    }

    #[test]
    fn what_changed_is_named_with_what_it_was_and_what_it_is() {
        let mut after = sample::testing();
        sample::green(&mut after).image = Some("shop@sha256:other".to_owned());
        sample::target(&mut after, "green").health = TargetHealth::Unhealthy;
        sample::compared(&mut after).newest = None;
        let (before, after) = (evidence(&sample::testing()), evidence(&after));
        let said = changed(&differences(&before.inputs, &after.inputs));
        for part in [
            "the image of task set green: was “shop@sha256:green”, is “shop@sha256:other” now",
            "the health of green: was “2 of 2 healthy”, is “1 of 2 healthy” now",
            "comparison run 17: was",
        ] {
            assert!(said.contains(part), "{said}");
        }
        assert!(differences(&after.inputs, &after.inputs).is_empty());
    }

    #[test]
    fn no_value_passes_for_two() {
        let input = |of: &str, value: &str| Input {
            what: InputKind::Image,
            of: of.to_owned(),
            value: value.to_owned(),
        };
        assert_ne!(digest(&[input("a", "b")]), digest(&[input("ab", "")]));
        assert_ne!(digest(&[input("a", "b\n1 c")]), digest(&[input("a", "b"), input("", "c")]));
    }
}
