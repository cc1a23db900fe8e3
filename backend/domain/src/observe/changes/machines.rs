//! Executions that start and end.

use viridian_shared::{
    machine::{Execution, ExecutionStatus},
    snapshot::Snapshot,
    words,
};

use super::Change;

pub(super) fn changes(before: &Snapshot, after: &Snapshot) -> Vec<Change> {
    if before.machines.value.is_none() {
        return Vec::new();
    }
    let mut changes = Vec::new();
    for machine in after.machines() {
        let Some(known) = before.machines().iter().find(|it| it.arn == machine.arn) else { continue };
        for execution in machine.executions.iter().rev() {
            let old = known.executions.iter().find(|it| it.arn == execution.arn);
            changes.extend(started(&machine.name, old, execution));
            changes.extend(ended(&machine.name, old, execution));
        }
    }
    changes
}

fn started(machine: &str, old: Option<&Execution>, new: &Execution) -> Option<Change> {
    let fresh = old.is_none();
    fresh.then(|| Change::new("execution", format!("{machine} started.")).at(Some(new.started_at)))
}

fn ended(machine: &str, old: Option<&Execution>, new: &Execution) -> Option<Change> {
    if old.is_some_and(|old| old.status == new.status) {
        return None;
    }
    let verb = match new.status {
        ExecutionStatus::Succeeded => "succeeded",
        ExecutionStatus::Failed => "failed",
        ExecutionStatus::TimedOut => "timed out",
        ExecutionStatus::Aborted => "was stopped",
        ExecutionStatus::Running | ExecutionStatus::PendingRedrive | ExecutionStatus::Unknown(_) => {
            return None;
        }
    };
    let took = new.stopped_at.map(|at| words::duration(at.duration_since(new.started_at)));
    let took = took.map(|took| format!(" after {took}")).unwrap_or_default();
    Some(Change::new("execution", format!("{machine} {verb}{took}.")).at(new.stopped_at))
}
