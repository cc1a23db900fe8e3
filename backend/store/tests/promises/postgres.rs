//! A server of PostgreSQL for one test: in a folder of its own, without a port, stopped at the end.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, Connection};
use viridian_store::Place;

const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Server {
    folder: tempfile::TempDir,
    process: Child,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        if let Some((user, group)) = servant() {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let data = folder.path().join("data");
        let made = program("initdb")
            .args([
                "--username=viridian",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .stdout(Stdio::null())
            .status();
        assert!(made.unwrap().success(), "initdb failed");
        let process = program("postgres")
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-k"])
            .arg(folder.path())
            .arg("-D")
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let server = Self { folder, process };
        server.wait().await;
        server
    }

    async fn wait(&self) {
        sqlx::any::install_default_drivers();
        let begun = Instant::now();
        while sqlx::AnyConnection::connect(&self.url("postgres")).await.is_err() {
            let log = || fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(begun.elapsed() < PATIENCE, "PostgreSQL does not start:\n{}", log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// A new and empty database.
    pub(crate) async fn database(&self, case: &str) -> Place {
        let name: String = case.chars().take(60).collect();
        let mut connection = sqlx::AnyConnection::connect(&self.url("postgres")).await.unwrap();
        let create = format!("CREATE DATABASE {name}");
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        Place::Database(self.url(&name))
    }

    /// Where its socket is.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn url(&self, database: &str) -> String {
        format!("postgres:///{database}?user=viridian&host={}", self.folder.path().display())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.folder.path().join("data");
        let stop = program("pg_ctl")
            .args(["stop", "-m", "immediate", "-D"])
            .arg(data)
            .stdout(Stdio::null())
            .status();
        if !stop.is_ok_and(|status| status.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// A program of PostgreSQL, run by somebody whom it accepts: it refuses to be root's.
fn program(name: &str) -> Command {
    let path = find(name);
    assert!(path.is_some(), "{name} is missing: `cargo xtask test` installs PostgreSQL");
    let path = path.unwrap();
    let mut command = Command::new(path);
    command.current_dir("/").stdin(Stdio::null());
    if let Some((user, group)) = servant() {
        command.uid(user).gid(group);
    }
    command
}

/// Debian keeps them where no path leads.
fn find(name: &str) -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = versions.map(|version| version.path().join("bin"));
    std::env::split_paths(&on_path).chain(debian).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Somebody without rights, where this is root.
fn servant() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    if Path::new("/proc/self").metadata().ok()?.uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let line =
        |name: &str| users.lines().find(|line| line.starts_with(&format!("{name}:"))).map(str::to_owned);
    let line = line("postgres").or_else(|| line("nobody"))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
