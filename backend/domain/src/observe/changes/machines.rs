//! Executions that start and end.

use viridian_shared::{
    journal::Observation,
    machine::{Execution, ExecutionStatus},
    snapshot::Snapshot,
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
    let seen = || Observation::ExecutionStarted { machine: machine.to_owned(), execution: new.clone() };
    old.is_none().then(|| Change::new(seen()).at(Some(new.started_at)))
}

fn ended(machine: &str, old: Option<&Execution>, new: &Execution) -> Option<Change> {
    let has_ended = matches!(
        new.status,
        ExecutionStatus::Succeeded
            | ExecutionStatus::Failed
            | ExecutionStatus::TimedOut
            | ExecutionStatus::Aborted
    );
    if !has_ended || old.is_some_and(|old| old.status == new.status) {
        return None;
    }
    let seen = Observation::ExecutionEnded { machine: machine.to_owned(), execution: new.clone() };
    Some(Change::new(seen).at(new.stopped_at))
}
