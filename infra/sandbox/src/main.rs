//! The sandbox by itself: one process that answers AWS clients on loopback.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::Parser;
use jiff::Timestamp;
use viridian_sandbox::{Sandbox, clock::Clock, wire};

/// AWS at a smaller size: ECS, load balancers, pipelines and state machines on loopback.
#[derive(Debug, Parser)]
#[command(version, about)]
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
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            tracing::error!("{sentence}");
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
    let cannot_open = |error| format!("The folder {} cannot be used: {error}", arguments.data_dir.display());
    let (sandbox, loaded) = Sandbox::open(&arguments.data_dir, arguments.seed, clock).map_err(cannot_open)?;
    let cannot_listen = |error| format!("The sandbox cannot listen: {error}");
    sandbox.plane().offer(80, production).map_err(cannot_listen)?;
    sandbox.plane().offer(8080, test).map_err(cannot_listen)?;
    endpoint.set_nonblocking(true).map_err(cannot_listen)?;
    let endpoint = tokio::net::TcpListener::from_std(endpoint).map_err(cannot_listen)?;
    wire::serve(&sandbox, endpoint).map_err(cannot_listen)?;
    if loaded {
        sandbox.resume();
    }
    sandbox.start();
    let address = sandbox.with(|world| world.endpoint.clone());
    tracing::info!(endpoint = %address, loaded, "the sandbox answers");
    asked_to_stop().await;
    tracing::info!("the sandbox stops");
    sandbox.stop(Duration::from_secs(5)).await;
    Ok(())
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
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .map_err(|error| format!("Port {port} cannot be used ({error}); choose another with {flag}."))
}
