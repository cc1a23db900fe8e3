//! The one shell of a build: commands go in one after the other, and what a command sets, the next one sees.

use std::{
    io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

/// Reads the path of a command at a time and answers its status. The commands themselves see neither of
/// the two channels. A command that leaves the shell leaves its exported variables to the next shell.
const DRIVER: &str = r#"
exec 8<&0 9>&1 0</dev/null 1>>"$1" 2>&1
__state=$2
if [ -f "$__state" ]; then . "$__state"; fi
trap 'export -p >"$__state"; printf "cd %q\n" "$PWD" >>"$__state"' EXIT
while IFS= read -r -u 8 __command; do
  . "$__command" 8<&- 9>&-
  printf '%s\n' "$?" >&9
done
"#;

/// How the shell is set up.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) folder: PathBuf,
    /// Where output of the commands goes.
    pub(super) log: PathBuf,
    /// A folder of the shell's own, for commands and state.
    pub(super) own: PathBuf,
    pub(super) environment: Vec<(String, String)>,
}

#[derive(Debug)]
pub(super) struct Shell {
    setting: Setting,
    commands: usize,
    process: Option<Process>,
}

#[derive(Debug)]
struct Process {
    child: Child,
    input: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    _group: Group,
}

/// All processes of a shell; they end with it.
#[derive(Debug)]
struct Group(u32);

impl Drop for Group {
    fn drop(&mut self) {
        // Only a shell can be asked to end a whole group without unsafe code.
        let kill = format!("kill -KILL -- -{}", self.0);
        let _ = std::process::Command::new("bash")
            .args(["-c", &kill])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

impl Shell {
    pub(super) fn new(setting: Setting) -> io::Result<Self> {
        std::fs::create_dir_all(&setting.own)?;
        Ok(Self { setting, commands: 0, process: None })
    }

    /// Runs one command and gives its exit status.
    pub(super) async fn run(&mut self, command: &str) -> io::Result<i32> {
        self.commands += 1;
        let path = self.setting.own.join(format!("{:03}.sh", self.commands));
        std::fs::write(&path, format!("{command}\n"))?;
        let process = match &mut self.process {
            Some(process) => process,
            none => none.insert(start(&self.setting)?),
        };
        process.input.write_all(format!("{}\n", path.display()).as_bytes()).await?;
        if let Some(answer) = process.answers.next_line().await? {
            return Ok(answer.trim().parse().unwrap_or(1));
        }
        let status = process.child.wait().await?;
        self.process = None;
        Ok(code(status))
    }

    /// What a variable holds now.
    pub(super) async fn variable(&mut self, name: &str) -> io::Result<String> {
        let place = self.setting.own.join("variable");
        self.run(&format!("printf '%s' \"${{{name}-}}\" >'{}'", quoted(&place))).await?;
        std::fs::read_to_string(place)
    }
}

fn start(setting: &Setting) -> io::Result<Process> {
    let mut command = Command::new("bash");
    command
        .args(["--noprofile", "--norc", "-c", DRIVER, "build"])
        .arg(&setting.log)
        .arg(setting.own.join("state"))
        .current_dir(&setting.folder)
        .env_clear()
        .envs(setting.environment.iter().map(|(name, value)| (name, value)))
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => io::Error::other("bash is not installed; builds need it"),
        _ => error,
    })?;
    let group = Group(child.id().ok_or_else(|| io::Error::other("the shell ended at once"))?);
    match (child.stdin.take(), child.stdout.take()) {
        (Some(input), Some(output)) => {
            Ok(Process { child, input, answers: BufReader::new(output).lines(), _group: group })
        }
        _ => Err(io::Error::other("the shell cannot be spoken to")),
    }
}

fn quoted(path: &Path) -> String {
    path.display().to_string().replace('\'', r"'\''")
}

fn code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(folder: &Path) -> Shell {
        let path = std::env::var("PATH").unwrap_or_default();
        Shell::new(Setting {
            folder: folder.to_owned(),
            log: folder.join("log"),
            own: folder.join("own"),
            environment: vec![("PATH".to_owned(), path)],
        })
        .unwrap()
    }

    #[tokio::test]
    async fn what_a_command_sets_the_next_one_sees() {
        let folder = tempfile::tempdir().unwrap();
        let mut shell = shell(folder.path());
        assert_eq!(shell.run("false").await.unwrap(), 1);
        assert_eq!(shell.run("A=1; export B=2; mkdir -p sub; cd sub").await.unwrap(), 0);
        assert_eq!(shell.run("[ \"$A$B\" = 12 ] && [ \"${PWD##*/}\" = sub ]").await.unwrap(), 0);
        assert_eq!(shell.variable("B").await.unwrap(), "2");
        assert_eq!(shell.variable("C").await.unwrap(), "");
    }

    #[tokio::test]
    async fn a_command_that_leaves_the_shell_leaves_its_exported_variables() {
        let folder = tempfile::tempdir().unwrap();
        let mut shell = shell(folder.path());
        assert_eq!(shell.run("export B=\"2 '3'\"; echo gone; exit 7").await.unwrap(), 7);
        assert_eq!(shell.variable("B").await.unwrap(), "2 '3'");
        assert!(std::fs::read_to_string(folder.path().join("log")).unwrap().contains("gone"));
    }

    #[tokio::test]
    async fn a_command_cannot_eat_or_answer_the_next_ones() {
        let folder = tempfile::tempdir().unwrap();
        let mut shell = shell(folder.path());
        assert_eq!(shell.run("cat >/dev/null; echo 0 >&9").await.unwrap(), 1);
        assert_eq!(shell.run("exit 3").await.unwrap(), 3);
    }

    #[tokio::test]
    async fn what_runs_in_the_background_ends_with_the_shell() {
        let folder = tempfile::tempdir().unwrap();
        let mut shell = shell(folder.path());
        shell.run("sleep 600 & echo $! >pid").await.unwrap();
        let pid = std::fs::read_to_string(folder.path().join("pid")).unwrap();
        drop(shell);
        let alive = || {
            let check = format!("kill -0 {}", pid.trim());
            std::process::Command::new("bash")
                .args(["-c", &check])
                .stderr(Stdio::null())
                .status()
                .unwrap()
                .success()
        };
        for _ in 0..100 {
            if !alive() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        // A killed process that nobody has asked for yet still has its number.
        let state = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        assert!(state.contains(") Z "), "{state}");
    }
}
