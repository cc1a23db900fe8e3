//! What carries out an action: a source, a build, a state machine, a person.

pub(crate) mod approval;
pub(crate) mod build;
pub(crate) mod machine;
pub(crate) mod source;

use std::ops::RangeInclusive;

use viridian_aws_wire::AwsError;

use crate::codepipeline::{
    action,
    declaration::ActionType,
    record::{ActionError, ActionRun, Artifact},
};
use crate::{
    authorization::{self, RequestContext},
    world::{Caller, World},
};

/// How many artifacts an action of a type takes and gives ("Action structure reference"); `None` where the
/// sandbox has no such type.
pub(crate) fn artifacts(kind: &ActionType) -> Option<(RangeInclusive<usize>, RangeInclusive<usize>)> {
    if kind.owner != "AWS" {
        return None;
    }
    match (kind.category.as_str(), kind.provider.as_str()) {
        // A repository elsewhere is never reached, and the action says so when it runs.
        ("Source", "CodeCommit" | "CodeStarSourceConnection") => Some((0..=0, 0..=1)),
        ("Build" | "Test", "CodeBuild") => Some((1..=5, 0..=5)),
        ("Invoke", "StepFunctions") => Some((0..=1, 0..=1)),
        ("Approval", "Manual") => Some((0..=0, 0..=0)),
        _ => None,
    }
}

/// Hands a run to its provider.
pub(crate) fn begin(world: &mut World, key: &str) {
    let Some(run) = world.codepipeline.runs.get(key).cloned() else { return };
    let kind = &run.action.kind;
    let begun = match (kind.category.as_str(), kind.provider.as_str()) {
        ("Source", "CodeCommit") => {
            source::begin(world, key);
            Ok(())
        }
        ("Build" | "Test", "CodeBuild") => build::begin(world, key, &run),
        ("Invoke", "StepFunctions") => machine::begin(world, key, &run),
        ("Approval", "Manual") => {
            approval::open(world, key, &run);
            Ok(())
        }
        (category, provider) => {
            let message = format!("The sandbox has no provider {provider} for {category} actions.");
            Err(ActionError::new("ConfigurationError", message))
        }
    };
    if let Err(error) = begun {
        action::fail(world, key, error);
    }
}

/// Looks whether what a run waits for has ended.
pub(crate) fn noticed(world: &mut World, key: &str) {
    let Some(run) = world.codepipeline.runs.get(key).cloned() else { return };
    match run.action.kind.provider.as_str() {
        "CodeBuild" => build::noticed(world, key, &run),
        "StepFunctions" => machine::noticed(world, key, &run),
        _ => {}
    }
}

/// Nobody waits for a run any longer.
pub(crate) fn abandoned(world: &mut World, run: &ActionRun) {
    if run.action.kind.provider != "CodeCommit" {
        return;
    }
    let caller = role(world, run);
    let repository = run.configuration.get("RepositoryName").cloned().unwrap_or_default();
    // Refused or not, the execution ends.
    let _ = authorization::perform(world, &caller, RequestContext::CancelFetch { repository: &repository });
}

/// A member of the resolved configuration that the provider cannot do without.
fn setting<'a>(run: &'a ActionRun, name: &str) -> Result<&'a str, ActionError> {
    run.configuration.get(name).map(String::as_str).ok_or_else(|| {
        let message = format!("The action {} has no {name} in its configuration.", run.action.name);
        ActionError::new("ConfigurationError", message)
    })
}

/// Who the provider is called as: the session of the pipeline's role.
pub(crate) fn role(world: &World, run: &ActionRun) -> Caller {
    let declared = world.codepipeline.declaration(&run.pipeline, run.version);
    let arn = run.action.role_arn.as_deref().or(declared.map(|found| found.role_arn.as_str()));
    let name = arn.map_or("pipeline", crate::arn::short_name);
    let arn = format!("arn:aws:sts::{}:assumed-role/{name}/{}", world.place.account, run.execution_id);
    Caller { arn }
}

/// The error of an action whose role may not do what it takes.
fn not_permitted(message: impl Into<String>) -> ActionError {
    ActionError::new("PermissionError", message)
}

/// Asks the pipeline's role whether it may read an artifact, or keep one.
fn reach(world: &mut World, run: &ActionRun, artifact: &Artifact, is_kept: bool) -> Result<(), ActionError> {
    let caller = role(world, run);
    let (bucket, key) = (artifact.bucket.as_str(), artifact.key.as_str());
    let context = if is_kept {
        RequestContext::KeepArtifact { bucket, key }
    } else {
        RequestContext::ReadArtifact { bucket, key }
    };
    authorization::perform(world, &caller, context).map_err(|error: AwsError| {
        not_permitted(format!(
            "Insufficient permissions: Unable to access the artifact with Amazon S3 object key '{key}' located in \
             the Amazon S3 artifact bucket '{bucket}'. The provided role does not have sufficient permissions. {}",
            error.message
        ))
    })
}
