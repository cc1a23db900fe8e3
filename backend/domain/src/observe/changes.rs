//! What changed between two snapshots, as facts for the journal. Pure.
//!
//! Each fact holds the whole value that it speaks of, and what none of them holds is written down as a reading, so
//! that the facts alone lead from the one snapshot to the other ([`viridian_shared::journal::replay`]). A first
//! look at a service and the beginning of a release are written with everything as it stands.

mod machines;
mod pipeline;
mod rest;
mod tasks;
mod traffic;

use jiff::Timestamp;
use viridian_shared::{
    journal::{Fact, Frame, Observation},
    snapshot::Snapshot,
};

use crate::port::NewEntry;

/// One change, and when AWS says that it happened.
pub(super) struct Change {
    at: Option<Timestamp>,
    seen: Observation,
}

impl Change {
    fn new(seen: Observation) -> Self {
        Self { at: None, seen }
    }

    fn at(mut self, at: Option<Timestamp>) -> Self {
        self.at = at;
        self
    }
}

/// The changes from `before` to `after` in the order in which they are told.
pub(super) fn between(before: &Snapshot, after: &Snapshot, now: Timestamp) -> Vec<NewEntry> {
    let mut changes = pipeline::changes(before, after);
    changes.extend(machines::changes(before, after));
    changes.extend(tasks::changes(before, after));
    changes.extend(traffic::changes(before, after));
    changes.sort_by_key(|change| change.at.unwrap_or(now).min(now));
    changes.extend(rest::changes(before, after, &changes));
    changes.into_iter().map(|change| entry(change, after, now)).collect()
}

/// The first look at a service, once something is known of it.
pub(super) fn first(after: &Snapshot, now: Timestamp) -> Vec<NewEntry> {
    let frame = frame(after);
    if frame == Frame::default() {
        return Vec::new();
    }
    vec![entry(Change::new(Observation::Watch { frame }), after, now)]
}

fn entry(change: Change, after: &Snapshot, now: Timestamp) -> NewEntry {
    let release = after.pipeline().and_then(|pipeline| pipeline.release.as_ref());
    NewEntry {
        at: change.at.unwrap_or(now).min(now),
        service: after.service.name.clone(),
        release: release.map(|release| release.id.clone()),
        person: None,
        fact: Fact::Observed(Box::new(change.seen)),
        closes: None,
    }
}

/// Everything that is observed, as it stands.
fn frame(snapshot: &Snapshot) -> Frame {
    Frame {
        pipeline: snapshot.pipeline.value.clone(),
        traffic: snapshot.traffic.value.clone(),
        tasks: snapshot.tasks.value.clone(),
        machines: snapshot.machines.value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use viridian_shared::{
        journal::{observation::READING, replay::apply, sentence},
        pipeline::StepStatus,
        sample,
        tasks::{ServiceEvent, TaskSetStatus},
        traffic::TargetHealth,
    };

    use super::*;

    fn told(before: &Snapshot, after: &Snapshot) -> Vec<String> {
        let entries = between(before, after, sample::now());
        let told = entries.iter().filter(|it| it.fact.about() != Some(READING));
        told.map(|it| sentence(&it.fact, "")).collect()
    }

    /// What is observed of a snapshot, and nothing else.
    fn seen(snapshot: &Snapshot) -> Frame {
        frame(snapshot)
    }

    /// A release from its push to its failed clean-up, as it is looked at.
    fn release() -> Vec<Snapshot> {
        let mut pushed = sample::testing();
        for action in ["Source", "DeployGreen", "ApproveSwap"] {
            sample::step(&mut pushed, action).status = StepStatus::Todo;
        }
        sample::step(&mut pushed, "Source").status = StepStatus::Running;
        (pushed.tasks, pushed.traffic) = (sample::quiet().tasks, sample::quiet().traffic);
        let mut deploying = pushed.clone();
        sample::step(&mut deploying, "Source").status = StepStatus::Succeeded;
        sample::step(&mut deploying, "DeployGreen").status = StepStatus::Running;
        sample::step(&mut deploying, "DeployGreen").external_id = Some("e".to_owned());
        sample::run(&mut deploying, "deploy-green");
        let mut starting = sample::testing();
        starting.machines = deploying.machines.clone();
        let green = sample::green(&mut starting);
        (green.is_steady, green.running_count, green.pending_count) = (false, 0, 2);
        sample::target(&mut starting, "green").health = TargetHealth::Initial;
        let mut half = starting.clone();
        sample::green(&mut half).running_count = 1;
        let mut over = sample::swapped();
        sample::step(&mut over, "ApproveCleanUp").status = StepStatus::Expired;
        sample::tasks(&mut over).task_sets.retain(|set| set.id != "blue");
        sample::traffic(&mut over).target_groups.retain(|group| group.arn != "blue");
        sample::tasks(&mut over).desired_count = 3;
        let mut seen = vec![sample::quiet(), pushed, deploying, starting, half];
        seen.extend([sample::testing(), sample::swapped(), over, sample::quiet()]);
        let event = ServiceEvent { id: "1".to_owned(), at: sample::now(), message: "has started".to_owned() };
        for later in &mut seen[3..] {
            sample::tasks(later).events.push(event.clone());
        }
        seen
    }

    #[test]
    fn the_facts_of_a_release_lead_to_every_snapshot_that_was_seen_of_it() {
        let seen_of_it = release();
        let mut replayed = Snapshot::new(sample::quiet().service);
        for entry in first(&seen_of_it[0], sample::now()) {
            apply(&mut replayed, &entry.fact, entry.at);
        }
        for (number, pair) in seen_of_it.windows(2).enumerate() {
            for entry in between(&pair[0], &pair[1], sample::now()) {
                // What is read back from the journal is what was written.
                let text = serde_json::to_string(&entry.fact).unwrap();
                let fact: Fact = serde_json::from_str(&text).unwrap();
                assert_eq!(fact, entry.fact);
                apply(&mut replayed, &fact, entry.at);
            }
            assert_eq!(seen(&replayed), seen(&pair[1]), "after change {number}");
        }
    }

    #[test]
    fn a_release_can_be_built_again_from_its_own_facts_alone() {
        let all = release();
        let mut replayed = Snapshot::new(sample::quiet().service);
        for pair in all[..7].windows(2) {
            for entry in between(&pair[0], &pair[1], sample::now()) {
                apply(&mut replayed, &entry.fact, entry.at);
            }
        }
        assert_eq!(seen(&replayed), seen(&all[6]));
    }

    #[test]
    fn nothing_is_told_of_what_was_not_known_before_or_did_not_change() {
        assert!(told(&sample::testing(), &sample::testing()).is_empty());
        assert!(told(&Snapshot::new(sample::quiet().service), &sample::testing()).is_empty());
    }

    #[test]
    fn a_swap_is_told_as_a_step_a_rule_and_a_new_primary() {
        let told = told(&sample::testing(), &sample::swapped()).join("\n");
        assert!(told.contains("The swap was approved."), "{told}");
        assert!(told.contains("Production on port 8000 now sends 100% to green, commit 9c9f1d2"), "{told}");
        assert!(told.contains("The task set of 9c9f1d2 is primary now."), "{told}");
    }

    #[test]
    fn a_target_that_falls_ill_is_told_with_its_reason() {
        let mut ill = sample::testing();
        let target = sample::target(&mut ill, "green");
        target.health = TargetHealth::Unhealthy;
        target.reason = Some("Target.ResponseCodeMismatch: 500".to_owned());
        let told = told(&sample::testing(), &ill);
        assert_eq!(
            told,
            ["1 of 2 targets of green (9c9f1d2) are healthy: Target.ResponseCodeMismatch: 500."]
        );
    }

    #[test]
    fn an_expired_gate_a_failed_step_and_a_draining_set_have_sentences_of_their_own() {
        let mut after = sample::testing();
        sample::step(&mut after, "ApproveSwap").status = StepStatus::Expired;
        let step = sample::step(&mut after, "DeployGreen");
        step.status = StepStatus::Failed;
        step.error = Some("green never became healthy".to_owned());
        sample::green(&mut after).status = TaskSetStatus::Draining;
        let told = told(&sample::testing(), &after).join("\n");
        assert!(told.contains("expired: nobody decided in time."), "{told}");
        assert!(told.contains("DeployGreen failed: green never became healthy."), "{told}");
        assert!(told.contains("The task set of 9c9f1d2 drains."), "{told}");
    }
}
