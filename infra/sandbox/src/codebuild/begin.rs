//! A build begins: its record is made and its commands are sent off.

use jiff::SignedDuration;
use viridian_aws_wire::AwsError;

use super::{
    Effect, Source, project,
    record::{Record, Status},
};
use crate::world::{Caller, World};

/// Milliseconds that the fastest build takes, and how much longer the slowest of the fastest takes.
const SHORTEST: u64 = 12_000;
const SPREAD: u64 = 28_000;

/// Starts a build for the pipeline and gives its id, `PROJECT:UUID`. When it has ended,
/// `pipeline::build_ended` is called.
pub(crate) fn start(
    world: &mut World,
    caller: &Caller,
    project: &str,
    source: Source,
) -> Result<String, AwsError> {
    start_with(world, caller, project, source, None)
}

/// As [`start`], with another buildspec than the project's.
pub(super) fn start_with(
    world: &mut World,
    _caller: &Caller,
    project: &str,
    source: Source,
    buildspec: Option<String>,
) -> Result<String, AwsError> {
    refuse_stores(&project::find(world, project)?.settings)?;
    let id = format!("{project}:{}", world.ids.uuid());
    insert(world, &id, project, source, buildspec);
    Ok(id)
}

/// Notes a build under an id that was taken for it.
pub(super) fn insert(world: &mut World, id: &str, project: &str, source: Source, buildspec: Option<String>) {
    let number = world.codebuild.projects.get_mut(project).map_or(0, |project| {
        project.builds += 1;
        project.builds
    });
    let started = world.now();
    let least = i64::try_from(SHORTEST + world.ids.below(SPREAD)).unwrap_or_default();
    let not_before = started.checked_add(SignedDuration::from_millis(least)).unwrap_or(started);
    let record = Record {
        id: id.to_owned(),
        project: project.to_owned(),
        number,
        source,
        buildspec,
        started,
        not_before,
        ended: None,
        status: Status::InProgress,
        phases: Vec::new(),
        result: None,
    };
    world.codebuild.builds.insert(id, record);
    super::await_commands(world, id, true);
    world.effect(crate::Effect::CodeBuild(Effect::Run { build: id.to_owned() }));
}

/// The sandbox keeps no secrets, so a project that reads some cannot be built here.
fn refuse_stores(settings: &serde_json::Value) -> Result<(), AwsError> {
    let variables = settings["environment"]["environmentVariables"].as_array().into_iter().flatten();
    for variable in variables {
        let kind = variable["type"].as_str().unwrap_or("PLAINTEXT");
        if kind != "PLAINTEXT" {
            let name = variable["name"].as_str().unwrap_or_default();
            return Err(project::invalid(format!(
                "The environment variable {name} has the type {kind}: the sandbox has only PLAINTEXT"
            )));
        }
    }
    Ok(())
}
