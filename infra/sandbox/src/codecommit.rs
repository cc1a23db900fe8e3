//! CodeCommit: bare git repositories on disk, served over HTTP.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;
use viridian_aws_wire::AwsError;

use crate::{
    signal::Signal,
    world::{Caller, World},
};

mod alternates;
mod files;
mod git;
mod http;
mod object_cache;
mod operations;
mod publish;
#[cfg(test)]
mod tests;

use crate::records::codecommit::Branch;
use crate::records::codecommit::Repository;
pub use crate::records::codecommit::{CodeCommit, Effect};
pub(crate) use alternates::{lay, lender};
pub(crate) use http::serve_http;

/// The branch that a new repository begins with.
const DEFAULT_BRANCH: &str = "main";

pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    operations::call(world, caller, operation, &input)
}

#[expect(clippy::unused_async, reason = "every service carries out its effects in this shape")]
pub(crate) async fn carry_out(_sandbox: &crate::Sandbox, effect: Effect) {
    match effect {}
}

/// A commit as CodePipeline's source action reports it.
#[derive(Debug, Clone, Default)]
pub struct Commit {
    pub id: String,
    pub message: String,
    /// ISO 8601.
    pub author_date: String,
    /// ISO 8601.
    pub committer_date: String,
}

/// The commit that a branch, or a commit id, names now; a sentence where there is none.
pub(crate) fn commit(world: &World, repository: &str, branch_or_id: &str) -> Result<Commit, String> {
    let git = open(world, repository).map_err(|error| error.message)?;
    let id = head(world, repository, branch_or_id)
        .or_else(|| git::is_commit_id(branch_or_id).then(|| branch_or_id.to_owned()))
        .ok_or_else(|| format!("The repository {repository} has no branch {branch_or_id}."))?;
    let commit = git.commit(&id)?;
    Ok(Commit {
        id,
        author_date: iso_date(&commit.author),
        committer_date: iso_date(&commit.committer),
        message: commit.message,
    })
}

/// Writes the files of a commit into an existing empty folder.
pub(crate) fn export(world: &World, repository: &str, commit: &str, folder: &Path) -> Result<(), String> {
    let git = open(world, repository).map_err(|error| error.message)?;
    if !git::is_commit_id(commit) {
        return Err(format!("`{commit}` is no commit."));
    }
    git.export(commit, folder)
}

/// Puts the files of a folder into a repository as the first commit of its branch `main`; gives the commit's id.
/// The repository is created where it is missing.
pub(crate) fn seed(
    world: &mut World,
    repository: &str,
    files: &Path,
    message: &str,
) -> Result<String, String> {
    let at = world.now();
    let git = match open(world, repository) {
        Ok(git) => git,
        Err(_) => operations::make(world, repository).map_err(|error| error.message)?,
    };
    let id = git.commit_folder(files, DEFAULT_BRANCH, &git::Author::developer(at), message)?;
    notice(world, repository);
    Ok(id)
}

/// The commit that a branch points to.
fn head(world: &World, repository: &str, branch: &str) -> Option<String> {
    world.codecommit.branches.get(&format!("{repository}/{branch}")).map(|branch| branch.commit.clone())
}

/// Compares the branches on disk with those last seen, and tells the pipelines of each that moved.
pub(crate) fn notice(world: &mut World, repository: &str) {
    let Ok(git) = open(world, repository) else { return };
    let now = match git.branches() {
        Ok(branches) => branches,
        Err(error) => {
            tracing::error!(repository, %error, "the branches of a repository cannot be read");
            return;
        }
    };
    let gone: Vec<String> =
        known(world, repository).filter(|(name, _)| !now.contains_key(name)).map(|(n, _)| n).collect();
    for branch in gone {
        let before = world.codecommit.branches.remove(&format!("{repository}/{branch}"));
        publish::branch(world, repository, &branch, before.as_ref().map(|it| it.commit.as_str()), None);
    }
    for (branch, commit) in now {
        let before = head(world, repository, &branch);
        if before.as_ref() == Some(&commit) {
            continue;
        }
        world.codecommit.branches.insert(format!("{repository}/{branch}"), Branch { commit: commit.clone() });
        let at = world.now();
        if let Some(repository) = world.codecommit.repositories.get_mut(repository) {
            repository.modified = at;
        }
        publish::branch(world, repository, &branch, before.as_deref(), Some(&commit));
        let (repository, moved) = (repository.to_owned(), branch.clone());
        world.signal(Signal::BranchMoved { repository, branch: moved, commit: commit.clone() });
    }
}

/// Notices the pushes that a kill came in between of: called once after the world was loaded.
pub(crate) fn resume(world: &mut World) {
    // Nobody has pushed to what is not on disk yet.
    let is_laid = |name: &&str| path(&world.folder, name).exists();
    let names: Vec<String> =
        world.codecommit.repositories.keys().filter(is_laid).map(str::to_owned).collect();
    for name in names {
        notice(world, &name);
    }
}

/// The branches of a repository with the commits they point to.
pub(crate) fn branches(world: &World, repository: &str) -> Vec<(String, String)> {
    known(world, repository).collect()
}

fn known(world: &World, repository: &str) -> impl Iterator<Item = (String, String)> {
    // `0` follows `/`, so this is every key below the repository.
    let (from, to) = (format!("{repository}/"), format!("{repository}0"));
    world
        .codecommit
        .branches
        .range(&from, &to)
        .filter_map(|(key, branch)| {
            key.split_once('/').map(|(_, name)| (name.to_owned(), branch.commit.clone()))
        })
        .collect::<Vec<_>>()
        .into_iter()
}

fn repository_name(input: &Value) -> Result<&str, AwsError> {
    operations::required(input, "repositoryName", "RepositoryNameRequiredException")
}

fn open(world: &World, repository: &str) -> Result<git::Git, AwsError> {
    let known = world.codecommit.repositories.get(repository);
    let missing = || AwsError::new("RepositoryDoesNotExistException", format!("{repository} does not exist"));
    let path = path(&world.folder, repository);
    if known.ok_or_else(missing)?.borrows && !path.exists() {
        lay(&lender(&world.folder), &path, &branches(world, repository)).map_err(|error| {
            AwsError::internal(format!("The repository {repository} cannot be laid on disk: {error}."))
        })?;
    }
    Ok(git::Git::new(&world.folder, &path))
}

/// Lets a repository wait for its first use before it is laid on disk.
pub(crate) fn let_borrow(world: &mut World, repository: &str) {
    if let Some(repository) = world.codecommit.repositories.get_mut(repository) {
        repository.borrows = true;
    }
}

/// The date of a person's line in a commit object, `Name <mail> 1484167798 -0800`, in ISO 8601.
fn iso_date(person: &str) -> String {
    let seconds = person.rsplit(' ').nth(1).and_then(|seconds| seconds.parse().ok()).unwrap_or_default();
    Timestamp::from_second(seconds).unwrap_or_default().to_string()
}

fn root(data: &Path) -> PathBuf {
    data.join("repositories")
}

fn path(data: &Path, repository: &str) -> PathBuf {
    root(data).join(format!("{repository}.git"))
}

/// CodeCommit's own rule; it also keeps a name from leaving the folder.
fn valid_name(name: &str) -> bool {
    (1..=100).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && name.bytes().any(|byte| byte != b'.')
        && name.strip_suffix(".git").is_none()
}
