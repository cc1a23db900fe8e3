//! Builds what runs on this machine: every crate but the page's, once, with its lints.
//!
//! `cargo clippy` would read every dependency a second time, for the lints alone: four minutes of a first run. So
//! clippy's own compiler builds our crates instead of rustc (cargo's `RUSTC_WORKSPACE_WRAPPER`, which is how `cargo
//! clippy` does it too), for demo and tests alike, and what one has built the other finds.

use std::{env::consts::EXE_SUFFIX, path::Path, process::Command};

use crate::{
    command::{self, Done, cargo, fail, output},
    paths, progress, tools,
};

/// All crates but the page's: features that it wants of what both use would have everything compiled once more.
const ALL: [&str; 3] = ["--workspace", "--exclude", "viridian-frontend"];
/// Tests want the samples; with them everywhere, demo and tests share what they build.
const SERVER: [&str; 6] =
    ["--package", "viridian-server", "--package", "viridian-domain", "--features", "viridian-domain/sample"];

/// The page's crate, as far as it runs on this machine: its tests.
const PAGE: [&str; 3] = ["--lib", "--package", "viridian-frontend"];

/// The server, for the demo.
pub(crate) fn server() -> Done {
    let mut build = linted(&[&["build"], SERVER.as_slice()].concat())?;
    progress::run(&mut build, "server", "build the server").map(|_| ())
}

/// Everything that the tests run, the programs among it; a lint fails.
pub(crate) fn tests() -> Done {
    let mut build = linted(&[&["test", "--no-run"], ALL.as_slice()].concat())?;
    if progress::run(&mut build, "tests", "build the tests")?.has_warnings {
        return fail("There are warnings, and a warning is an error here. Mend what is shown above.");
    }
    Ok(())
}

/// The page's own tests. Its lints are told of the browser's code by [`tests_of_wasm`]: sizes differ here.
pub(crate) fn tests_of_the_page() -> Done {
    let mut build = cargo(&[&["test", "--no-run"], PAGE.as_slice()].concat());
    progress::run(&mut build, "tests of the page", "build the tests of the page").map(|_| ())
}

/// Runs what [`tests`] built.
pub(crate) fn run_tests() -> Done {
    command::run(&mut linted(&[&["test"], ALL.as_slice()].concat())?, "pass the tests")
}

/// Runs some tests of one file that [`tests`] built.
pub(crate) fn run_test(name: &str, which: &[&str], environment: &[(&str, &str)], purpose: &str) -> Done {
    let arguments = [&["test"], ALL.as_slice(), &["--test", name, "--"], which].concat();
    command::run(linted(&arguments)?.envs(environment.iter().copied()), purpose)
}

/// Runs what [`tests_of_the_page`] built.
pub(crate) fn run_tests_of_the_page() -> Done {
    command::run(&mut cargo(&[&["test"], PAGE.as_slice()].concat()), "pass the page's tests")
}

/// The page's tests of what only a browser has: its code for the browser, linted, and run by Node.js.
pub(crate) fn tests_of_wasm() -> Done {
    let mut test = linted(&[
        "test",
        "--target",
        "wasm32-unknown-unknown",
        "--package",
        "viridian-frontend",
        "--test",
        "reading",
    ])?;
    test.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", tools::for_tests_of_wasm()?);
    if progress::run(&mut test, "page in wasm", "pass the page's tests in wasm")?.has_warnings {
        return fail("There are warnings, and a warning is an error here. Mend what is shown above.");
    }
    Ok(())
}

/// Reads the documents of the crates that others begin with: what links to nothing, or says nothing of something
/// public, fails. Those that speak to AWS, to databases and to browsers are left out: for their documents alone all
/// that they stand on would be read once more.
pub(crate) fn documents() -> Done {
    let left_out = ["frontend", "aws", "store", "server", "sandbox", "fixture", "fuzz"]
        .map(|it| format!("viridian-{it}"));
    let mut document = cargo(&["doc", "--no-deps", "--workspace"]);
    for name in &left_out {
        document.args(["--exclude", name]);
    }
    document.env("RUSTDOCFLAGS", "--deny warnings --allow rustdoc::private_intra_doc_links");
    progress::run(&mut document, "documents", "read the documents").map(|_| ())
}

/// cargo with clippy's compiler for our own crates.
fn linted(arguments: &[&str]) -> Done<Command> {
    let Some(sysroot) = output("rustc", &["--print", "sysroot"]) else {
        return fail("There is no `rustc`. Install Rust by rustup and try again.");
    };
    let driver = Path::new(&sysroot).join("bin").join(format!("clippy-driver{EXE_SUFFIX}"));
    if !driver.is_file() {
        return fail("Clippy is missing from the toolchain. `rustup component add clippy` adds it.");
    }
    let mut command = cargo(arguments);
    command
        .env("RUSTC_WORKSPACE_WRAPPER", driver)
        .env("CLIPPY_ARGS", "")
        .env("CLIPPY_CONF_DIR", paths::root());
    Ok(command)
}
