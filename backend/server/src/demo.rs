//! `viridian demo`: the console with an AWS of its own, in one process.
//!
//! The sandbox boots and listens as AWS would; then the very same server starts against its endpoint URL. What
//! the two share is a configuration file, which can also be served by a process of its own (`--no-console`).

mod greeting;

use std::{
    future::Future,
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use jiff::Timestamp;
use viridian_sandbox::{
    Sandbox,
    blueprint::{self, Layout, Outputs},
    clock::Clock,
    wire,
};

use viridian_shared::{pipeline::GateKind, policy::Policy};

use crate::{
    Config,
    config::{Gates, ServiceConfig, gates},
    private,
    serve::{Console, stop_signal},
};

/// How long the sandbox gets to end its builds and connections.
const PATIENCE: Duration = Duration::from_secs(4);
/// So many services are read as often as one.
const FEW: u32 = 20;
/// The same seed gives the same names and delays.
const SEED: u64 = 1;

/// Where and how the demo runs.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Port of the console.
    #[arg(long, default_value_t = 3000)]
    pub port: u16,
    /// Port on which production answers.
    #[arg(long, default_value_t = 8000)]
    pub prod_port: u16,
    /// Port on which testers reach green.
    #[arg(long, default_value_t = 8080)]
    pub test_port: u16,
    /// Port for AWS clients and git.
    #[arg(long, default_value_t = 4566)]
    pub aws_port: u16,
    /// Seconds of the sandbox's time in a second of real time.
    #[arg(long, default_value_t = 1.0)]
    pub speed: f64,
    /// Where everything is kept.
    #[arg(long, default_value = ".viridian")]
    pub data_dir: PathBuf,
    /// Begin with nothing in production.
    #[arg(long)]
    pub empty: bool,
    /// How the pipeline of a new world is laid out.
    #[arg(long, value_enum, default_value_t)]
    pub layout: Layout,
    /// Add that many services, with releases at every stage.
    #[arg(long, default_value_t = 0, conflicts_with = "empty")]
    pub services: usize,
    /// A TOML file with the policies by which gates are decided; unless told, two approvals of different people decide
    /// the swap, and whoever committed to the release does not vote.
    #[arg(long)]
    pub gates: Option<PathBuf>,
    /// Only the sandbox; the console is started by itself with `viridian serve`.
    #[arg(long)]
    pub no_console: bool,
}

/// Runs until ctrl-c or SIGTERM. An error is a sentence for a person.
pub async fn run(options: Options) -> Result<(), String> {
    if !(0.001..=1_000_000.0).contains(&options.speed) {
        return Err("--speed must lie between 0.001 and 1000000.".to_owned());
    }
    let gates = gates(&options)?;
    let sockets = Sockets::bind(&options)?;
    greeting::preparing(&options);
    private::folder(&options.data_dir).await?;
    let (sandbox, mut outputs) = boot(&options, sockets.aws, sockets.production, sockets.test).await?;
    let all = gather(&sandbox, options.services).await?;
    sandbox.start();
    let until = stop_signal();
    let ended = if let Some(console) = sockets.console {
        let address = console.local_addr().map_err(|error| error.to_string())?;
        outputs.console_url = Some(format!("http://localhost:{}", address.port()));
        let config = write(&options.data_dir, address, &outputs, &all, gates).await?;
        serve(&config, console, &options, &outputs, until).await
    } else {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
        write(&options.data_dir, address, &outputs, &all, gates).await?;
        greeting::sandbox_only(&options, &outputs);
        until.await;
        Ok(())
    };
    sandbox.stop(PATIENCE).await;
    ended
}

async fn serve(
    config: &Config,
    listener: TcpListener,
    options: &Options,
    outputs: &Outputs,
    until: impl Future<Output = ()> + Send,
) -> Result<(), String> {
    let listener = tokio::net::TcpListener::from_std(listener).map_err(|error| error.to_string())?;
    let console = Console::start(config).await?;
    greeting::ready(options, outputs);
    console.serve(listener, until).await
}

/// How gates are decided: as somebody says, or as a team would.
fn gates(options: &Options) -> Result<Gates, String> {
    match &options.gates {
        Some(path) => gates::read(path),
        None => Ok([(
            GateKind::ApproveSwap,
            Policy { approvals: 2, committers_vote: false, ..Policy::default() },
        )]
        .into()),
    }
}

/// Opens or makes the world and lets it answer.
async fn boot(
    options: &Options,
    aws: TcpListener,
    production: TcpListener,
    test: TcpListener,
) -> Result<(Sandbox, Outputs), String> {
    let folder = options.data_dir.join("sandbox");
    let clock = Clock::new(Timestamp::now(), options.speed);
    let (sandbox, _) = Sandbox::open(&folder, SEED, clock)
        .map_err(|error| format!("The folder {} cannot be used: {error}.", folder.display()))?;
    let deaf = |error: io::Error| format!("The sandbox cannot listen: {error}.");
    sandbox.plane().offer(80, production).map_err(deaf)?;
    sandbox.plane().offer(8080, test).map_err(deaf)?;
    wire::serve(&sandbox, tokio::net::TcpListener::from_std(aws).map_err(deaf)?).map_err(deaf)?;
    let how = blueprint::BootOptions { speed: options.speed, first_release: !options.empty };
    let outputs = blueprint::boot_as(&sandbox, options.layout, how)
        .await
        .map_err(|error| format!("The sandbox does not boot: {error}."))?;
    Ok((sandbox, outputs))
}

/// Every service of the world, after as many were added as are wanted beside the demo's own.
async fn gather(sandbox: &Sandbox, wanted: usize) -> Result<Vec<Outputs>, String> {
    if wanted > 0 {
        blueprint::gather(sandbox, wanted)
            .map_err(|error| format!("The services cannot be added: {error}."))?;
    }
    let all = blueprint::services(sandbox).await;
    all.map_err(|error| format!("The services of the sandbox cannot be found: {error}."))
}

/// Every port is taken before anything is made, so that one in use costs nothing.
struct Sockets {
    console: Option<TcpListener>,
    aws: TcpListener,
    production: TcpListener,
    test: TcpListener,
}

impl Sockets {
    fn bind(options: &Options) -> Result<Self, String> {
        let console = if options.no_console { None } else { Some(bind(options.port, "--port")?) };
        Ok(Self {
            console,
            aws: bind(options.aws_port, "--aws-port")?,
            production: bind(options.prod_port, "--prod-port")?,
            test: bind(options.test_port, "--test-port")?,
        })
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

/// The files that others need: `outputs.json` for scripts, `viridian.toml` for `viridian serve`.
async fn write(
    folder: &Path,
    console: SocketAddr,
    outputs: &Outputs,
    all: &[Outputs],
    gates: Gates,
) -> Result<Config, String> {
    let config = Config {
        listen: console,
        data_dir: Some(std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned())),
        gates,
        services: all.iter().map(|outputs| service(outputs, all.len())).collect(),
        ..Config::default()
    };
    let json = serde_json::to_string_pretty(outputs).map_err(|error| error.to_string())?;
    let toml = toml::to_string(&config).map_err(|error| error.to_string())?;
    for (name, text) in [("outputs.json", json), ("viridian.toml", toml)] {
        let path = folder.join(name);
        put(&path, &text).await.map_err(|error| format!("{} cannot be written: {error}.", path.display()))?;
    }
    Ok(config)
}

/// In one step, so that nobody reads half a file.
async fn put(path: &Path, text: &str) -> io::Result<()> {
    let draft = path.with_extension("draft");
    tokio::fs::write(&draft, text).await?;
    tokio::fs::rename(draft, path).await
}

/// A service of the sandbox, which is one of `count`.
fn service(outputs: &Outputs, count: usize) -> ServiceConfig {
    // Readings of many services share one machine: the usual pace is that of a few.
    let pace = u32::try_from(count).ok().filter(|count| *count > FEW).map(f64::from);
    ServiceConfig {
        fast_seconds: pace.map(|count| (count / 100.0).max(0.5)),
        slow_seconds: pace.map(|count| count / 8.0),
        // The generated name of the ECS service says nothing to a person.
        name: outputs.console_service_name.clone(),
        region: outputs.region.clone(),
        endpoint_url: Some(outputs.aws_endpoint_url.clone()),
        sandbox_clock_url: Some(format!("{}/_sandbox/clock", outputs.aws_endpoint_url)),
        pipeline: outputs.pipeline_name.clone(),
        cluster: outputs.ecs_cluster_name.clone(),
        service: outputs.ecs_service_name.clone(),
        production_rule_arn: outputs.prod_listener_rule_arn.clone(),
        test_rule_arn: outputs.test_listener_rule_arn.clone(),
        production_url: Some(outputs.alb_prod_url.clone()),
        test_url: Some(outputs.alb_test_url.clone()),
        repository_url: Some(outputs.repository_clone_url.clone()),
        state_machines: outputs.state_machine_arns.clone(),
        // Large answers are worth a look too, on a machine of one's own.
        probe_body_mib: Some(32),
        event_queue_url: outputs.event_queue_url.clone(),
        ..ServiceConfig::default()
    }
}
