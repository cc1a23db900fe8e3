//! The released repository, as far as the console reads it: files of one folder at one commit, and who made commits.

use async_trait::async_trait;

use super::PortError;

/// Repositories of sources.
#[async_trait]
pub trait Sources: Send + Sync {
    /// The text files right in a folder at a commit whose names end so, by name. A folder that is not there is
    /// no file and no error; `Missing` if there is no such repository or commit. Files are read up to a limit.
    async fn files(
        &self,
        repository: &str,
        commit: &str,
        folder: &str,
        ending: &str,
    ) -> Result<Vec<SourceFile>, PortError>;

    /// One commit by its full id. `Missing` if there is none.
    async fn commit(&self, repository: &str, id: &str) -> Result<SourceCommit, PortError>;
}

/// Who made a commit and what it follows on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCommit {
    /// Full id.
    pub id: String,
    /// Full ids of those that it follows on; several after a merge.
    pub parents: Vec<String>,
    /// Name and e-mail address of its author and of its committer, each once.
    pub people: Vec<(String, String)>,
    /// When it was committed, in seconds since 1970.
    pub at: i64,
}

/// A text file of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// From the root of the repository.
    pub path: String,
    /// What stands in it.
    pub text: String,
}
