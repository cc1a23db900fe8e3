//! `cargo xtask demo`: builds what is needed and starts console and sandbox in one process.

use std::{path::PathBuf, process::Command};

use clap::Args;

use crate::{
    command::{Done, fail},
    host,
    lane::beside,
    page, paths,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Port of the console.
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Port on which production answers.
    #[arg(long, default_value_t = 8000)]
    prod_port: u16,
    /// Port on which testers reach green.
    #[arg(long, default_value_t = 8080)]
    test_port: u16,
    /// Port of the AWS endpoint, for the AWS CLI and SDKs.
    #[arg(long, default_value_t = 4566)]
    aws_port: u16,
    /// How fast the sandbox's clock runs: 60 makes a minute of a second.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Where everything is kept; the same folder goes on where it stopped.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Start what was built before.
    #[arg(long)]
    no_build: bool,
    /// Start with nothing in production, as right after a deployment.
    #[arg(long)]
    empty: bool,
    /// Add that many services, with releases at every stage.
    #[arg(long, default_value_t = 0)]
    services: usize,
    /// How the pipeline of a new world is laid out: `viridian`, or `reference` with a stage for each step.
    #[arg(long, default_value = "viridian")]
    layout: String,
}

pub(crate) fn run(options: &Options) -> Done {
    let binary = binary();
    if options.no_build {
        if !binary.is_file() {
            return fail("Nothing was built yet. Run `cargo xtask demo` once without --no-build.");
        }
    } else {
        build()?;
    }
    let mut viridian = Command::new(&binary);
    viridian
        .arg("demo")
        .args(["--port", &options.port.to_string(), "--prod-port", &options.prod_port.to_string()])
        .args(["--test-port", &options.test_port.to_string(), "--aws-port", &options.aws_port.to_string()])
        .args(["--speed", &options.speed.to_string(), "--layout", &options.layout]);
    if let Some(folder) = &options.data_dir {
        viridian.arg("--data-dir").arg(folder);
    }
    if options.empty {
        viridian.arg("--empty");
    }
    if options.services > 0 {
        viridian.args(["--services", &options.services.to_string()]);
    }
    replace_with(&mut viridian)
}

/// The server as it is built for the demo and the tests.
pub(crate) fn binary() -> PathBuf {
    paths::target().join("debug").join(format!("viridian{}", std::env::consts::EXE_SUFFIX))
}

/// Builds the page and the server, beside each other, and then what embeds the page: where the server is ready first,
/// it holds no page yet, or an older one.
pub(crate) fn build() -> Done {
    eprintln!("Building Viridian: some minutes the first time, seconds after that.");
    beside(vec![Box::new(|| page::build().map(drop)), Box::new(host::server)])?;
    host::server()
}

/// Becomes the server, so that a signal to the demo reaches it.
#[cfg(unix)]
fn replace_with(viridian: &mut Command) -> Done {
    use std::os::unix::process::CommandExt;
    let error = viridian.exec();
    fail(format!("Cannot start {}: {error}.", viridian.get_program().to_string_lossy()))
}

#[cfg(not(unix))]
fn replace_with(viridian: &mut Command) -> Done {
    crate::command::run(viridian, "run the demo")
}
