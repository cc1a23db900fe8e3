//! The tools that others use, each pinned and in the cache folder. One that is missing is said and skipped.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use super::cell::{self, Cell};
use crate::{
    command::{self, Done, During, exists, output},
    paths,
};

const JSONDIFFPATCH: &str = "0.7.7";
const JSON_DIFF_KIT: &str = "1.0.35";
const DEEPDIFF: &str = "9.1.0";

const SCRIPT_OF_NODE: &str = include_str!("peer/peer.mjs");
const SCRIPT_OF_PYTHON: &str = include_str!("peer/peer.py");

pub(super) struct Peer {
    kind: Kind,
    version: String,
    program: PathBuf,
    /// What comes before the two documents.
    words: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ours,
    JsonDiffPatch,
    JsonDiffKit,
    DeepDiff,
    GnuDiff,
}

impl Peer {
    pub(super) fn name(&self) -> &'static str {
        match self.kind {
            Kind::Ours => "Viridian",
            Kind::JsonDiffPatch => "jsondiffpatch",
            Kind::JsonDiffKit => "json-diff-kit",
            Kind::DeepDiff => "deepdiff",
            Kind::GnuDiff => "GNU diff",
        }
    }

    pub(super) fn version(&self) -> &str {
        &self.version
    }

    pub(super) fn is_ours(&self) -> bool {
        self.kind == Kind::Ours
    }

    /// Whether it compares structure and not lines.
    pub(super) fn is_structural(&self) -> bool {
        !matches!(self.kind, Kind::Ours | Kind::GnuDiff)
    }

    pub(super) fn compare(&self, pair: &[PathBuf; 2], patience: Duration) -> Cell {
        cell::run(Command::new(&self.program).args(&self.words).args(pair), patience)
    }
}

/// Ours, and every other one that can be had.
pub(super) fn all(measure: &Path) -> Done<Vec<Peer>> {
    let ours = Peer {
        kind: Kind::Ours,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        program: measure.to_owned(),
        words: vec!["json".to_owned()],
    };
    let mut peers = vec![ours];
    peers.extend(of_node()?);
    peers.extend(of_python()?);
    peers.extend(gnu_diff()?);
    Ok(peers)
}

fn missing(name: &str, why: &str) {
    eprintln!("{name} is left out: {why}.");
}

fn of_node() -> Done<Vec<Peer>> {
    let (packages, folder) = (
        [format!("jsondiffpatch@{JSONDIFFPATCH}"), format!("json-diff-kit@{JSON_DIFF_KIT}")],
        paths::tools().join(format!("json-peers-{JSONDIFFPATCH}-{JSON_DIFF_KIT}")),
    );
    if !exists("npm") {
        missing("jsondiffpatch and json-diff-kit", "there is no npm");
        return Ok(Vec::new());
    }
    fs::create_dir_all(&folder).during("make a folder for peers")?;
    if !folder.join("node_modules").join("json-diff-kit").exists() {
        let mut install = Command::new("npm");
        install
            .args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"])
            .arg(&folder)
            .args(packages);
        if let Err(failure) = command::run(&mut install, "install jsondiffpatch and json-diff-kit") {
            missing("jsondiffpatch and json-diff-kit", &failure.0);
            return Ok(Vec::new());
        }
    }
    let script = folder.join("peer.mjs");
    fs::write(&script, SCRIPT_OF_NODE).during("write the script of peers")?;
    let peer = |kind, version: &str, name: &str| Peer {
        kind,
        version: version.to_owned(),
        program: PathBuf::from("node"),
        words: vec!["--max-old-space-size=4096".into(), script.display().to_string(), name.into()],
    };
    Ok(vec![
        peer(Kind::JsonDiffPatch, JSONDIFFPATCH, "jsondiffpatch"),
        peer(Kind::JsonDiffKit, JSON_DIFF_KIT, "json-diff-kit"),
    ])
}

fn python(folder: &Path) -> Done {
    if folder.join("installed.txt").exists() {
        return Ok(());
    }
    let mut make = Command::new("python3");
    command::run(make.args(["-m", "venv", "--clear"]).arg(folder), "make a folder for Python")?;
    let mut install = Command::new(folder.join("bin").join("pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check", &format!("deepdiff=={DEEPDIFF}")]);
    command::run(&mut install, "install deepdiff")?;
    fs::write(folder.join("installed.txt"), DEEPDIFF).during("note what is installed")
}

fn of_python() -> Done<Vec<Peer>> {
    let folder = paths::tools().join(format!("deepdiff-{DEEPDIFF}"));
    if let Err(failure) = python(&folder) {
        missing("deepdiff", &failure.0);
        return Ok(Vec::new());
    }
    let script = folder.join("peer.py");
    fs::write(&script, SCRIPT_OF_PYTHON).during("write the script of peers")?;
    let program = folder.join("bin").join("python");
    let words = vec![script.display().to_string(), "deepdiff".to_owned()];
    Ok(vec![Peer { kind: Kind::DeepDiff, version: DEEPDIFF.to_owned(), program, words }])
}

/// By line, so the documents are laid out a value a line first; that does not count.
fn gnu_diff() -> Done<Option<Peer>> {
    let Some(version) = output("diff", &["--version"]) else {
        missing("GNU diff", "there is none");
        return Ok(None);
    };
    let version = version.lines().next().and_then(|it| it.rsplit(' ').next()).unwrap_or_default().to_owned();
    let script = paths::tools().join("gnu-diff.py");
    fs::write(&script, SCRIPT_OF_PYTHON).during("write the script of peers")?;
    let words = vec![script.display().to_string(), "diff".to_owned()];
    Ok(Some(Peer { kind: Kind::GnuDiff, version, program: PathBuf::from("python3"), words }))
}
