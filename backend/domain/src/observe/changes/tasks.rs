//! Task sets that appear, become steady, take over, drain and go; counts that change.

use viridian_shared::{
    snapshot::Snapshot,
    source::short,
    tasks::{TaskSet, TaskSetStatus, Tasks},
};

use super::Change;

pub(super) fn changes(before: &Snapshot, after: &Snapshot) -> Vec<Change> {
    let (Some(old), Some(new)) = (before.tasks(), after.tasks()) else { return Vec::new() };
    let mut changes = Vec::new();
    changes.extend(desired_count(old, new));
    changes.extend(scaling(old, new));
    for set in &new.task_sets {
        let known = old.task_sets.iter().find(|it| it.id == set.id);
        changes.extend(set_changes(known, set));
    }
    let gone = old.task_sets.iter().filter(|set| new.task_sets.iter().all(|it| it.id != set.id));
    changes.extend(gone.map(|set| Change::new("task-set", format!("The task set {} is gone.", name(set)))));
    changes
}

fn desired_count(old: &Tasks, new: &Tasks) -> Option<Change> {
    let text = format!("The desired count changed from {} to {}.", old.desired_count, new.desired_count);
    (old.desired_count != new.desired_count).then(|| Change::new("desired-count", text))
}

fn scaling(old: &Tasks, new: &Tasks) -> Option<Change> {
    let text = match (old.scale_in_suspended, new.scale_in_suspended) {
        (Some(false), Some(true)) => "Scale-in is suspended.",
        (Some(true), Some(false)) => "Scale-in is allowed again.",
        _ => return None,
    };
    Some(Change::new("scaling", text))
}

fn set_changes(known: Option<&TaskSet>, set: &TaskSet) -> Vec<Change> {
    let name = name(set);
    let mut changes = Vec::new();
    let mut tell = |text: String| changes.push(Change::new("task-set", text));
    if known.is_none() {
        tell(format!("A task set {name} appeared."));
    }
    let present = set.status != TaskSetStatus::Draining;
    if present && set.is_steady && known.is_none_or(|known| !known.is_steady) {
        tell(format!("The task set {name} is steady with {} running.", set.running_count));
    }
    if present && !set.is_steady && known.is_some_and(|known| known.is_steady) {
        tell(format!("The task set {name} is no longer steady."));
    }
    let status = known.map(|known| &known.status);
    match &set.status {
        TaskSetStatus::Primary if status.is_some_and(|it| *it != TaskSetStatus::Primary) => {
            tell(format!("The task set {name} is primary now."));
        }
        TaskSetStatus::Draining if status.is_some_and(|it| *it != TaskSetStatus::Draining) => {
            tell(format!("The task set {name} drains."));
        }
        _ => {}
    }
    changes
}

fn name(set: &TaskSet) -> String {
    set.commit.as_deref().map_or_else(|| set.id.clone(), |commit| format!("of {}", short(commit)))
}
