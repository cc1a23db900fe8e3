//! The program sends traces where it is told to, and nowhere else.

#![expect(clippy::unwrap_used, reason = "what a test cannot set up fails it")]

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const PATIENCE: Duration = Duration::from_mins(1);

/// Nothing listens there: every call of AWS is one that nobody answers.
const SERVICE: &str = r#"
[[services]]
name = "shop"
region = "eu-central-1"
endpoint_url = "http://127.0.0.1:1"
sandbox_clock_url = "http://127.0.0.1:1/_sandbox/clock"
pipeline = "shop"
cluster = "c"
service = "shop"
production_rule_arn = "a"
test_rule_arn = "b"
"#;

struct Console(Child);

impl Console {
    fn start(folder: &std::path::Path, port: u16, collector: Option<String>) -> Self {
        let file = folder.join("console.toml");
        let shown = folder.display();
        std::fs::write(
            &file,
            format!("listen = \"127.0.0.1:{port}\"\ndata_dir = \"{shown}/data\"\n{SERVICE}"),
        )
        .unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_viridian"));
        command.args(["serve", "--config"]).arg(file).stdout(Stdio::null()).stderr(Stdio::null());
        command.env_remove("OTEL_EXPORTER_OTLP_ENDPOINT").env("OTEL_BSP_SCHEDULE_DELAY", "100");
        if let Some(collector) = collector {
            command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector);
        }
        Self(command.spawn().unwrap())
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that was free a moment ago.
async fn free() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

/// Asks the console something once it listens.
async fn ask(port: u16, path: &str) {
    let begun = Instant::now();
    loop {
        assert!(begun.elapsed() < PATIENCE, "the console does not listen");
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await {
            let sent = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            stream.write_all(sent.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What a collector is sent in one request, head and body.
async fn taken(collector: &TcpListener) -> Vec<u8> {
    let (mut stream, _) = collector.accept().await.unwrap();
    let (mut sent, mut piece) = (Vec::new(), [0; 8192]);
    loop {
        let length = stream.read(&mut piece).await.unwrap();
        sent.extend_from_slice(&piece[..length]);
        let text = String::from_utf8_lossy(&sent).to_lowercase();
        let wanted = text
            .split("content-length: ")
            .nth(1)
            .and_then(|it| it.split("\r\n").next()?.parse::<usize>().ok());
        let head = sent.windows(4).position(|it| it == b"\r\n\r\n").map(|at| at + 4);
        if length == 0 || wanted.zip(head).is_some_and(|(wanted, head)| sent.len() >= wanted + head) {
            break;
        }
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await.unwrap();
    sent
}

#[tokio::test]
async fn requests_rounds_and_calls_of_aws_are_traced_where_a_collector_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let collector = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free().await;
    let console =
        Console::start(folder.path(), port, Some(format!("http://{}", collector.local_addr().unwrap())));
    ask(port, "/healthz?secret=sesame").await;
    let begun = Instant::now();
    let mut left = vec!["POST /v1/traces ", "viridian", "GET /healthz", "round", "CodePipeline.", "unsent"];
    let mut all = Vec::new();
    while !left.is_empty() {
        assert!(begun.elapsed() < PATIENCE, "never sent: {left:?}");
        let sent = tokio::time::timeout(PATIENCE, taken(&collector)).await.unwrap();
        left.retain(|words| !sent.windows(words.len()).any(|it| it == words.as_bytes()));
        all.extend(sent);
    }
    // Nothing of what a client sends.
    assert!(!all.windows(6).any(|it| it == b"sesame"));
    drop(console);
}

#[tokio::test]
async fn without_a_collector_the_console_serves_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let port = free().await;
    let console = Console::start(folder.path(), port, None);
    ask(port, "/healthz").await;
    drop(console);
    // Nor does one stop it that is not there.
    let (folder, port) = (tempfile::tempdir().unwrap(), free().await);
    let console = Console::start(folder.path(), port, Some("http://127.0.0.1:1".to_owned()));
    ask(port, "/healthz").await;
    drop(console);
}
