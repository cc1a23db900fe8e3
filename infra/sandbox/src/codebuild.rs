//! CodeBuild: runs a repository's buildspecs.

use std::path::PathBuf;

use serde_json::Value;
use viridian_aws_wire::AwsError;

use crate::{
    arn::short_name,
    world::{Caller, World},
};

mod artifact;
mod aws;
mod begin;
mod buildspec;
mod docker;
mod end;
mod log;
mod operations;
mod project;
mod record;
mod run;
mod shell;
#[cfg(test)]
mod tests;
mod tool;
pub(crate) mod trouble;
mod workshop;

pub use crate::records::codebuild::{CodeBuild, Effect, Event, Source};
pub(crate) use begin::start;
pub(crate) use end::outcome;
pub(crate) use log::call as call_logs;

pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    match operation {
        "BatchGetBuilds" => Ok(operations::get(world, &input)),
        "BatchGetProjects" => Ok(project::get(world, &input)),
        "CreateProject" => project::create(world, &input),
        "DeleteProject" => project::delete(world, &input),
        "ListBuilds" => Ok(operations::list(world, None)),
        "ListBuildsForProject" => operations::list_of_project(world, &input),
        "ListProjects" => Ok(project::list(world)),
        "StartBuild" => operations::start(world, caller, &input),
        "StopBuild" => operations::stop(world, &input),
        "UpdateProject" => project::update(world, &input),
        _ => Err(AwsError::not_implemented("codebuild", operation)),
    }
}

pub(crate) fn on_event(world: &mut World, event: Event) {
    match event {
        Event::End { build } => end::complete(world, &build),
    }
}

pub(crate) async fn carry_out(sandbox: &crate::Sandbox, effect: Effect) {
    match effect {
        Effect::Run { build } => run::run(sandbox, &build).await,
    }
}

/// Lets time wait for a build at the moment at which it may end, or no longer.
fn await_commands(world: &mut World, build: &str, begin: bool) {
    let Some(not_before) = world.codebuild.builds.get(build).map(|record| record.not_before) else { return };
    let entry = (not_before, build.to_owned());
    if begin {
        world.codebuild.unfinished.insert(entry);
    } else {
        world.codebuild.unfinished.remove(&entry);
    }
    let horizon = world.codebuild.unfinished.first().map(|(moment, _)| *moment);
    let now = world.now();
    world.clock.set_horizon(now, horizon);
}

/// Ends the commands of a build whose files another build has made already: the artifact lies in its folder.
pub(crate) fn report(world: &mut World, build: &str, exported: Vec<(String, String)>, failure: Option<&str>) {
    let status = if failure.is_some() { record::Status::Failed } else { record::Status::Succeeded };
    let reason = failure.unwrap_or_default().to_owned();
    for phase in ["SUBMITTED", "PROVISIONING", "DOWNLOAD_SOURCE", "BUILD"] {
        end::begin_phase(world, build, phase);
        let failure = failure.filter(|_| phase == "BUILD");
        let context = failure.map(|reason| ("COMMAND_EXECUTION_ERROR".to_owned(), reason.to_owned()));
        let status = if context.is_some() { record::Status::Failed } else { record::Status::Succeeded };
        end::end_phase(world, build, status, context);
    }
    end::finish(world, build, record::Result { status, reason, exported, secondary: Vec::new() });
}

/// Where the files of a build lie.
pub(crate) fn files(world: &World, build: &str) -> PathBuf {
    folder(world, build)
}

/// Starts again what a kill interrupted: called once after the world was loaded.
pub(crate) fn resume(world: &mut World) {
    let interrupted = world.codebuild.builds.values().filter(|build| build.is_running());
    let builds: Vec<String> = interrupted.map(|build| build.id.clone()).collect();
    for build in builds {
        if let Some(record) = world.codebuild.builds.get_mut(&build) {
            record.phases.clear();
        }
        await_commands(world, &build, true);
        world.effect(crate::Effect::CodeBuild(Effect::Run { build }));
    }
}

/// How a build ended.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    pub succeeded: bool,
    /// Which phase failed and why, in a sentence; empty when it succeeded.
    pub reason: String,
    /// Folder with the files that the buildspec's `artifacts` name.
    pub artifact: PathBuf,
    /// Folders of the buildspec's `secondary-artifacts`, by their identifiers.
    pub secondary: Vec<(String, PathBuf)>,
    /// `exported-variables` with their values.
    pub exported: Vec<(String, String)>,
    pub log_stream_arn: String,
}

/// Where the files of a build lie: its log, its artifacts and, while it runs, its working folder.
fn folder(world: &World, build: &str) -> PathBuf {
    let (project, number) = build.split_once(':').unwrap_or((build, ""));
    world.folder.join("builds").join(project).join(number)
}

/// The log stream of a build is named by the part of its id that is its own.
fn log_stream(build: &str) -> &str {
    short_name(build)
}
