//! What is read of a buildspec, key by key.

use super::*;

fn error(text: &str) -> String {
    parse(text).unwrap_err()
}

#[test]
fn a_buildspec_that_says_what_is_not_understood_is_refused_with_its_place() {
    assert_eq!(error("version: 0.3\nphases: {build: {commands: [a]}}"), "version: must be 0.2 or 0.1");
    assert_eq!(error("version: 0.2"), "phases: required");
    assert!(error("version: 0.2\nphase: {}").starts_with("the buildspec: `phase` is not a key"));
    assert_eq!(
        error("version: 0.2\nphases: {build: {commands: [{a: b}]}}"),
        "phases.build.commands[0]: must be a text"
    );
    assert_eq!(error("version: 0.2\nphases: {}"), "phases: at least one is required");
    assert!(
        error("version: 0.2\nphases: {test: {commands: [a]}}").starts_with("phases: `test` is not a key")
    );
    assert!(
        error("version: 0.2\nphases: {build: {on-failure: STOP}}")
            .contains("must be ABORT, CONTINUE or RETRY")
    );
    assert_eq!(
        error("version: 0.2\nphases: {build: {commands: [a]}}\nartifacts: {files: {a: b}}"),
        "artifacts.files: must be a list of texts"
    );
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

/// The notices of a buildspec with these lines beside a build phase.
fn notices(lines: &str) -> Vec<String> {
    parse(&format!("version: 0.2\n{lines}")).unwrap_or_else(|error| panic!("{lines}: {error}")).notices
}

#[test]
fn what_is_legal_and_not_here_is_noted_and_never_the_end_of_a_build() {
    let build = "phases: {build: {commands: [a]}}";
    for (lines, place) in [
        ("run-as: root", "run-as"),
        ("proxy: {upload-artifacts: no, logs: no}", "proxy"),
        ("batch: {fast-fail: false, build-list: [{identifier: one}]}", "batch"),
        ("reports: {units: {files: ['**/*.xml'], file-format: JUNITXML}}", "reports"),
        ("cache: {key: k, fallback-keys: [a], paths: ['/var/cache/m2/**/*']}", "cache"),
        ("env: {parameter-store: {A: /a}}", "env.parameter-store"),
        ("env: {secrets-manager: {A: 'a:b'}}", "env.secrets-manager"),
        ("env: {git-credential-helper: yes}", "env.git-credential-helper"),
        ("env: {shell: powershell.exe}", "env.shell"),
        ("artifacts: {files: [a], name: n-$(date)}", "artifacts.name"),
        ("artifacts: {files: [a], enable-symlinks: yes}", "artifacts.enable-symlinks"),
        ("artifacts: {files: [a], s3-prefix: p}", "artifacts.s3-prefix"),
    ] {
        let found = notices(&format!("{build}\n{lines}"));
        assert_eq!(found.len(), 1, "{lines}: {found:?}");
        assert!(found[0].starts_with(&format!("{place}: ")), "{lines}: {found:?}");
    }
    for (phase, place) in [
        ("run-as: root, commands: [a]", "phases.build.run-as"),
        ("runtime-versions: {nodejs: latest}", "phases.build.runtime-versions"),
        ("on-failure: RETRY-2-timeout, commands: [a]", "phases.build.on-failure"),
    ] {
        let found = notices(&format!("phases: {{build: {{{phase}}}}}"));
        assert!(found.len() == 1 && found[0].starts_with(&format!("{place}: ")), "{phase}: {found:?}");
    }
    assert_eq!(notices(build), Vec::<String>::new());
}

#[test]
fn one_text_stands_for_a_list_and_nothing_for_an_empty_one() {
    let text = "version: 0.2\nenv: {variables: , exported-variables: URI}\nphases:\n  install:\n  build:\n    \
                commands: make\n    finally: tidy\nartifacts:\n  files: list.json\n  exclude-paths: a.txt\ncache:\n";
    let read = parse(text).unwrap();
    assert_eq!(read.exported, ["URI"]);
    assert_eq!(
        (read.phases[0].commands.as_slice(), read.phases[0].finally.as_slice()),
        (&["make".to_owned()][..], &["tidy".to_owned()][..])
    );
    let files = read.artifact.unwrap();
    assert_eq!((files.patterns, files.excluded), (vec!["list.json".to_owned()], vec!["a.txt".to_owned()]));
}

#[test]
fn a_phase_is_tried_again_as_often_as_it_says() {
    let of = |word: &str| {
        let text = format!("version: 0.2\nphases: {{build: {{commands: [a], on-failure: {word}}}}}");
        parse(&text).unwrap().phases[0].on_failure
    };
    assert_eq!(of("RETRY"), OnFailure::Retry(3));
    assert_eq!(of("RETRY-1"), OnFailure::Retry(1));
    assert_eq!(of("RETRY-Download.*"), OnFailure::Retry(3));
    assert_eq!(of("RETRY-2-Download-.*"), OnFailure::Retry(2));
    assert_eq!(of("CONTINUE"), OnFailure::Continue);
}

#[test]
fn the_older_version_keeps_its_commands_apart() {
    let text = "version: 0.1\nenvironment_variables: {plaintext: {A: b}}\nphases: {build: {commands: [a]}}";
    let read = parse(text).unwrap();
    assert_eq!((read.is_apart, read.variables), (true, vec![("A".to_owned(), "b".to_owned())]));
}
