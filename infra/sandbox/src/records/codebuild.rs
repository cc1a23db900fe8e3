//! What is kept of CodeBuild: its tables, and what may fall due or is to be done outside.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::table::{Saved, Table};

#[derive(Debug, Default)]
pub struct CodeBuild {
    pub(crate) projects: Table<Project>,
    pub(crate) builds: Table<Record>,
    /// What stops the commands of a build that runs now.
    pub(crate) running: HashMap<String, CancellationToken>,
    /// Builds whose commands have not ended, by when they may end at the earliest: time waits for them
    /// there, so that how long their commands really take does not change the order of events.
    pub(crate) unfinished: BTreeSet<(Timestamp, String)>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Event {
    /// The commands of a build have ended, and so has the time that a build takes at least.
    End { build: String },
}

#[derive(Debug, Clone)]
pub enum Effect {
    /// Run the commands of a build.
    Run { build: String },
}

/// What the pipeline asks of a build.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Source {
    /// Folder of the primary input artifact: the build's working folder begins as a copy of it.
    pub artifact: PathBuf,
    /// Further input artifacts by name, for `CODEBUILD_SRC_DIR_NAME`.
    pub secondary: Vec<(String, PathBuf)>,
    /// Where the pipeline keeps the input artifacts, as bucket and key.
    #[serde(default)]
    pub inputs: Vec<(String, String)>,
    /// Where it will keep what the build hands in.
    #[serde(default)]
    pub outputs: Vec<(String, String)>,
    /// The commit, for `CODEBUILD_RESOLVED_SOURCE_VERSION`.
    pub version: String,
    /// `EnvironmentVariables` of the action, resolved.
    pub environment: Vec<(String, String)>,
    /// `codepipeline/NAME`.
    pub initiator: String,
}

/// A project: what `CreateProject` was given, and how often it has been built.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Project {
    pub(crate) settings: Value,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) builds: u64,
}

/// One build.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) project: String,
    pub(crate) number: u64,
    pub(crate) source: Source,
    pub(crate) buildspec: Option<String>,
    pub(crate) started: Timestamp,
    /// However fast its commands are, a build takes this long.
    pub(crate) not_before: Timestamp,
    pub(crate) ended: Option<Timestamp>,
    pub(crate) status: Status,
    pub(crate) phases: Vec<Phase>,
    pub(crate) result: Option<Result>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    InProgress,
    Succeeded,
    Failed,
    Fault,
    TimedOut,
    Stopped,
}

/// A part of a build, as its page shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Phase {
    pub(crate) name: String,
    pub(crate) started: Timestamp,
    pub(crate) ended: Option<(Timestamp, Status)>,
    /// Code and message of what went wrong.
    pub(crate) failure: Option<(String, String)>,
}

/// What the commands of a build came to, before the build is said to have ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Result {
    pub(crate) status: Status,
    pub(crate) reason: String,
    pub(crate) exported: Vec<(String, String)>,
    pub(crate) secondary: Vec<String>,
}

impl CodeBuild {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![
            ("codebuild.projects", &mut self.projects as &mut dyn Saved),
            ("codebuild.builds", &mut self.builds),
        ]
    }
}
