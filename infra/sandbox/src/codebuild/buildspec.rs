//! The buildspec, version 0.2: what a build does, read strictly.
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html>

use serde_json::{Map, Value};

/// The phases with commands, in their order.
pub(super) const PHASES: [&str; 4] = ["install", "pre_build", "build", "post_build"];

#[derive(Debug, Default, PartialEq)]
pub(super) struct Buildspec {
    pub(super) variables: Vec<(String, String)>,
    pub(super) exported: Vec<String>,
    /// Only those that the file has, in the order of [`PHASES`].
    pub(super) phases: Vec<Phase>,
    pub(super) artifact: Option<Files>,
    pub(super) secondary: Vec<(String, Files)>,
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
}

/// Which files make an artifact.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Files {
    pub(super) patterns: Vec<String>,
    pub(super) excluded: Vec<String>,
    pub(super) base: String,
    pub(super) discard_paths: bool,
}

/// Reads a buildspec. An error is a sentence that names the place.
pub(super) fn parse(text: &str) -> Result<Buildspec, String> {
    let file: Value = serde_saphyr::from_str(text).map_err(|error| format!("it is not YAML: {error}"))?;
    let file = keys(
        &file,
        "the buildspec",
        &["version", "run-as", "env", "proxy", "phases", "reports", "artifacts", "cache"],
    )?;
    if file.get("version").and_then(scalar).as_deref() != Some("0.2") {
        return Err("version: only 0.2 is understood".to_owned());
    }
    for refused in ["run-as", "proxy", "reports"] {
        if file.contains_key(refused) {
            return Err(format!("{refused}: the sandbox does not have it"));
        }
    }
    let mut buildspec = Buildspec::default();
    if let Some(env) = file.get("env") {
        environment(env, &mut buildspec)?;
    }
    let phases = file.get("phases").ok_or("phases: required")?;
    buildspec.phases = read_phases(phases)?;
    if let Some(artifacts) = file.get("artifacts") {
        read_artifacts(artifacts, &mut buildspec)?;
    }
    Ok(buildspec)
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
    for refused in ["parameter-store", "secrets-manager"] {
        if env.contains_key(refused) {
            return Err(format!("env.{refused}: the sandbox keeps no secrets; set a plain variable instead"));
        }
    }
    match env.get("shell").and_then(Value::as_str) {
        None | Some("bash" | "sh" | "/bin/sh") => {}
        Some(other) => return Err(format!("env.shell: the sandbox has bash and sh, not {other}")),
    }
    if let Some(variables) = env.get("variables") {
        for (name, value) in object(variables, "env.variables")? {
            let text = scalar(value).ok_or_else(|| format!("env.variables.{name}: must be a text"))?;
            buildspec.variables.push((variable_name(name, "env.variables")?, text));
        }
    }
    for name in texts(env.get("exported-variables"), "env.exported-variables")? {
        buildspec.exported.push(variable_name(&name, "env.exported-variables")?);
    }
    Ok(())
}

fn read_phases(phases: &Value) -> Result<Vec<Phase>, String> {
    let phases = keys(phases, "phases", &PHASES)?;
    let mut read = Vec::new();
    for name in PHASES {
        let Some(phase) = phases.get(name) else { continue };
        let place = format!("phases.{name}");
        let phase = keys(
            phase,
            &place,
            &["run-as", "on-failure", "runtime-versions", "commands", "finally", "steps"],
        )?;
        if let Some(refused) = ["run-as", "steps"].iter().find(|key| phase.contains_key(**key)) {
            return Err(format!("{place}.{refused}: the sandbox does not have it"));
        }
        let on_failure = match phase.get("on-failure").and_then(Value::as_str) {
            None => OnFailure::Usual,
            Some("ABORT") => OnFailure::Abort,
            Some("CONTINUE") => OnFailure::Continue,
            Some(other) => return Err(format!("{place}.on-failure: the sandbox does not have {other}")),
        };
        let commands = texts(phase.get("commands"), &format!("{place}.commands"))?;
        let finally = texts(phase.get("finally"), &format!("{place}.finally"))?;
        if commands.is_empty() && !phase.contains_key("runtime-versions") {
            return Err(format!("{place}.commands: at least one is required"));
        }
        read.push(Phase { name, commands, finally, on_failure });
    }
    if read.is_empty() { Err("phases: at least one is required".to_owned()) } else { Ok(read) }
}

fn read_artifacts(artifacts: &Value, buildspec: &mut Buildspec) -> Result<(), String> {
    let place = "artifacts";
    let members = object(artifacts, place)?;
    if let Some(secondary) = members.get("secondary-artifacts") {
        let place = "artifacts.secondary-artifacts";
        for (name, files) in object(secondary, place)? {
            let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if name.is_empty() || !plain {
                return Err(format!("{place}.{name}: a name has letters, digits and _"));
            }
            buildspec.secondary.push((name.clone(), read_files(files, &format!("{place}.{name}"))?));
        }
    }
    if members.contains_key("files") {
        buildspec.artifact = Some(read_files(artifacts, place)?);
    } else if buildspec.secondary.is_empty() {
        return Err("artifacts.files: required".to_owned());
    }
    Ok(())
}

fn read_files(files: &Value, place: &str) -> Result<Files, String> {
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
    let patterns = texts(members.get("files"), &format!("{place}.files"))?;
    if patterns.is_empty() {
        return Err(format!("{place}.files: at least one is required"));
    }
    let base = members.get("base-directory").and_then(scalar).unwrap_or_default();
    if base.contains(['*', '?']) {
        return Err(format!("{place}.base-directory: the sandbox takes no pattern here"));
    }
    let discard = members.get("discard-paths").and_then(scalar);
    Ok(Files {
        patterns,
        excluded: texts(members.get("exclude-paths"), &format!("{place}.exclude-paths"))?,
        base,
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
        Some(_) => Err(format!("{place}: must be a list")),
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
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        parse(text).unwrap_err()
    }

    #[test]
    fn a_buildspec_that_says_what_is_not_understood_is_refused_with_its_place() {
        assert_eq!(
            error("version: 0.1\nphases: {build: {commands: [a]}}"),
            "version: only 0.2 is understood"
        );
        assert_eq!(error("version: 0.2"), "phases: required");
        assert!(error("version: 0.2\nphase: {}").starts_with("the buildspec: `phase` is not a key"));
        assert_eq!(
            error("version: 0.2\nphases: {build: {commands: [{a: b}]}}"),
            "phases.build.commands[0]: must be a text"
        );
        assert!(
            error("version: 0.2\nenv: {parameter-store: {A: b}}\nphases: {}").contains("keeps no secrets")
        );
        assert!(error("version: 0.2\nphases: {build: {commands: [a], on-failure: RETRY}}").contains("RETRY"));
        assert!(error("version: [").starts_with("it is not YAML"));
    }

    #[test]
    fn a_whole_buildspec_is_read() {
        let text = r#"
version: 0.2
env:
  shell: bash
  variables: { PORT: 80, NAME: "a b" }
  exported-variables: [IMAGE_URI]
phases:
  build:
    on-failure: ABORT
    commands:
      - echo "one"
      - |
        if true; then
          echo two
        fi
    finally: [echo three]
  install:
    runtime-versions: { nodejs: 22 }
artifacts:
  base-directory: dist
  files: ['**/*']
  discard-paths: no
  secondary-artifacts:
    report: { files: [report.json], discard-paths: yes }
"#;
        let read = parse(text).unwrap();
        assert_eq!(read.variables, [("PORT".into(), "80".into()), ("NAME".into(), "a b".into())]);
        assert_eq!(read.exported, ["IMAGE_URI"]);
        assert_eq!(read.phases.iter().map(|phase| phase.name).collect::<Vec<_>>(), ["install", "build"]);
        let build = &read.phases[1];
        assert_eq!(build.commands, ["echo \"one\"", "if true; then\n  echo two\nfi\n"]);
        assert_eq!((build.finally.len(), build.on_failure), (1, OnFailure::Abort));
        let artifact = read.artifact.unwrap();
        assert_eq!((artifact.base.as_str(), artifact.discard_paths), ("dist", false));
        assert!(read.secondary[0].1.discard_paths);
    }
}
