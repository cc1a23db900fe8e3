//! Starts the console from the image's root file system as a container would: that root and nothing else,
//! read-only, as nobody in particular.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::recipe::Recipe;
use crate::{
    command::{Done, During, fail, run},
    tools,
};

const PATIENCE: Duration = Duration::from_mins(1);

pub(super) fn check(root: &Path, recipe: &Recipe) -> Done {
    tools::for_container()?;
    let port = free_port()?;
    let mut console = Console(start(root, recipe, port)?);
    let answered = wait(&mut console.0, port);
    let healthy = answered.and_then(|()| {
        // The image's own check, at the port of this test.
        let mut health = contained(root, recipe)?;
        health.args(recipe.health()).args(["--port", &port.to_string()]);
        run(&mut health, "see the console healthy from inside the image")
    });
    healthy.and_then(|()| writes_to_its_data_only(root, recipe))
}

/// Ended with the check, however it ends.
struct Console(Child);

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(root: &Path, recipe: &Recipe, port: u16) -> Done<Child> {
    let mut console = contained(root, recipe)?;
    // Nobody listens at the endpoint: a console starts all the same, and says what is missing.
    console
        .args(recipe.entrypoint())
        .args(["serve", "--stack", "Viridian", "--endpoint-url", "http://127.0.0.1:9"])
        .args(["--listen", &format!("127.0.0.1:{port}"), "--data-dir", "/data"])
        .stdin(Stdio::null());
    console.spawn().during("start the image")
}

/// A command whose root is the image's: read-only, with a folder of its own for data, and no user's rights.
fn contained(root: &Path, recipe: &Recipe) -> Done<Command> {
    let (user, group) = recipe.user()?;
    let mut command = Command::new("bwrap");
    command
        .arg("--ro-bind")
        .arg(root)
        .args(["/", "--tmpfs", "/data"])
        .args(["--unshare-all", "--share-net", "--die-with-parent", "--new-session"])
        .args(["--uid", &user.to_string(), "--gid", &group.to_string(), "--cap-drop", "ALL", "--clearenv"]);
    for (name, value) in recipe.environment() {
        command.arg("--setenv").arg(name).arg(value);
    }
    Ok(command)
}

fn wait(console: &mut Child, port: u16) -> Done {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Ok(Some(status)) = console.try_wait() {
            return fail(format!("The console in the image ended with {status}."));
        }
        if answers(port).is_some() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    fail("The console in the image does not answer /healthz.")
}

fn answers(port: u16) -> Option<()> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
    let ask = format!("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes()).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    text.starts_with("HTTP/1.1 200").then_some(())
}

/// A journal has its place in `/data`, and nowhere else: the root cannot be written.
fn writes_to_its_data_only(root: &Path, recipe: &Recipe) -> Done {
    for (folder, expected) in [("/data/journal", true), ("/journal", false)] {
        let mut writing = contained(root, recipe)?;
        writing.args(recipe.entrypoint()).args(["verify", "--data-dir", folder]);
        let status = writing.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        if status.during("start the image")?.success() != expected {
            return fail(format!(
                "A journal in {folder} of the image can{} be made.",
                if expected { "not" } else { "" }
            ));
        }
    }
    Ok(())
}

/// A port that was free a moment ago.
fn free_port() -> Done<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).during("find a free port")?;
    Ok(listener.local_addr().during("find a free port")?.port())
}
