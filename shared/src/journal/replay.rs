//! A past snapshot, built again from facts alone.
//!
//! Pure: entries go in, in the order of their numbers, and what was seen comes out. A release's first entry holds
//! everything as it stood then, so the entries from there on are enough. Not rebuilt: the past releases, the
//! notices and who was looking; the comparison is there as its newest run.

use super::{Entry, Fact, Frame, Observation, observation::TaskSetNews};
use crate::{
    machine::Machine,
    pipeline::{Pipeline, Step},
    snapshot::{Section, ServiceIdentity, Snapshot},
    tasks::{ServiceEvent, TaskSet, Tasks},
    time::Timestamp,
    traffic::Traffic,
    vote::Vote,
};

/// The snapshot after these entries of one service.
pub fn replay<'a>(service: ServiceIdentity, entries: impl IntoIterator<Item = &'a Entry>) -> Snapshot {
    let mut snapshot = Snapshot::new(service);
    for entry in entries {
        apply(&mut snapshot, &entry.fact, entry.at);
    }
    snapshot
}

/// What one fact says of a snapshot.
pub fn apply(snapshot: &mut Snapshot, fact: &Fact, at: Timestamp) {
    snapshot.revision += 1;
    match fact {
        Fact::Observed(observation) => observed(snapshot, observation, at),
        Fact::Done(deed) => {
            if let Some(vote) = deed.vote() {
                voted(snapshot, vote, at);
            }
        }
        _ => {}
    }
}

fn observed(snapshot: &mut Snapshot, observation: &Observation, at: Timestamp) {
    match observation {
        Observation::Watch { frame } => framed(snapshot, frame, at),
        Observation::ReleaseBegan { release, frame } => {
            framed(snapshot, frame, at);
            pipeline(snapshot, at, |it| it.release = Some(release.clone()));
        }
        Observation::ReleaseChanged { release, .. } => {
            pipeline(snapshot, at, |it| it.release = Some(release.clone()));
        }
        Observation::ReleaseWaits { release } => pipeline(snapshot, at, |it| {
            it.waiting.retain(|other| other.id != release.id);
            it.waiting.push(release.clone());
        }),
        Observation::Step { step, .. } => pipeline(snapshot, at, |it| put_step(it, step)),
        Observation::ExecutionStarted { machine, execution }
        | Observation::ExecutionEnded { machine, execution } => {
            change(&mut snapshot.machines, at, |machines| {
                put_execution(machines, machine, execution);
            });
        }
        Observation::TaskSet { news, set } => {
            tasks(snapshot, at, |it| match news {
                TaskSetNews::Gone => it.task_sets.retain(|other| other.id != set.id),
                _ => put_set(it, set),
            });
        }
        Observation::DesiredCount { to, .. } => tasks(snapshot, at, |it| it.desired_count = *to),
        Observation::Scaling { is_suspended } => {
            tasks(snapshot, at, |it| it.scale_in_suspended = Some(*is_suspended));
        }
        Observation::Rule { side, after, .. } => traffic(snapshot, at, |it| match side {
            super::observation::ListenerKind::Production => it.production = after.clone(),
            super::observation::ListenerKind::Test => it.test = after.clone(),
        }),
        Observation::Targets { group, .. } => traffic(snapshot, at, |it| {
            match it.target_groups.iter_mut().find(|other| other.arn == group.arn) {
                Some(known) => known.clone_from(group),
                None => it.target_groups.push(group.clone()),
            }
        }),
        Observation::RunEnded { run, .. } => {
            let section = &mut snapshot.comparison;
            let mut comparison = section.value.take().unwrap_or_default();
            if run.is_evidence() {
                (comparison.newest, comparison.asked) = (Some(run.clone()), None);
            } else {
                comparison.asked = Some(run.clone());
            }
            *section = Section::live(comparison, at, snapshot.revision);
        }
        // What the policy makes of the votes is counted anew over what is replayed.
        Observation::RunCut { .. } | Observation::Policy { .. } => {}
        Observation::Reading { frame, events } => {
            framed(snapshot, frame, at);
            tasks(snapshot, at, |it| put_events(it, events));
        }
    }
}

fn framed(snapshot: &mut Snapshot, frame: &Frame, at: Timestamp) {
    let revision = snapshot.revision;
    let Frame { pipeline, traffic, tasks, machines } = frame.clone();
    put(&mut snapshot.pipeline, pipeline, at, revision);
    put(&mut snapshot.traffic, traffic, at, revision);
    put(&mut snapshot.tasks, tasks, at, revision);
    put(&mut snapshot.machines, machines, at, revision);
}

fn put<T>(section: &mut Section<T>, value: Option<T>, at: Timestamp, revision: u64) {
    if let Some(value) = value {
        *section = Section::live(value, at, revision);
    }
}

/// Changes a section that is known; what is not known cannot be changed.
fn change<T>(section: &mut Section<T>, at: Timestamp, edit: impl FnOnce(&mut T)) {
    if let Some(value) = &mut section.value {
        edit(value);
        section.as_of = Some(at);
    }
}

fn pipeline(snapshot: &mut Snapshot, at: Timestamp, edit: impl FnOnce(&mut Pipeline)) {
    change(&mut snapshot.pipeline, at, edit);
}

fn tasks(snapshot: &mut Snapshot, at: Timestamp, edit: impl FnOnce(&mut Tasks)) {
    change(&mut snapshot.tasks, at, edit);
}

fn traffic(snapshot: &mut Snapshot, at: Timestamp, edit: impl FnOnce(&mut Traffic)) {
    change(&mut snapshot.traffic, at, edit);
}

fn put_step(pipeline: &mut Pipeline, step: &Step) {
    let is_it = |other: &&mut Step| other.stage == step.stage && other.action == step.action;
    match pipeline.steps.iter_mut().find(is_it) {
        Some(known) => known.clone_from(step),
        None => pipeline.steps.push(step.clone()),
    }
}

fn put_execution(machines: &mut [Machine], name: &str, execution: &crate::machine::Execution) {
    let Some(machine) = machines.iter_mut().find(|machine| machine.name == name) else { return };
    match machine.executions.iter_mut().find(|known| known.arn == execution.arn) {
        Some(known) => known.clone_from(execution),
        None => machine.executions.insert(0, execution.clone()),
    }
}

fn put_set(tasks: &mut Tasks, set: &TaskSet) {
    match tasks.task_sets.iter_mut().find(|known| known.id == set.id) {
        Some(known) => known.clone_from(set),
        None => tasks.task_sets.push(set.clone()),
    }
}

/// Newest first.
fn put_events(tasks: &mut Tasks, events: &[ServiceEvent]) {
    for event in events.iter().rev() {
        if tasks.events.iter().all(|known| known.id != event.id) {
            tasks.events.insert(0, event.clone());
        }
    }
}

fn voted(snapshot: &mut Snapshot, vote: &Vote, at: Timestamp) {
    let mut votes = snapshot.votes.value.take().unwrap_or_default();
    votes.retain(|other| other.release == vote.release);
    votes.push(vote.clone());
    snapshot.votes = Section::live(votes, at, snapshot.revision);
}
