//! Hazards in what runs now: names, images, rules and scaling.

use super::Setup;
use crate::{
    notice::Notice,
    pipeline::{StepKind, StepStatus},
    tasks::{TaskSet, Tasks},
    traffic::Traffic,
};

/// As much of a commit as makes a name its own.
const SHORT: usize = 7;

pub(super) fn found(setup: &Setup<'_>) -> Vec<Notice> {
    let Some(tasks) = setup.tasks else { return Vec::new() };
    let mut found = Vec::new();
    found.extend(setup.traffic.and_then(|traffic| cold(tasks, traffic)));
    found.extend(one_definition(tasks));
    found.extend(tasks.present_sets().find_map(by_tag));
    found.extend(tasks.present_sets().find_map(by_commit));
    found.extend((!works(setup)).then(|| scale_in(tasks)).flatten());
    found
}

/// After the swap: blue's targets are checked only while a rule names their group.
fn cold(tasks: &Tasks, traffic: &Traffic) -> Option<Notice> {
    let own = tasks.primary()?;
    let primary = own.target_group.as_deref()?;
    if traffic.production.share(primary) <= 0.0 {
        return None;
    }
    // A green that is being taken down is in no rule either, and nobody goes back to it.
    let before = tasks.present_sets().filter(|set| set.created_at < own.created_at);
    let others = before.filter_map(|set| set.target_group.as_deref());
    let cold = others
        .filter(|it| *it != primary)
        .find(|it| !traffic.production.names(it) && !traffic.test.names(it));
    cold.map(|_| {
        Notice::hazard(
            "Blue’s target group is in no rule, so its health is not checked: going back has to wait for it.",
            "Keep the group in the production rule at weight 0 until clean-up.",
        )
    })
}

fn one_definition(tasks: &Tasks) -> Option<Notice> {
    let mut definitions = tasks.present_sets().map(|set| set.task_definition.as_str());
    let first = definitions.next()?;
    definitions.any(|other| other == first).then(|| {
        Notice::hazard(
            "Blue and green run the same task definition: what tells them apart is when their tasks started.",
            "Register a task definition for each release, with its image by digest.",
        )
    })
}

/// A tag can be moved while tasks that bear it are replaced.
fn by_tag(set: &TaskSet) -> Option<Notice> {
    let image = set.image.as_deref()?;
    (!image.contains("@sha256:")).then(|| {
        let name = image.rsplit('/').next().unwrap_or(image);
        Notice::hazard(
            format!("A task set runs the image {name} by its tag: a task that is replaced after the next build runs other code."),
            "Name the image by its digest in the task definition.",
        )
    })
}

/// Creating a group that exists gives that group: the second release of a commit would join production.
fn by_commit(set: &TaskSet) -> Option<Notice> {
    let (group, commit) = (set.target_group.as_deref()?, set.commit.as_deref()?);
    let short = commit.get(..SHORT)?;
    group.contains(short).then(|| {
        Notice::hazard(
            "Target groups are named after the commit: releasing the same commit again puts green straight into production’s group.",
            "Name target groups after the pipeline execution.",
        )
    })
}

/// Whether a state machine is at work, which may be about to hold scaling still or has just let it go.
fn works(setup: &Setup<'_>) -> bool {
    let steps = setup.pipeline.map(|pipeline| pipeline.steps.as_slice()).unwrap_or_default();
    steps.iter().any(|step| matches!(step.kind, StepKind::Invoke(_)) && step.status == StepStatus::Running)
}

/// Both colours share the desired count, and the load falls on one of them.
fn scale_in(tasks: &Tasks) -> Option<Notice> {
    (tasks.scale_in_suspended == Some(false) && tasks.present_sets().count() > 1).then(|| {
        Notice::hazard(
            "Scale-in is not suspended while two colours run: the idle one lowers the average, and both lose tasks.",
            "Suspend scale-in when green is created, and restore it on every way out.",
        )
    })
}
