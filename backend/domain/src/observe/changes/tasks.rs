//! Task sets that appear, become steady, take over, drain and go; counts that change.

use viridian_shared::{
    journal::{Observation, observation::TaskSetNews},
    snapshot::Snapshot,
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
    changes.extend(gone.map(|set| change(TaskSetNews::Gone, set)));
    changes
}

fn change(news: TaskSetNews, set: &TaskSet) -> Change {
    Change::new(Observation::TaskSet { news, set: set.clone() })
}

fn desired_count(old: &Tasks, new: &Tasks) -> Option<Change> {
    let (from, to) = (old.desired_count, new.desired_count);
    (from != to).then(|| Change::new(Observation::DesiredCount { from, to }))
}

fn scaling(old: &Tasks, new: &Tasks) -> Option<Change> {
    match (old.scale_in_suspended, new.scale_in_suspended) {
        (Some(old), Some(is_suspended)) if old != is_suspended => {
            Some(Change::new(Observation::Scaling { is_suspended }))
        }
        _ => None,
    }
}

fn set_changes(known: Option<&TaskSet>, set: &TaskSet) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut tell = |news| changes.push(change(news, set));
    if known.is_none() {
        tell(TaskSetNews::Appeared);
    }
    let present = set.status != TaskSetStatus::Draining;
    if present && set.is_steady && known.is_none_or(|known| !known.is_steady) {
        tell(TaskSetNews::Steady);
    }
    if present && !set.is_steady && known.is_some_and(|known| known.is_steady) {
        tell(TaskSetNews::Unsteady);
    }
    let status = known.map(|known| &known.status);
    match &set.status {
        TaskSetStatus::Primary if status.is_some_and(|it| *it != TaskSetStatus::Primary) => {
            tell(TaskSetNews::Primary);
        }
        TaskSetStatus::Draining if status.is_some_and(|it| *it != TaskSetStatus::Draining) => {
            tell(TaskSetNews::Draining);
        }
        _ => {}
    }
    changes
}
