//! The released repository, as far as the console reads it: files of one folder at one commit.

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
}

/// A text file of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// From the root of the repository.
    pub path: String,
    /// What stands in it.
    pub text: String,
}
