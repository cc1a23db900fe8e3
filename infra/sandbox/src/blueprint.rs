//! The world that the sandbox boots: the stacks of `infra/cdk` as they were synthesised, a repository with the
//! files that are released, and, if wanted, a first version in production.
//!
//! There is no other description of the pipeline, the service or the rules than those templates.

mod assets;
mod first;
mod outputs;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::{Sandbox, pipeline, repository, stacks, world::World};
pub use outputs::Outputs;

/// The stack that holds what is never lost; it is made first, and the other one imports from it.
const STATE_STACK: &str = "ViridianState";
/// The stack whose outputs describe the service.
const STACK: &str = "Viridian";
const STATE_TEMPLATE: &str = include_str!("../../cdk/template/ViridianState.json");
const TEMPLATE: &str = include_str!("../../cdk/template/Viridian.json");
/// The service may scale, so that releases have something to hold still.
const PARAMETERS: [(&str, &str); 2] = [("ScalingMax", "8"), ("ScalingMin", "0")];
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
    #[error("the stack cannot be made: {0}")]
    Stack(#[from] stacks::Error),
    #[error("the stack has no {0}")]
    Missing(String),
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
    if sandbox.with(|world| stacks::outputs(world, STACK).is_some()) {
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

/// Deploys both stacks, with a commit in the repository before there is a pipeline to build it.
fn make(world: &mut World, run: bool) -> Result<(), Error> {
    stacks::deploy(world, STATE_STACK, STATE_TEMPLATE, &BTreeMap::new())?;
    seed(world)?;
    let parameters = PARAMETERS.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    stacks::deploy(world, STACK, TEMPLATE, &parameters)?;
    if !run {
        // AWS runs a new pipeline at once, and in a repository without a commit that comes to nothing.
        let pipeline = output(world, "PipelineName")?;
        pipeline::forget_executions(world, &pipeline);
    }
    Ok(())
}

fn seed(world: &mut World) -> Result<(), Error> {
    let is_repository = |resource: &stacks::Resource| resource.kind == "AWS::CodeCommit::Repository";
    let made = stacks::resources(world, STATE_STACK).into_iter().find(is_repository);
    let name = made.and_then(|resource| resource.attribute(&world.place, "Name"));
    let name = name.ok_or_else(|| Error::Missing("repository".to_owned()))?;
    let files =
        assets::unpack(&world.folder.clone()).map_err(|error| Error::Repository(error.to_string()))?;
    repository::seed(world, &name, &files, "Show the storefront").map_err(Error::Repository)?;
    let _ = std::fs::remove_dir_all(&files);
    Ok(())
}

/// An output of the stack.
fn output(world: &World, key: &str) -> Result<String, Error> {
    let outputs = stacks::outputs(world, STACK).unwrap_or_default();
    outputs.get(key).cloned().ok_or_else(|| Error::Missing(key.to_owned()))
}
