//! A build ends: what its commands came to is kept, and the pipeline is told.

use super::{
    Event, Outcome, folder, log,
    record::{Phase, Result, Status},
};
use crate::{signal::Signal, world::World};

/// A phase of a build begins; the one before it has ended.
pub(super) fn begin_phase(world: &mut World, build: &str, name: &str) {
    let started = world.now();
    if let Some(record) = world.codebuild.builds.get_mut(build) {
        record.phases.push(Phase { name: name.to_owned(), started, ended: None, failure: None });
    }
}

/// The phase that began last ends. `failure` is a code and a message.
pub(super) fn end_phase(world: &mut World, build: &str, status: Status, failure: Option<(String, String)>) {
    let now = world.now();
    let phase = world.codebuild.builds.get_mut(build).and_then(|record| record.phases.last_mut());
    if let Some(phase) = phase.filter(|phase| phase.ended.is_none()) {
        phase.ended = Some((now, status));
        phase.failure = failure;
    }
}

/// The commands of a build have ended; the build does so when its time has come.
pub(super) fn finish(world: &mut World, build: &str, result: Result) {
    world.codebuild.running.remove(build);
    let now = world.now();
    if let Some(record) = world.codebuild.builds.get_mut(build).filter(|record| record.is_running()) {
        record.result = Some(result);
        let due = record.not_before.max(now);
        world.timers.schedule(due, crate::Event::CodeBuild(Event::End { build: build.to_owned() }));
    }
    // Only now may time go on: the end of the build stands in its way.
    super::await_commands(world, build, false);
}

/// A build that was not stopped meanwhile has ended.
pub(super) fn complete(world: &mut World, build: &str) {
    let now = world.now();
    let Some(record) = world.codebuild.builds.get_mut(build).filter(|record| record.ended.is_none()) else {
        return;
    };
    let Some(result) = &record.result else { return };
    record.status = result.status;
    record.ended = Some(now);
    if record.is_of_pipeline() {
        world.signal(Signal::BuildEnded { build: build.to_owned() });
    }
}

/// How a build ended, or `None` while it runs.
pub(crate) fn outcome(world: &World, build: &str) -> Option<Outcome> {
    let record = world.codebuild.builds.get(build).filter(|record| record.ended.is_some())?;
    let result = record.result.as_ref();
    let folder = folder(world, build);
    let secondary = result.map(|result| result.secondary.as_slice()).unwrap_or_default();
    Some(Outcome {
        succeeded: record.status == Status::Succeeded,
        reason: result.map(|result| result.reason.clone()).unwrap_or_default(),
        artifact: folder.join("artifact"),
        secondary: secondary.iter().map(|name| (name.clone(), folder.join("secondary").join(name))).collect(),
        exported: result.map(|result| result.exported.clone()).unwrap_or_default(),
        log_stream_arn: log::stream_arn(world, record),
    })
}

/// Stops a build and its commands. Nobody is told.
pub(super) fn stop(world: &mut World, build: &str) {
    if let Some(running) = world.codebuild.running.remove(build) {
        running.cancel();
    }
    super::await_commands(world, build, false);
    end_phase(world, build, Status::Stopped, None);
    let now = world.now();
    let Some(record) = world.codebuild.builds.get_mut(build).filter(|record| record.ended.is_none()) else {
        return;
    };
    record.status = Status::Stopped;
    record.ended = Some(now);
    record.result = Some(Result {
        status: Status::Stopped,
        reason: "The build was stopped.".to_owned(),
        exported: Vec::new(),
        secondary: Vec::new(),
    });
}
