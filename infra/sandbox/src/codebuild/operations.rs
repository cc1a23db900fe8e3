//! Operations on builds.

use std::path::Path;

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{Source, begin, end, folder, project, record};
use crate::{
    arn::short_name,
    codecommit,
    signal::Signal,
    world::{Caller, World},
};

pub(super) fn start(world: &mut World, caller: &Caller, input: &Value) -> Result<Value, AwsError> {
    let name = input["projectName"].as_str().ok_or_else(|| project::invalid("projectName is required"))?;
    let settings = project::find(world, name)?.settings.clone();
    let id = format!("{name}:{}", world.ids.uuid());
    let checkout = folder(world, &id).join("source");
    let version = check_out(world, &settings, input["sourceVersion"].as_str(), &checkout)?;
    let source = Source {
        inputs: Vec::new(),
        outputs: Vec::new(),
        artifact: checkout,
        secondary: Vec::new(),
        version,
        environment: overrides(input),
        initiator: short_name(&caller.arn).to_owned(),
    };
    begin::insert(world, &id, name, source, input["buildspecOverride"].as_str().map(str::to_owned));
    let build = world.codebuild.builds.get(&id).map(|build| record::show(world, build));
    Ok(json!({ "build": build }))
}

/// Fetches what a project that is not part of a pipeline builds. Gives the commit.
fn check_out(world: &World, settings: &Value, version: Option<&str>, to: &Path) -> Result<String, AwsError> {
    std::fs::create_dir_all(to).map_err(|error| AwsError::internal(error.to_string()))?;
    match settings["source"]["type"].as_str().unwrap_or_default() {
        "NO_SOURCE" => Ok(String::new()),
        "CODECOMMIT" => {
            let repository = short_name(settings["source"]["location"].as_str().unwrap_or_default());
            let commit = codecommit::commit(world, repository, version.unwrap_or("main"))
                .and_then(|commit| codecommit::export(world, repository, &commit.id, to).map(|()| commit.id));
            commit.map_err(project::invalid)
        }
        "CODEPIPELINE" => Err(project::invalid(
            "Builds with source type CODEPIPELINE can only be started by a pipeline: start the pipeline instead",
        )),
        other => Err(project::invalid(format!(
            "The sandbox has no source of type {other}: it has CODECOMMIT, CODEPIPELINE and NO_SOURCE"
        ))),
    }
}

fn overrides(input: &Value) -> Vec<(String, String)> {
    let variables = input["environmentVariablesOverride"].as_array().into_iter().flatten();
    variables
        .filter_map(|variable| {
            Some((variable["name"].as_str()?.to_owned(), variable["value"].as_str()?.to_owned()))
        })
        .collect()
}

pub(super) fn get(world: &World, input: &Value) -> Value {
    let (mut builds, mut missing) = (Vec::new(), Vec::new());
    for id in input["ids"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        // An ARN is as good as an id.
        let id = id.rsplit_once('/').map_or(id, |(_, id)| id);
        match world.codebuild.builds.get(id) {
            Some(build) => builds.push(record::show(world, build)),
            None => missing.push(id),
        }
    }
    json!({ "builds": builds, "buildsNotFound": missing })
}

/// Ids of builds, the youngest first.
pub(super) fn list(world: &World, project: Option<&str>) -> Value {
    let mut builds: Vec<_> = world
        .codebuild
        .builds
        .values()
        .filter(|build| project.is_none_or(|project| build.project == project))
        .collect();
    builds.sort_by_key(|build| std::cmp::Reverse((build.started, build.number)));
    json!({ "ids": builds.iter().map(|build| &build.id).collect::<Vec<_>>() })
}

pub(super) fn list_of_project(world: &World, input: &Value) -> Result<Value, AwsError> {
    let name = input["projectName"].as_str().ok_or_else(|| project::invalid("projectName is required"))?;
    project::find(world, name)?;
    Ok(list(world, Some(name)))
}

pub(super) fn stop(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let id = input["id"].as_str().ok_or_else(|| project::invalid("id is required"))?;
    let Some(build) = world.codebuild.builds.get(id) else {
        return Err(AwsError::new("ResourceNotFoundException", format!("Build cannot be found: {id}")));
    };
    if build.ended.is_none() {
        let tell = build.is_of_pipeline();
        end::stop(world, id);
        if tell {
            world.signal(Signal::BuildEnded { build: id.to_owned() });
        }
    }
    let build = world.codebuild.builds.get(id).map(|build| record::show(world, build));
    Ok(json!({ "build": build }))
}
