//! Build projects.

use serde_json::{Value, json};
use viridian_aws_wire::{
    AwsError,
    read::{seconds, without_nulls},
};

use crate::records::codebuild::Project;
use crate::world::World;

pub(super) fn create(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let name = name(input)?.to_owned();
    for (part, member) in [
        ("source", "type"),
        ("artifacts", "type"),
        ("environment", "type"),
        ("environment", "image"),
        ("environment", "computeType"),
    ] {
        if !input[part][member].is_string() {
            return Err(invalid(format!("Project {part}.{member} is required")));
        }
    }
    if !input["serviceRole"].is_string() {
        return Err(invalid("Project serviceRole is required"));
    }
    if world.codebuild.projects.contains(&name) {
        let arn = arn(world, &name);
        return Err(AwsError::new(
            "ResourceAlreadyExistsException",
            format!("Project already exists: {arn}"),
        ));
    }
    let now = world.now();
    let project = Project { settings: input.clone(), created: now, modified: now, builds: 0 };
    let answer = json!({ "project": show(world, &name, &project) });
    world.codebuild.projects.insert(name, project);
    Ok(answer)
}

pub(super) fn update(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let name = name(input)?.to_owned();
    let now = world.now();
    let missing = missing(world, &name);
    let project = world.codebuild.projects.get_mut(&name).ok_or(missing)?;
    if let (Some(settings), Some(changes)) = (project.settings.as_object_mut(), input.as_object()) {
        settings.extend(changes.clone());
    }
    project.modified = now;
    let project = project.clone();
    Ok(json!({ "project": show(world, &name, &project) }))
}

pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let name = name(input)?.to_owned();
    world.codebuild.projects.remove(&name);
    Ok(json!({}))
}

pub(super) fn list(world: &World) -> Value {
    json!({ "projects": world.codebuild.projects.keys().collect::<Vec<_>>() })
}

pub(super) fn get(world: &World, input: &Value) -> Value {
    let (mut projects, mut missing) = (Vec::new(), Vec::new());
    for name in input["names"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        match world.codebuild.projects.get(name) {
            Some(project) => projects.push(show(world, name, project)),
            None => missing.push(name),
        }
    }
    json!({ "projects": projects, "projectsNotFound": missing })
}

/// The project, or the error that says there is none.
pub(super) fn find<'a>(world: &'a World, name: &str) -> Result<&'a Project, AwsError> {
    world.codebuild.projects.get(name).ok_or_else(|| missing(world, name))
}

/// How long a build may take.
pub(super) fn timeout_minutes(settings: Option<&Value>) -> u64 {
    settings.and_then(|settings| settings["timeoutInMinutes"].as_u64()).unwrap_or(60)
}

pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidInputException", message)
}

fn show(world: &World, name: &str, project: &Project) -> Value {
    let mut shown = project.settings.clone();
    shown["arn"] = json!(arn(world, name));
    shown["created"] = json!(seconds(project.created));
    shown["lastModified"] = json!(seconds(project.modified));
    shown["timeoutInMinutes"] = json!(timeout_minutes(Some(&project.settings)));
    shown["queuedTimeoutInMinutes"] = json!(480);
    without_nulls(shown)
}

fn name(input: &Value) -> Result<&str, AwsError> {
    let name = input["name"].as_str().unwrap_or_default();
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if (2..=150).contains(&name.len()) && plain {
        return Ok(name);
    }
    Err(invalid("Invalid project name: it has 2 to 150 letters, digits, - and _"))
}

fn arn(world: &World, name: &str) -> String {
    world.place.arn("codebuild", &format!("project/{name}"))
}

fn missing(world: &World, name: &str) -> AwsError {
    AwsError::new("ResourceNotFoundException", format!("Project cannot be found: {}", arn(world, name)))
}
