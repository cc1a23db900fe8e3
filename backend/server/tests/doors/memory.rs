//! Memory of a console that many come to and leave again.

use std::{
    fs,
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::bench::{config, say};

const ROUNDS: usize = 20;
/// Enough for what is kept to show beside what the process holds anyway.
const STREAMS: usize = 400;
/// Says how many more, for `cargo xtask bench doors`.
const WISH: &str = "VIRIDIAN_DOORS_STREAMS";
const REQUESTS: usize = 10_000;

struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    async fn start(folder: &std::path::Path) -> Self {
        let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut config = config(folder, "");
        config.listen = address;
        let file = folder.join("console.toml");
        fs::write(&file, toml::to_string(&config).unwrap()).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_viridian"))
            .args(["serve", "--config"])
            .arg(&file)
            .env_remove("VIRIDIAN_METRICS_TOKEN")
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let process = Self { child, address };
        let up = async {
            while TcpStream::connect(address).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), up).await.unwrap();
        process
    }

    /// Resident memory in KiB, without the program's own pages: those would hide what is kept.
    fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("RssAnon:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Until every stream has ended.
    async fn rests(&self) {
        let ask = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let rest = async {
            while !say(self.address, ask).await.text.lines().any(|line| line == "viridian_streams 0") {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), rest).await.unwrap();
    }

    async fn cookie(&self) -> String {
        let body = r#"{"name":"viewer-1"}"#;
        let told = say(
            self.address,
            format!(
                "POST /api/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            ),
        )
        .await;
        told.cookie()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn holds(first: u64, last: u64) -> bool {
    last * 10 <= first * 11
}

#[tokio::test]
async fn streams_that_come_and_go_and_invented_requests_leave_no_memory_behind() {
    viridian_server::listen::allow_many();
    let streams = std::env::var(WISH).ok().and_then(|number| number.parse().ok()).unwrap_or(STREAMS);
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let cookie = process.cookie().await;
    let open = format!("GET /api/stream?service=shop HTTP/1.1\r\nHost: localhost\r\n{cookie}\r\n");
    let mut plateaus = Vec::new();
    for _ in 0..ROUNDS {
        let mut held = Vec::new();
        for _ in 0..streams {
            let mut stream = TcpStream::connect(process.address).await.unwrap();
            stream.write_all(open.as_bytes()).await.unwrap();
            let mut begin = [0; 12];
            stream.read_exact(&mut begin).await.unwrap();
            assert_eq!(&begin, b"HTTP/1.1 200");
            held.push(stream);
        }
        plateaus.push(process.memory());
        drop(held);
        process.rests().await;
    }
    assert!(holds(plateaus[0], plateaus[ROUNDS - 1]), "KiB with {streams} streams: {plateaus:?}");
    tell(&format!("{streams} streams opened {ROUNDS} times, KiB: {plateaus:?}"));

    invent(&process, 0).await;
    let first = process.memory();
    for round in 1..4 {
        invent(&process, round).await;
    }
    let last = process.memory();
    assert!(holds(first, last), "{first} KiB became {last}");
    tell(&format!(
        "{REQUESTS} invented requests, KiB after the first quarter and after all: {first}, {last}"
    ));
}

/// Seen with `--nocapture`.
#[expect(clippy::print_stderr, reason = "the figures are what a bench is for")]
fn tell(text: &str) {
    eprintln!("{text}");
}

/// A quarter of the invented requests, on one connection.
async fn invent(process: &Process, round: usize) {
    let mut stream = TcpStream::connect(process.address).await.unwrap();
    let mut told = vec![0; 64 * 1024];
    for number in 0..REQUESTS / 4 {
        let id = round * REQUESTS + number;
        let words = format!(
            "INVENT{id} /invented/{id}?x={id} HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: id-{id}\r\nX-{id}: y\r\n\r\n"
        );
        stream.write_all(words.as_bytes()).await.unwrap();
        let mut text = String::new();
        while !text.contains("\"request_id\"") {
            let length = stream.read(&mut told).await.unwrap();
            assert!(length > 0, "closed after {number}: {text}");
            text.push_str(&String::from_utf8_lossy(&told[..length]));
        }
    }
}
