//! Releases that begin and end, steps that go on, gates that open and close.

use viridian_shared::{
    pipeline::{Pipeline, Release, ReleaseStatus, Step, StepStatus},
    snapshot::Snapshot,
    words,
};

use super::Change;

pub(super) fn changes(before: &Snapshot, after: &Snapshot) -> Vec<Change> {
    let (Some(old), Some(new)) = (before.pipeline(), after.pipeline()) else { return Vec::new() };
    let same = old.release.as_ref().map(|it| &it.id) == new.release.as_ref().map(|it| &it.id);
    let mut changes = Vec::new();
    if let Some(release) = new.release.as_ref().filter(|_| !same) {
        changes.push(began(release));
    }
    for step in &new.steps {
        let known = old.step(&step.stage, &step.action).filter(|_| same);
        changes.extend(step_changes(known, step));
    }
    changes.extend(release_ended(old, new, same));
    changes.extend(waiting(old, new));
    changes
}

fn began(release: &Release) -> Change {
    let by = release.started_by.as_ref().map(|by| format!(", started by {by}")).unwrap_or_default();
    Change::new("release", format!("{} began{by}.", name(release))).at(release.started_at)
}

fn name(release: &Release) -> String {
    match &release.commit {
        Some(commit) if commit.message.is_empty() => format!("The release of {}", commit.short()),
        Some(commit) => format!("The release of {} “{}”", commit.short(), commit.message),
        None => "A release".to_owned(),
    }
}

fn release_ended(old: &Pipeline, new: &Pipeline, same: bool) -> Option<Change> {
    let release = new.release.as_ref()?;
    let known = old.release.as_ref().filter(|_| same).map(|release| &release.status);
    if known == Some(&release.status) {
        return None;
    }
    let verb = match &release.status {
        ReleaseStatus::InProgress => return known.map(|_| resumed(release)),
        ReleaseStatus::Succeeded => "succeeded",
        ReleaseStatus::Failed => "failed",
        ReleaseStatus::Stopping => "is stopping",
        ReleaseStatus::Stopped => "was stopped",
        ReleaseStatus::Superseded => "was superseded by a later one",
        ReleaseStatus::Cancelled => "was cancelled",
        ReleaseStatus::Unknown(_) => return None,
    };
    Some(Change::new("release", format!("{} {verb}.", name(release))).at(release.updated_at))
}

fn resumed(release: &Release) -> Change {
    Change::new("release", format!("{} goes on.", name(release))).at(release.updated_at)
}

fn waiting(old: &Pipeline, new: &Pipeline) -> Vec<Change> {
    let fresh = new.waiting.iter().filter(|it| old.waiting.iter().all(|known| known.id != it.id));
    fresh
        .map(|it| {
            let commit = it.commit.as_ref().map_or("A release", |commit| commit.short());
            Change::new(
                "release",
                format!("{commit} waits behind the present release, before {}.", it.before_stage),
            )
        })
        .collect()
}

/// A step may pass through several states between two readings: the end tells enough.
fn step_changes(known: Option<&Step>, step: &Step) -> Option<Change> {
    let same_run = known.is_some_and(|known| known.started_at == step.started_at);
    if same_run && known.is_some_and(|known| known.status == step.status && told(known) == told(step)) {
        return None;
    }
    let title = &step.title;
    let (about, text, at) = match &step.status {
        StepStatus::Todo | StepStatus::Unknown(_) => return None,
        StepStatus::Running => ("step", format!("{title} began."), step.started_at),
        StepStatus::Waiting => ("gate", opened(step), step.gate.as_ref()?.opened_at),
        StepStatus::Succeeded if step.gate.is_some() => ("gate", answered(step, "approved"), step.changed_at),
        StepStatus::Succeeded => ("step", format!("{title} succeeded{}.", took(step)), step.changed_at),
        StepStatus::Failed => ("step", failed(step), step.changed_at),
        StepStatus::Rejected => ("gate", answered(step, "rejected"), step.changed_at),
        StepStatus::Expired => ("gate", format!("{title} expired: nobody decided in time."), step.changed_at),
        StepStatus::Abandoned => ("step", format!("{title} was given up with its release."), step.changed_at),
    };
    Some(Change::new(about, text).at(at))
}

/// A failed step is told again when its reason becomes known.
fn told(step: &Step) -> Option<&str> {
    if step.status == StepStatus::Failed { step.error.as_deref() } else { None }
}

fn opened(step: &Step) -> String {
    let closes = step.gate.as_ref().and_then(|gate| gate.closes_at);
    let until =
        closes.map(|at| format!(" until {}", at.strftime("%-d %B %Y, %H:%M UTC"))).unwrap_or_default();
    format!("{} waits for a decision{until}.", step.title)
}

fn answered(step: &Step, verb: &str) -> String {
    let by = step.gate.as_ref().and_then(|gate| gate.answered_by.as_deref());
    let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
    format!("{} was {verb}{by}.", step.title)
}

fn failed(step: &Step) -> String {
    match step.error.as_deref() {
        Some(error) => format!("{} failed: {}", step.title, sentence(error)),
        None => format!("{} failed.", step.title),
    }
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

fn took(step: &Step) -> String {
    match (step.started_at, step.changed_at) {
        (Some(from), Some(to)) => format!(" after {}", words::duration(to.duration_since(from))),
        _ => String::new(),
    }
}
