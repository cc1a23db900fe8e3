//! The tools that the project needs: found where they are, else installed once, pinned, into the cache folder.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    command::{Done, During, exists, fail, output, run},
    paths,
    prebuilt::{self, says},
    progress,
};

const TRUNK: &str = "0.22.1";
/// The same as in the workspace's `Cargo.toml`: page and tool must agree.
const WASM_BINDGEN: &str = "0.2.129";
/// What cuts the page's code into parts; it reads what `wasm_split_helpers` of the page marks.
const SPLITTER: &str = "0.2.4";
const BINARYEN: &str = "132.0.0";
/// The linter of CloudFormation templates, from the Python package index.
pub(crate) const CFN_LINT: &str = "1.58.0";
const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// For the browser tests, as `tests/e2e/package.json` pins them.
const DEBIAN_TEST_PACKAGES: [&str; 2] = ["chromium", "fonts-dejavu"];

/// What building the page needs, as folders to put in front of `PATH`.
pub(crate) struct PageTools {
    pub(crate) folders: Vec<PathBuf>,
    /// Only makes the page smaller; the build does without it.
    pub(crate) has_wasm_opt: bool,
}

/// Finds or installs what building the page needs.
pub(crate) fn for_page() -> Done<PageTools> {
    target(WASM_TARGET)?;
    let bin = paths::tools().join("bin");
    let bindgen = ["--no-default-features"];
    cargo_tool(&bin, "wasm-bindgen", "wasm-bindgen-cli", WASM_BINDGEN, &bindgen)?;
    splitter(&bin)?;
    // Trunk declares a newer compiler than it needs.
    let trunk = ["--ignore-rust-version", "--no-default-features", "--features", "rustls"];
    cargo_tool(&bin, "trunk", "trunk", TRUNK, &trunk)?;
    let binaryen = wasm_opt();
    let has_wasm_opt = binaryen.is_some();
    Ok(PageTools { folders: std::iter::once(bin).chain(binaryen).collect(), has_wasm_opt })
}

/// Finds or installs what runs the tests of code for the browser, in Node.js.
pub(crate) fn for_tests_of_wasm() -> Done<PathBuf> {
    target(WASM_TARGET)?;
    if !exists("node") {
        debian(&["nodejs", "npm"])?;
    }
    let (bin, name) = (paths::tools().join("bin"), "wasm-bindgen-test-runner");
    cargo_tool(&bin, name, "wasm-bindgen-cli", WASM_BINDGEN, &["--no-default-features"])?;
    Ok(if bin.join(name).exists() { bin.join(name) } else { PathBuf::from(name) })
}

/// A target of the toolchain.
fn target(name: &str) -> Done {
    let sysroot = output("rustc", &["--print", "sysroot"]).map(PathBuf::from);
    if sysroot.is_some_and(|root| root.join("lib/rustlib").join(name).is_dir()) {
        return Ok(());
    }
    if !exists("rustup") {
        return fail(format!(
            "The target {name} is missing, and there is no rustup to add it. Install it for this toolchain."
        ));
    }
    eprintln!("Adding the target {name} …");
    run(Command::new("rustup").args(["target", "add", name]), &format!("add the target {name}"))
}

/// The splitter. It does not say its version, so cargo's own list of what was installed is asked.
fn splitter(bin: &Path) -> Done {
    const PACKAGE: &str = "wasm_split_cli_support";
    let list = std::fs::read_to_string(paths::tools().join(".crates.toml")).unwrap_or_default();
    if list.contains(&format!("\"{PACKAGE} {SPLITTER} ")) && bin.join("wasm-split-cli").exists() {
        return Ok(());
    }
    cargo_tool(bin, "wasm-split-cli", PACKAGE, SPLITTER, &["--features", "build-binary"])
}

/// A tool from crates.io, in the cache folder or on `PATH` in exactly this version.
fn cargo_tool(bin: &Path, name: &str, package: &str, version: &str, features: &[&str]) -> Done {
    if says(&bin.join(name), version) || says(Path::new(name), version) {
        return Ok(());
    }
    eprintln!("Downloading {package} {version}, if its publisher can be reached …");
    if prebuilt::install(bin, name, version) {
        return Ok(());
    }
    eprintln!("Installing {package} {version} into {} (once, some minutes) …", paths::tools().display());
    let mut install = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    install
        .args(["install", "--locked", package, "--version", version, "--root"])
        .arg(paths::tools())
        .args(features)
        .env("CARGO_TARGET_DIR", paths::cache().join("tools-build"))
        // The tools do the same whether they are optimised or not, and build four times as fast.
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        // Outside the checkout, so that its toolchain file and settings do not apply to other people's code.
        .current_dir(std::env::temp_dir());
    let purpose = format!("install {package} {version}; is the package registry reachable");
    progress::run(&mut install, package, &purpose).map(|_| ())
}

/// The folder of wasm-opt from npm, where there is npm.
fn wasm_opt() -> Option<PathBuf> {
    let folder = paths::tools().join(format!("binaryen-{BINARYEN}"));
    let bin = folder.join("node_modules").join(".bin");
    if bin.join("wasm-opt").exists() {
        return Some(bin);
    }
    if !exists("npm") || std::fs::create_dir_all(&folder).is_err() {
        return None;
    }
    let mut install = Command::new("npm");
    install
        .args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"])
        .arg(&folder)
        .arg(format!("binaryen@{BINARYEN}"));
    run(&mut install, "install wasm-opt").ok()?;
    bin.join("wasm-opt").exists().then_some(bin)
}

/// Finds or installs what the browser tests need: Node.js, Chromium, and the packages of `tests/e2e`.
pub(crate) fn for_browser_tests(folder: &Path) -> Done {
    if !exists("chromium") {
        debian(&DEBIAN_TEST_PACKAGES)?;
    }
    node_packages(folder, "the browser tests")
}

/// Makes sure of Node.js, and of the packages that the lock file of a folder names.
pub(crate) fn node_packages(folder: &Path, whose: &str) -> Done {
    if !exists("npm") {
        debian(&["nodejs", "npm"])?;
    }
    let (lock, installed) =
        (folder.join("package-lock.json"), folder.join("node_modules").join(".package-lock.json"));
    let is_newer =
        |a: &Path, b: &Path| Some(a.metadata().ok()?.modified().ok()? > b.metadata().ok()?.modified().ok()?);
    if is_newer(&lock, &installed) == Some(false) {
        return Ok(());
    }
    let mut install = Command::new("npm");
    install.args(["ci", "--silent", "--no-audit", "--no-fund"]).current_dir(folder);
    run(&mut install, &format!("install the packages of {whose}"))
}

/// The linter of templates.
pub(crate) fn cfn_lint() -> Done<PathBuf> {
    python_tool("cfn-lint", "cfn-lint", CFN_LINT)
}

/// A program from the Python package index, in an environment of its own in the cache folder.
pub(crate) fn python_tool(name: &str, package: &str, version: &str) -> Done<PathBuf> {
    let folder = paths::tools().join(format!("{name}-{version}"));
    let program = folder.join("bin").join(name);
    if output(&program, &["--version"]).is_some_and(|text| text.split([' ', ',']).any(|word| word == version))
    {
        return Ok(program);
    }
    if output("python3", &["-c", "import ensurepip, venv"]).is_none() {
        debian(&["python3", "python3-venv"])?;
    }
    eprintln!("Installing {name} {version} into {} (once) …", folder.display());
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder), "make a Python environment")?;
    let mut install = Command::new(folder.join("bin").join("pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check", &format!("{package}=={version}")]);
    run(&mut install, &format!("install {package}; is the Python package index reachable"))?;
    Ok(program)
}

/// Finds or installs the official AWS clients that the sandbox is asked by: a folder of Python's own, made
/// anew when what is pinned changes. Gives its Python.
pub(crate) fn for_client_tests(requirements: &Path) -> Done<PathBuf> {
    let wanted = std::fs::read_to_string(requirements).during("read the pinned AWS clients")?;
    let folder = paths::tools().join("aws-clients");
    let (python, note) = (folder.join("bin").join("python"), folder.join("installed.txt"));
    if python.exists() && std::fs::read_to_string(&note).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    // Debian parts the making of such folders from Python itself.
    if output("python3", &["-c", "import ensurepip, venv"]).is_none() {
        debian(&["python3", "python3-venv"])?;
    }
    eprintln!("Installing the AWS clients for the tests into {} (once) …", folder.display());
    let mut make = Command::new("python3");
    run(make.args(["-m", "venv", "--clear"]).arg(&folder), "make a folder for the AWS clients")?;
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(requirements);
    run(&mut install, "install the AWS clients; is the package registry reachable")?;
    std::fs::write(&note, wanted).during("note which AWS clients are installed")?;
    Ok(python)
}

/// What the balancer is loaded by and measured against.
pub(crate) fn for_load_tests() -> Done {
    let missing: Vec<&str> = ["nginx", "wrk"].into_iter().filter(|name| !exists(name)).collect();
    if missing.is_empty() { Ok(()) } else { debian(&missing) }
}

/// Finds or installs what the tests need besides cargo: servers of PostgreSQL and of Prometheus.
pub(crate) fn for_tests() -> Done {
    let debian_has = Path::new("/usr/lib/postgresql").is_dir();
    if !debian_has && !exists("initdb") {
        debian(&["postgresql"])?;
    }
    prometheus()
}

/// Unpacks Debian's Prometheus into the cache folder: installed it would begin to run on this machine.
fn prometheus() -> Done {
    const NAME: &str = "prometheus";
    let folder = paths::tools().join(NAME);
    if exists(NAME) || folder.join("usr/bin").join(NAME).is_file() {
        return Ok(());
    }
    if !exists("apt-get") || !exists("dpkg-deb") {
        return fail("The tests need prometheus. Install it and try again.");
    }
    eprintln!("Unpacking {NAME} into {} (once) …", folder.display());
    std::fs::create_dir_all(&folder).during("make a folder for prometheus")?;
    let purpose = "download prometheus; is Debian’s archive reachable";
    let mut download = Command::new("apt-get");
    download.args(["download", "-qq", NAME]).current_dir(&folder);
    if run(&mut download, purpose).is_err() {
        // Its lists may be old or missing.
        run(Command::new("apt-get").args(["update", "-qq"]), purpose)?;
        run(&mut download, purpose)?;
    }
    let files = std::fs::read_dir(&folder).during("look for what was downloaded")?;
    let package =
        files.flatten().map(|file| file.path()).find(|path| path.extension().is_some_and(|it| it == "deb"));
    let Some(package) = package else { return fail("apt-get downloaded nothing that is a package.") };
    run(Command::new("dpkg-deb").arg("-x").arg(&package).arg(&folder), "unpack prometheus")?;
    std::fs::remove_file(package).during("remove what was unpacked")
}

/// Finds or installs what linking the image's program statically needs, and the certificates that it is given.
pub(crate) fn for_image(musl: &str) -> Done {
    target(musl)?;
    if !exists("musl-gcc") {
        debian(&["musl-tools"])?;
    }
    let authorities = Path::new("/usr/share/ca-certificates/mozilla").is_dir();
    if authorities { Ok(()) } else { debian(&["ca-certificates"]) }
}

/// Finds or installs what starts a program in a root of its own.
pub(crate) fn for_container() -> Done {
    if exists("bwrap") { Ok(()) } else { debian(&["bubblewrap"]) }
}

fn debian(packages: &[&str]) -> Done {
    let names = packages.join(" ");
    if !exists("apt-get") {
        return fail(format!("The tests need {names}. Install them and try again."));
    }
    eprintln!("Installing {names} …");
    let purpose = format!("install {names} (as root, `apt-get install {names}` does it)");
    run(Command::new("apt-get").args(["update", "-qq"]), &purpose)?;
    let mut install = Command::new("apt-get");
    install
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive");
    run(&mut install, &purpose)
}

/// Makes sure that the cache folder can be written.
pub(crate) fn prepare_cache() -> Done {
    let folder = paths::tools();
    std::fs::create_dir_all(&folder).during(&format!("write to the cache folder {}", folder.display()))
}
