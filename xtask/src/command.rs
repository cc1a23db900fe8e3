//! Runs other programs, and says in one sentence what failed.

use std::{
    ffi::OsStr,
    path::Path,
    process::{Command, Stdio},
};

/// Why a task could not be done: one sentence for the person who asked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Failure(pub(crate) String);

pub(crate) type Done<T = ()> = Result<T, Failure>;

pub(crate) fn fail<T>(sentence: impl Into<String>) -> Done<T> {
    Err(Failure(sentence.into()))
}

/// Attaches what was being done to an input or output error.
pub(crate) trait During<T> {
    fn during(self, what: &str) -> Done<T>;
}

impl<T> During<T> for std::io::Result<T> {
    fn during(self, what: &str) -> Done<T> {
        self.map_err(|error| Failure(format!("Cannot {what}: {error}.")))
    }
}

/// Runs a program to its end and lets it print. `purpose` completes "Cannot …".
pub(crate) fn run(command: &mut Command, purpose: &str) -> Done {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => fail(format!("Cannot {purpose}: `{program}` ended with {status}.")),
        Err(error) => fail(format!("Cannot {purpose}: `{program}` does not start ({error}).")),
    }
}

/// Runs a command that says much of little: it is shown only where the command fails.
pub(crate) fn run_quietly(command: &mut Command, purpose: &str) -> Done {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            eprint!("{}", String::from_utf8_lossy(&output.stderr));
            fail(format!("Cannot {purpose}: `{program}` ended with {}.", output.status))
        }
        Err(error) => fail(format!("Cannot {purpose}: `{program}` does not start ({error}).")),
    }
}

/// What a program prints, or `None` if it cannot be run or fails.
pub(crate) fn output(program: impl AsRef<OsStr>, arguments: &[&str]) -> Option<String> {
    let output =
        Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program of that name can be started.
pub(crate) fn exists(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

/// `cargo` for the workspace, building where [`crate::paths::target`] says.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments).current_dir(crate::paths::root()).env("CARGO_TARGET_DIR", crate::paths::target());
    cargo
}

/// Puts folders in front of `PATH` for a command.
pub(crate) fn with_path(command: &mut Command, folders: &[&Path]) {
    let mut paths: Vec<_> = folders.iter().map(|folder| folder.to_path_buf()).collect();
    paths.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    if let Ok(joined) = std::env::join_paths(paths) {
        command.env("PATH", joined);
    }
}
