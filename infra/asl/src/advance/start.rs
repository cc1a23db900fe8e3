//! Starting an execution.

use jiff::SignedDuration;
use serde_json::Value;

use crate::{
    execution::{Branch, Execution, Run},
    history::Note,
    host::{Due, ExecutionChange, Host},
    turn::Turn,
};

/// How long after its start an execution enters its first state.
const LATENCY: SignedDuration = SignedDuration::from_millis(15);

/// Begins an execution: it is kept, its first event is written, and its first state falls due. `data` is the input
/// as [`crate::read_input`] read it. An execution without a definition stands still.
pub fn start(host: &mut dyn Host, execution: Execution, data: Value) {
    let arn = execution.arn.clone();
    let (note, raw) = (Note::execution_started(&execution.input, &execution.role), execution.input.clone());
    host.insert_execution(execution, Run { next_branch: 1, ..Run::default() });
    let Some(plan) = host.definition(&arn) else { return };
    let branch =
        Branch { state: plan.block.start_at.clone(), input: data, raw: Some(raw), ..Branch::default() };
    host.insert_branch(&arn, 0, branch);
    if let Some(mut turn) = Turn::open(host, &arn) {
        turn.note(0, note);
        turn.after(0, LATENCY, Due::Start);
        turn.set_deadline(SignedDuration::from_secs(plan.seconds()));
    }
    host.changed(&arn, ExecutionChange::Started);
}
