//! The stages at which releases of the fleet stand, and how the fixtures is led to each.

use std::{collections::HashMap, path::PathBuf};

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    Error, files,
    fork::{self, fork},
    name::Name,
    replay::{Replay, caller},
    template::{Template, words},
};
use crate::{codecommit, iam, outputs::Outputs, world::World};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Released long ago.
    Idle,
    /// The image is being built.
    Building,
    /// Green is being stood up.
    Deploying,
    /// Green waits for the swap.
    Waiting,
    /// Green serves production and waits for clean-up.
    Swapped,
    /// A build failed.
    Failed,
    /// The test window ran out.
    Expired,
    /// The swap was rejected.
    Rejected,
    /// A second push waits behind a gate.
    Queued,
    /// The release was stopped at its gate.
    Stopped,
}

/// Every stage with its template.
pub(super) fn fixtures(world: &mut World, base: &Outputs) -> Result<Vec<(Stage, Template)>, Error> {
    if (Desk { world, base }).status() != "Succeeded" {
        return Err(Error::Unfinished);
    }
    let recorded = Replay::of(world, base)?;
    let folder = files::fixtures(world, base)?;
    let mut idle = fork(world, &folder)?;
    codecommit::let_borrow(&mut idle, &base.console_service_name);
    let before = fork::records(&mut idle);
    let mut bench = Bench { base, recorded, before, folder, cut: Vec::new() };
    bench.keep(Stage::Idle, &mut idle);

    let mut failed = fork(&mut idle, &bench.folder.clone())?;
    // Only one of the forks may push: they share the repository on disk.
    let start = json!({"name": base.pipeline_name});
    failed.call(&caller(), "codepipeline", "StartPipelineExecution", start)?;
    let reason = "Error while executing command: npm test. Reason: exit status 1";
    bench.run(&mut failed, "a failed build", Some(reason), |desk| desk.status() == "Failed")?;
    bench.keep(Stage::Failed, &mut failed);

    let mut release = fork(&mut idle, &bench.folder.clone())?;
    bench.push(&mut release, "Show prices with tax", "QSBjaGFuZ2UuCg==")?;
    bench.run(&mut release, "the image's build", None, |desk| desk.is_running("BuildImage"))?;
    bench.keep(Stage::Building, &mut release);
    bench.run(&mut release, "the deployment", None, |desk| desk.is_running("DeployGreen"))?;
    bench.pass(&mut release, SignedDuration::from_secs(15))?;
    bench.keep(Stage::Deploying, &mut release);
    bench.run(&mut release, "its first gate", None, |desk| desk.token("ApproveSwap").is_some())?;
    bench.pass(&mut release, SignedDuration::from_mins(2))?;
    bench.keep(Stage::Waiting, &mut release);
    bench.lead_on(&mut release)?;
    Ok(bench.cut)
}

struct Bench<'a> {
    base: &'a Outputs,
    recorded: Replay,
    before: HashMap<(&'static str, String), String>,
    folder: PathBuf,
    cut: Vec<(Stage, Template)>,
}

impl Bench<'_> {
    /// The stages that come after the first gate, each in a world of its own.
    fn lead_on(&mut self, waiting: &mut World) -> Result<(), Error> {
        let folder = self.folder.clone();
        let mut rejected = fork(waiting, &folder)?;
        self.answer(&mut rejected, "ApproveSwap", "Rejected", "The prices lack the tax.")?;
        self.pass(&mut rejected, SignedDuration::from_mins(10))?;
        self.keep(Stage::Rejected, &mut rejected);

        let mut stopped = fork(waiting, &folder)?;
        let execution = Desk { world: &mut stopped, base: self.base }.execution();
        let stop = json!({
            "pipelineName": self.base.pipeline_name, "pipelineExecutionId": execution, "abandon": true,
            "reason": "Superseded by a fix",
        });
        stopped.call(&caller(), "codepipeline", "StopPipelineExecution", stop)?;
        self.pass(&mut stopped, SignedDuration::from_mins(5))?;
        self.keep(Stage::Stopped, &mut stopped);

        let mut swapped = fork(waiting, &folder)?;
        self.answer(&mut swapped, "ApproveSwap", "Approved", "Looks right on the test port.")?;
        self.run(&mut swapped, "its second gate", None, |desk| desk.token("ApproveCleanUp").is_some())?;
        self.pass(&mut swapped, SignedDuration::from_mins(5))?;
        self.keep(Stage::Swapped, &mut swapped);

        // Pushed last, because the forks share the repository on disk.
        let mut queued = fork(waiting, &folder)?;
        self.push(&mut queued, "Round prices down", "QW5vdGhlciBjaGFuZ2UuCg==")?;
        self.pass(&mut queued, SignedDuration::from_hours(1))?;
        self.keep(Stage::Queued, &mut queued);

        self.run(waiting, "the end of its window", None, |desk| desk.status() == "Failed")?;
        self.pass(waiting, SignedDuration::from_hours(3))?;
        self.keep(Stage::Expired, waiting);
        Ok(())
    }

    fn keep(&mut self, stage: Stage, world: &mut World) {
        let name =
            Name { service: self.base.console_service_name.clone(), stack: self.base.stack_name.clone() };
        let real = self.folder.parent().unwrap_or(&self.folder).to_string_lossy().into_owned();
        let words = words(&self.folder.to_string_lossy(), &real, &name);
        let cut = Template::cut(world, &words, &self.before);
        // Releases that have ended need their artifacts no more.
        let is_over = matches!(stage, Stage::Idle);
        let folders = if is_over { Vec::new() } else { files::artifacts(&self.folder) };
        self.cut.push((stage, cut.with_artifacts(folders)));
    }

    /// Pushes a file with a content in base64.
    fn push(&self, world: &mut World, message: &str, content: &str) -> Result<(), Error> {
        let repository = &self.base.console_service_name;
        let branch = json!({"repositoryName": repository, "branchName": "main"});
        let head = world.call(&caller(), "codecommit", "GetBranch", branch)?["branch"]["commitId"].clone();
        let put = json!({
            "repositoryName": repository, "branchName": "main", "filePath": "CHANGES.md", "parentCommitId": head,
            "fileContent": content, "commitMessage": message, "name": "developer-1", "email": "developer-1@example.com",
        });
        world.call(&caller(), "codecommit", "PutFile", put)?;
        Ok(())
    }

    fn answer(&self, world: &mut World, gate: &str, status: &str, summary: &str) -> Result<(), Error> {
        let token = Desk { world, base: self.base }.token(gate);
        let answer = json!({
            "pipelineName": self.base.pipeline_name, "stageName": "Release", "actionName": gate, "token": token,
            "result": {"status": status, "summary": summary},
        });
        // As the console does it: in a session of its role that bears the person's name.
        let approver = iam::session(world, &self.base.console_role_arn, "approver-1");
        world.call(&approver, "codepipeline", "PutApprovalResult", answer)?;
        Ok(())
    }

    /// Lets events fall due until something holds.
    fn run(
        &self,
        world: &mut World,
        what: &'static str,
        failure: Option<&str>,
        done: impl Fn(&mut Desk<'_>) -> bool,
    ) -> Result<(), Error> {
        for _ in 0..20_000 {
            self.recorded.replay(world, failure)?;
            if done(&mut Desk { world, base: self.base }) {
                return Ok(());
            }
            let Some(due) = world.timers.next_due() else { break };
            world.clock.jump(due);
            world.step();
        }
        Err(Error::Stuck(what))
    }

    fn pass(&self, world: &mut World, time: SignedDuration) -> Result<(), Error> {
        let end = world.now().checked_add(time).unwrap_or(jiff::Timestamp::MAX);
        loop {
            self.recorded.replay(world, None)?;
            let Some(due) = world.timers.next_due().filter(|due| *due <= end) else { break };
            world.clock.jump(due);
            world.step();
        }
        world.clock.jump(end);
        Ok(())
    }
}

/// What somebody at the console sees of a release.
pub(super) struct Desk<'a> {
    world: &'a mut World,
    base: &'a Outputs,
}

impl Desk<'_> {
    fn newest(&mut self) -> Value {
        let ask = json!({"pipelineName": self.base.pipeline_name, "maxResults": 1});
        let list = self.world.call(&caller(), "codepipeline", "ListPipelineExecutions", ask);
        list.unwrap_or_default()["pipelineExecutionSummaries"][0].clone()
    }

    fn status(&mut self) -> String {
        self.newest()["status"].as_str().unwrap_or_default().to_owned()
    }

    fn execution(&mut self) -> Value {
        self.newest()["pipelineExecutionId"].clone()
    }

    fn action(&mut self, name: &str) -> Value {
        let ask = json!({"name": self.base.pipeline_name});
        let state = self.world.call(&caller(), "codepipeline", "GetPipelineState", ask).unwrap_or_default();
        let stages = state["stageStates"].as_array().into_iter().flatten();
        let mut actions = stages.flat_map(|stage| stage["actionStates"].as_array().into_iter().flatten());
        actions.find(|action| action["actionName"] == name).cloned().unwrap_or_default()["latestExecution"]
            .clone()
    }

    fn token(&mut self, gate: &str) -> Option<String> {
        self.action(gate)["token"].as_str().map(str::to_owned)
    }

    fn is_running(&mut self, name: &str) -> bool {
        self.action(name)["status"] == "InProgress"
    }
}
