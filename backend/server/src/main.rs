//! The one binary: `viridian serve` against AWS, `viridian demo` with the sandbox inside.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

/// The release console for week-long blue/green deployments on Amazon ECS.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the console for the services of a configuration file.
    Serve {
        /// A TOML file; `docs/configuration.md` names every setting.
        #[arg(long)]
        config: PathBuf,
    },
    /// Checks that nobody has changed the journal of a data folder.
    Verify {
        #[arg(long)]
        data_dir: PathBuf,
    },
    /// Serves the console with an AWS of its own, on this machine.
    #[cfg(feature = "sandbox")]
    Demo(viridian_server::demo::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    viridian_server::telemetry::start();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("The runtime does not start: {error}.")),
    };
    let ended = runtime.block_on(run(arguments.command));
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    ended.map_or_else(|sentence| fail(&sentence), |()| ExitCode::SUCCESS)
}

async fn run(command: Command) -> Result<(), String> {
    match command {
        Command::Serve { config } => viridian_server::serve::serve_file(&config).await,
        Command::Verify { data_dir } => viridian_server::serve::verify(&data_dir).await,
        #[cfg(feature = "sandbox")]
        Command::Demo(options) => viridian_server::demo::run(options).await,
    }
}

#[expect(clippy::print_stderr, reason = "the one sentence a person at a terminal gets")]
fn fail(sentence: &str) -> ExitCode {
    eprintln!("{sentence}");
    ExitCode::FAILURE
}
