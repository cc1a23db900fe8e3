//! CodeBuild: runs a repository's buildspecs.

use serde_json::Value;

use crate::{
    error::AwsError,
    table::Saved,
    world::{Caller, World},
};

#[derive(Debug, Default)]
pub struct Build {}

impl Build {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        Vec::new()
    }
}

pub(crate) fn call(
    _world: &mut World,
    _caller: &Caller,
    operation: &str,
    _input: Value,
) -> Result<Value, AwsError> {
    Err(AwsError::not_implemented("build", operation))
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub enum Event {}

pub(crate) fn on_event(_world: &mut World, event: Event) {
    match event {}
}

#[derive(Debug, Clone)]
pub enum Effect {}

pub(crate) async fn carry_out(_sandbox: &crate::Sandbox, effect: Effect) {
    match effect {}
}

/// Starts again what a kill interrupted: called once after the world was loaded.
pub(crate) fn resume(_world: &mut World) {}

/// What the pipeline asks of a build.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Folder of the primary input artifact: the build's working folder begins as a copy of it.
    pub artifact: std::path::PathBuf,
    /// Further input artifacts by name, for `CODEBUILD_SRC_DIR_NAME`.
    pub secondary: Vec<(String, std::path::PathBuf)>,
    /// The commit, for `CODEBUILD_RESOLVED_SOURCE_VERSION`.
    pub version: String,
    /// `EnvironmentVariables` of the action, resolved.
    pub environment: Vec<(String, String)>,
    /// `codepipeline/NAME`.
    pub initiator: String,
}

/// How a build ended.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    pub succeeded: bool,
    /// Which phase failed and why, in a sentence; empty when it succeeded.
    pub reason: String,
    /// Folder with the files that the buildspec's `artifacts` name.
    pub artifact: std::path::PathBuf,
    /// `exported-variables` with their values.
    pub exported: Vec<(String, String)>,
    pub log_stream_arn: String,
}

/// Starts a build for the pipeline and gives its id, `PROJECT:UUID`. When it has ended,
/// `pipeline::build_ended` is called.
pub(crate) fn start(
    _world: &mut World,
    _caller: &Caller,
    _project: &str,
    _source: Source,
) -> Result<String, AwsError> {
    Err(AwsError::not_implemented("codebuild", "StartBuild"))
}

/// How a build ended, or `None` while it runs.
pub(crate) fn outcome(_world: &World, _build: &str) -> Option<Outcome> {
    None
}

/// Stops a build that the pipeline abandoned.
pub(crate) fn stop(_world: &mut World, _build: &str) {}
