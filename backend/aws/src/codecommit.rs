//! The sources port over CodeCommit.

use async_trait::async_trait;
use aws_sdk_codecommit::{
    Client,
    operation::{get_file::GetFileError, get_folder::GetFolderError},
    types::{Commit, UserInfo},
};
use viridian_domain::port::{
    Fault, PortError, Sources,
    sources::{SourceCommit, SourceFile},
};

use crate::classify::classify;

/// Files that are read of a folder at most.
const MOST: usize = 50;
/// A larger file is left out: no suite is like it.
const LARGEST: usize = 1 << 20;

pub(crate) struct CodeCommit {
    client: Client,
}

impl CodeCommit {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    async fn file(
        &self,
        repository: &str,
        commit: &str,
        path: &str,
    ) -> Result<Option<SourceFile>, PortError> {
        let request = self.client.get_file().repository_name(repository).commit_specifier(commit);
        let output = match request.file_path(path).send().await {
            Ok(output) => output,
            Err(error) => {
                let is_large =
                    error.as_service_error().is_some_and(GetFileError::is_file_too_large_exception);
                let error = classify("GetFile", error);
                return if is_large { Ok(None) } else { Err(error) };
            }
        };
        let bytes = output.file_content().as_ref();
        let text = std::str::from_utf8(bytes).ok().filter(|_| bytes.len() <= LARGEST);
        Ok(text.map(|text| SourceFile { path: path.to_owned(), text: text.to_owned() }))
    }
}

#[async_trait]
impl Sources for CodeCommit {
    async fn files(
        &self,
        repository: &str,
        commit: &str,
        folder: &str,
        ending: &str,
    ) -> Result<Vec<SourceFile>, PortError> {
        let request = self.client.get_folder().repository_name(repository).commit_specifier(commit);
        let listing = match request.folder_path(folder).send().await {
            Ok(listing) => listing,
            Err(error) => {
                let said = error.as_service_error();
                let is_absent = said.is_some_and(GetFolderError::is_folder_does_not_exist_exception);
                let error = classify("GetFolder", error);
                return if is_absent { Ok(Vec::new()) } else { Err(error) };
            }
        };
        let paths = listing.files().iter().filter_map(|file| file.absolute_path());
        let mut paths: Vec<_> = paths.filter(|path| path.ends_with(ending)).take(MOST).collect();
        paths.sort_unstable();
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            files.extend(self.file(repository, commit, path).await?);
        }
        Ok(files)
    }

    async fn commit(&self, repository: &str, id: &str) -> Result<SourceCommit, PortError> {
        let request = self.client.get_commit().repository_name(repository).commit_id(id);
        let output = request.send().await.map_err(|error| classify("GetCommit", error))?;
        output
            .commit()
            .map(|commit| convert(id, commit))
            .ok_or_else(|| PortError::new(Fault::Unexpected, "GetCommit", "The answer has no commit."))
    }
}

/// A person's date is seconds since 1970 and a zone, as git writes it: `1484167798 -0800`.
fn convert(id: &str, commit: &Commit) -> SourceCommit {
    let people = [commit.author(), commit.committer()].into_iter().flatten();
    let mut named: Vec<_> = people
        .map(|it| (it.name().unwrap_or_default().to_owned(), it.email().unwrap_or_default().to_owned()))
        .collect();
    named.dedup();
    let date = commit.committer().and_then(UserInfo::date).unwrap_or_default();
    let seconds = date.split(' ').next().unwrap_or_default();
    SourceCommit {
        id: id.to_owned(),
        parents: commit.parents().to_vec(),
        people: named,
        at: seconds.parse().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_names_its_author_and_whoever_committed_it_once() {
        let person = |name: &str, date: &str| {
            UserInfo::builder().name(name).email("kim@example.com").date(date).build()
        };
        let of = |author, committer| {
            convert("c", &Commit::builder().author(author).committer(committer).parents("b").build())
        };
        let same = of(person("kim", "1484167798 -0800"), person("kim", "1484167799 -0800"));
        assert_eq!((same.people.len(), same.at, same.parents), (1, 1_484_167_799, vec!["b".to_owned()]));
        let two = of(person("kim", "1 +0000"), person("lee", "soon"));
        assert_eq!((two.people.len(), two.at), (2, 0));
        assert!(convert("c", &Commit::builder().build()).people.is_empty());
    }
}
