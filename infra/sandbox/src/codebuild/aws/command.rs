//! The commands of the AWS CLI that a build may use, and how their words become an operation's input.

use std::{fs, path::Path};

use serde_json::{Map, Value, json};

use crate::codebuild::trouble;

/// How a word becomes a member.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Text,
    /// Words up to the next option, or one JSON list.
    Texts,
    /// JSON, or `Name=value,Name=value` words for a list of flat structures.
    Json,
}

use Kind::{Json, Text, Texts};

#[derive(Debug, Clone, Copy)]
pub(super) enum Command {
    /// `ecr get-login-password`, which is no operation.
    LoginPassword,
    Call {
        service: &'static str,
        operation: &'static str,
        members: &'static [(&'static str, Kind)],
    },
}

/// A command line, read.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) command: Command,
    pub(super) input: Map<String, Value>,
    pub(super) query: Option<String>,
    pub(super) output: Option<String>,
}

/// CLI service, CLI command, service, operation, members in the service's own case.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static [(&'static str, Kind)]);

const ELB: &str = "elasticloadbalancingv2";

const COMMANDS: &[Row] = &[
    ("sts", "get-caller-identity", "sts", "GetCallerIdentity", &[]),
    (
        "ecr",
        "describe-images",
        "ecr",
        "DescribeImages",
        &[("repositoryName", Text), ("imageIds", Json), ("registryId", Text)],
    ),
    (
        "ecr",
        "describe-repositories",
        "ecr",
        "DescribeRepositories",
        &[("repositoryNames", Texts), ("registryId", Text)],
    ),
    ("ecr", "list-images", "ecr", "ListImages", &[("repositoryName", Text), ("registryId", Text)]),
    (
        "ecr",
        "batch-get-image",
        "ecr",
        "BatchGetImage",
        &[("repositoryName", Text), ("imageIds", Json), ("registryId", Text)],
    ),
    (
        "ecr",
        "put-image",
        "ecr",
        "PutImage",
        &[("repositoryName", Text), ("imageManifest", Text), ("imageTag", Text), ("imageDigest", Text)],
    ),
    (
        "ecs",
        "register-task-definition",
        "ecs",
        "RegisterTaskDefinition",
        &[
            ("family", Text),
            ("taskRoleArn", Text),
            ("executionRoleArn", Text),
            ("networkMode", Text),
            ("containerDefinitions", Json),
            ("volumes", Json),
            ("requiresCompatibilities", Texts),
            ("cpu", Text),
            ("memory", Text),
            ("tags", Json),
            ("runtimePlatform", Json),
        ],
    ),
    (
        "ecs",
        "describe-task-definition",
        "ecs",
        "DescribeTaskDefinition",
        &[("taskDefinition", Text), ("include", Texts)],
    ),
    (
        "ecs",
        "list-task-definitions",
        "ecs",
        "ListTaskDefinitions",
        &[("familyPrefix", Text), ("status", Text), ("sort", Text)],
    ),
    (
        "ecs",
        "describe-services",
        "ecs",
        "DescribeServices",
        &[("cluster", Text), ("services", Texts), ("include", Texts)],
    ),
    (
        "ecs",
        "describe-task-sets",
        "ecs",
        "DescribeTaskSets",
        &[("cluster", Text), ("service", Text), ("taskSets", Texts), ("include", Texts)],
    ),
    ("elbv2", "describe-rules", ELB, "DescribeRules", &[("ListenerArn", Text), ("RuleArns", Texts)]),
    (
        "elbv2",
        "describe-listeners",
        ELB,
        "DescribeListeners",
        &[("LoadBalancerArn", Text), ("ListenerArns", Texts)],
    ),
    (
        "elbv2",
        "describe-load-balancers",
        ELB,
        "DescribeLoadBalancers",
        &[("LoadBalancerArns", Texts), ("Names", Texts)],
    ),
    (
        "elbv2",
        "describe-target-groups",
        ELB,
        "DescribeTargetGroups",
        &[("LoadBalancerArn", Text), ("TargetGroupArns", Texts), ("Names", Texts)],
    ),
    (
        "elbv2",
        "describe-target-health",
        ELB,
        "DescribeTargetHealth",
        &[("TargetGroupArn", Text), ("Targets", Json)],
    ),
    ("cloudformation", "describe-stacks", "cloudformation", "DescribeStacks", &[("StackName", Text)]),
    ("codepipeline", "get-pipeline-state", "codepipeline", "GetPipelineState", &[("name", Text)]),
    (
        "codepipeline",
        "get-pipeline-execution",
        "codepipeline",
        "GetPipelineExecution",
        &[("pipelineName", Text), ("pipelineExecutionId", Text)],
    ),
    (
        "codecommit",
        "get-branch",
        "codecommit",
        "GetBranch",
        &[("repositoryName", Text), ("branchName", Text)],
    ),
    ("codecommit", "get-commit", "codecommit", "GetCommit", &[("repositoryName", Text), ("commitId", Text)]),
];

/// Reads a command line. `folder` is where `file://` paths begin.
pub(super) fn read(words: &[&str], folder: &Path) -> Result<Ask, String> {
    let mut words = split(words).into_iter().peekable();
    let mut place = Vec::new();
    let (mut query, mut output, mut input) = (None, None, Map::new());
    while let Some(word) = words.next_if(|word| !word.starts_with("--")) {
        place.push(word);
    }
    let [service, command] = place.as_slice() else {
        return Err("the following arguments are required: service and command".to_owned());
    };
    let command = find(service, command)?;
    let members = match command {
        Command::Call { members, .. } => members,
        Command::LoginPassword => &[],
    };
    while let Some(option) = words.next() {
        let mut values = Vec::new();
        while let Some(value) = words.next_if(|word| !word.starts_with("--")) {
            values.push(value);
        }
        let first =
            || values.first().cloned().ok_or_else(|| format!("argument {option}: expected one argument"));
        match option.as_str() {
            "--query" => query = Some(first()?),
            "--output" => output = Some(first()?),
            "--region" | "--profile" | "--endpoint-url" | "--cli-read-timeout" | "--color" => drop(first()?),
            "--no-cli-pager" | "--no-paginate" | "--no-include-email" => {}
            "--cli-input-json" => {
                let text = contents(&first()?, folder)?;
                let value: Map<String, Value> = serde_json::from_str(&text)
                    .map_err(|error| format!("argument --cli-input-json: invalid JSON: {error}"))?;
                // Single options win over the whole.
                input = value.into_iter().chain(input).collect();
            }
            _ => {
                let (name, kind) = member(members, &option)?;
                input.insert((*name).to_owned(), convert(&option, *kind, &values, folder)?);
            }
        }
    }
    Ok(Ask { command, input, query, output })
}

fn find(service: &str, command: &str) -> Result<Command, String> {
    if (service, command) == ("ecr", "get-login-password") {
        return Ok(Command::LoginPassword);
    }
    let row = COMMANDS.iter().find(|row| (row.0, row.1) == (service, command)).ok_or_else(|| {
        format!("`aws {service} {command}` is not among the commands that builds have in the sandbox")
    })?;
    Ok(Command::Call { service: row.2, operation: row.3, members: row.4 })
}

/// `--name=value` taken apart.
fn split(words: &[&str]) -> Vec<String> {
    let mut split = Vec::new();
    for word in words {
        match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => {
                split.extend([name.to_owned(), value.to_owned()]);
            }
            _ => split.push((*word).to_owned()),
        }
    }
    split
}

fn member(
    members: &'static [(&'static str, Kind)],
    option: &str,
) -> Result<&'static (&'static str, Kind), String> {
    let found = members.iter().find(|(member, _)| kebab(member) == option.trim_start_matches("--"));
    found.ok_or_else(|| format!("Unknown options: {option}"))
}

/// `RuleArns` and `ruleArns` are `rule-arns` on the command line.
fn kebab(member: &str) -> String {
    let mut kebab = String::new();
    for (index, letter) in member.chars().enumerate() {
        if letter.is_ascii_uppercase() && index > 0 {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

fn convert(option: &str, kind: Kind, values: &[String], folder: &Path) -> Result<Value, String> {
    let Some(first) = values.first() else { return Err(format!("argument {option}: expected one argument")) };
    let text = contents(first, folder)?;
    let invalid = |error: serde_json::Error| format!("argument {option}: invalid JSON: {error}");
    match kind {
        Text => Ok(json!(text)),
        Texts if text.trim_start().starts_with('[') => serde_json::from_str(&text).map_err(invalid),
        Texts => Ok(json!(values)),
        Json if text.trim_start().starts_with(['[', '{']) => serde_json::from_str(&text).map_err(invalid),
        Json => values.iter().map(|value| shorthand(option, value)).collect(),
    }
}

/// `imageTag=1,imageDigest=x`: the flat part of the CLI's shorthand.
fn shorthand(option: &str, text: &str) -> Result<Value, String> {
    let mut members = Map::new();
    for pair in text.split(',') {
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            format!(
                "argument {option}: `{text}` is neither JSON nor Name=value; the sandbox reads only these"
            )
        })?;
        members.insert(name.to_owned(), json!(value));
    }
    Ok(Value::Object(members))
}

/// A value, or the content of the file that it names.
fn contents(value: &str, folder: &Path) -> Result<String, String> {
    let Some(path) = value.strip_prefix("file://") else { return Ok(value.to_owned()) };
    let path = folder.join(path);
    fs::read_to_string(&path)
        .map_err(|error| format!("unable to load paramfile {}: {}", path.display(), trouble::words(&error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(line: &str) -> Result<Ask, String> {
        read(&line.split(' ').collect::<Vec<_>>(), Path::new("/nowhere"))
    }

    #[test]
    fn what_is_not_in_the_table_is_refused() {
        assert!(ask("s3 ls").unwrap_err().contains("`aws s3 ls`"));
        assert!(ask("ecr").unwrap_err().contains("required"));
        assert_eq!(ask("ecr list-images --nope 1").unwrap_err(), "Unknown options: --nope");
        assert!(ask("ecr describe-images --image-ids x").unwrap_err().contains("neither JSON"));
        assert!(
            ask("ecs register-task-definition --cli-input-json file://x").unwrap_err().contains("/nowhere/x")
        );
    }

    #[test]
    fn words_become_members() {
        let ask = ask("elbv2 describe-rules --rule-arns a b --query Rules[0] --output=text").unwrap();
        assert_eq!(Value::Object(ask.input), json!({ "RuleArns": ["a", "b"] }));
        assert_eq!((ask.query.as_deref(), ask.output.as_deref()), (Some("Rules[0]"), Some("text")));
        let ask = self::ask("ecr describe-images --repository-name demo --image-ids imageTag=1").unwrap();
        assert_eq!(
            Value::Object(ask.input),
            json!({ "repositoryName": "demo", "imageIds": [{ "imageTag": "1" }] })
        );
        let ask = self::ask(
            "ecs register-task-definition --family f --cli-input-json {\"family\":\"g\",\"cpu\":\"1\"}",
        );
        assert_eq!(Value::Object(ask.unwrap().input), json!({ "family": "f", "cpu": "1" }));
    }
}
