//! The sandbox by itself: one process that answers AWS clients on loopback, with the demo's world in it.

mod banner;

use std::{
    io,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Parser;
use jiff::Timestamp;
use viridian_sandbox::{
    Sandbox,
    blueprint::{self, Layout, Outputs},
    clock::Clock,
    wire,
};

/// How long builds and connections get to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// AWS at a smaller size: the services of a blue/green release on loopback.
///
/// Started without flags it boots a service with its load balancer, pipeline and state machines, with a
/// first version in production, and keeps all of it in the data folder: started again, it goes on.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Port for AWS clients, git and the sandbox's own controls.
    #[arg(long, default_value_t = 4566)]
    aws_port: u16,
    /// Port on which the load balancer's listener on port 80 answers.
    #[arg(long, default_value_t = 8000)]
    prod_port: u16,
    /// Port on which the load balancer's listener on port 8080 answers.
    #[arg(long, default_value_t = 8080)]
    test_port: u16,
    /// Seconds of virtual time in a second of real time.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Folder in which the world is kept; it is created where it is missing.
    #[arg(long, default_value = "viridian-sandbox")]
    data_dir: PathBuf,
    /// The same seed gives the same names and delays.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Begin with nothing in production, but with the files of the first release in the repository.
    #[arg(long, conflicts_with_all = ["bare", "deployed"])]
    empty: bool,
    /// Begin as `cdk deploy` leaves an account: nothing in production, nothing in the repository.
    #[arg(long, conflicts_with = "bare")]
    deployed: bool,
    /// How the pipeline of a new world is laid out.
    #[arg(long, value_enum, default_value_t)]
    layout: Layout,
    /// Begin with nothing at all.
    #[arg(long)]
    bare: bool,
    /// Add that many services, with releases at every stage.
    #[arg(long, default_value_t = 0, conflicts_with_all = ["bare", "deployed", "empty"])]
    services: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()),
        )
        .with_writer(io::stderr)
        .init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    if !(0.001..=1_000_000.0).contains(&arguments.speed) {
        return Err("--speed must lie between 0.001 and 1000000.".to_owned());
    }
    let endpoint = bind(arguments.aws_port, "--aws-port")?;
    let (production, test) =
        (bind(arguments.prod_port, "--prod-port")?, bind(arguments.test_port, "--test-port")?);
    let clock = Clock::new(Timestamp::now(), arguments.speed);
    let (sandbox, loaded) = Sandbox::open(&arguments.data_dir, arguments.seed, clock).map_err(|error| {
        format!(
            "The folder {} cannot be used: {error}. Choose another with --data-dir.",
            arguments.data_dir.display()
        )
    })?;
    let deaf = |error: io::Error| format!("The sandbox cannot listen: {error}.");
    sandbox.plane().offer(80, production).map_err(deaf)?;
    sandbox.plane().offer(8080, test).map_err(deaf)?;
    let endpoint = tokio::net::TcpListener::from_std(endpoint).map_err(deaf)?;
    wire::serve(&sandbox, endpoint).map_err(deaf)?;
    if arguments.bare {
        if loaded {
            sandbox.resume();
        }
        banner::bare(&sandbox.with(|world| world.endpoint.clone()));
    } else {
        let how = blueprint::BootOptions { speed: arguments.speed, first_release: !arguments.empty };
        let booted = if arguments.deployed {
            blueprint::deploy(&sandbox, arguments.layout, arguments.speed).await
        } else {
            blueprint::boot_as(&sandbox, arguments.layout, how).await
        };
        let outputs = booted
            .map_err(|error| format!("The sandbox does not boot: {error}. A new --data-dir begins anew."))?;
        let begun = Instant::now();
        if arguments.services > 0 {
            blueprint::gather(&sandbox, arguments.services)
                .map_err(|error| format!("The services cannot be added: {error}."))?;
        }
        // Each service's outputs name the ports of this process.
        let services = blueprint::services(&sandbox).await;
        let others = services.map_err(|error| format!("The services cannot be found: {error}."))?.len() - 1;
        let path = write(&arguments.data_dir, &outputs)?;
        banner::booted(&outputs, &path);
        if others > 0 {
            banner::gathered(others, begun.elapsed());
        }
    }
    sandbox.start();
    asked_to_stop().await;
    sandbox.stop(PATIENCE).await;
    Ok(())
}

/// Writes `outputs.json` in one step, so that nobody reads half of it.
fn write(folder: &Path, outputs: &Outputs) -> Result<PathBuf, String> {
    let path = folder.join("outputs.json");
    let text = serde_json::to_string_pretty(outputs).map_err(|error| error.to_string())?;
    let draft = path.with_extension("draft");
    let written = std::fs::write(&draft, text).and_then(|()| std::fs::rename(&draft, &path));
    written.map_err(|error| format!("{} cannot be written: {error}.", path.display()))?;
    Ok(path)
}

/// Waits for Ctrl-C or for a request to terminate.
async fn asked_to_stop() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

fn bind(port: u16, flag: &str) -> Result<TcpListener, String> {
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    bound.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => format!("Port {port} is in use: choose another with {flag}."),
        _ => format!("Port {port} cannot be used: {error}. Choose another with {flag}."),
    })
}
