//! What changed between two snapshots, as sentences for the journal. Pure.
//!
//! A section that was not read before says nothing: there is nothing to compare it with.

mod machines;
mod pipeline;
mod tasks;
mod traffic;

use jiff::Timestamp;
use viridian_shared::{journal::EntryKind, snapshot::Snapshot};

use crate::port::Line;

/// One change: what it is about, when, and a sentence.
pub(super) struct Change {
    about: &'static str,
    at: Option<Timestamp>,
    text: String,
}

impl Change {
    fn new(about: &'static str, text: impl Into<String>) -> Self {
        Self { about, at: None, text: text.into() }
    }

    /// When AWS says that it happened.
    fn at(mut self, at: Option<Timestamp>) -> Self {
        self.at = at;
        self
    }
}

/// The changes from `before` to `after` in the order in which they are told.
pub(super) fn between(before: &Snapshot, after: &Snapshot, now: Timestamp) -> Vec<Line> {
    let mut changes = pipeline::changes(before, after);
    changes.extend(machines::changes(before, after));
    changes.extend(tasks::changes(before, after));
    changes.extend(traffic::changes(before, after));
    let release = after.pipeline().and_then(|pipeline| pipeline.release.as_ref());
    let line = |change: Change| Line {
        at: change.at.unwrap_or(now).min(now),
        service: after.service.name.clone(),
        release: release.map(|release| release.id.clone()),
        person: None,
        kind: EntryKind::Observed,
        about: change.about.to_owned(),
        text: change.text,
        closes: None,
    };
    let mut lines: Vec<_> = changes.into_iter().map(line).collect();
    lines.sort_by_key(|line| line.at);
    lines
}

#[cfg(test)]
mod tests {
    use viridian_shared::{pipeline::StepStatus, sample, tasks::TaskSetStatus, traffic::TargetHealth};

    use super::*;

    fn told(before: &Snapshot, after: &Snapshot) -> Vec<String> {
        between(before, after, sample::now()).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn nothing_is_told_of_what_was_not_known_before_or_did_not_change() {
        assert!(told(&sample::testing(), &sample::testing()).is_empty());
        assert!(told(&Snapshot::new(sample::quiet().service), &sample::testing()).is_empty());
    }

    #[test]
    fn a_swap_is_told_as_a_step_a_rule_and_a_new_primary() {
        let told = told(&sample::testing(), &sample::swapped()).join("\n");
        assert!(told.contains("ApproveSwap was approved."), "{told}");
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
