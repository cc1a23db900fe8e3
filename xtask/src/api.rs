//! The API asked everything that its own document allows, and what it forbids: schemathesis against a console that
//! runs.
//!
//! Left out are the stream, which has no end, and signing in and out, which would end the session that all others
//! need; both have tests of their own.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    command::{self, Done, During, fail},
    demo, paths, tools,
};

/// From the Python package index.
const SCHEMATHESIS: &str = "4.32.5";
/// All phases together, in seconds. What was not asked by then is not asked.
const LONGEST: u32 = 120;
/// Fixed, so that a failure comes again.
const SEED: u32 = 20_261_130;
/// In whose names it is asked, in turn.
const PEOPLE: [&str; 4] = ["operator-1", "developer-1", "approver-1", "approver-2"];
const STREAM: &str = "/api/stream";
const SESSION: &str = "/api/session";

pub(crate) fn check() -> Done {
    let schemathesis = tools::python_tool("schemathesis", "schemathesis", SCHEMATHESIS)?;
    let folder = std::env::temp_dir().join(format!("viridian-api-{}", std::process::id()));
    let console = Console::start(&demo::binary(), &folder)?;
    let cookies = PEOPLE.iter().map(|name| console.sign_in(name)).collect::<Done<Vec<_>>>()?;
    let mut check = Command::new(schemathesis);
    check
        .arg("--config-file")
        .arg(paths::root().join("tests/api/schemathesis.toml"))
        .args(["run", &format!("{}/api/openapi.json", console.url), "--checks", "all", "--header"])
        .arg(format!("Cookie: {}", cookies[0]))
        .args(["--exclude-path", STREAM, "--exclude-name"])
        .args([&format!("POST {SESSION}"), "--exclude-name", &format!("DELETE {SESSION}")])
        .args(["--max-time", &LONGEST.to_string(), "--seed", &SEED.to_string(), "--workers", "1"])
        .args(["--continue-on-failure", "--no-color"])
        .env("SCHEMATHESIS_HOOKS", "people")
        .env("PYTHONPATH", paths::root().join("tests/api"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("VIRIDIAN_COOKIES", cookies.join("\n"))
        .current_dir(&folder);
    command::run(&mut check, "keep what the OpenAPI document says")
}

/// A demo of its own on free ports, gone with this value.
struct Console {
    process: Child,
    url: String,
    folder: std::path::PathBuf,
}

impl Console {
    fn start(binary: &Path, folder: &Path) -> Done<Self> {
        std::fs::create_dir_all(folder).during("make a folder for the console")?;
        let mut demo = Command::new(binary);
        demo.arg("demo");
        for port in ["--port", "--prod-port", "--test-port", "--aws-port"] {
            demo.args([port, "0"]);
        }
        demo.args(["--speed", "60", "--data-dir"]).arg(folder);
        let process = demo.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let process = process.during("start the console")?;
        let mut console = Self { process, url: String::new(), folder: folder.to_owned() };
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_mins(2) {
            if let Some(url) = ready(folder) {
                console.url = url;
                return Ok(console);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        fail("The console does not answer. Does `cargo xtask demo` start?")
    }

    /// The cookie of a session of this person.
    fn sign_in(&self, name: &str) -> Done<String> {
        let body = format!("{{\"name\":\"{name}\"}}");
        let headers = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
        let answer = ask(&self.url, &format!("POST {SESSION}"), &headers, &body).unwrap_or_default();
        let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next());
        cookie.map_or_else(|| fail("Nobody can sign in."), |cookie| Ok(cookie.to_owned()))
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing to be done about either.
        drop(self.process.kill());
        drop(self.process.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// The console's address, once it is ready.
fn ready(folder: &Path) -> Option<String> {
    let outputs: Value = serde_json::from_slice(&std::fs::read(folder.join("outputs.json")).ok()?).ok()?;
    let url = outputs["ConsoleUrl"].as_str()?.trim_end_matches('/');
    ask(url, "GET /readyz", "", "")?.starts_with("HTTP/1.1 200").then(|| url.to_owned())
}

fn ask(url: &str, line: &str, headers: &str, body: &str) -> Option<String> {
    let host = url.strip_prefix("http://")?;
    let mut stream = TcpStream::connect(host).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let request = format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n{body}");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}
