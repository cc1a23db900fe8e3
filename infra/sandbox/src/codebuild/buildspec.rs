//! The buildspec: what a build does. Whatever CodeBuild's reference allows is honoured or, where the sandbox has
//! nothing of the kind, noted for the log; what it does not allow is an error with its place.
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html>

use serde_json::{Map, Value};

/// The phases with commands, in their order.
pub(super) const PHASES: [&str; 4] = ["install", "pre_build", "build", "post_build"];

/// How often a phase is tried again where nothing is said.
const RETRIES: u32 = 3;

#[derive(Debug, Default, PartialEq)]
pub(super) struct Buildspec {
    pub(super) variables: Vec<(String, String)>,
    pub(super) exported: Vec<String>,
    /// Only those that the file has, in the order of [`PHASES`].
    pub(super) phases: Vec<Phase>,
    pub(super) artifact: Option<Files>,
    pub(super) secondary: Vec<(String, Files)>,
    /// Each command has a shell of its own, as in version 0.1.
    pub(super) is_apart: bool,
    /// What the file asks for and the sandbox does not have, a sentence each.
    pub(super) notices: Vec<String>,
}

#[derive(Debug, Default, PartialEq)]
pub(super) struct Phase {
    pub(super) name: &'static str,
    pub(super) commands: Vec<String>,
    /// Run after the commands, whether or not they failed.
    pub(super) finally: Vec<String>,
    pub(super) on_failure: OnFailure,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) enum OnFailure {
    /// As CodeBuild does when nothing is said: after a failed build phase, `post_build` still runs.
    #[default]
    Usual,
    Abort,
    Continue,
    /// The phase is tried again, so many times.
    Retry(u32),
}

/// Which files make an artifact.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Files {
    pub(super) patterns: Vec<String>,
    pub(super) excluded: Vec<String>,
    /// A folder, or a pattern of folders.
    pub(super) base: String,
    pub(super) discard_paths: bool,
}

/// Reads a buildspec. An error is a sentence that names the place.
pub(super) fn parse(text: &str) -> Result<Buildspec, String> {
    let file: Value = serde_saphyr::from_str(text).map_err(|error| format!("it is not YAML: {error}"))?;
    let known = [
        "version",
        "run-as",
        "env",
        "environment_variables",
        "proxy",
        "batch",
        "phases",
        "reports",
        "artifacts",
        "cache",
    ];
    let file = keys(&file, "the buildspec", &known)?;
    let mut buildspec = Buildspec::default();
    match file.get("version").and_then(scalar).as_deref() {
        Some("0.2") => {}
        Some("0.1") => buildspec.is_apart = true,
        _ => return Err("version: must be 0.2 or 0.1".to_owned()),
    }
    let absent = [
        ("run-as", "commands run as the user of the sandbox"),
        ("proxy", "the sandbox has no proxy"),
        ("batch", "the sandbox makes one build of it"),
        ("reports", "the sandbox keeps no reports"),
        ("cache", "the sandbox keeps no cache between builds"),
    ];
    note(file, "", &absent, &mut buildspec.notices);
    if let Some(env) = file.get("env").filter(|env| !env.is_null()) {
        environment(env, &mut buildspec)?;
    }
    if let Some(old) = file.get("environment_variables").filter(|old| !old.is_null()) {
        let old = keys(old, "environment_variables", &["plaintext", "parameter-store"])?;
        note(old, "environment_variables.", &[SECRETS[0]], &mut buildspec.notices);
        variables(old.get("plaintext"), "environment_variables.plaintext", &mut buildspec)?;
    }
    let phases = file.get("phases").ok_or("phases: required")?;
    read_phases(phases, &mut buildspec)?;
    if let Some(artifacts) = file.get("artifacts").filter(|artifacts| !artifacts.is_null()) {
        read_artifacts(artifacts, &mut buildspec)?;
    }
    Ok(buildspec)
}

const SECRETS: [(&str, &str); 2] = [
    ("parameter-store", "the sandbox keeps no parameters; what is named there is not set"),
    ("secrets-manager", "the sandbox keeps no secrets; what is named there is not set"),
];

/// Notes the members that ask for what the sandbox does not have.
fn note(members: &Map<String, Value>, place: &str, absent: &[(&str, &str)], notices: &mut Vec<String>) {
    let there = absent.iter().filter(|(key, _)| members.get(*key).is_some_and(|value| !value.is_null()));
    notices.extend(there.map(|(key, reason)| format!("{place}{key}: {reason}")));
}

fn environment(env: &Value, buildspec: &mut Buildspec) -> Result<(), String> {
    let known = [
        "shell",
        "variables",
        "exported-variables",
        "parameter-store",
        "secrets-manager",
        "git-credential-helper",
    ];
    let env = keys(env, "env", &known)?;
    note(env, "env.", &SECRETS, &mut buildspec.notices);
    note(env, "env.", &[("git-credential-helper", "the sandbox has none")], &mut buildspec.notices);
    match env.get("shell").and_then(Value::as_str) {
        None | Some("bash" | "sh" | "/bin/sh" | "/bin/bash") => {}
        Some(other) => buildspec.notices.push(format!("env.shell: bash runs the commands, not {other}")),
    }
    variables(env.get("variables"), "env.variables", buildspec)?;
    for name in texts(env.get("exported-variables"), "env.exported-variables")? {
        buildspec.exported.push(variable_name(&name, "env.exported-variables")?);
    }
    Ok(())
}

fn variables(given: Option<&Value>, place: &str, buildspec: &mut Buildspec) -> Result<(), String> {
    let Some(given) = given.filter(|given| !given.is_null()) else { return Ok(()) };
    for (name, value) in object(given, place)? {
        let text = match value {
            Value::Null => String::new(),
            value => scalar(value).ok_or_else(|| format!("{place}.{name}: must be a text"))?,
        };
        buildspec.variables.push((variable_name(name, place)?, text));
    }
    Ok(())
}

fn read_phases(phases: &Value, buildspec: &mut Buildspec) -> Result<(), String> {
    let phases = keys(phases, "phases", &PHASES)?;
    for name in PHASES {
        let Some(phase) = phases.get(name).filter(|phase| !phase.is_null()) else { continue };
        let place = format!("phases.{name}");
        let known = ["run-as", "on-failure", "runtime-versions", "commands", "finally", "steps"];
        let phase = keys(phase, &place, &known)?;
        let absent = [
            ("run-as", "commands run as the user of the sandbox"),
            ("runtime-versions", "commands find what is installed on this machine"),
            ("steps", "the sandbox runs no actions"),
        ];
        note(phase, &format!("{place}."), &absent, &mut buildspec.notices);
        let on_failure = match phase.get("on-failure").filter(|value| !value.is_null()) {
            None => OnFailure::Usual,
            Some(value) => on_failure(value, &place, &mut buildspec.notices)?,
        };
        let commands = texts(phase.get("commands"), &format!("{place}.commands"))?;
        let finally = texts(phase.get("finally"), &format!("{place}.finally"))?;
        buildspec.phases.push(Phase { name, commands, finally, on_failure });
    }
    if phases.is_empty() { Err("phases: at least one is required".to_owned()) } else { Ok(()) }
}

/// `ABORT`, `CONTINUE`, `RETRY`, `RETRY-3`, `RETRY-pattern`, `RETRY-3-pattern`.
fn on_failure(value: &Value, place: &str, notices: &mut Vec<String>) -> Result<OnFailure, String> {
    let text = value.as_str().unwrap_or_default();
    if let Some(rest) = text.strip_prefix("RETRY").filter(|rest| rest.is_empty() || rest.starts_with('-')) {
        let rest = rest.trim_start_matches('-');
        let (count, pattern) = rest.split_once('-').unwrap_or((rest, ""));
        let count: Option<u32> = count.parse().ok();
        if !pattern.is_empty() || (count.is_none() && !rest.is_empty()) {
            notices.push(format!("{place}.on-failure: the phase is tried again whatever its log says"));
        }
        return Ok(OnFailure::Retry(count.unwrap_or(RETRIES).min(RETRIES)));
    }
    match text {
        "ABORT" => Ok(OnFailure::Abort),
        "CONTINUE" => Ok(OnFailure::Continue),
        _ => Err(format!("{place}.on-failure: must be ABORT, CONTINUE or RETRY, not {value}")),
    }
}

fn read_artifacts(artifacts: &Value, buildspec: &mut Buildspec) -> Result<(), String> {
    let place = "artifacts";
    let members = object(artifacts, place)?;
    if let Some(secondary) = members.get("secondary-artifacts").filter(|secondary| !secondary.is_null()) {
        let place = "artifacts.secondary-artifacts";
        for (name, files) in object(secondary, place)? {
            let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if name.is_empty() || !plain {
                return Err(format!("{place}.{name}: a name has letters, digits and _"));
            }
            let files = read_files(files, &format!("{place}.{name}"), &mut buildspec.notices)?;
            buildspec.secondary.push((name.clone(), files));
        }
    }
    if members.contains_key("files") {
        buildspec.artifact = Some(read_files(artifacts, place, &mut buildspec.notices)?);
    } else if buildspec.secondary.is_empty() {
        return Err("artifacts.files: required".to_owned());
    }
    Ok(())
}

fn read_files(files: &Value, place: &str, notices: &mut Vec<String>) -> Result<Files, String> {
    let known = [
        "files",
        "name",
        "discard-paths",
        "base-directory",
        "exclude-paths",
        "enable-symlinks",
        "s3-prefix",
        "secondary-artifacts",
    ];
    let members = keys(files, place, &known)?;
    let absent = [
        ("name", "the pipeline names its artifacts"),
        ("enable-symlinks", "links are not kept"),
        ("s3-prefix", "the pipeline names its artifacts"),
    ];
    note(members, &format!("{place}."), &absent, notices);
    let patterns = texts(members.get("files"), &format!("{place}.files"))?;
    if patterns.is_empty() {
        return Err(format!("{place}.files: at least one is required"));
    }
    let discard = members.get("discard-paths").and_then(scalar);
    Ok(Files {
        patterns,
        excluded: texts(members.get("exclude-paths"), &format!("{place}.exclude-paths"))?,
        base: members.get("base-directory").and_then(scalar).unwrap_or_default(),
        discard_paths: matches!(discard.as_deref(), Some("yes" | "true")),
    })
}

fn variable_name(name: &str, place: &str) -> Result<String, String> {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit()) {
        return Ok(name.to_owned());
    }
    Err(format!("{place}: `{name}` is no name of a variable"))
}

fn object<'a>(value: &'a Value, place: &str) -> Result<&'a Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("{place}: must be a mapping"))
}

fn keys<'a>(value: &'a Value, place: &str, known: &[&str]) -> Result<&'a Map<String, Value>, String> {
    let members = object(value, place)?;
    match members.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => {
            Err(format!("{place}: `{key}` is not a key of a buildspec; there are {}", known.join(", ")))
        }
        None => Ok(members),
    }
}

fn texts(value: Option<&Value>, place: &str) -> Result<Vec<String>, String> {
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => items
            .iter()
            .enumerate()
            .map(|(index, item)| scalar(item).ok_or_else(|| format!("{place}[{index}]: must be a text")))
            .collect(),
        // One text stands for a list of one.
        Some(item) => match scalar(item) {
            Some(text) => Ok(vec![text]),
            None => Err(format!("{place}: must be a list of texts")),
        },
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
