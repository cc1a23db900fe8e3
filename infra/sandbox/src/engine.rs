//! The sandbox at work: the world behind its lock, the loop that lets events fall due, and the effects.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    build, ecs, elb, repository,
    save::Log,
    world::{Effect, World},
};

/// A running sandbox. Clones are handles on the same one.
#[derive(Debug, Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    world: Mutex<World>,
    log: Mutex<Option<Log>>,
    nudge: Notify,
    stop: CancellationToken,
    tasks: TaskTracker,
    plane: elb::Plane,
    hosts: ecs::Hosts,
}

impl Sandbox {
    /// Wraps a world. Nothing moves before [`Sandbox::start`].
    pub fn new(world: World) -> Self {
        Self {
            inner: Arc::new(Inner {
                world: Mutex::new(world),
                log: Mutex::new(None),
                nudge: Notify::new(),
                stop: CancellationToken::new(),
                tasks: TaskTracker::new(),
                plane: elb::Plane::default(),
                hosts: ecs::Hosts::default(),
            }),
        }
    }

    /// From now on every change is appended to the log in the world's folder.
    pub fn save(&self) -> std::io::Result<()> {
        let mut world = self.lock();
        let folder = world.folder.clone();
        let log = Log::start(&folder, &mut world)?;
        *self.inner.log.lock().unwrap_or_else(PoisonError::into_inner) = Some(log);
        Ok(())
    }

    /// Starts the loop that lets events fall due.
    pub fn start(&self) {
        let sandbox = self.clone();
        self.inner.tasks.spawn(async move {
            sandbox.inner.stop.clone().run_until_cancelled(sandbox.run()).await;
        });
    }

    /// Stops the loop and every effect, and waits for them for at most `patience`.
    pub async fn stop(&self, patience: Duration) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        let _ = tokio::time::timeout(patience, self.inner.tasks.wait()).await;
    }

    /// Reads or changes the world; what follows from it (saving, effects, new timers) happens at once.
    pub fn with<R>(&self, act: impl FnOnce(&mut World) -> R) -> R {
        let mut world = self.lock();
        let result = act(&mut world);
        let effects = std::mem::take(&mut world.effects);
        if let Some(log) = self.inner.log.lock().unwrap_or_else(PoisonError::into_inner).as_mut()
            && let Err(error) = log.append(&mut world)
        {
            tracing::error!(%error, "the sandbox cannot save its world");
        }
        drop(world);
        for effect in effects {
            let sandbox = self.clone();
            self.inner.tasks.spawn(async move {
                let stop = sandbox.inner.stop.clone();
                stop.run_until_cancelled(sandbox.carry_out(effect)).await;
            });
        }
        self.inner.nudge.notify_one();
        result
    }

    /// The data plane of the load balancers.
    pub fn plane(&self) -> &elb::Plane {
        &self.inner.plane
    }

    /// The sockets of running tasks.
    pub fn hosts(&self) -> &ecs::Hosts {
        &self.inner.hosts
    }

    /// Cancelled when the sandbox stops.
    pub fn stopping(&self) -> CancellationToken {
        self.inner.stop.clone()
    }

    /// Where long-running work of the sandbox is spawned, so that a stop waits for it.
    pub fn tasks(&self) -> &TaskTracker {
        &self.inner.tasks
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        // A panic in one call must not take every later call with it.
        self.inner.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn run(&self) {
        loop {
            while self.with(World::step) {}
            let wait = {
                let world = self.lock();
                world.timers.next_due().and_then(|due| world.clock.wait_until(due))
            };
            let nudged = self.inner.nudge.notified();
            match wait {
                Some(wait) => {
                    let _ = tokio::time::timeout(wait, nudged).await;
                }
                None => nudged.await,
            }
        }
    }

    async fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::Build(effect) => build::carry_out(self, effect).await,
            Effect::Ecs(effect) => ecs::carry_out(self, effect).await,
            Effect::Elb(effect) => elb::carry_out(self, effect).await,
            Effect::Repository(effect) => repository::carry_out(self, effect).await,
        }
    }
}
