//! Runs the commands of a build: fetches its source, walks its phases, keeps its artifacts and its log.

use std::{fs, io, time::Duration};

mod job;
mod journal;
mod permit;

pub(super) use job::Job;
use journal::Journal;

use super::{
    artifact,
    buildspec::{self, Buildspec, OnFailure, PHASES, Phase},
    end, log,
    record::{Result as Ended, Status},
    shell::{Setting, Shell},
    tool::Tools,
    trouble,
};
use crate::Sandbox;

/// The longest log of a build. More is taken for a loop.
const LONGEST_LOG: u64 = 32 * 1024 * 1024;

/// What went wrong in a phase.
#[derive(Debug, Clone)]
struct Failure {
    phase: &'static str,
    code: &'static str,
    message: String,
}

impl Failure {
    fn reason(&self) -> String {
        format!("Phase: {}, Code: {}, Message: {}", self.phase, self.code, self.message)
    }
}

/// Runs a build to its end, or until it is stopped.
pub(super) async fn run(sandbox: &Sandbox, build: &str) {
    let Some((job, stopped)) = sandbox.with(|world| job::take(world, build)) else {
        let fault = Ended { status: Status::Fault, ..failed("the folder of the build cannot be made") };
        return sandbox.with(|world| end::finish(world, build, fault));
    };
    let journal = Journal::new(sandbox, &job);
    let result = tokio::select! {
        () = stopped.cancelled() => None,
        () = overflow(&job) => Some(failed("the log of the build grew beyond 32 MiB")),
        () = tokio::time::sleep(job.timeout) => Some(Ended { status: Status::TimedOut, ..failed("the build took too long") }),
        result = carry_out(sandbox, &job, &journal) => Some(result.unwrap_or_else(|error| {
            Ended { status: Status::Fault, ..failed(&format!("the build cannot be run: {}", trouble::words(&error))) }
        })),
    };
    let _ = fs::remove_dir_all(job.work());
    if let Some(result) = result {
        if !result.reason.is_empty() {
            journal.say(&result.reason);
        }
        sandbox.with(|world| {
            end::end_phase(world, build, result.status, None);
            end::begin_phase(world, build, "FINALIZING");
            end::end_phase(world, build, Status::Succeeded, None);
            end::finish(world, build, result);
        });
    }
}

fn failed(reason: &str) -> Ended {
    Ended { status: Status::Failed, reason: reason.to_owned(), exported: Vec::new(), secondary: Vec::new() }
}

/// Ends when the log has become too long.
async fn overflow(job: &Job) {
    let log = log::path(&job.folder);
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if fs::metadata(&log).is_ok_and(|log| log.len() > LONGEST_LOG) {
            return;
        }
    }
}

async fn carry_out(sandbox: &Sandbox, job: &Job, journal: &Journal<'_>) -> io::Result<Ended> {
    for phase in ["SUBMITTED", "QUEUED", "PROVISIONING", "DOWNLOAD_SOURCE"] {
        journal.begin(phase);
        let refused = match phase {
            "SUBMITTED" => permit::log(sandbox, job),
            "DOWNLOAD_SOURCE" => permit::source(sandbox, job),
            _ => None,
        };
        if let Some(failure) = refused {
            journal.end(Some(&failure));
            return Ok(failed(&failure.reason()));
        }
        if phase != "DOWNLOAD_SOURCE" {
            journal.end(None);
        }
    }
    let fetched = job.clone();
    let fetched = tokio::task::spawn_blocking(move || fetch(&fetched)).await.map_err(io::Error::other)??;
    let buildspec = match fetched {
        Ok(buildspec) => buildspec,
        Err(message) => {
            let failure = Failure { phase: "DOWNLOAD_SOURCE", code: "YAML_FILE_ERROR", message };
            journal.end(Some(&failure));
            return Ok(failed(&failure.reason()));
        }
    };
    journal.end(None);
    for notice in &buildspec.notices {
        journal.say(&format!("Not in the sandbox: {notice}"));
    }

    let tools = Tools::start(sandbox, &job.work(), &job.caller).await?;
    let shell = Shell::new(Setting {
        folder: job.source_folder(),
        log: log::path(&job.folder),
        own: job.work().join("shell"),
        environment: job.environment(&buildspec, &tools),
    })?;
    let mut run = Run { sandbox, job, journal, shell };
    let result = run.all(&buildspec).await;
    drop(tools);
    result
}

/// Copies the source in and reads the buildspec. The inner error is the buildspec's.
fn fetch(job: &Job) -> io::Result<Result<Buildspec, String>> {
    let _ = fs::remove_dir_all(job.work());
    for folder in ["home", "tmp", "bin", "answers"] {
        fs::create_dir_all(job.work().join(folder))?;
    }
    artifact::copy(&job.source.artifact, &job.source_folder())?;
    for (name, folder) in &job.source.secondary {
        artifact::copy(folder, &job.secondary_folder(name))?;
    }
    let text = if job.buildspec.contains('\n') {
        job.buildspec.clone()
    } else {
        let path = artifact::inside(&job.source_folder(), &job.buildspec);
        match path.map(fs::read_to_string) {
            Some(Ok(text)) => text,
            _ => return Ok(Err(format!("stat {}: no such file in the source", job.buildspec))),
        }
    };
    Ok(buildspec::parse(&text).map_err(|error| format!("{}: {error}", job.buildspec_name())))
}

struct Run<'a> {
    sandbox: &'a Sandbox,
    job: &'a Job,
    journal: &'a Journal<'a>,
    shell: Shell,
}

impl Run<'_> {
    async fn all(&mut self, buildspec: &Buildspec) -> io::Result<Ended> {
        let (mut failure, whole) = self.phases(buildspec).await?;
        let mut exported = Vec::new();
        for name in &buildspec.exported {
            exported.push((name.clone(), self.shell.variable(name).await?));
        }
        if whole {
            let late = self.keep(buildspec);
            failure = failure.or(late);
        }
        let secondary = buildspec.secondary.iter().map(|(name, _)| name.clone()).collect();
        Ok(match failure {
            Some(failure) => Ended { exported, ..failed(&failure.reason()) },
            None => Ended { status: Status::Succeeded, reason: String::new(), exported, secondary },
        })
    }

    /// Gives the first failure, and whether artifacts are to be kept none the less.
    async fn phases(&mut self, buildspec: &Buildspec) -> io::Result<(Option<Failure>, bool)> {
        let mut first = None;
        for name in PHASES {
            let Some(phase) = buildspec.phases.iter().find(|phase| phase.name == name) else { continue };
            self.journal.begin(upper(name));
            let mut failure = self.phase(phase, buildspec.is_apart).await?;
            if let OnFailure::Retry(times) = phase.on_failure {
                for _ in 0..times {
                    if failure.is_none() {
                        break;
                    }
                    self.journal.say(&format!("Phase {} is tried again", upper(name)));
                    self.shell.run("export CODEBUILD_BUILD_SUCCEEDING=1").await?;
                    failure = self.phase(phase, buildspec.is_apart).await?;
                }
            }
            self.journal.end(failure.as_ref());
            let Some(failure) = failure.filter(|_| phase.on_failure != OnFailure::Continue) else { continue };
            first = first.or(Some(failure));
            match (name, phase.on_failure) {
                ("build", OnFailure::Usual) | ("post_build", _) => {}
                _ => return Ok((first, false)),
            }
        }
        Ok((first, true))
    }

    async fn phase(&mut self, phase: &Phase, is_apart: bool) -> io::Result<Option<Failure>> {
        let mut failure = self.commands(phase.name, &phase.commands, is_apart).await?;
        if failure.is_some() && phase.on_failure != OnFailure::Continue {
            // What still runs in this phase sees it too.
            self.shell.run("export CODEBUILD_BUILD_SUCCEEDING=0").await?;
        }
        if !phase.finally.is_empty() {
            let late = self.commands(phase.name, &phase.finally, is_apart).await?;
            failure = failure.or(late);
        }
        Ok(failure)
    }

    async fn commands(
        &mut self,
        phase: &'static str,
        commands: &[String],
        is_apart: bool,
    ) -> io::Result<Option<Failure>> {
        for command in commands {
            let command = command.trim_end();
            self.journal.say(&format!("Running command {command}"));
            let alone = is_apart.then(|| format!("(cd \"$CODEBUILD_SRC_DIR\"\n{command}\n)"));
            let status = self.shell.run(alone.as_deref().unwrap_or(command)).await?;
            if status != 0 {
                let message =
                    format!("Error while executing command: {command}. Reason: exit status {status}");
                return Ok(Some(Failure { phase: upper(phase), code: "COMMAND_EXECUTION_ERROR", message }));
            }
        }
        Ok(None)
    }

    /// Keeps the files that the buildspec names.
    fn keep(&self, buildspec: &Buildspec) -> Option<Failure> {
        self.journal.begin("UPLOAD_ARTIFACTS");
        let mut wanted = Vec::new();
        wanted.extend(buildspec.artifact.iter().map(|files| (self.job.folder.join("artifact"), files)));
        for (name, files) in &buildspec.secondary {
            wanted.push((self.job.folder.join("secondary").join(name), files));
        }
        let mut failure = if wanted.is_empty() { None } else { permit::artifacts(self.sandbox, self.job) };
        for (to, files) in wanted {
            if failure.is_some() {
                break;
            }
            if let Err(message) = artifact::collect(&self.job.source_folder(), files, &to) {
                failure = Some(Failure { phase: "UPLOAD_ARTIFACTS", code: "CLIENT_ERROR", message });
            }
        }
        self.journal.end(failure.as_ref());
        failure
    }
}

fn upper(phase: &str) -> &'static str {
    match phase {
        "install" => "INSTALL",
        "pre_build" => "PRE_BUILD",
        "build" => "BUILD",
        _ => "POST_BUILD",
    }
}
