//! CodeCommit: bare git repositories on disk, served over HTTP.

use serde_json::Value;

use crate::{
    error::AwsError,
    table::Saved,
    world::{Caller, World},
};

#[derive(Debug, Default)]
pub struct Repositories {}

impl Repositories {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        Vec::new()
    }
}

pub(crate) fn call(
    _world: &mut World,
    _caller: &Caller,
    operation: &str,
    _input: Value,
) -> Result<Value, AwsError> {
    Err(AwsError::not_implemented("repository", operation))
}

#[derive(Debug, Clone)]
pub enum Effect {}

pub(crate) async fn carry_out(_sandbox: &crate::Sandbox, effect: Effect) {
    match effect {}
}

/// Git's smart HTTP under `/v1/repos/NAME`.
pub(crate) async fn serve_http(
    _sandbox: &crate::Sandbox,
    _request: http::Request<hyper::body::Incoming>,
) -> http::Response<crate::wire::Body> {
    crate::wire::plain(404, "The sandbox serves no repository here.\n")
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
pub(crate) fn commit(_world: &World, repository: &str, _branch_or_id: &str) -> Result<Commit, String> {
    Err(format!("The repository {repository} does not exist."))
}

/// Writes the files of a commit into an existing empty folder.
pub(crate) fn export(
    _world: &World,
    repository: &str,
    _commit: &str,
    _folder: &std::path::Path,
) -> Result<(), String> {
    Err(format!("The repository {repository} does not exist."))
}

/// Creates a repository whose branch `main` holds one commit with the files of a folder; gives the commit's id.
pub(crate) fn seed(
    _world: &mut World,
    repository: &str,
    _files: &std::path::Path,
    _message: &str,
) -> Result<String, String> {
    Err(format!("The repository {repository} cannot be made."))
}
