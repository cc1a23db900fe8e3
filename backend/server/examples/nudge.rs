//! How long it takes from an event in AWS to the snapshot that pages are fed from: `cargo run --example nudge`.
//!
//! The sandbox tells an event in the moment of the change; the console hears it by a long poll, reads AWS, and
//! hangs up what it read. Readings by themselves are an hour apart, so nothing else can show the change.

#![expect(clippy::print_stdout, reason = "the figures are what a person asked for")]

use std::{error::Error, path::Path, time::Duration};

use jiff::Timestamp;
use serde_json::json;
use tokio::{net::TcpListener, time::Instant};
use viridian_sandbox::{
    Caller, Sandbox,
    blueprint::{self, Outputs},
    clock::Clock,
    wire,
};
use viridian_server::{
    config::{Options, resolve},
    serve::Console,
};

const ROUNDS: usize = 40;
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("viridian-nudge-{}", std::process::id()));
    let measured = Box::pin(measure(&folder)).await;
    std::fs::remove_dir_all(&folder)?;
    let mut times = measured?;
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default().as_millis();
    println!("{} changes: p50 {} ms, p95 {} ms, longest {} ms", times.len(), at(50), at(95), at(99));
    Ok(())
}

async fn measure(folder: &Path) -> Result<Vec<Duration>, Box<dyn Error>> {
    let (sandbox, _) = Sandbox::open(&folder.join("world"), 1, Clock::new(Timestamp::now(), 1.0))?;
    wire::serve(&sandbox, TcpListener::bind("127.0.0.1:0").await?)?;
    let how = blueprint::BootOptions { speed: 1.0, first_release: false };
    let outputs = blueprint::boot(&sandbox, how).await?;
    let options = Options {
        stack: vec![outputs.stack_name.clone()],
        endpoint_url: Some(outputs.aws_endpoint_url.clone()),
        data_dir: Some(folder.join("console")),
        ..Options::default()
    };
    let mut config = resolve(options.read().await?).await;
    for service in &mut config.services {
        (service.fast_seconds, service.slow_seconds) = (Some(3600.0), Some(3600.0));
    }
    let console = Console::start(&config).await?;
    // The first readings, and the first poll.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut times = Vec::new();
    for count in 1..=ROUNDS {
        times.push(change(&sandbox, &outputs, &console, count).await?);
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    console.stop().await;
    sandbox.stop(Duration::from_secs(2)).await;
    Ok(times)
}

/// Changes the desired count, which ECS tells as an event, and waits until the snapshot shows it.
async fn change(
    sandbox: &Sandbox,
    outputs: &Outputs,
    console: &Console,
    count: usize,
) -> Result<Duration, Box<dyn Error>> {
    let service = &console.app.served.first().ok_or("nothing is served")?.service;
    let mut snapshots = service.snapshots.watch();
    let begun = Instant::now();
    sandbox.with(|world| {
        let caller = Caller { arn: "arn:aws:iam::123456789012:user/somebody".to_owned() };
        let input = json!({
            "cluster": outputs.ecs_cluster_name, "service": outputs.ecs_service_name, "desiredCount": count,
        });
        world.call(&caller, "ecs", "UpdateService", input)
    })?;
    let shown = |snapshot: &std::sync::Arc<viridian_shared::snapshot::Snapshot>| {
        snapshot.tasks().is_some_and(|tasks| usize::try_from(tasks.desired_count) == Ok(count))
    };
    tokio::time::timeout(PATIENCE, snapshots.wait_for(shown)).await??;
    Ok(begun.elapsed())
}
