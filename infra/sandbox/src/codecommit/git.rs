//! The git program, run on one bare repository without anything of the person's own configuration.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use jiff::Timestamp;

use super::object_cache;

/// Who makes a commit, and when.
#[derive(Debug, Clone)]
pub(super) struct Author {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) at: Timestamp,
}

impl Author {
    pub(super) fn developer(at: Timestamp) -> Self {
        Self { name: "developer-1".to_owned(), email: "developer-1@example.com".to_owned(), at }
    }
}

/// What a commit object says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Commit {
    pub(super) tree: String,
    pub(super) parents: Vec<String>,
    pub(super) author: String,
    pub(super) committer: String,
    pub(super) message: String,
}

/// Something in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) id: String,
    pub(super) name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Program,
    Link,
    Folder,
    Module,
}

/// One bare repository.
#[derive(Debug, Clone)]
pub(super) struct Git {
    data: PathBuf,
    repository: PathBuf,
}

/// Git with a clean environment. `data` is the world's folder.
pub(super) fn clean(data: &Path) -> Command {
    let mut git = Command::new(program());
    git.env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", data.join("repositories"))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        // The data folder may belong to another user, as in a container.
        .args(["-c", "safe.directory=*"])
        .stdin(Stdio::null());
    git
}

/// Where git lies. By a name that has to be looked up in a `PATH` of its own the standard library would have to
/// fork, which takes the longer the more the process holds.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let found = std::env::split_paths(&path).map(|folder| folder.join("git")).find(|file| file.is_file());
        found.unwrap_or_else(|| PathBuf::from("git"))
    })
}

pub(super) fn is_commit_id(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Git {
    pub(super) fn new(data: &Path, repository: &Path) -> Self {
        Self { data: data.to_owned(), repository: repository.to_owned() }
    }

    /// Makes the repository on disk, empty, with `branch` as its default.
    pub(super) fn init(&self, branch: &str) -> Result<(), String> {
        fs::create_dir_all(&self.repository).map_err(|error| self.cannot("be made", &error))?;
        run(self.git().args(["init", "--bare", "--quiet", "--template="]))?;
        run(self.git().args(["symbolic-ref", "HEAD", &format!("refs/heads/{branch}")]))?;
        for (key, value) in [
            ("http.receivepack", "true"),
            ("http.getanyfile", "false"),
            ("receive.autogc", "false"),
            ("gc.auto", "0"),
        ] {
            run(self.git().args(["config", key, value]))?;
        }
        Ok(())
    }

    pub(super) fn remove(&self) -> Result<(), String> {
        fs::remove_dir_all(&self.repository).map_err(|error| self.cannot("be removed", &error))
    }

    /// Every branch with the commit it points to.
    pub(super) fn branches(&self) -> Result<BTreeMap<String, String>, String> {
        let text = run(self.git().args([
            "for-each-ref",
            "--format=%(objectname) %(refname:lstrip=2)",
            "refs/heads",
        ]))?;
        Ok(text
            .lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(commit, name)| (name.to_owned(), commit.to_owned()))
            .collect())
    }

    pub(super) fn commit(&self, id: &str) -> Result<Commit, String> {
        self.read(&["cat-file", "commit", id]).map(|text| parse_commit(&text))
    }

    /// The commit that an id or a branch means.
    pub(super) fn commit_of(&self, specifier: &str) -> Option<String> {
        if specifier.starts_with('-') {
            return None;
        }
        let name =
            if is_commit_id(specifier) { specifier.to_owned() } else { format!("refs/heads/{specifier}") };
        let wanted = format!("{name}^{{commit}}");
        let found = run(self.git().args(["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted]));
        found.ok().map(|id| id.trim().to_owned())
    }

    /// What stands at a path of a commit; the path of the root is empty.
    pub(super) fn node(&self, commit: &str, path: &str) -> Option<Node> {
        if path.is_empty() {
            let id = self.commit(commit).ok()?.tree;
            return Some(Node { kind: Kind::Folder, id, name: String::new() });
        }
        let listing = ["--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--", path];
        let text = self.read(&listing).ok()?;
        text.split('\0').find_map(node).filter(|node| node.name == path)
    }

    /// What stands right in a tree.
    pub(super) fn nodes(&self, tree: &str) -> Result<Vec<Node>, String> {
        let text = self.read(&["ls-tree", "-z", tree])?;
        Ok(text.split('\0').filter_map(node).collect())
    }

    pub(super) fn blob(&self, id: &str) -> Result<Vec<u8>, String> {
        self.read_bytes(&["cat-file", "blob", id])
    }

    /// What git says of objects that are named by their ids, as text.
    fn read(&self, question: &[&str]) -> Result<String, String> {
        self.read_bytes(question).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    fn read_bytes(&self, question: &[&str]) -> Result<Vec<u8>, String> {
        object_cache::remember(&self.repository, question, || output(self.git().args(question)))
    }

    /// Commits the whole content of a folder as the next commit of a branch. Gives the commit.
    pub(super) fn commit_folder(
        &self,
        folder: &Path,
        branch: &str,
        author: &Author,
        message: &str,
    ) -> Result<String, String> {
        let index = self.index()?;
        let mut add = self.git();
        add.env("GIT_INDEX_FILE", &index.0).env("GIT_WORK_TREE", folder).current_dir(folder);
        run(add.args(["-c", "core.bare=false", "add", "--all", "--force", "."]))?;
        let parent = self.branches()?.remove(branch);
        self.commit_index(&index, branch, parent.as_deref(), author, message)
    }

    /// Commits one changed file as the next commit of a branch. Gives the commit and the file's blob.
    pub(super) fn commit_file(
        &self,
        branch: &str,
        parent: Option<&str>,
        file: (&str, &Path),
        author: &Author,
        message: &str,
    ) -> Result<(String, String), String> {
        let index = self.index()?;
        if let Some(parent) = parent {
            run(self.git().env("GIT_INDEX_FILE", &index.0).args(["read-tree", parent]))?;
        }
        let (name, content) = file;
        let blob =
            run(self.git().args(["hash-object", "-w", "--no-filters"]).arg(content))?.trim().to_owned();
        let entry = format!("100644,{blob},{name}");
        run(self.git().env("GIT_INDEX_FILE", &index.0).args([
            "update-index",
            "--add",
            "--cacheinfo",
            &entry,
        ]))?;
        Ok((self.commit_index(&index, branch, parent, author, message)?, blob))
    }

    /// Writes the files of a commit into a folder. Links become plain files, so none leads out of it.
    pub(super) fn export(&self, commit: &str, to: &Path) -> Result<(), String> {
        fs::create_dir_all(to).map_err(|error| format!("{} cannot be made: {error}", to.display()))?;
        let index = self.index()?;
        run(self.git().env("GIT_INDEX_FILE", &index.0).args(["read-tree", commit]))?;
        let mut checkout = self.git();
        checkout.env("GIT_INDEX_FILE", &index.0).env("GIT_WORK_TREE", to);
        let plain = ["-c", "core.bare=false", "-c", "core.symlinks=false", "-c", "core.autocrlf=false"];
        run(checkout.args(plain).args(["checkout-index", "--all", "--force", "--quiet"]).current_dir(to))
            .map(drop)
    }

    fn commit_index(
        &self,
        index: &Index,
        branch: &str,
        parent: Option<&str>,
        author: &Author,
        message: &str,
    ) -> Result<String, String> {
        let tree = run(self.git().env("GIT_INDEX_FILE", &index.0).arg("write-tree"))?;
        let date = format!("@{} +0000", author.at.as_second());
        let mut commit = self.git();
        for role in ["AUTHOR", "COMMITTER"] {
            commit
                .env(format!("GIT_{role}_NAME"), &author.name)
                .env(format!("GIT_{role}_EMAIL"), &author.email)
                .env(format!("GIT_{role}_DATE"), &date);
        }
        commit.args(["commit-tree", tree.trim(), "-m", message]);
        if let Some(parent) = parent {
            commit.args(["-p", parent]);
        }
        let id = run(&mut commit)?.trim().to_owned();
        let reference = format!("refs/heads/{branch}");
        // The old value makes a push that came in between an error instead of a loss.
        let old = parent.unwrap_or("0000000000000000000000000000000000000000");
        run(self.git().args(["update-ref", &reference, &id, old]))?;
        Ok(id)
    }

    fn git(&self) -> Command {
        let mut git = clean(&self.data);
        git.env("GIT_DIR", &self.repository);
        git
    }

    fn index(&self) -> Result<Index, String> {
        let name = format!("index-{}", uuid::Uuid::new_v4());
        let parent = self.repository.parent().unwrap_or(&self.data);
        // Git takes an empty file for a damaged index, so only the name is taken.
        fs::create_dir_all(parent).map_err(|error| self.cannot("be written", &error))?;
        Ok(Index(parent.join(name)))
    }

    fn cannot(&self, what: &str, error: &io::Error) -> String {
        format!("the repository {} cannot {what}: {error}", self.repository.display())
    }
}

/// An index of its own for one command; gone when dropped.
struct Index(PathBuf);

impl Drop for Index {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// `100644 blob 0123…<tab>name`.
fn node(line: &str) -> Option<Node> {
    let (head, name) = line.split_once('\t')?;
    let mut words = head.split(' ');
    let kind = match words.next()? {
        "040000" => Kind::Folder,
        "100755" => Kind::Program,
        "120000" => Kind::Link,
        "160000" => Kind::Module,
        _ => Kind::File,
    };
    Some(Node { kind, id: words.nth(1)?.to_owned(), name: name.to_owned() })
}

fn run(command: &mut Command) -> Result<String, String> {
    output(command).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn output(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "git is not installed; the sandbox's repositories need it".to_owned(),
        _ => format!("git cannot be started: {error}"),
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(format!("git failed: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

fn parse_commit(text: &str) -> Commit {
    let (head, message) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut commit = Commit { message: message.to_owned(), ..Commit::default() };
    for (key, value) in head.lines().filter_map(|line| line.split_once(' ')) {
        match key {
            "tree" => value.clone_into(&mut commit.tree),
            "parent" => commit.parents.push(value.to_owned()),
            "author" => value.clone_into(&mut commit.author),
            "committer" => value.clone_into(&mut commit.committer),
            _ => {}
        }
    }
    commit
}
