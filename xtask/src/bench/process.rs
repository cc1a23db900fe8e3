//! The sandbox as a process of its own.

use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::http;
use crate::command::{Done, During, fail};

pub(super) struct Process {
    child: Child,
    port: u16,
    begun: Instant,
    lines: mpsc::Receiver<String>,
}

impl Process {
    pub(super) fn start(binary: &Path, folder: &Path, flags: &[&str]) -> Done<Self> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
        let port = free.during("find a free port")?.port();
        std::fs::create_dir_all(folder).during("make a folder for the world")?;
        let mut program = Command::new(binary);
        program
            .args(["--aws-port", &port.to_string(), "--prod-port", "0", "--test-port", "0", "--data-dir"])
            .arg(folder)
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let begun = Instant::now();
        let mut child = program.spawn().during("start the sandbox")?;
        let (sender, lines) = mpsc::channel();
        if let Some(out) = child.stdout.take() {
            std::thread::spawn(move || {
                BufReader::new(out).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
            });
        }
        Ok(Self { child, port, begun, lines })
    }

    /// How long after the start the first request was answered.
    pub(super) fn first_answer(&mut self) -> Done<Duration> {
        while self.begun.elapsed() < Duration::from_secs(30) {
            if http::ask(self.port, "GET", "/_sandbox/health", "", "")
                .is_some_and(|(status, _)| status == 200)
            {
                return Ok(self.begun.elapsed());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        fail("The sandbox does not answer.")
    }

    /// Waits until the sandbox says that all of it is there.
    pub(super) fn greeting(&mut self) -> Done {
        match self.lines.recv_timeout(Duration::from_mins(2)) {
            Ok(line) if line.starts_with("The sandbox answers") => Ok(()),
            other => fail(format!("The sandbox does not boot: {other:?}.")),
        }
    }

    /// The memory that it holds, in MB.
    pub(super) fn memory(&self) -> Done<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .during("read how much memory a process holds")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kibibytes.map_or_else(
            || fail("The system does not tell how much memory a process holds."),
            |held| Ok(held * 1024.0 / 1e6),
        )
    }

    /// A control of the sandbox: changed where there is a body, else read.
    pub(super) fn control(&self, path: &str, body: Option<&Value>) -> Done<Value> {
        let (method, text) = body.map_or(("GET", String::new()), |body| ("POST", body.to_string()));
        answered(http::ask(self.port, method, &format!("/_sandbox/{path}"), "", &text))
    }

    /// An operation of AWS by its target.
    pub(super) fn call(&self, target: &str, input: &Value) -> Done<Value> {
        let headers = format!(
            "X-Amz-Target: {target}\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIABENCH/20261102/ap-northeast-1/x/aws4_request\r\n"
        );
        answered(http::ask(self.port, "POST", "/", &headers, &input.to_string()))
    }

    /// Commits a text to the branch `main` of a repository.
    pub(super) fn push(&self, repository: &Value, path: &str, text: &str) -> Done {
        let names = json!({"repositoryName": repository, "branchName": "main"});
        let branch = self.call("CodeCommit_20150413.GetBranch", &names)?;
        let file = json!({
            "repositoryName": repository, "branchName": "main", "filePath": path,
            "fileContent": BASE64_STANDARD.encode(text), "parentCommitId": branch["branch"]["commitId"],
            "commitMessage": format!("Change {path}"),
        });
        self.call("CodeCommit_20150413.PutFile", &file).map(|_: Value| ())
    }

    /// Approves at a gate, which must be open.
    pub(super) fn approve(&self, pipeline: &Value, gate: &str) -> Done {
        let Some(token) = self.token(pipeline, gate)? else {
            return fail(format!("The gate {gate} is not open."));
        };
        let result = json!({
            "pipelineName": pipeline, "stageName": "Release", "actionName": gate, "token": token,
            "result": {"status": "Approved", "summary": "seen"},
        });
        self.call("CodePipeline_20150709.PutApprovalResult", &result).map(|_: Value| ())
    }

    /// The token of a gate, while it is open.
    pub(super) fn token(&self, pipeline: &Value, gate: &str) -> Done<Option<String>> {
        let state = self.call("CodePipeline_20150709.GetPipelineState", &json!({"name": pipeline}))?;
        let stages = state["stageStates"].as_array().into_iter().flatten();
        let mut actions = stages.flat_map(|stage| stage["actionStates"].as_array().into_iter().flatten());
        let action = actions.find(|action| action["actionName"] == gate);
        Ok(action.and_then(|action| Some(action["latestExecution"]["token"].as_str()?.to_owned())))
    }

    /// The status of a pipeline's newest execution.
    pub(super) fn status(&self, pipeline: &Value) -> Done<String> {
        let input = json!({"pipelineName": pipeline, "maxResults": 1});
        let list = self.call("CodePipeline_20150709.ListPipelineExecutions", &input)?;
        Ok(list["pipelineExecutionSummaries"][0]["status"].as_str().unwrap_or_default().to_owned())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answered(answer: Option<(u16, Value)>) -> Done<Value> {
    match answer {
        Some((200, value)) => Ok(value),
        other => fail(format!("The sandbox answered {other:?}.")),
    }
}
