//! Builds from outside: buildspecs in the project, in the source, and the three of the demo application.

mod field;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use viridian_nginx_site::{Request, Site};

use super::*;
use crate::{Sandbox, clock::Clock, ecr};

fn caller() -> Caller {
    Caller { arn: "arn:aws:iam::123456789012:user/developer-1".to_owned() }
}

/// A sandbox at work whose clock runs fast.
fn sandbox() -> (Sandbox, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::new("2026-11-02T09:00:00Z".parse::<Timestamp>().unwrap(), 1000.0);
    let sandbox = Sandbox::new(World::new(folder.path().to_owned(), 1, clock));
    sandbox.start();
    (sandbox, folder)
}

fn ask(sandbox: &Sandbox, service: &str, operation: &str, input: Value) -> Result<Value, AwsError> {
    sandbox.with(|world| world.call(&caller(), service, operation, input))
}

fn project(sandbox: &Sandbox, name: &str, source: Value, variables: &[(&str, &str)]) {
    let variables: Vec<Value> =
        variables.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let input = json!({
        "name": name, "source": source, "artifacts": { "type": "NO_ARTIFACTS" },
        "environment": {
            "type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": variables,
        },
        "serviceRole": "arn:aws:iam::123456789012:role/build",
    });
    ask(sandbox, "codebuild", "CreateProject", input).unwrap();
}

async fn ended(sandbox: &Sandbox, id: &str) -> Value {
    for _ in 0..1000 {
        let answer = ask(sandbox, "codebuild", "BatchGetBuilds", json!({ "ids": [id] })).unwrap();
        if answer["builds"][0]["buildComplete"] == true {
            return answer["builds"][0].clone();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the build {id} did not end: {}", log(sandbox, id));
}

/// Runs a buildspec without a source.
async fn built(sandbox: &Sandbox, buildspec: &str) -> Value {
    project(sandbox, "plain", json!({ "type": "NO_SOURCE", "buildspec": buildspec }), &[]);
    let started = ask(sandbox, "codebuild", "StartBuild", json!({ "projectName": "plain" })).unwrap();
    ended(sandbox, started["build"]["id"].as_str().unwrap()).await
}

fn log(sandbox: &Sandbox, id: &str) -> String {
    let (project, stream) = id.split_once(':').unwrap();
    let input = json!({ "logGroupName": format!("/aws/codebuild/{project}"), "logStreamName": stream });
    let events = ask(sandbox, "logs", "GetLogEvents", input).unwrap();
    let lines = events["events"].as_array().unwrap().iter().map(|event| event["message"].as_str().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

fn phase<'a>(build: &'a Value, name: &str) -> &'a Value {
    let phases = build["phases"].as_array().unwrap();
    phases.iter().find(|phase| phase["phaseType"] == name).unwrap_or(&Value::Null)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_build_phase_still_runs_post_build_and_says_why() {
    let (sandbox, _folder) = sandbox();
    let text = "version: 0.2\nphases:\n  build:\n    commands:\n      - echo before\n      - (exit 3)\n      - echo never\n    \
                finally: [echo tidied]\n  post_build:\n    commands:\n      - echo \"succeeding $CODEBUILD_BUILD_SUCCEEDING\"\n";
    let build = built(&sandbox, text).await;
    assert_eq!(build["buildStatus"], "FAILED");
    let failed = phase(&build, "BUILD");
    assert_eq!(failed["phaseStatus"], "FAILED");
    assert_eq!(failed["contexts"][0]["statusCode"], "COMMAND_EXECUTION_ERROR");
    assert_eq!(phase(&build, "POST_BUILD")["phaseStatus"], "SUCCEEDED");
    let log = log(&sandbox, build["id"].as_str().unwrap());
    assert!(
        log.contains("\nbefore\n") && log.contains("\ntidied\n") && log.contains("\nsucceeding 0\n"),
        "{log}"
    );
    assert!(!log.contains("\nnever\n"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_pre_build_ends_the_build_unless_it_is_to_continue() {
    let (sandbox, _folder) = sandbox();
    let text = "version: 0.2\nphases:\n  pre_build:\n    commands: ['false']\n  build:\n    commands: [echo built]\n";
    let build = built(&sandbox, text).await;
    assert_eq!((&build["buildStatus"], phase(&build, "BUILD")), (&json!("FAILED"), &Value::Null));

    ask(&sandbox, "codebuild", "DeleteProject", json!({ "name": "plain" })).unwrap();
    let build = built(
        &sandbox,
        &text.replace("commands: ['false']", "on-failure: CONTINUE\n    commands: ['false']"),
    )
    .await;
    assert_eq!(build["buildStatus"], "SUCCEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buildspec_that_cannot_be_read_fails_the_download() {
    let (sandbox, _folder) = sandbox();
    let build = built(&sandbox, "missing.yml").await;
    assert_eq!(phase(&build, "DOWNLOAD_SOURCE")["contexts"][0]["statusCode"], "YAML_FILE_ERROR");
    assert_eq!(build["buildStatus"], "FAILED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_takes_its_time_and_nothing_of_the_persons_environment() {
    let (sandbox, _folder) = sandbox();
    let text = "version: 0.2\nenv:\n  variables: { A: one }\n  exported-variables: [B]\nphases:\n  build:\n    commands:\n      \
                - export B=\"$A two\"\n      - test -z \"${CARGO:-}${USER:-}\"\n      - aws sts get-caller-identity --query Arn\n";
    let build = built(&sandbox, text).await;
    let id = build["id"].as_str().unwrap();
    assert_eq!(build["buildStatus"], "SUCCEEDED", "{}", log(&sandbox, id));
    assert_eq!(build["exportedEnvironmentVariables"], json!([{ "name": "B", "value": "one two" }]));
    let took = build["endTime"].as_f64().unwrap() - build["startTime"].as_f64().unwrap();
    assert!(took >= 12.0, "{took}");
    assert!(log(&sandbox, id).contains("assumed-role/build/AWSCodeBuild-"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_build_stops_its_commands() {
    let (sandbox, folder) = sandbox();
    let mark = folder.path().join("mark");
    let text = format!(
        "version: 0.2\nphases:\n  build:\n    commands:\n      - sleep 2; touch '{}'\n",
        mark.display()
    );
    project(&sandbox, "plain", json!({ "type": "NO_SOURCE", "buildspec": text }), &[]);
    let started = ask(&sandbox, "codebuild", "StartBuild", json!({ "projectName": "plain" })).unwrap();
    let id = started["build"]["id"].as_str().unwrap();
    while !log(&sandbox, id).contains("Running command") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    ask(&sandbox, "codebuild", "StopBuild", json!({ "id": id })).unwrap();
    assert_eq!(ended(&sandbox, id).await["buildStatus"], "STOPPED");
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(!mark.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_a_kill_interrupted_runs_again_from_the_start() {
    let (sandbox, folder) = sandbox();
    let text = "version: 0.2\nphases:\n  build:\n    commands: [echo again]\n";
    project(&sandbox, "plain", json!({ "type": "NO_SOURCE", "buildspec": text }), &[]);
    // As a kill leaves it: noted, but never carried out.
    let id = sandbox.with(|world| {
        let id = begin::start_with(
            world,
            &caller(),
            "plain",
            Source { artifact: folder.path().to_owned().join("none"), ..Source::default() },
            None,
        )
        .unwrap();
        world.effects.clear();
        std::fs::create_dir_all(folder.path().join("none")).unwrap();
        id
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    sandbox.with(resume);
    let build = ended(&sandbox, &id).await;
    assert_eq!(build["buildStatus"], "SUCCEEDED");
    assert!(log(&sandbox, &id).contains("again"));
}

#[test]
fn a_project_that_needs_what_is_not_there_is_refused() {
    let (sandbox, _folder) = {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::new(Timestamp::UNIX_EPOCH, 1.0);
        (Sandbox::new(World::new(folder.path().to_owned(), 1, clock)), folder)
    };
    let code = |operation: &str, input: Value| ask(&sandbox, "codebuild", operation, input).unwrap_err().code;
    assert_eq!(code("CreateProject", json!({ "name": "p" })), "InvalidInputException");
    assert_eq!(code("StartBuild", json!({ "projectName": "p" })), "ResourceNotFoundException");
    project(&sandbox, "pipe", json!({ "type": "CODEPIPELINE" }), &[]);
    assert_eq!(code("StartBuild", json!({ "projectName": "pipe" })), "InvalidInputException");
    assert_eq!(code("CreateReportGroup", json!({})), "NotImplemented");
}

fn demo_app() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/demo-app-repository")
}

async fn step(sandbox: &Sandbox, project: &str, artifact: &Path, environment: &[(&str, &str)]) -> Outcome {
    let source = Source {
        artifact: artifact.to_owned(),
        version: COMMIT.to_owned(),
        environment: environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..Source::default()
    };
    let id = sandbox.with(|world| start(world, &caller(), project, source)).unwrap();
    ended(sandbox, &id).await;
    let outcome = sandbox.with(|world| outcome(world, &id)).unwrap();
    assert!(outcome.succeeded, "{}\n{}", outcome.reason, log(sandbox, &id));
    outcome
}

/// The commit that the demo application is built from.
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn demo_project(sandbox: &Sandbox, name: &str, buildspec: &str, variables: &[(&str, &str)]) {
    project(sandbox, name, json!({ "type": "CODEPIPELINE", "buildspec": buildspec }), variables);
}

/// Builds the demo application and its image. Gives the outcomes.
async fn demo_image(sandbox: &Sandbox) -> (Outcome, Outcome) {
    let new = json!({ "repositoryName": "demo", "imageTagMutability": "IMMUTABLE" });
    let repository = ask(sandbox, "ecr", "CreateRepository", new).unwrap();
    let uri = repository["repository"]["repositoryUri"].as_str().unwrap();
    demo_project(sandbox, "app", "buildspec-app.yml", &[]);
    demo_project(sandbox, "image", "buildspec-image.yml", &[("REPOSITORY_URI", uri)]);
    let app = step(sandbox, "app", &demo_app(), &[]).await;
    let image = step(sandbox, "image", &app.artifact, &[]).await;
    (app, image)
}

fn exported(outcome: &Outcome, name: &str) -> String {
    outcome.exported.iter().find(|(there, _)| there == name).map(|(_, value)| value.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_application_becomes_an_image_that_answers() {
    let (sandbox, _folder) = sandbox();
    let (app, image) = demo_image(&sandbox).await;
    let again = step(&sandbox, "image", &app.artifact, &[]).await;
    assert_eq!(
        exported(&image, "IMAGE_URI"),
        exported(&again, "IMAGE_URI"),
        "the same files are the same image"
    );
    assert_ne!(exported(&image, "IMAGE_TAG"), exported(&again, "IMAGE_TAG"), "a tag is used once");

    let pulled = sandbox.with(|world| ecr::image(world, &exported(&image, "IMAGE_URI"))).unwrap();
    let site = Site::load(&pulled.folder, &[]).unwrap();
    let get = |target: &str| {
        let headers = http::HeaderMap::new();
        let response = site.respond(&Request {
            method: "GET",
            target,
            headers: &headers,
            port: 80,
            now: Timestamp::UNIX_EPOCH,
        });
        let header = |name: &str| response.header(name).unwrap_or_default().to_owned();
        let kind = (header("content-type"), header("cache-control"));
        (response.status, kind, String::from_utf8(response.body.to_vec()).unwrap())
    };
    let (status, (kind, cache), page) = get("/");
    assert_eq!((status, cache.as_str()), (200, "no-cache"));
    assert!(kind.starts_with("text/html"), "{kind}");
    assert!(page.contains("background-color: #99c;") && page.contains(COMMIT) && !page.contains("{{"));
    assert!(page.contains("2026-11-02T09:"), "the date is the virtual one");
    for target in ["/health", "/health.json", "/api/status.json", "/api/products.json"] {
        let (status, (kind, _), body) = get(target);
        assert_eq!((status, kind.as_str()), (200, "application/json"), "{target}");
        assert!(serde_json::from_str::<Value>(&body).unwrap().to_string().contains(COMMIT), "{target}");
    }
    assert_eq!(get("/api/none.json").0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_application_prepares_the_input_of_deploy_green() {
    let (sandbox, _folder) = sandbox();
    let execution = "0f8fad5b-d9cb-469f-a165-70867728950e";
    let image = "registry/demo@sha256:0123";
    demo_project(
        &sandbox,
        "prepare",
        "buildspec-prepare-deploy-green.yml",
        &[
            ("ECS_CLUSTER_NAME", "viridian-demo"),
            ("ECS_SERVICE_NAME", "viridian-demo"),
            ("PROD_LISTENER_RULE_ARN", "arn:prod"),
            ("TEST_LISTENER_RULE_ARN", "arn:test"),
            (
                "TASK_DEFINITION",
                r#"{"Family":"demo","ContainerDefinitions":[{"Name":"web","Image":"{{image_uri}}"}]}"#,
            ),
            ("CONTAINER_NAME", "web"),
            ("CONTAINER_PORT", "80"),
            ("HEALTH_CHECK_PATH", "/health.json"),
            ("VPC_ID", "vpc-1"),
            ("SUBNETS", r#"["subnet-1","subnet-2"]"#),
            ("SECURITY_GROUPS", r#"["sg-1"]"#),
            ("ASSIGN_PUBLIC_IP", "DISABLED"),
        ],
    );
    let release = [("PIPELINE_EXECUTION_ID", execution), ("COMMIT_ID", COMMIT), ("IMAGE_URI", image)];
    let prepared = step(&sandbox, "prepare", &demo_app(), &release).await;
    let input = std::fs::read_to_string(prepared.artifact.join("deploy-green.json")).unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&input).unwrap(),
        json!({
            "ClusterName": "viridian-demo", "ServiceName": "viridian-demo",
            "ProdListenerRuleArn": "arn:prod", "TestListenerRuleArn": "arn:test",
            "ExecutionId": execution, "CommitId": COMMIT, "ImageUri": image,
            "ImageRepository": "demo", "ImageDigest": "sha256:0123",
            "TargetGroupName": "tg-viridian-0f8fad5b-d9cb-469f",
            "TaskDefinition": { "Family": "demo", "ContainerDefinitions": [{ "Name": "web", "Image": image }] },
            "ContainerName": "web", "ContainerPort": 80, "HealthCheckPath": "/health.json", "VpcId": "vpc-1",
            "Subnets": ["subnet-1", "subnet-2"], "SecurityGroups": ["sg-1"], "AssignPublicIp": "DISABLED",
        })
    );
}
