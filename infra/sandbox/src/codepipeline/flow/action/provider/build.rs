//! The CodeBuild action: a project builds the input artifacts.

use std::path::{Path, PathBuf};

use crate::codepipeline::{
    action, artifact,
    record::{ActionError, ActionRun, Artifact},
};
use serde_json::json;

use crate::{authorization, codebuild, world::World};

pub(crate) fn begin(world: &mut World, key: &str, run: &ActionRun) -> Result<(), ActionError> {
    let project = crate::codepipeline::provider::setting(run, "ProjectName")?.to_owned();
    let source = source(world, run)?;
    let caller = crate::codepipeline::provider::role(world, run);
    let input = json!({"projectName": project});
    authorization::check(world, &caller, "codebuild", "StartBuild", &input).map_err(|error| {
        let request = world.ids.uuid();
        crate::codepipeline::provider::not_permitted(format!(
            "Error calling startBuild: {} (Service: AWSCodeBuild; Status Code: 400; Error Code: {}; Request ID: \
             {request}; Proxy: null)",
            error.message, error.code
        ))
    })?;
    let build = codebuild::start(world, &caller, &project, source)
        .map_err(|error| ActionError::new("ConfigurationError", error.message))?;
    let region = &world.place.region;
    let url =
        format!("https://console.aws.amazon.com/codebuild/home?region={region}#/builds/{build}/view/new");
    action::await_work(world, key, &build, url);
    Ok(())
}

fn source(world: &World, run: &ActionRun) -> Result<codebuild::Source, ActionError> {
    let wanted = run.configuration.get("PrimarySource");
    let is_primary = |input: &(String, Artifact)| wanted.is_none_or(|wanted| *wanted == input.0);
    let primary = run.inputs.iter().position(is_primary).ok_or_else(|| {
        ActionError::new("ConfigurationError", "A build needs an input artifact that is its primary source.")
    })?;
    let secondary = run.inputs.iter().enumerate().filter(|(index, _)| *index != primary);
    Ok(codebuild::Source {
        artifact: artifact::folder(world, &run.inputs[primary].1),
        secondary: secondary
            .map(|(_, (name, input))| (name.clone(), artifact::folder(world, input)))
            .collect(),
        inputs: std::iter::once(&run.inputs[primary])
            .chain(
                run.inputs.iter().enumerate().filter(|(index, _)| *index != primary).map(|(_, input)| input),
            )
            .map(|(_, input)| object(input))
            .collect(),
        outputs: run.outputs.iter().map(|(_, output)| object(output)).collect(),
        version: version(world, run),
        environment: environment(run)?,
        initiator: format!("codepipeline/{}", run.pipeline),
    })
}

fn object(artifact: &Artifact) -> (String, String) {
    (artifact.bucket.clone(), artifact.key.clone())
}

fn version(world: &World, run: &ActionRun) -> String {
    let key = crate::codepipeline::record::execution_key(&run.pipeline, run.execution);
    let revisions = world.codepipeline.executions.get(&key).map(|execution| &execution.revisions);
    revisions.and_then(|revisions| revisions.first()).map_or_else(String::new, |revision| revision.id.clone())
}

/// `EnvironmentVariables`: a JSON list of name, value and type in one text.
fn environment(run: &ActionRun) -> Result<Vec<(String, String)>, ActionError> {
    #[derive(serde::Deserialize)]
    struct Variable {
        name: String,
        value: String,
    }
    let Some(text) = run.configuration.get("EnvironmentVariables") else { return Ok(Vec::new()) };
    let variables: Vec<Variable> = serde_json::from_str(text).map_err(|error| {
        let message = format!("EnvironmentVariables is not a JSON list of name and value: {error}");
        ActionError::new("ConfigurationError", message)
    })?;
    Ok(variables.into_iter().map(|variable| (variable.name, variable.value)).collect())
}

pub(crate) fn noticed(world: &mut World, key: &str, run: &ActionRun) {
    let Some(build) = &run.external_id else { return };
    let caller = crate::codepipeline::provider::role(world, run);
    let asked = authorization::check(world, &caller, "codebuild", "BatchGetBuilds", &json!({"ids": [build]}));
    if let Err(error) = asked {
        return action::fail(world, key, crate::codepipeline::provider::not_permitted(error.message));
    }
    let Some(outcome) = codebuild::outcome(world, build) else { return };
    if let Some(run) = world.codepipeline.runs.get_mut(key) {
        run.log_stream_arn = Some(outcome.log_stream_arn.clone());
    }
    if !outcome.succeeded {
        let message = format!("Build terminated with state: FAILED. {}", outcome.reason);
        return action::fail(world, key, ActionError::new("JobFailed", message.trim_end()));
    }
    for (name, output) in &run.outputs {
        let stored = match kept(&outcome, name, run.outputs.len()) {
            Some(folder) => artifact::fill(world, output, folder),
            None => artifact::open(world, output).map(drop),
        };
        if let Err(error) = stored {
            let message =
                format!("The build's artifact cannot be stored: {}", codebuild::trouble::words(&error));
            return action::fail(world, key, ActionError::new("SystemUnavailable", message));
        }
    }
    action::succeed(world, key, outcome.exported.into_iter().collect());
}

/// Where the build left an output: the secondary artifact of its name, or the one that has no name. What the
/// buildspec makes no files for holds nothing.
fn kept<'a>(outcome: &'a codebuild::Outcome, name: &str, count: usize) -> Option<&'a Path> {
    let secondary = outcome.secondary.iter().find(|(there, _)| there == name).map(|(_, folder)| folder);
    let folder = secondary.or_else(|| (count == 1).then_some(&outcome.artifact));
    folder.map(PathBuf::as_path).filter(|folder| folder.is_dir())
}
