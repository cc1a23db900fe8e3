//! Builds as people write them: what a pipeline gets of them, and what their commands may read.

use std::fs;

use super::*;
use crate::codecommit;

/// A pipeline whose second stage builds the repository with a buildspec. Gives how the build action ended, its
/// message, and the files of each output.
async fn piped(buildspec: &str, outputs: &[&str]) -> (String, String, Vec<(String, Vec<String>)>) {
    let (sandbox, folder) = sandbox();
    let files = tempfile::tempdir().unwrap();
    fs::write(files.path().join("index.html"), "hello").unwrap();
    sandbox.with(|world| codecommit::seed(world, "app", files.path(), "Begin")).unwrap();
    project(&sandbox, "app", json!({ "type": "CODEPIPELINE", "buildspec": buildspec }), &[]);
    let source = json!([{
        "name": "Source", "outputArtifacts": [{"name": "Source"}],
        "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "CodeCommit", "version": "1"},
        "configuration": {"RepositoryName": "app", "BranchName": "main"},
    }]);
    let wanted: Vec<Value> = outputs.iter().map(|name| json!({ "name": name })).collect();
    let build = json!([{
        "name": "Build", "inputArtifacts": [{"name": "Source"}], "outputArtifacts": wanted,
        "actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"},
        "configuration": {"ProjectName": "app"},
    }]);
    let pipeline = json!({"pipeline": {
        "name": "app", "roleArn": "arn:aws:iam::123456789012:role/app", "pipelineType": "V2",
        "artifactStore": {"type": "S3", "location": "bucket"},
        "stages": [{"name": "Source", "actions": source}, {"name": "Build", "actions": build}],
    }});
    ask(&sandbox, "codepipeline", "CreatePipeline", pipeline).unwrap();
    for _ in 0..1000 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let list =
            ask(&sandbox, "codepipeline", "ListActionExecutions", json!({ "pipelineName": "app" })).unwrap();
        let details = list["actionExecutionDetails"].as_array().unwrap().clone();
        let Some(run) = details.iter().find(|run| run["actionName"] == "Build") else { continue };
        if run["status"] == "InProgress" {
            continue;
        }
        let state = ask(&sandbox, "codepipeline", "GetPipelineState", json!({ "name": "app" })).unwrap();
        let error = &state["stageStates"][1]["actionStates"][0]["latestExecution"]["errorDetails"]["message"];
        let kept = run["output"]["outputArtifacts"].as_array().cloned().unwrap_or_default();
        let kept = kept.iter().map(|artifact| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let place = &artifact["s3location"];
            let at = folder.path().join("artifacts").join(text(&place["bucket"])).join(text(&place["key"]));
            let mut files = Vec::new();
            ecr::store::walk(&at, &mut files).unwrap();
            let names = files.iter().map(|file| file.strip_prefix(&at).unwrap().display().to_string());
            let mut names: Vec<String> = names.collect();
            names.sort();
            (text(&artifact["name"]), names)
        });
        let status = run["status"].as_str().unwrap().to_owned();
        return (status, error.as_str().unwrap_or_default().to_owned(), kept.collect());
    }
    panic!("the build did not end");
}

fn is(outputs: &[(String, Vec<String>)], wanted: &[(&str, &[&str])]) -> bool {
    let plain = |(name, files): &(String, Vec<String>)| (name.clone(), files.join(" "));
    let wanted: Vec<_> = wanted.iter().map(|(name, files)| ((*name).to_owned(), files.join(" "))).collect();
    outputs.iter().map(plain).collect::<Vec<_>>() == wanted
}

#[tokio::test(flavor = "multi_thread")]
async fn an_output_for_which_the_buildspec_names_no_files_holds_nothing() {
    let text = "version: 0.2\nphases:\n  build:\n    commands:\n      - echo built\n";
    let (status, error, outputs) = piped(text, &["Image"]).await;
    assert_eq!((status.as_str(), error.as_str()), ("Succeeded", ""));
    assert!(is(&outputs, &[("Image", &[])]), "{outputs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_may_be_one_text() {
    let text = "version: 0.2\nphases:\n  build:\n    commands:\n      - echo '[]' > list.json\nartifacts:\n  \
                files: list.json\n";
    let (status, error, outputs) = piped(text, &["List"]).await;
    assert_eq!((status.as_str(), error.as_str()), ("Succeeded", ""));
    assert!(is(&outputs, &[("List", &["list.json"])]), "{outputs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_several_outputs_holds_the_files_of_its_name() {
    let made = "version: 0.2\nphases:\n  build:\n    commands:\n      - mkdir -p left right && echo L > left/l.txt && \
                echo R > right/r.txt\nartifacts:\n";
    let named = "  secondary-artifacts:\n    LeftOut: {base-directory: left, files: '**/*'}\n    RightOut: \
                 {base-directory: right, files: ['**/*']}\n";
    for files in ["  files: [left/l.txt]\n", ""] {
        let (status, error, outputs) =
            piped(&format!("{made}{files}{named}"), &["LeftOut", "RightOut"]).await;
        assert_eq!((status.as_str(), error.as_str()), ("Succeeded", ""));
        assert!(is(&outputs, &[("LeftOut", &["l.txt"]), ("RightOut", &["r.txt"])]), "{outputs:?}");
    }
    let (_, _, outputs) = piped(&format!("{made}{named}"), &["RightOut"]).await;
    assert!(is(&outputs, &[("RightOut", &["r.txt"])]), "{outputs:?}");
    let (_, _, outputs) = piped(&format!("{made}{named}"), &["LeftOut", "Other"]).await;
    assert!(is(&outputs, &[("LeftOut", &["l.txt"]), ("Other", &[])]), "{outputs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_told_without_the_systems_words() {
    let text = "version: 0.2\nphases:\n  build:\n    commands: [echo]\nartifacts:\n  files: none.txt\n  \
                base-directory: dist\n";
    let (status, error, _) = piped(text, &["Out"]).await;
    assert_eq!(status, "Failed");
    assert!(error.contains("no matching base directory path found for dist"), "{error}");
    let (_, error, _) = piped(&text.replace("  base-directory: dist\n", ""), &["Out"]).await;
    assert!(error.contains("no matching artifact paths found") && !error.contains("os error"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_sandbox_does_not_have_is_in_the_log_and_the_build_succeeds() {
    let (sandbox, _folder) = sandbox();
    let text = "version: 0.2\nrun-as: root\nenv:\n  parameter-store: {A: /a}\n  variables: {B: b}\nproxy: {logs: \
                no}\nphases:\n  install:\n    runtime-versions: {nodejs: latest}\n  pre_build:\n  build:\n    commands: \
                test \"$B${A-}\" = b\nreports:\n  units: {files: '*.xml'}\ncache: {paths: [node_modules]}\n";
    let build = built(&sandbox, text).await;
    let log = log(&sandbox, build["id"].as_str().unwrap());
    assert_eq!(build["buildStatus"], "SUCCEEDED", "{log}");
    for place in
        ["run-as", "env.parameter-store", "proxy", "phases.install.runtime-versions", "reports", "cache"]
    {
        assert!(log.contains(&format!("Not in the sandbox: {place}: ")), "{place}\n{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phase_that_is_tried_again_may_succeed() {
    let (sandbox, _folder) = sandbox();
    let text = "version: 0.2\nphases:\n  build:\n    on-failure: RETRY-2\n    commands:\n      - echo x >> tries\n      - test \
                $(wc -l < tries) -eq 3\n  post_build:\n    commands: test $CODEBUILD_BUILD_SUCCEEDING = 1\n";
    assert_eq!(built(&sandbox, text).await["buildStatus"], "SUCCEEDED");
    ask(&sandbox, "codebuild", "DeleteProject", json!({ "name": "plain" })).unwrap();
    assert_eq!(built(&sandbox, &text.replace("RETRY-2", "RETRY-1")).await["buildStatus"], "FAILED");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_of_the_older_version_do_not_see_each_other() {
    let (sandbox, _folder) = sandbox();
    let text = "version: 0.1\nphases:\n  build:\n    commands:\n      - export A=1; cd /\n      - test -z \"${A-}\"\n      \
                - test \"$PWD\" = \"$CODEBUILD_SRC_DIR\"\n";
    let build = built(&sandbox, text).await;
    assert_eq!(build["buildStatus"], "SUCCEEDED", "{}", log(&sandbox, build["id"].as_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_reads_the_variables_of_aws_and_no_others_at_every_moment() {
    let (sandbox, _folder) = sandbox();
    let text = "version: 0.2\nphases:\n  build:\n    commands:\n      - echo \"first $CODEBUILD_BUILD_SUCCEEDING\"\n      - \
                env | grep -oE '^(AWS|CODEBUILD)_[A-Z_]+' | sort\n      - 'false'\n    finally:\n      - echo \"finally \
                $CODEBUILD_BUILD_SUCCEEDING\"\n  post_build:\n    commands:\n      - echo \"last \
                $CODEBUILD_BUILD_SUCCEEDING\"\n";
    let build = built(&sandbox, text).await;
    let log = log(&sandbox, build["id"].as_str().unwrap());
    for line in ["first 1", "finally 0", "last 0"] {
        assert!(log.lines().any(|found| found == line), "{line}\n{log}");
    }
    for name in [
        "AWS_DEFAULT_REGION",
        "AWS_REGION",
        "CODEBUILD_BUILD_ARN",
        "CODEBUILD_BUILD_ID",
        "CODEBUILD_BUILD_IMAGE",
        "CODEBUILD_BUILD_NUMBER",
        "CODEBUILD_BUILD_SUCCEEDING",
        "CODEBUILD_CI",
        "CODEBUILD_KMS_KEY_ID",
        "CODEBUILD_LOG_PATH",
        "CODEBUILD_PROJECT_ARN",
        "CODEBUILD_SRC_DIR",
        "CODEBUILD_START_TIME",
    ] {
        assert!(log.lines().any(|found| found == name), "{name}\n{log}");
    }
    // A buildspec that asks for it finds nothing in an account.
    assert!(!log.contains("AWS_ACCOUNT_ID"), "{log}");
}

/// What `docker build` says of a folder with these files, and whether it succeeds.
async fn image(files: &[(&str, &str)]) -> (bool, String) {
    let (sandbox, _folder) = sandbox();
    let mut made = String::new();
    for (path, text) in files {
        let place = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
        let lines: Vec<String> = text.lines().map(|line| format!("        {line}")).collect();
        let lines = lines.join("\n");
        made = format!(
            "{made}      - mkdir -p {place}\n      - |\n        cat > {path} <<'END'\n{lines}\n        END\n"
        );
    }
    let text =
        format!("version: 0.2\nphases:\n  build:\n    commands:\n{made}      - docker build -t app .\n");
    let build = built(&sandbox, &text).await;
    (build["buildStatus"] == "SUCCEEDED", log(&sandbox, build["id"].as_str().unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_of_an_image_is_not_carried_out_is_refused_at_its_build_with_its_line() {
    let whole = "FROM nginx:alpine\nCOPY nginx.conf /etc/nginx/nginx.conf\n";
    for (files, wanted) in [
        (
            vec![("Dockerfile", whole), ("nginx.conf", "events {}\nhttp {\n  upstream a { server b; }\n}\n")],
            "the sandbox does not carry out directive \"upstream\" in /etc/nginx/nginx.conf:3",
        ),
        (
            vec![
                ("Dockerfile", "FROM nginx\nCOPY a.conf /etc/nginx/conf.d/\n"),
                ("a.conf", "server {\n  proxy_pass a;\n}\n"),
            ],
            "the sandbox does not carry out directive \"proxy_pass\" in /etc/nginx/conf.d/a.conf:2",
        ),
        (vec![("Dockerfile", "FROM nginx\nCOPY none /srv/\n")], "dockerfile line 2: COPY failed"),
        (vec![("Dockerfile", "FROM nginx\n\nCMD [\"node\", \"a.js\"]\n")], "dockerfile line 3: `node a.js`"),
        (vec![("Dockerfile", "FROM node:22\n")], "dockerfile line 1: pull access denied for node:22"),
    ] {
        let (built, log) = image(&files).await;
        assert!(!built && log.contains(wanted), "{wanted}\n{log}");
    }
    let right = "events {}\nhttp {\n  server {\n    listen 80;\n    root /srv/page;\n  }\n}\n";
    let (built, log) = image(&[("Dockerfile", whole), ("nginx.conf", right)]).await;
    assert!(built, "{log}");
    let template = "FROM nginx\nCOPY site.conf.template /etc/nginx/templates/default.conf.template\n";
    let text = "server { listen ${PORT}; location / { return 200 'mine'; } }\n";
    let (built, log) = image(&[("Dockerfile", template), ("site.conf.template", text)]).await;
    assert!(built, "{log}");
    // What nginx itself refuses is told by the task, as in an account.
    let broken = "FROM nginx\nCOPY a.conf /etc/nginx/conf.d/\n";
    let (built, log) = image(&[("Dockerfile", broken), ("a.conf", "server { lisen 80; }\n")]).await;
    assert!(built, "{log}");
}
