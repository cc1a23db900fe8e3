//! The world that the sandbox boots: the stacks of `infra/cdk` as they were synthesised, a repository with the
//! files that are released, and, if wanted, a first version in production.
//!
//! There is no other description of the pipeline, the service or the rules than those templates.

mod assets;
mod first;
mod layout;
mod outputs;

use jiff::{SignedDuration, Timestamp};

use crate::{Sandbox, cloudformation, codecommit, codepipeline, fleet, world::World};
pub use layout::Layout;
pub use outputs::Outputs;

/// How long ago the first release began, so that production is a day old when a person first looks.
const AGE: SignedDuration = SignedDuration::from_hours(26);

/// How the world is booted.
#[derive(Debug, Clone, Copy)]
pub struct BootOptions {
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
    Stack(#[from] cloudformation::Error),
    #[error("the stack has no {0}")]
    Missing(String),
    #[error("the demo's repository cannot be made: {0}")]
    Repository(String),
    #[error("the first release did not come about: {0}")]
    FirstRelease(String),
    #[error("the load balancer does not listen")]
    Deaf,
    #[error("other services are only added beside the layout viridian")]
    Layout,
    #[error("the other services cannot be made: {0}")]
    Fleet(#[from] fleet::Error),
}

/// Boots the demo's world, or takes up the one that was saved in the folder. The endpoint must answer and
/// the sockets of the listeners must have been offered; the caller starts the sandbox afterwards.
pub async fn boot(sandbox: &Sandbox, options: BootOptions) -> Result<Outputs, Error> {
    boot_as(sandbox, Layout::Viridian, options).await
}

/// The same with another layout of the pipeline, for a world that is new.
pub async fn boot_as(sandbox: &Sandbox, layout: Layout, options: BootOptions) -> Result<Outputs, Error> {
    let known = sandbox.with(|world| Layout::of(world));
    if let Some(layout) = known {
        resume(sandbox, layout);
        return finish(sandbox, layout, options.speed).await;
    }
    let present = Timestamp::now();
    sandbox.with(|world| {
        let start = if options.first_release { present.checked_sub(AGE).unwrap_or(present) } else { present };
        deploy_stacks(world, layout, start)?;
        seed(world, &layout.output(world, "CodeCommitRepositoryName")?)?;
        if !options.first_release {
            codepipeline::forget_executions(world, &layout.output(world, "PipelineName")?);
        }
        Ok::<(), Error>(())
    })?;
    if options.first_release {
        first::release(sandbox, layout).await?;
        // What is still to happen until now happens in its order.
        let left = present.duration_since(sandbox.with(|world| world.now()));
        sandbox.run_until(|_| false, left.max(SignedDuration::ZERO)).await;
    }
    finish(sandbox, layout, options.speed).await
}

/// Only deploys the stacks, or takes up a saved world: no commit, no release, as `cdk deploy` leaves an account.
pub async fn deploy(sandbox: &Sandbox, layout: Layout, speed: f64) -> Result<Outputs, Error> {
    let known = sandbox.with(|world| Layout::of(world));
    if let Some(layout) = known {
        resume(sandbox, layout);
    } else {
        sandbox.with(|world| deploy_stacks(world, layout, Timestamp::now()))?;
    }
    finish(sandbox, known.unwrap_or(layout), speed).await
}

/// Takes up what a saved world had been doing. The sockets that were offered are for the demo's own service.
fn resume(sandbox: &Sandbox, layout: Layout) {
    let listeners = ["ProdListenerArn", "TestListenerArn"];
    let own = |world: &mut World| listeners.iter().filter_map(|key| layout.output(world, key).ok()).collect();
    let own = sandbox.with(own);
    sandbox.plane().favour(own);
    sandbox.resume();
}

/// Adds services with releases at every stage to a world that was booted with a first release. A world that
/// has some already stays as it is.
pub fn gather(sandbox: &Sandbox, count: usize) -> Result<(), Error> {
    let fixtures = sandbox.with(|world| {
        if cloudformation::outputs(world, &fleet::first_stack()).is_some() {
            return Ok(None);
        }
        let layout = Layout::of(world).filter(|layout| *layout == Layout::Viridian);
        let base = outputs::of(world, layout.ok_or(Error::Layout)?.stack())?;
        Ok::<_, Error>(Some((fleet::fixtures(world, &base)?, base)))
    })?;
    let Some((fixtures, base)) = fixtures else { return Ok(()) };
    // One by one, so that each is a line of the log and nobody waits for all of them.
    for number in 0..count {
        sandbox.with(|world| fleet::add(world, &fixtures, number))?;
    }
    sandbox.with(|world| fleet::open(world, &base));
    Ok(())
}

/// What is to be known of every service in the world, the demo's first, with the addresses of this process.
pub async fn services(sandbox: &Sandbox) -> Result<Vec<Outputs>, Error> {
    let stacks = sandbox.with(|world| {
        let own = Layout::of(world).map_or("", Layout::stack);
        let others = cloudformation::names(world).into_iter().filter(|name| name != own);
        let all: Vec<String> = std::iter::once(own.to_owned()).chain(others).collect();
        let is_service = |name: &&String| {
            cloudformation::outputs(world, name).is_some_and(|outputs| outputs.contains_key("PipelineName"))
        };
        all.iter().filter(is_service).cloned().collect::<Vec<_>>()
    });
    let mut services = Vec::with_capacity(stacks.len());
    for stack in stacks {
        services.push(outputs::complete(sandbox, &stack).await?);
    }
    Ok(services)
}

fn deploy_stacks(world: &mut World, layout: Layout, start: Timestamp) -> Result<(), Error> {
    world.clock.pause();
    world.clock.set(start);
    for plan in layout.plans() {
        let parameters = plan.parameters.iter();
        let parameters = parameters.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        cloudformation::deploy(world, plan.stack, plan.template, &parameters)?;
    }
    // AWS runs a new pipeline at once, and in a repository without a commit that comes to nothing.
    codepipeline::forget_executions(world, &layout.output(world, "PipelineName")?);
    Ok(())
}

/// Lets the clock run from the present moment on, and tells where everything answers.
async fn finish(sandbox: &Sandbox, layout: Layout, speed: f64) -> Result<Outputs, Error> {
    sandbox.with(|world| {
        world.clock.jump(Timestamp::now());
        world.clock.set_rate(speed);
        world.clock.resume();
    });
    outputs::complete(sandbox, layout.stack()).await
}

/// Pushes the first commit.
fn seed(world: &mut World, repository: &str) -> Result<(), Error> {
    let files =
        assets::unpack(&world.folder.clone()).map_err(|error| Error::Repository(error.to_string()))?;
    codecommit::seed(world, repository, &files, "Show the storefront").map_err(Error::Repository)?;
    let _ = std::fs::remove_dir_all(&files);
    Ok(())
}
