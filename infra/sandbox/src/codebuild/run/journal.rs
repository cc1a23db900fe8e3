//! What a running build says of itself: in its log, and as phases in the world.

use std::{fs::OpenOptions, io::Write as _, path::PathBuf};

use super::{
    super::{end, log, record::Status},
    Failure,
    job::Job,
};
use crate::Sandbox;

pub(super) struct Journal<'a> {
    sandbox: &'a Sandbox,
    build: &'a str,
    log: PathBuf,
}

impl<'a> Journal<'a> {
    /// Begins a new log: what a run that was interrupted wrote is gone.
    pub(super) fn new(sandbox: &'a Sandbox, job: &'a Job) -> Self {
        let log = log::path(&job.folder);
        let _ = std::fs::write(&log, "");
        Self { sandbox, build: &job.id, log }
    }

    /// Writes a line of the build's own into its log.
    pub(super) fn say(&self, text: &str) {
        let now = self.sandbox.with(|world| world.now());
        let line = format!("[Container] {} {text}\n", now.strftime("%Y/%m/%d %H:%M:%S%.6f"));
        let written = OpenOptions::new()
            .append(true)
            .open(&self.log)
            .and_then(|mut log| log.write_all(line.as_bytes()));
        if let Err(error) = written {
            tracing::warn!(build = self.build, %error, "the log of a build cannot be written");
        }
    }

    pub(super) fn begin(&self, phase: &'static str) {
        self.say(&format!("Entering phase {phase}"));
        self.sandbox.with(|world| end::begin_phase(world, self.build, phase));
    }

    pub(super) fn end(&self, failure: Option<&Failure>) {
        let status = if failure.is_some() { Status::Failed } else { Status::Succeeded };
        let context = failure.map(|failure| (failure.code.to_owned(), failure.message.clone()));
        self.sandbox.with(|world| end::end_phase(world, self.build, status, context));
        let word = if failure.is_some() { "FAILED" } else { "SUCCEEDED" };
        self.say(&format!("Phase complete: State: {word}"));
    }
}
