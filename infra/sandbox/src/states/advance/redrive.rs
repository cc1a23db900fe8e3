//! Going on with an execution that has failed, from the state that failed it.

use jiff::SignedDuration;
use serde_json::json;

use crate::{
    states::{
        Due,
        execution::{Doing, Status},
        history::Note,
        news,
        turn::Turn,
    },
    world::World,
};

/// How long after the call the execution moves.
const LATENCY: SignedDuration = SignedDuration::from_millis(15);

pub(crate) fn redrive(world: &mut World, arn: &str) {
    let now = world.now();
    let Some(execution) = world.states.executions.get_mut(arn) else { return };
    execution.status = Status::Running;
    execution.redrives += 1;
    execution.redriven = Some(now);
    (execution.stopped, execution.output) = (None, None);
    (execution.error, execution.cause) = (None, None);
    let redrives = execution.redrives;
    let last = world.states.runs.get(arn).map_or(0, |run| run.last_event);
    let Some(mut turn) = Turn::open(world, arn) else { return };
    let event = turn.note(last, Note::own("ExecutionRedriven", json!({"redriveCount": redrives})));
    // What calls or holds others is tried again without being entered again.
    let again = turn.with_state(0, |_, state| matches!(state.kind.name(), "Task" | "Map" | "Parallel"));
    let Some(branch) = turn.branch_mut(0) else { return };
    branch.last = event;
    branch.retries.fill(0);
    let again = again == Some(true) && branch.entered > 0;
    branch.doing = if again { Doing::Resting } else { Doing::Arriving };
    turn.after(0, LATENCY, if again { Due::Retry } else { Due::Start });
    if let Some(timeout) = turn.plan.timeout {
        turn.set_deadline(SignedDuration::from_secs(timeout));
    }
    news::execution(world, arn);
}
