//! The checks of `infra/cdk`: types, what the templates mean, that the committed ones are current, and lints.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    command::{self, Done, During, fail, output},
    paths, tools,
};

/// What the app and its tests read.
const INPUTS: [&str; 6] = [
    "infra/cdk",
    "assets",
    "backend/aws/src/actions.rs",
    "backend/server/Dockerfile",
    "docs/architecture.svg",
    "xtask/src/cdk.rs",
];

/// Runs every check, unless they passed on exactly these files before.
pub(crate) fn check() -> Done {
    let passed = paths::cache().join("passed").join(format!("cdk-{:016x}", digest(&paths::root())?));
    if passed.exists() {
        eprintln!("Unchanged since the checks of infra/cdk passed.");
        return Ok(());
    }
    let folder = paths::root().join("infra").join("cdk");
    tools::node_packages(&folder, "infra/cdk")?;
    npm(&folder, "check", "accept the types of infra/cdk")?;
    npm(&folder, "test", "pass the tests of infra/cdk")?;
    npm(&folder, "template:check", "find the templates of infra/cdk current")?;
    run(without_network("npm"), &folder, "synth", "synthesise infra/cdk with the CDK's own command")?;
    let lint = tools::cfn_lint()?;
    command::run(Command::new(&lint).current_dir(&folder), "accept the templates of infra/cdk")?;
    command::run(
        Command::new(lint).args(variants(&folder)?).current_dir(&folder),
        "accept the templates of other settings",
    )?;
    let folder = passed.parent().map_or(PathBuf::new(), Path::to_path_buf);
    fs::create_dir_all(&folder).and_then(|()| fs::write(&passed, "")).during("remember that infra/cdk passed")
}

/// Writes the templates of other settings, whole, for the linter.
fn variants(folder: &Path) -> Done<Vec<PathBuf>> {
    let into = paths::cache().join("variants");
    let mut write = Command::new("npm");
    write.args(["run", "--silent", "variants", "--"]).arg(&into).current_dir(folder);
    command::run(&mut write, "synthesise infra/cdk with other settings")?;
    let files = fs::read_dir(&into).during("look for the templates of other settings")?;
    Ok(files.flatten().map(|file| file.path()).collect())
}

fn npm(folder: &Path, script: &str, purpose: &str) -> Done {
    run(Command::new("npm"), folder, script, purpose)
}

/// A program that reaches nobody, where this machine lets programs be shut off from its network.
fn without_network(program: &str) -> Command {
    let alone = ["--map-root-user", "--net"];
    if output("unshare", &[alone.as_slice(), &["true"]].concat()).is_none() {
        return Command::new(program);
    }
    let mut command = Command::new("unshare");
    command.args(alone).arg(program);
    command
}

fn run(mut npm: Command, folder: &Path, script: &str, purpose: &str) -> Done {
    npm.args(["run", "--silent", script]).current_dir(folder);
    // Nothing of an account reaches the synthesis, so that it is shown to need none.
    for variable in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"] {
        npm.env_remove(variable);
    }
    command::run(&mut npm, purpose)
}

/// A digest of the paths and contents of the inputs, and of the tools that read them.
fn digest(root: &Path) -> Done<u64> {
    let folder = root.to_string_lossy();
    let mut arguments = vec!["-C", &folder, "ls-files", "--cached", "--others", "--exclude-standard", "--"];
    arguments.extend(INPUTS);
    let Some(listing) = output("git", &arguments) else {
        return fail("Cannot list the files of infra/cdk: `git ls-files` failed.");
    };
    let mut hasher = DefaultHasher::new();
    tools::CFN_LINT.hash(&mut hasher);
    output("node", &["--version"]).hash(&mut hasher);
    for path in listing.lines() {
        path.hash(&mut hasher);
        // A file that was removed and is still in the index counts as removed.
        fs::read(root.join(path)).ok().hash(&mut hasher);
    }
    Ok(hasher.finish())
}
