//! CodeCommit from outside: a stock git client against the HTTP door.

use std::{
    path::Path,
    process::{Command, Output},
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::{Sandbox, clock::Clock};

fn caller() -> Caller {
    Caller { arn: "arn:aws:iam::123456789012:user/developer-1".to_owned() }
}

fn sandbox() -> (Sandbox, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut clock = Clock::new("2026-11-02T09:00:00Z".parse::<Timestamp>().unwrap(), 1.0);
    clock.pause();
    (Sandbox::new(World::new(folder.path().to_owned(), 1, clock)), folder)
}

fn seeded() -> (Sandbox, TempDir) {
    let (sandbox, folder) = sandbox();
    let files = tempfile::tempdir().unwrap();
    std::fs::write(files.path().join("index.html"), "background-color: #99c;\n").unwrap();
    sandbox.with(|world| seed(world, "demo", files.path(), "Begin")).unwrap();
    (sandbox, folder)
}

fn ask(sandbox: &Sandbox, operation: &str, input: Value) -> Result<Value, AwsError> {
    sandbox.with(|world| world.call(&caller(), "codecommit", operation, input))
}

async fn listen(sandbox: &Sandbox) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let sandbox = sandbox.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let sandbox = sandbox.clone();
            let service = service_fn(move |request| {
                let sandbox = sandbox.clone();
                async move { Ok::<_, std::convert::Infallible>(serve_http(&sandbox, request).await) }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    format!("http://{address}/v1/repos")
}

async fn git(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new("git");
    command
        .args(["-c", "user.name=developer-1", "-c", "user.email=developer-1@example.com"])
        .args(words)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .current_dir(folder);
    tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap()
}

async fn git_ok(folder: &Path, words: &[&str]) -> String {
    let output = git(folder, words).await;
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn what_is_not_there_has_the_error_that_aws_gives() {
    let (sandbox, _folder) = sandbox();
    let code = |operation: &str, input: Value| ask(&sandbox, operation, input).unwrap_err().code;
    assert_eq!(code("GetRepository", json!({})), "RepositoryNameRequiredException");
    assert_eq!(code("GetRepository", json!({"repositoryName": "x"})), "RepositoryDoesNotExistException");
    assert_eq!(code("CreateRepository", json!({"repositoryName": "../x"})), "InvalidRepositoryNameException");
    ask(&sandbox, "CreateRepository", json!({"repositoryName": "x"})).unwrap();
    assert_eq!(code("CreateRepository", json!({"repositoryName": "x"})), "RepositoryNameExistsException");
    let missing = json!({"repositoryName": "x", "branchName": "main"});
    assert_eq!(code("GetBranch", missing), "BranchDoesNotExistException");
    assert_eq!(code("MergeBranches", json!({})), "NotImplemented");
}

#[test]
fn a_seeded_repository_has_one_commit_that_can_be_read_and_exported() {
    let (sandbox, _folder) = seeded();
    let branch = ask(&sandbox, "GetBranch", json!({"repositoryName": "demo", "branchName": "main"})).unwrap();
    let id = branch["branch"]["commitId"].as_str().unwrap();
    let commit = ask(&sandbox, "GetCommit", json!({"repositoryName": "demo", "commitId": id})).unwrap();
    assert_eq!(commit["commit"]["message"], "Begin\n");
    assert_eq!(commit["commit"]["author"]["name"], "developer-1");
    sandbox.with(|world| {
        let commit = super::commit(world, "demo", "main").unwrap();
        assert_eq!((commit.id.as_str(), commit.author_date.as_str()), (id, "2026-11-02T09:00:00Z"));
        let to = tempfile::tempdir().unwrap();
        export(world, "demo", id, to.path()).unwrap();
        let text = std::fs::read_to_string(to.path().join("index.html")).unwrap();
        assert_eq!(text, "background-color: #99c;\n");
    });
}

#[test]
fn a_file_put_on_a_branch_that_moved_on_is_refused() {
    let (sandbox, _folder) = seeded();
    let mut put = json!({
        "repositoryName": "demo", "branchName": "main", "filePath": "a/b.txt", "fileContent": "aGVsbG8=",
        "commitMessage": "Add b", "parentCommitId": "0000000000000000000000000000000000000000",
    });
    assert_eq!(ask(&sandbox, "PutFile", put.clone()).unwrap_err().code, "ParentCommitIdOutdatedException");
    put["parentCommitId"] = json!(sandbox.with(|world| head(world, "demo", "main")));
    let answer = ask(&sandbox, "PutFile", put).unwrap();
    let id = sandbox.with(|world| head(world, "demo", "main")).unwrap();
    assert_eq!(answer["commitId"], id);
    let to = tempfile::tempdir().unwrap();
    sandbox.with(|world| export(world, "demo", &id, to.path())).unwrap();
    assert_eq!(std::fs::read_to_string(to.path().join("a/b.txt")).unwrap(), "hello");
    assert!(to.path().join("index.html").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stock_client_clones_commits_and_pushes_and_the_push_is_noticed() {
    let (sandbox, _folder) = seeded();
    let url = listen(&sandbox).await;
    let place = tempfile::tempdir().unwrap();
    let missing = git(place.path(), &["clone", "-q", &format!("{url}/none"), "none"]).await;
    assert!(!missing.status.success());

    git_ok(place.path(), &["clone", "-q", &format!("{url}/demo"), "demo"]).await;
    let clone = place.path().join("demo");
    std::fs::write(clone.join("index.html"), "background-color: #9c9;\n").unwrap();
    git_ok(&clone, &["commit", "-q", "-am", "Turn green"]).await;
    git_ok(&clone, &["push", "-q", "origin", "main"]).await;
    let id = git_ok(&clone, &["rev-parse", "HEAD"]).await;
    assert_eq!(sandbox.with(|world| head(world, "demo", "main")), Some(id.clone()));

    git_ok(&clone, &["push", "-q", "origin", "HEAD:refs/heads/topic"]).await;
    assert_eq!(sandbox.with(|world| head(world, "demo", "topic")), Some(id));
    git_ok(&clone, &["push", "-q", "origin", ":topic"]).await;
    assert_eq!(sandbox.with(|world| head(world, "demo", "topic")), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_in_chunks_into_an_empty_repository_arrives_whole() {
    let (sandbox, _folder) = sandbox();
    ask(&sandbox, "CreateRepository", json!({"repositoryName": "empty"})).unwrap();
    let url = listen(&sandbox).await;
    let place = tempfile::tempdir().unwrap();
    git_ok(place.path(), &["clone", "-q", &format!("{url}/empty"), "empty"]).await;
    let clone = place.path().join("empty");
    // Does not compress, so the pack is far beyond the buffer and goes up in chunks.
    let mut ids = crate::id::Ids::new(7);
    let noise: Vec<u8> = (0..50_000).flat_map(|_| ids.rng().u64(..).to_le_bytes()).collect();
    std::fs::write(clone.join("noise"), &noise).unwrap();
    git_ok(&clone, &["add", "."]).await;
    git_ok(&clone, &["commit", "-q", "-m", "Add noise"]).await;
    git_ok(&clone, &["-c", "http.postBuffer=65536", "push", "-q", "origin", "HEAD:main"]).await;
    let id = sandbox.with(|world| head(world, "empty", "main")).unwrap();
    let to = tempfile::tempdir().unwrap();
    sandbox.with(|world| export(world, "empty", &id, to.path())).unwrap();
    assert_eq!(std::fs::read(to.path().join("noise")).unwrap(), noise);
}

#[test]
fn files_of_a_commit_are_read_and_what_is_not_there_is_named() {
    let (sandbox, _folder) = seeded();
    let refused = |operation: &str, input: Value| ask(&sandbox, operation, input).unwrap_err().code;
    let of = |member: &str, path: &str| json!({ "repositoryName": "demo", member: path });
    assert_eq!(refused("GetFolder", of("folderPath", "viridian")), "FolderDoesNotExistException");
    assert_eq!(refused("GetFolder", of("folderPath", "index.html")), "FolderDoesNotExistException");
    assert_eq!(refused("GetFile", of("filePath", "../index.html")), "FileDoesNotExistException");
    for specifier in ["--output=x", "nowhere", "0000000000000000000000000000000000000000"] {
        let mut input = of("filePath", "index.html");
        input["commitSpecifier"] = json!(specifier);
        assert_eq!(refused("GetFile", input), "CommitDoesNotExistException");
    }

    let put = json!({
        "repositoryName": "demo",
        "branchName": "main",
        "filePath": "viridian/shop.toml",
        "fileContent": "bmFtZSA9ICJzaG9wIgo=",
        "parentCommitId": ask(&sandbox, "GetBranch", json!({ "repositoryName": "demo", "branchName": "main" })).unwrap()["branch"]["commitId"],
    });
    let commit = ask(&sandbox, "PutFile", put).unwrap()["commitId"].clone();
    let mut input = of("folderPath", "/viridian/");
    input["commitSpecifier"] = commit.clone();
    let folder = ask(&sandbox, "GetFolder", input).unwrap();
    assert_eq!(folder["files"][0]["absolutePath"], "viridian/shop.toml");
    let root = ask(&sandbox, "GetFolder", of("folderPath", "/")).unwrap();
    assert_eq!(root["subFolders"][0]["absolutePath"], "viridian");
    let file = ask(&sandbox, "GetFile", of("filePath", "viridian/shop.toml")).unwrap();
    assert_eq!((&file["fileContent"], &file["commitId"]), (&json!("bmFtZSA9ICJzaG9wIgo="), &commit));
    assert_eq!(file["fileMode"], "NORMAL");
}
