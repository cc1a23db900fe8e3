//! Releases that begin and end, steps that go on, gates that open and close.

use viridian_shared::{
    journal::Observation,
    pipeline::{Pipeline, ReleaseStatus, Step, StepStatus},
    snapshot::Snapshot,
};

use super::{Change, frame};

pub(super) fn changes(before: &Snapshot, after: &Snapshot) -> Vec<Change> {
    let (Some(old), Some(new)) = (before.pipeline(), after.pipeline()) else { return Vec::new() };
    let same = old.release.as_ref().map(|it| &it.id) == new.release.as_ref().map(|it| &it.id);
    let mut changes = Vec::new();
    if let Some(release) = new.release.as_ref().filter(|_| !same) {
        let seen = Observation::ReleaseBegan { release: release.clone(), frame: frame(after) };
        changes.push(Change::new(seen).at(release.started_at));
    }
    for step in &new.steps {
        let known = old.step(&step.stage, &step.action).filter(|_| same);
        changes.extend(step_changes(known, step));
    }
    changes.extend(release_changed(old, new, same));
    changes.extend(waiting(old, new));
    changes
}

fn release_changed(old: &Pipeline, new: &Pipeline, same: bool) -> Option<Change> {
    let release = new.release.as_ref()?;
    let known = old.release.as_ref().filter(|_| same).map(|release| &release.status);
    let is_told = match &release.status {
        status if known == Some(status) => false,
        // Of a release that came onto the rail under way its beginning tells.
        ReleaseStatus::InProgress => known.is_some(),
        ReleaseStatus::Unknown(_) => false,
        _ => true,
    };
    let seen = || Observation::ReleaseChanged { release: release.clone(), before: known.cloned() };
    is_told.then(|| Change::new(seen()).at(release.updated_at))
}

fn waiting(old: &Pipeline, new: &Pipeline) -> Vec<Change> {
    let fresh = new.waiting.iter().filter(|it| old.waiting.iter().all(|known| known.id != it.id));
    fresh.map(|it| Change::new(Observation::ReleaseWaits { release: it.clone() })).collect()
}

/// A step may pass through several states between two readings: the end tells enough.
fn step_changes(known: Option<&Step>, step: &Step) -> Option<Change> {
    let same_run = known.is_some_and(|known| known.started_at == step.started_at);
    if same_run && known.is_some_and(|known| known.status == step.status && told(known) == told(step)) {
        return None;
    }
    let at = match &step.status {
        StepStatus::Todo | StepStatus::Unknown(_) => return None,
        StepStatus::Running => step.started_at,
        StepStatus::Waiting => step.gate.as_ref()?.opened_at,
        _ => step.changed_at,
    };
    let before = known.map(|known| known.status.clone());
    Some(Change::new(Observation::Step { step: step.clone(), before }).at(at))
}

/// A failed step is told again when its reason becomes known.
fn told(step: &Step) -> Option<&str> {
    if step.status == StepStatus::Failed { step.error.as_deref() } else { None }
}
