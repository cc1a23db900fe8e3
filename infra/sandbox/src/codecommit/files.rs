//! Reading files out of a repository: `GetFolder` and `GetFile`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{
    DEFAULT_BRANCH,
    git::{Git, Kind, Node},
    open,
};
use crate::world::World;

/// As large as `GetFile` answers.
const LARGEST: u64 = 6 << 20;

pub(super) fn folder(world: &World, input: &Value) -> Result<Value, AwsError> {
    let git = open(world, super::repository_name(input)?)?;
    let commit = commit(world, &git, input)?;
    let given = input["folderPath"].as_str();
    let given = given.ok_or_else(|| AwsError::new("PathRequiredException", "folderPath is required."))?;
    let path = given.trim_matches('/');
    let missing = || AwsError::new("FolderDoesNotExistException", format!("Folder {given} does not exist"));
    let tree = git.node(&commit, path).filter(|node| node.kind == Kind::Folder).ok_or_else(missing)?;
    let nodes = git.nodes(&tree.id).map_err(AwsError::internal)?;
    let absolute = |node: &Node| {
        if path.is_empty() { node.name.clone() } else { format!("{path}/{}", node.name) }
    };
    let of = |kind: &[Kind], id: &str| {
        let those = nodes.iter().filter(|node| kind.contains(&node.kind));
        let entry = |node: &Node| {
            let mut entry = json!({
                id: node.id,
                "absolutePath": absolute(node),
                "relativePath": node.name,
            });
            if id == "blobId" {
                entry["fileMode"] = json!(mode(node.kind));
            }
            entry
        };
        those.map(entry).collect::<Vec<_>>()
    };
    Ok(json!({
        "commitId": commit,
        "folderPath": path,
        "treeId": tree.id,
        "subFolders": of(&[Kind::Folder], "treeId"),
        "files": of(&[Kind::File, Kind::Program], "blobId"),
        "symbolicLinks": of(&[Kind::Link], "blobId"),
        "subModules": of(&[Kind::Module], "commitId"),
    }))
}

pub(super) fn file(world: &World, input: &Value) -> Result<Value, AwsError> {
    let git = open(world, super::repository_name(input)?)?;
    let commit = commit(world, &git, input)?;
    let path = input["filePath"].as_str().filter(|path| !path.is_empty());
    let path = path.ok_or_else(|| AwsError::new("PathRequiredException", "filePath is required."))?;
    let missing = || AwsError::new("FileDoesNotExistException", format!("File {path} does not exist"));
    let is_file = |node: &Node| matches!(node.kind, Kind::File | Kind::Program | Kind::Link);
    let node = git.node(&commit, path.trim_matches('/')).filter(is_file).ok_or_else(missing)?;
    let content = git.blob(&node.id).map_err(AwsError::internal)?;
    if content.len() as u64 > LARGEST {
        return Err(AwsError::new("FileTooLargeException", "The file is larger than 6 MB."));
    }
    Ok(json!({
        "commitId": commit,
        "blobId": node.id,
        "filePath": path,
        "fileMode": mode(node.kind),
        "fileSize": content.len(),
        "fileContent": STANDARD.encode(content),
    }))
}

/// The commit that is meant: by its id, by a branch, or the newest of the default branch.
fn commit(world: &World, git: &Git, input: &Value) -> Result<String, AwsError> {
    let specifier = input["commitSpecifier"].as_str().unwrap_or(DEFAULT_BRANCH);
    let missing = || AwsError::new("CommitDoesNotExistException", format!("{specifier} is no commit"));
    let repository = super::repository_name(input)?;
    super::head(world, repository, specifier).or_else(|| git.commit_of(specifier)).ok_or_else(missing)
}

fn mode(kind: Kind) -> &'static str {
    match kind {
        Kind::Program => "EXECUTABLE",
        Kind::Link => "SYMLINK",
        Kind::File | Kind::Folder | Kind::Module => "NORMAL",
    }
}
