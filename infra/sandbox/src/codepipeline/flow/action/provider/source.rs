//! The CodeCommit source action: a commit becomes an artifact, a revision and output variables.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::codepipeline::{
    Event, action, artifact,
    record::{ActionError, ActionRun, Revision, execution_key},
};
use crate::{
    authorization::{self, RequestContext},
    codebuild::trouble,
    codecommit::{self, Commit},
    world::{self, World},
};

/// Fetching takes about three seconds.
pub(crate) fn begin(world: &mut World, key: &str) {
    let jitter = i64::try_from(world.ids.below(1500)).unwrap_or(0);
    let event = Event::Fetched(key.to_owned());
    world.after(SignedDuration::from_millis(2500 + jitter), world::Event::CodePipeline(event));
}

pub(crate) fn fetched(world: &mut World, key: &str) {
    let Some(run) = world.codepipeline.runs.get(key).cloned() else { return };
    match fetch(world, &run) {
        Ok((commit, variables)) => {
            note(world, key, &run, &commit);
            action::succeed(world, key, variables);
        }
        Err(error) => action::fail(world, key, error),
    }
}

fn fetch(world: &mut World, run: &ActionRun) -> Result<(Commit, BTreeMap<String, String>), ActionError> {
    let repository = crate::codepipeline::provider::setting(run, "RepositoryName")?;
    let branch = crate::codepipeline::provider::setting(run, "BranchName")?;
    let caller = crate::codepipeline::provider::role(world, run);
    authorization::perform(world, &caller, RequestContext::FetchCommit { repository }).map_err(|error| {
        crate::codepipeline::provider::not_permitted(format!(
            "The service role or action role doesn’t have the permissions required to access the AWS CodeCommit \
             repository named {repository}. Update the IAM role permissions, and then try again. Error: {}",
            error.message
        ))
    })?;
    let execution = world.codepipeline.executions.get(&execution_key(&run.pipeline, run.execution));
    let wanted = execution.and_then(|execution| execution.overrides.get(&run.action.name));
    let commit = codecommit::commit(world, repository, wanted.map_or(branch, String::as_str))
        .map_err(|reason| ActionError::new("RevisionUnavailable", reason))?;
    if let Some((_, output)) = run.outputs.first() {
        crate::codepipeline::provider::reach(world, run, output, true)?;
        let broken = |reason: String| ActionError::new("SystemUnavailable", reason);
        let folder = artifact::open(world, output).map_err(|error| broken(trouble::words(&error)))?;
        codecommit::export(world, repository, &commit.id, &folder).map_err(broken)?;
    }
    let variables = [
        ("RepositoryName", repository),
        ("BranchName", branch),
        ("CommitId", &commit.id),
        ("CommitMessage", &commit.message),
        ("AuthorDate", &commit.author_date),
        ("CommitterDate", &commit.committer_date),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    Ok((commit, variables))
}

/// Notes the revision on the run and on its execution.
fn note(world: &mut World, key: &str, run: &ActionRun, commit: &Commit) {
    let revision = Revision {
        action: run.action.name.clone(),
        artifact: run.outputs.first().map(|(name, _)| name.clone()),
        id: commit.id.clone(),
        summary: commit.message.trim_end().to_owned(),
        url: commit_url(world, run, &commit.id),
        created: world.now(),
    };
    if let Some(run) = world.codepipeline.runs.get_mut(key) {
        run.external_id = Some(commit.id.clone());
        run.summary = Some(revision.summary.clone());
        run.external_url = Some(revision.url.clone());
    }
    if let Some(execution) =
        world.codepipeline.executions.get_mut(&execution_key(&run.pipeline, run.execution))
    {
        execution.revisions.retain(|known| known.action != revision.action);
        execution.revisions.push(revision);
    }
}

fn commit_url(world: &World, run: &ActionRun, commit: &str) -> String {
    let region = &world.place.region;
    let repository = run.configuration.get("RepositoryName").map_or("", String::as_str);
    format!(
        "https://{region}.console.aws.amazon.com/codecommit/home?region={region}#/repository/{repository}/commit/{commit}"
    )
}
