//! The one description of the world that the sandbox boots: a service, its load balancer, its pipeline and
//! its state machines, as a team's CDK stack would make them.

mod assets;
mod first;
mod outputs;
mod template;

use jiff::{SignedDuration, Timestamp};

use crate::{Sandbox, error::AwsError, pipeline, repository, world::World};
pub use outputs::Outputs;

/// The cluster of the demo.
const CLUSTER: &str = "viridian-demo";
/// The service of the demo: also the name of its repository and its pipeline.
const SERVICE: &str = "storefront";
/// The stack whose outputs describe it.
const STACK: &str = "ViridianDemo";
/// How long ago the first release began, so that production is a day old when a person first looks.
const AGE: SignedDuration = SignedDuration::from_hours(26);

/// How the world is booted.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Seconds of virtual time in a second of real time, once it is booted.
    pub speed: f64,
    /// Whether a first version is in production already. Without it the world stands as right after the
    /// deployment of its stack: nothing runs and both ports answer 503.
    pub first_release: bool,
}

/// Why a world cannot be booted.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{resource} of the blueprint cannot be made: {error}")]
    Resource { resource: String, error: AwsError },
    #[error("the blueprint refers to {0}, which is not there")]
    Reference(String),
    #[error("the blueprint cannot be read: {0}")]
    Unreadable(String),
    #[error("the demo's repository cannot be made: {0}")]
    Repository(String),
    #[error("the first release did not come about: {0}")]
    FirstRelease(String),
    #[error("the load balancer does not listen")]
    Deaf,
}

/// Boots the demo's world, or takes up the one that was saved in the folder. The endpoint must answer and
/// the sockets of the listeners must have been offered; the caller starts the sandbox afterwards.
pub async fn boot(sandbox: &Sandbox, options: Options) -> Result<Outputs, Error> {
    let present = Timestamp::now();
    if sandbox.with(outputs::exist) {
        sandbox.resume();
    } else {
        sandbox.with(|world| {
            world.clock.pause();
            let start =
                if options.first_release { present.checked_sub(AGE).unwrap_or(present) } else { present };
            world.clock.set(start);
            make(world, options.first_release)
        })?;
        if options.first_release {
            first::release(sandbox).await?;
            // What is still to happen until now happens in its order.
            let left = present.duration_since(sandbox.with(|world| world.now()));
            sandbox.run_until(|_| false, left.max(SignedDuration::ZERO)).await;
        }
    }
    sandbox.with(|world| {
        world.clock.jump(present);
        world.clock.set_rate(options.speed);
        world.clock.resume();
    });
    outputs::complete(sandbox).await
}

/// Makes everything the stack describes, in its order.
fn make(world: &mut World, run: bool) -> Result<(), Error> {
    let files =
        assets::unpack(&world.folder.clone()).map_err(|error| Error::Repository(error.to_string()))?;
    repository::seed(world, SERVICE, &files, "Show the storefront").map_err(Error::Repository)?;
    let _ = std::fs::remove_dir_all(&files);
    let made = template::make(world, CLUSTER, SERVICE)?;
    if !run {
        // AWS runs a new pipeline at once, and in a repository without a commit that comes to nothing.
        pipeline::forget_executions(world, SERVICE);
    }
    outputs::put(world, made);
    Ok(())
}
