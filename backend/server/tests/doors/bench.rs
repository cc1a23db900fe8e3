//! A console that listens, and clients that say what they like.

use std::{net::SocketAddr, path::Path, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};
use viridian_domain::port::{Journal, PageRequest};
use viridian_server::{App, Config, serve::Console};
use viridian_shared::journal::Entry;

/// Nothing listens there: the service is never read, and the console serves all the same.
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

/// A configuration with these lines before its service.
pub(crate) fn config(folder: &Path, lines: &str) -> Config {
    let folder = folder.display();
    Config::parse(&format!("data_dir = \"{folder}\"\n{lines}\n{SERVICE}")).unwrap()
}

pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    pub(crate) app: App,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<Result<(), String>>,
}

impl Listening {
    pub(crate) async fn start(config: &Config) -> Self {
        let console = Console::start(config).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = console.app.clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(console.serve(listener, async move {
            let _ = stopped.await;
        }));
        Self { address, app, stop: Some(stop), serving }
    }

    pub(crate) async fn stop(mut self) {
        drop(self.stop.take());
        self.serving.await.unwrap().unwrap();
    }

    /// Every entry, newest first.
    pub(crate) async fn entries(&self) -> Vec<Entry> {
        let ask = PageRequest { service: None, before: None, limit: 500 };
        self.app.store.page(&ask).await.unwrap().entries
    }

    /// A request as it is written, to a connection of its own.
    pub(crate) async fn say(&self, words: impl AsRef<[u8]>) -> Told {
        say(self.address, words).await
    }

    pub(crate) async fn get(&self, path: &str, headers: &str) -> Told {
        self.say(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"))
            .await
    }

    pub(crate) async fn post(&self, path: &str, headers: &str, body: &str) -> Told {
        let length = body.len();
        self.say(format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n{headers}\r\n{body}"
        ))
        .await
    }

    /// The cookie of somebody who is chosen freely.
    pub(crate) async fn choose(&self, name: &str) -> String {
        let told = self.post("/api/session", "", &format!("{{\"name\":\"{name}\"}}")).await;
        assert_eq!(told.status, 200, "{}", told.text);
        told.cookie()
    }
}

/// What came back: empty where the connection was closed instead.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Told {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default();
        head.lines().filter_map(|line| line.split_once(": ")).find(|it| it.0 == name).map(|it| it.1)
    }

    /// As a header to send.
    pub(crate) fn cookie(&self) -> String {
        format!("Cookie: {}\r\n", self.header("set-cookie").unwrap().split(';').next().unwrap())
    }
}

pub(crate) async fn say(address: SocketAddr, words: impl AsRef<[u8]>) -> Told {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A console that has heard enough closes; what it said then still counts.
    let _ = stream.write_all(words.as_ref()).await;
    let mut told = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut told)).await;
    assert!(read.is_ok(), "no end of the answer to {:?}", String::from_utf8_lossy(words.as_ref()));
    let text = String::from_utf8_lossy(&told).into_owned();
    let status = text.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default();
    Told { status, text }
}
