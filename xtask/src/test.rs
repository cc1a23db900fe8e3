//! `cargo xtask test`: every check that CI runs, in one go, the quick ones first.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use clap::Args;

use crate::{
    cdk,
    command::{self, Done, During, cargo},
    demo, image, page, place, tidy, tools,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Leave out the tests in the browser.
    #[arg(long)]
    no_browser: bool,
    /// Leave out the container image, which is the server built a second time.
    #[arg(long)]
    no_image: bool,
}

/// The crates that are compiled for the browser.
const THE_PAGE: [&str; 4] = ["--package", "viridian-frontend", "--package", "viridian-view"];
/// All others. Features that the page's crates want of what both use would have everything compiled once more.
const THE_REST: [&str; 5] = ["--workspace", "--exclude", "viridian-frontend", "--exclude", "viridian-view"];
/// A lint is an error.
const STRICT: [&str; 3] = ["--", "-D", "warnings"];

pub(crate) fn run(options: &Options) -> Done {
    tools::prepare_cache()?;
    step("tree", tidy::run)?;
    step("format", || {
        command::run(&mut cargo(&["fmt", "--all", "--check"]), "accept the formatting (`cargo fmt` mends it)")
    })?;
    step("infra/cdk", cdk::check)?;
    step("page", || page::check_size(demo::build()?))?;
    step("lints of the page", || {
        let page = ["clippy", "--target", "wasm32-unknown-unknown"].into_iter().chain(THE_PAGE);
        command::run(&mut cargo(&page.chain(STRICT).collect::<Vec<_>>()), "accept the page's code")
    })?;
    step("lints", || {
        let rest = ["clippy", "--all-targets"].into_iter().chain(THE_REST);
        command::run(&mut cargo(&rest.chain(STRICT).collect::<Vec<_>>()), "accept the code")
    })?;
    step("tests of the page", || {
        let page = ["test", "--lib"].into_iter().chain(THE_PAGE);
        command::run(&mut cargo(&page.collect::<Vec<_>>()), "pass the page's tests")
    })?;
    step("tests", || {
        tools::for_tests()?;
        let rest = ["test"].into_iter().chain(THE_REST);
        command::run(&mut cargo(&rest.collect::<Vec<_>>()), "pass the tests")
    })?;
    step("AWS clients", clients)?;
    if !options.no_image {
        step("image", image::check)?;
    }
    if options.no_browser { Ok(()) } else { step("tests in the browser", browser) }
}

/// The sandbox as boto3 and the AWS CLI find it, and the stacks as somebody finds them who follows their README.
fn clients() -> Done {
    command::run(&mut cargo(&["build", "--package", "viridian-sandbox"]), "build the sandbox")?;
    let folder = place::root().join("infra/sandbox/tests/clients");
    let python = tools::for_client_tests(&folder.join("requirements.txt"))?;
    for (script, purpose) in
        [("check.py", "satisfy the AWS clients"), ("by_hand.py", "do what infra/cdk/README.md says")]
    {
        let mut check = Command::new(&python);
        check.arg("-B").arg(folder.join(script)).arg(place::binary("viridian-sandbox"));
        command::run(&mut check, purpose)?;
    }
    Ok(())
}

fn browser() -> Done {
    let folder = place::root().join("tests").join("e2e");
    tools::for_browser_tests(&folder)?;
    let mut node = Command::new("node");
    node.args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(flows(&folder)?)
        .current_dir(&folder)
        .env("VIRIDIAN", demo::binary());
    command::run(&mut node, "pass the tests in the browser")
}

fn step(name: &str, check: impl FnOnce() -> Done) -> Done {
    let begun = Instant::now();
    eprintln!("── {name}");
    check()?;
    eprintln!("── {name}: {:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// The test files, named one by one: Node.js 20 and 22 read a folder's name differently.
fn flows(folder: &Path) -> Done<Vec<PathBuf>> {
    let files = fs::read_dir(folder.join("flow")).during("list the tests in the browser")?;
    let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
    paths.sort();
    Ok(paths)
}
