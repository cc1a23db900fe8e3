//! The real program, killed without warning again and again in the middle of a release: the log loads, and
//! whatever was answered before the kill is there after it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where what it needs is not there"
)]

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};

/// How often the program is killed.
const KILLS: u64 = 12;

struct Process {
    child: Child,
    endpoint: String,
    client: Client<hyper_util::client::legacy::connect::HttpConnector, Full<bytes::Bytes>>,
}

impl Process {
    /// Starts the program on a folder and waits for its greeting.
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_viridian-sandbox"))
            .args(["--aws-port", "0", "--prod-port", "0", "--test-port", "0", "--speed", "600"])
            .arg("--data-dir")
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said: Vec<String> = lines.by_ref().map_while(Result::ok).take(3).collect();
        let endpoint = said.iter().flat_map(|line| line.split(' ')).find(|word| word.starts_with("http://"));
        let endpoint = endpoint.unwrap_or_else(|| panic!("it said {said:?}")).to_owned();
        // What it says later must find a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, endpoint, client: Client::builder(TokioExecutor::new()).build_http() }
    }

    /// The answer, or `None` where none came.
    async fn ask(&self, target: &str, input: Value) -> Option<Value> {
        let request = http::Request::post(&self.endpoint)
            .header("x-amz-target", target)
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAKILL/20261102/ap-northeast-1/x/aws4_request",
            )
            .body(Full::from(input.to_string()))
            .unwrap();
        let answer = self.client.request(request).await.ok()?;
        let status = answer.status();
        let body = answer.into_body().collect().await.ok()?.to_bytes();
        assert!(status.is_success(), "{target}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).ok()
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

async fn executions(process: &Process, pipeline: &str) -> BTreeSet<String> {
    let list = process
        .ask("CodePipeline_20150709.ListPipelineExecutions", json!({"pipelineName": pipeline}))
        .await
        .expect("the program answers");
    let all = list["pipelineExecutionSummaries"].as_array().unwrap();
    all.iter().map(|one| one["pipelineExecutionId"].as_str().unwrap().to_owned()).collect()
}

async fn clusters(process: &Process) -> BTreeSet<String> {
    let list = process.ask("AmazonEC2ContainerServiceV20141113.ListClusters", json!({})).await.unwrap();
    let all = list["clusterArns"].as_array().unwrap();
    all.iter().map(|one| one.as_str().unwrap().rsplit('/').next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_before_a_kill_is_there_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let (mut started, mut made) = (BTreeSet::new(), BTreeSet::new());
    let mut process = Process::start(folder.path());
    let outputs = std::fs::read_to_string(folder.path().join("outputs.json")).unwrap();
    let outputs: Value = serde_json::from_str(&outputs).unwrap();
    let pipeline = outputs["PipelineName"].as_str().unwrap();
    for kill in 0..KILLS {
        let begin = json!({"name": pipeline});
        if let Some(answer) = process.ask("CodePipeline_20150709.StartPipelineExecution", begin).await {
            started.insert(answer["pipelineExecutionId"].as_str().unwrap().to_owned());
        }
        // Another moment each time, spread over what a release does at this rate.
        let end = Instant::now() + Duration::from_millis(kill * 211 % 1500);
        let mut number = 0;
        while Instant::now() < end {
            let name = format!("c-{kill}-{number}");
            number += 1;
            let create = json!({"clusterName": name});
            if process.ask("AmazonEC2ContainerServiceV20141113.CreateCluster", create).await.is_some() {
                made.insert(name);
            }
        }
        process.kill();
        process = Process::start(folder.path());
        let (found, clusters) = (executions(&process, pipeline).await, clusters(&process).await);
        assert!(started.is_subset(&found), "kill {kill}: executions were lost");
        assert!(made.is_subset(&clusters), "kill {kill}: {:?} were lost", made.difference(&clusters));
    }
    assert!(made.len() > 20, "only {} calls were answered", made.len());
    process.kill();
}
