//! The one binary: `viridian serve` against AWS, `viridian demo` with the sandbox inside, `viridian compare` in a
//! build.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use viridian_server::config::{Options, journal};
use viridian_store::Anchor;

/// The C library's keeps what a crowd took long after it has gone.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The release console for week-long blue/green deployments on Amazon ECS.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the console for the services of stacks, or of a configuration file.
    Serve(Options),
    /// Checks credentials, permissions and names, and prints what is to be mended.
    Check(Options),
    /// Asks whether the console on this machine answers.
    Health {
        /// Its port.
        #[arg(long, default_value_t = 3000)]
        port: u16,
    },
    /// Checks that nobody has changed the journal, and prints how long it is and its head. Changes nothing.
    ///
    /// The chain of digests finds an entry that was changed, left out or swapped. A tail that was cut is found by a
    /// head that was kept elsewhere (--expect, --anchor), and a journal that was made anew by that or by the key in
    /// `VIRIDIAN_JOURNAL_KEY`.
    Verify {
        /// Its folder; without one, the database that PostgreSQL's variables name.
        #[arg(long)]
        data_dir: Option<PathBuf>,
        /// Its database: `postgres://…`.
        #[arg(long)]
        database_url: Option<String>,
        /// A head that the journal must hold: from the log, an anchor or an approval’s summary. At least 16 digits.
        #[arg(long, value_name = "NUMBER:DIGEST")]
        expect: Vec<Anchor>,
        /// A file of heads that `serve --anchor` wrote.
        #[arg(long, value_name = "FILE")]
        anchor: Option<PathBuf>,
    },
    /// Compares what blue and green answer, and ends with the verdict.
    Compare(viridian_server::compare::Options),
    /// Serves the console with an AWS of its own, on this machine.
    #[cfg(feature = "sandbox")]
    Demo(viridian_server::demo::Options),
}

impl Command {
    /// Whether it writes what is for nobody else to read.
    fn keeps_files(&self) -> bool {
        !matches!(self, Self::Compare(_) | Self::Check(_) | Self::Health { .. })
    }
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misread(&error),
    };
    if arguments.command.keeps_files() {
        viridian_server::private::mask();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("The runtime does not start: {error}.")),
    };
    let telemetry = viridian_server::telemetry::start(runtime.handle());
    let ended = runtime.block_on(run(arguments.command));
    telemetry.end();
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    ended.unwrap_or_else(|sentence| fail(&sentence))
}

async fn run(command: Command) -> Result<ExitCode, String> {
    match command {
        Command::Compare(options) => {
            return Ok(ExitCode::from(viridian_server::compare::run(&options).await));
        }
        Command::Check(options) => {
            let is_right = Box::pin(viridian_server::check::run(options)).await?;
            return Ok(if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Serve(options) => viridian_server::serve::serve(options).await,
        Command::Health { port } => viridian_server::health::ask(port).await,
        Command::Verify { data_dir, database_url, expect, anchor } => {
            let place = journal(data_dir.as_deref(), database_url.as_deref());
            viridian_server::journal::verify(&place, expect, anchor.as_deref()).await
        }
        #[cfg(feature = "sandbox")]
        Command::Demo(options) => Box::pin(viridian_server::demo::run(options)).await,
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Options that cannot be read. To a build that compares, clap's own code would say that there is a bug.
fn misread(error: &clap::Error) -> ExitCode {
    // There is nobody to tell when this cannot be printed.
    let _ = error.print();
    let compares = std::env::args().nth(1).is_some_and(|it| it == "compare");
    match error.exit_code() {
        0 => ExitCode::SUCCESS,
        _ if compares => ExitCode::from(viridian_server::compare::UNUSABLE),
        code => u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from),
    }
}

#[expect(clippy::print_stderr, reason = "the one sentence a person at a terminal gets")]
fn fail(sentence: &str) -> ExitCode {
    eprintln!("{sentence}");
    ExitCode::FAILURE
}
