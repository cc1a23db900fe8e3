//! Starts the console from the image's root file system as a container would: that root and nothing else,
//! read-only, as nobody in particular.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::recipe::Recipe;
use crate::{
    command::{Done, During, fail, run},
    tools,
};

const PATIENCE: Duration = Duration::from_mins(1);

/// The folders of this machine's libraries: a program that is not linked statically wants them in its root.
pub(super) fn libraries() -> Vec<PathBuf> {
    ["/lib", "/lib64", "/usr/lib"].iter().map(PathBuf::from).filter(|folder| folder.is_dir()).collect()
}

/// `libraries` are laid into the root while it is tried.
pub(super) fn check(root: &Path, recipe: &Recipe, libraries: &[PathBuf]) -> Done {
    tools::for_container()?;
    let image = Image { root, recipe, libraries };
    let port = free_port()?;
    let mut console = Console(image.start(port, "/data")?);
    wait(&mut console.0, port)?;
    // The image's own check, at the port of this test.
    let mut health = image.contained()?;
    health.args(recipe.health()).args(["--port", &port.to_string()]);
    run(&mut health, "see the console healthy from inside the image")?;
    drop(console);
    image.keeps_its_root()
}

/// Ended with the check, however it ends.
struct Console(Child);

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The image as it is tried.
struct Image<'a> {
    root: &'a Path,
    recipe: &'a Recipe,
    libraries: &'a [PathBuf],
}

impl Image<'_> {
    fn start(&self, port: u16, data: &str) -> Done<Child> {
        let mut console = self.contained()?;
        // Nobody listens at the endpoint: a console starts all the same, and says what is missing.
        console
            .args(self.recipe.entrypoint())
            .args(["serve", "--stack", "Viridian", "--endpoint-url", "http://127.0.0.1:9"])
            .args(["--listen", &format!("127.0.0.1:{port}"), "--data-dir", data])
            .stdin(Stdio::null());
        console.spawn().during("start the image")
    }

    /// A command whose root is the image's: read-only, with a folder of its own for data, and no user's rights.
    fn contained(&self) -> Done<Command> {
        let (user, group) = self.recipe.user()?;
        let mut command = Command::new("bwrap");
        // Mounts come in this order; those of libraries make their folders in the root before it is closed.
        command.arg(if self.libraries.is_empty() { "--ro-bind" } else { "--bind" }).arg(self.root).arg("/");
        for folder in self.libraries {
            command.arg("--ro-bind").arg(folder).arg(folder);
        }
        command
            .args(["--remount-ro", "/", "--tmpfs", "/data"])
            .args(["--unshare-all", "--share-net", "--die-with-parent", "--new-session"])
            .args([
                "--uid",
                &user.to_string(),
                "--gid",
                &group.to_string(),
                "--cap-drop",
                "ALL",
                "--clearenv",
            ]);
        for (name, value) in self.recipe.environment() {
            command.arg("--setenv").arg(name).arg(value);
        }
        Ok(command)
    }

    /// The root cannot be written: a console that is told to keep its journal there does not start.
    fn keeps_its_root(&self) -> Done {
        let mut console = Console(self.start(free_port()?, "/journal")?);
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            match console.0.try_wait() {
                Ok(Some(status)) if !status.success() => return Ok(()),
                Ok(None) => std::thread::sleep(Duration::from_millis(100)),
                _ => break,
            }
        }
        fail("The console in the image writes to its root, which must be read-only.")
    }
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

/// A port that was free a moment ago.
fn free_port() -> Done<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).during("find a free port")?;
    Ok(listener.local_addr().during("find a free port")?.port())
}
