//! Going on with an execution that did not succeed, from the states that failed or were cut off.

use jiff::SignedDuration;
use serde_json::json;

use crate::{
    execution::{Doing, Status},
    history::Note,
    host::{Due, ExecutionChange, Host},
    turn::Turn,
};

/// How long after the call the execution moves.
const LATENCY: SignedDuration = SignedDuration::from_millis(15);

/// Lets an execution that did not succeed go on from where it failed or was cut off.
pub fn redrive(host: &mut dyn Host, arn: &str) {
    let now = host.now();
    let Some(execution) = host.execution_mut(arn) else { return };
    execution.status = Status::Running;
    execution.redrives += 1;
    execution.redriven = Some(now);
    (execution.stopped, execution.output) = (None, None);
    (execution.error, execution.cause) = (None, None);
    let redrives = execution.redrives;
    let last = host.run(arn).map_or(0, |run| run.last_event);
    let Some(mut turn) = Turn::open(host, arn) else { return };
    let event = turn.note(last, Note::own("ExecutionRedriven", json!({"redriveCount": redrives})));
    turn.resume(0, event);
    turn.set_deadline(SignedDuration::from_secs(turn.plan.seconds()));
    host.changed(arn, ExecutionChange::Redriven);
}

impl Turn<'_> {
    /// Lets a branch go on after the event `previous`. What ended well inside it stays as it is.
    fn resume(&mut self, id: u32, previous: u64) {
        // What calls or holds others is tried again without being entered again.
        let again = self.with_state(id, |_, state| matches!(state.kind.name(), "Task" | "Map" | "Parallel"));
        let unfinished: Vec<u32> = self
            .children(id)
            .into_iter()
            .filter(|(_, child)| !matches!(child.doing, Doing::Ended { .. }))
            .map(|(child, _)| child)
            .collect();
        let Some(branch) = self.branch_mut(id) else { return };
        branch.stopped = false;
        branch.last = previous;
        branch.retries.fill(0);
        if !unfinished.is_empty() {
            for child in unfinished {
                self.resume(child, previous);
            }
            return;
        }
        let again = again == Some(true) && branch.doing != Doing::Arriving;
        branch.doing = if again { Doing::Resting } else { Doing::Arriving };
        self.drop_children(id);
        self.after(id, LATENCY, if again { Due::Retry } else { Due::Start });
    }
}
