//! CodeCommit's operations.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{Branch, DEFAULT_BRANCH, Repository, git, known, notice, open, path, valid_name};
use crate::{
    arn::short_name,
    world::{Caller, World},
};

pub(super) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: &Value,
) -> Result<Value, AwsError> {
    match operation {
        "CreateRepository" => create(world, input),
        "DeleteRepository" => delete(world, input),
        "GetBranch" => branch(world, input),
        "GetCommit" => commit(world, input),
        "GetFile" => super::files::file(world, input),
        "GetFolder" => super::files::folder(world, input),
        "GetRepository" => get(world, input),
        "ListBranches" => branches(world, input),
        "ListRepositories" => Ok(list(world)),
        "PutFile" => put_file(world, caller, input),
        _ => Err(AwsError::not_implemented("codecommit", operation)),
    }
}

fn create(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let name = required(input, "repositoryName", "RepositoryNameRequiredException")?;
    make(world, name)?;
    if let Some(repository) = world.codecommit.repositories.get_mut(name) {
        repository.description = input["repositoryDescription"].as_str().map(str::to_owned);
    }
    metadata(world, name).map(|metadata| json!({ "repositoryMetadata": metadata }))
}

/// Makes an empty repository.
pub(super) fn make(world: &mut World, name: &str) -> Result<git::Git, AwsError> {
    if !valid_name(name) {
        return Err(AwsError::new(
            "InvalidRepositoryNameException",
            format!("{name} is no name of a repository."),
        ));
    }
    if world.codecommit.repositories.contains(name) {
        return Err(AwsError::new(
            "RepositoryNameExistsException",
            format!("Repository named {name} already exists"),
        ));
    }
    let git = git::Git::new(&world.folder, &path(&world.folder, name));
    // What a kill left behind before it was known.
    let _ = git.remove();
    git.init(DEFAULT_BRANCH).map_err(AwsError::internal)?;
    let now = world.now();
    let id = world.ids.uuid();
    let repository = Repository {
        name: name.to_owned(),
        id,
        description: None,
        created: now,
        modified: now,
        borrows: false,
    };
    world.codecommit.repositories.insert(name, repository);
    Ok(git)
}

fn delete(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let name = required(input, "repositoryName", "RepositoryNameRequiredException")?;
    // As AWS: deleting what is not there is no error.
    let Ok(git) = open(world, name) else { return Ok(json!({})) };
    git.remove().map_err(AwsError::internal)?;
    let gone: Vec<String> = known(world, name).map(|(branch, _)| format!("{name}/{branch}")).collect();
    for key in gone {
        world.codecommit.branches.remove(&key);
    }
    let id = world.codecommit.repositories.remove(name).map(|repository| repository.id);
    Ok(json!({ "repositoryId": id }))
}

fn get(world: &World, input: &Value) -> Result<Value, AwsError> {
    let name = required(input, "repositoryName", "RepositoryNameRequiredException")?;
    metadata(world, name).map(|metadata| json!({ "repositoryMetadata": metadata }))
}

fn metadata(world: &World, name: &str) -> Result<Value, AwsError> {
    open(world, name)?;
    let Some(repository) = world.codecommit.repositories.get(name) else { return Ok(json!({})) };
    let mut metadata = json!({
        "accountId": world.place.account,
        "repositoryId": repository.id,
        "repositoryName": name,
        "lastModifiedDate": seconds(repository.modified),
        "creationDate": seconds(repository.created),
        "cloneUrlHttp": format!("{}/v1/repos/{name}", world.endpoint),
        "Arn": world.place.arn("codecommit", name),
    });
    if let Some(description) = &repository.description {
        metadata["repositoryDescription"] = json!(description);
    }
    if known(world, name).any(|(branch, _)| branch == DEFAULT_BRANCH) {
        metadata["defaultBranch"] = json!(DEFAULT_BRANCH);
    }
    Ok(metadata)
}

fn list(world: &World) -> Value {
    let repositories: Vec<Value> = world
        .codecommit
        .repositories
        .values()
        .map(|repository| json!({ "repositoryName": repository.name, "repositoryId": repository.id }))
        .collect();
    json!({ "repositories": repositories })
}

fn branch(world: &World, input: &Value) -> Result<Value, AwsError> {
    let name = required(input, "repositoryName", "RepositoryNameRequiredException")?;
    let branch = required(input, "branchName", "BranchNameRequiredException")?;
    open(world, name)?;
    match world.codecommit.branches.get(&format!("{name}/{branch}")) {
        Some(Branch { commit }) => Ok(json!({ "branch": { "branchName": branch, "commitId": commit } })),
        None => Err(AwsError::new("BranchDoesNotExistException", format!("Branch {branch} does not exist"))),
    }
}

fn branches(world: &World, input: &Value) -> Result<Value, AwsError> {
    let name = required(input, "repositoryName", "RepositoryNameRequiredException")?;
    open(world, name)?;
    Ok(json!({ "branches": known(world, name).map(|(branch, _)| branch).collect::<Vec<_>>() }))
}

fn commit(world: &World, input: &Value) -> Result<Value, AwsError> {
    let name = required(input, "repositoryName", "RepositoryNameRequiredException")?;
    let id = required(input, "commitId", "CommitIdRequiredException")?;
    let git = open(world, name)?;
    if !git::is_commit_id(id) {
        return Err(AwsError::new("InvalidCommitIdException", format!("{id} is no commit id")));
    }
    let commit = git
        .commit(id)
        .map_err(|_| AwsError::new("CommitIdDoesNotExistException", format!("Commit {id} does not exist")))?;
    Ok(json!({ "commit": {
        "commitId": id,
        "treeId": commit.tree,
        "parents": commit.parents,
        "message": commit.message,
        "author": person(&commit.author),
        "committer": person(&commit.committer),
        "additionalData": "",
    }}))
}

fn put_file(world: &mut World, caller: &Caller, input: &Value) -> Result<Value, AwsError> {
    let name = required(input, "repositoryName", "RepositoryNameRequiredException")?;
    let branch = required(input, "branchName", "BranchNameRequiredException")?;
    let file = required(input, "filePath", "PathRequiredException")?;
    let content = required(input, "fileContent", "FileContentRequiredException")?;
    let git = open(world, name)?;
    if file.starts_with('/') || file.split('/').any(|part| part.is_empty() || part == ".." || part == ".git")
    {
        return Err(AwsError::new(
            "InvalidPathException",
            format!("{file} is no path inside of a repository"),
        ));
    }
    let content = STANDARD
        .decode(content)
        .map_err(|_| AwsError::new("SerializationException", "fileContent is not base64."))?;
    let parent =
        world.codecommit.branches.get(&format!("{name}/{branch}")).map(|branch| branch.commit.clone());
    expect_parent(parent.as_deref(), input["parentCommitId"].as_str())?;

    let author = git::Author {
        name: input["name"].as_str().unwrap_or_else(|| short_name(&caller.arn)).to_owned(),
        email: input["email"].as_str().unwrap_or_default().to_owned(),
        at: world.now(),
    };
    let message = input["commitMessage"].as_str().map_or_else(|| format!("Edit {file}"), str::to_owned);
    let blob = super::root(&world.folder).join(format!("put-{}", uuid::Uuid::new_v4()));
    let written = std::fs::write(&blob, content).map_err(|error| error.to_string());
    let committed =
        written.and_then(|()| git.commit_file(branch, parent.as_deref(), (file, &blob), &author, &message));
    let _ = std::fs::remove_file(&blob);
    let (id, blob) = committed.map_err(AwsError::internal)?;
    notice(world, name);
    let tree = git.commit(&id).map(|commit| commit.tree).unwrap_or_default();
    Ok(json!({ "commitId": id, "blobId": blob, "treeId": tree }))
}

fn expect_parent(now: Option<&str>, said: Option<&str>) -> Result<(), AwsError> {
    match (now, said) {
        (Some(_), None) => Err(AwsError::new(
            "ParentCommitIdRequiredException",
            "The branch has commits: parentCommitId is required.",
        )),
        (now, said) if now != said => Err(AwsError::new(
            "ParentCommitIdOutdatedException",
            "The branch has moved on from parentCommitId.",
        )),
        _ => Ok(()),
    }
}

/// `Name <mail> 1484167798 -0800`, as a commit object has it.
fn person(line: &str) -> Value {
    let (name, rest) = line.split_once(" <").unwrap_or((line, ""));
    let (email, date) = rest.split_once("> ").unwrap_or((rest, ""));
    json!({ "name": name, "email": email, "date": date })
}

pub(super) fn required<'a>(input: &'a Value, member: &str, code: &str) -> Result<&'a str, AwsError> {
    match input[member].as_str() {
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(AwsError::new(code, format!("{member} is required."))),
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of this century fit a double exactly")]
fn seconds(at: jiff::Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}
