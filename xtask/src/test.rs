//! `cargo xtask test`: every check that CI runs, in one go. What can be done beside each other is.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;

use crate::{
    api, audit, cdk,
    command::{self, Done, During},
    demo, host, image,
    lane::{Steps, beside},
    page, paths, tidy, tools,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Leave out the tests in the browser.
    #[arg(long)]
    no_browser: bool,
    /// Leave out the start from a root that is laid as the container image's.
    #[arg(long)]
    no_image: bool,
}

pub(crate) fn run(options: &Options) -> Done {
    let steps = Steps::default();
    let done = check(&steps, options);
    eprintln!("── times\n{}", steps.table());
    done
}

fn check(steps: &Steps, options: &Options) -> Done {
    tools::prepare_cache()?;
    steps.step("tree", tidy::run)?;
    steps.step("format", format)?;
    steps.step("spelling", audit::spelling)?;
    steps.step("dependencies", audit::dependencies)?;
    beside(vec![
        Box::new(|| others(steps, options)),
        Box::new(|| steps.step("build of the tests", host::tests)),
    ])?;
    // The server embeds the page, which was not there yet when it was built beside it.
    steps.step("page in the server", host::tests)?;
    beside(vec![Box::new(|| on_this_machine(steps, options)), Box::new(|| from_outside(steps, options))])
}

/// What asks the processors most.
fn on_this_machine(steps: &Steps, options: &Options) -> Done {
    steps.step("tests", host::run_tests)?;
    steps.step("API", api::check)?;
    steps.step("documents", host::documents)?;
    if options.no_image { Ok(()) } else { steps.step("image", image::check) }
}

/// What mostly waits: for a release to go on, and for a browser to show it.
fn from_outside(steps: &Steps, options: &Options) -> Done {
    steps.step("AWS clients", clients)?;
    if options.no_browser { Ok(()) } else { steps.step("tests in the browser", browser) }
}

/// What is got ready beside the long build: packages from registries, the page with its tools, the AWS side.
fn others(steps: &Steps, options: &Options) -> Done {
    beside(vec![
        Box::new(|| steps.step("packages", || packages(options))),
        Box::new(|| {
            steps.step("tools of the page", || tools::for_page().map(|_| ()))?;
            steps.step("page", || page::build()?.check())
        }),
    ])?;
    steps.step("infra/cdk", cdk::check)?;
    steps.step("build of the page's tests", host::tests_of_the_page)?;
    steps.step("tests of the page", host::run_tests_of_the_page)?;
    steps.step("tests of the page in wasm", host::tests_of_wasm)
}

fn format() -> Done {
    let mut check = command::cargo(&["fmt", "--all", "--check"]);
    command::run(&mut check, "accept the formatting (`cargo fmt` mends it)")
}

/// Everything that comes from a registry and is no crate.
fn packages(options: &Options) -> Done {
    tools::for_tests()?;
    if !options.no_image {
        tools::for_container()?;
    }
    if !options.no_browser {
        tools::for_browser_tests(&end_to_end())?;
    }
    tools::for_client_tests(&of_clients("requirements.txt")).map(|_| ())
}

/// The sandbox as boto3 and the AWS CLI find it, and the stacks as somebody finds them who follows their README.
fn clients() -> Done {
    let python = tools::for_client_tests(&of_clients("requirements.txt"))?;
    for (script, purpose) in [
        ("check.py", "satisfy the AWS clients"),
        ("door.py", "refuse what the API models refuse"),
        ("by_hand.py", "do what infra/cdk/README.md says"),
    ] {
        let mut check = Command::new(&python);
        check.arg("-B").arg(of_clients(script)).arg(paths::binary("viridian-sandbox"));
        command::run(&mut check, purpose)?;
    }
    Ok(())
}

fn of_clients(name: &str) -> PathBuf {
    paths::root().join("infra/sandbox/tests/clients").join(name)
}

fn browser() -> Done {
    let folder = end_to_end();
    tools::for_browser_tests(&folder)?;
    let mut node = Command::new("node");
    node.args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(flows(&folder)?)
        .current_dir(&folder)
        .env("VIRIDIAN", demo::binary());
    command::run(&mut node, "pass the tests in the browser")
}

fn end_to_end() -> PathBuf {
    paths::root().join("tests").join("e2e")
}

/// The test files, named one by one: Node.js 20 and 22 read a folder's name differently.
fn flows(folder: &Path) -> Done<Vec<PathBuf>> {
    let files = fs::read_dir(folder.join("flow")).during("list the tests in the browser")?;
    let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
    paths.sort();
    Ok(paths)
}
