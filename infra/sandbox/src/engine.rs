//! The sandbox at work: the world behind its lock, the loop that lets events fall due, and the effects.

use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use viridian_alb::{Plane, Routes};

use crate::{
    hosts::Hosts,
    save::Log,
    world::{Effect, World},
};

/// What is done outside of a world: only who puts a sandbox together knows who does it.
pub(crate) trait Outside: fmt::Debug + Send + Sync {
    /// Carries out an effect.
    fn carry_out<'a>(
        &'a self,
        sandbox: &'a Sandbox,
        effect: Effect,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
    /// Wants to have done again what a world that was loaded had been doing.
    fn resume(&self, world: &mut World);
    /// The routing table of the load balancers, if it has changed since it was last taken.
    fn routes(&self, world: &mut World) -> Option<Routes>;
}

/// A running sandbox. Clones are handles on the same one.
#[derive(Debug, Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// Held only while somebody waits for the world, so that whoever has it lets others go first.
    door: Mutex<()>,
    world: Mutex<World>,
    log: Mutex<Option<Log>>,
    nudge: Notify,
    /// Effects that are being carried out, and a signal for each that ends.
    outstanding: AtomicUsize,
    effect_ended: Notify,
    stop: CancellationToken,
    tasks: TaskTracker,
    plane: Plane,
    hosts: Arc<Hosts>,
    outside: &'static dyn Outside,
}

impl Sandbox {
    /// Wraps a world, with what does its effects.
    pub(crate) fn around(world: World, outside: &'static dyn Outside) -> Self {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let hosts = Arc::new(Hosts::new(tasks.clone(), stop.clone()));
        Self {
            inner: Arc::new(Inner {
                door: Mutex::new(()),
                world: Mutex::new(world),
                log: Mutex::new(None),
                nudge: Notify::new(),
                outstanding: AtomicUsize::new(0),
                effect_ended: Notify::new(),
                plane: Plane::new(hosts.clone(), tasks.clone(), stop.clone()),
                hosts,
                stop,
                tasks,
                outside,
            }),
        }
    }

    /// Takes up what a world that was loaded had been doing: sockets, listeners, builds. Needs a runtime,
    /// and the sockets that listeners are to use must have been offered before.
    pub fn resume(&self) {
        self.with(|world| self.inner.outside.resume(world));
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
        let result = self.act(act);
        self.inner.nudge.notify_one();
        result
    }

    /// As [`Sandbox::with`], without waking the loop: for the loop itself, which would never rest.
    fn act<R>(&self, act: impl FnOnce(&mut World) -> R) -> R {
        let mut world = self.lock();
        let result = act(&mut world);
        let effects = std::mem::take(&mut world.effects);
        if let Some(log) = self.inner.log.lock().unwrap_or_else(PoisonError::into_inner).as_mut()
            && let Err(error) = log.append(&mut world)
        {
            tracing::error!(%error, "the sandbox cannot save its world");
        }
        // Published under the lock, so that the plane never sees an older table after a newer one.
        if let Some(routes) = self.inner.outside.routes(&mut world) {
            self.inner.plane.publish(routes);
        }
        drop(world);
        for effect in effects {
            self.spawn(effect);
        }
        result
    }

    /// Lets virtual time pass from event to event, as fast as it goes, until `done` holds or `limit` of
    /// virtual time has passed. Gives whether `done` holds. Time stands still while an effect is being
    /// carried out, so that a build does not take weeks.
    pub async fn run_until(&self, mut done: impl FnMut(&mut World) -> bool, limit: SignedDuration) -> bool {
        let end = self.lock().now().checked_add(limit).unwrap_or(Timestamp::MAX);
        loop {
            if self.with(|world| done(world)) {
                return true;
            }
            let ended = self.inner.effect_ended.notified();
            if self.inner.outstanding.load(Ordering::SeqCst) > 0 {
                ended.await;
            } else if !self.with(|world| jump(world, end, false)) {
                return self.with(|world| done(world));
            } else {
                // Other tasks, such as the answer to a call that made this wait, get their turn.
                tokio::task::yield_now().await;
            }
        }
    }

    /// Moves the clock to the next event and handles it; what is being carried out outside ends before.
    /// Gives whether there was one.
    pub async fn next_event(&self) -> bool {
        loop {
            let ended = self.inner.effect_ended.notified();
            if self.inner.outstanding.load(Ordering::SeqCst) == 0 {
                return self.with(|world| jump(world, Timestamp::MAX, true));
            }
            ended.await;
        }
    }

    /// The data plane of the load balancers.
    pub fn plane(&self) -> &Plane {
        &self.inner.plane
    }

    /// The sockets of running tasks.
    pub fn hosts(&self) -> &Arc<Hosts> {
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
        // A mutex does not keep its waiters in line: without the door, the loop would take the world from event to
        // event, and calls would wait for the last of them.
        let _door = self.inner.door.lock().unwrap_or_else(PoisonError::into_inner);
        // A panic in one call must not take every later call with it.
        self.inner.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn run(&self) {
        loop {
            while self.act(World::step) {}
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

    fn spawn(&self, effect: Effect) {
        let outstanding = Outstanding::new(self);
        self.inner.tasks.spawn(async move {
            let sandbox = &outstanding.0;
            let stop = sandbox.inner.stop.clone();
            stop.run_until_cancelled(sandbox.inner.outside.carry_out(sandbox, effect)).await;
        });
    }
}

/// Moves the clock to the next event and handles it. Where none lies before `end`, the clock moves there,
/// unless it is to `stay`.
fn jump(world: &mut World, end: Timestamp, stay: bool) -> bool {
    match world.timers.next_due() {
        Some(due) if due <= end => {
            world.clock.jump(due);
            world.step()
        }
        _ if stay => false,
        _ => {
            world.clock.jump(end);
            false
        }
    }
}

/// An effect that is being carried out, until it is dropped.
struct Outstanding(Sandbox);

impl Outstanding {
    fn new(sandbox: &Sandbox) -> Self {
        sandbox.inner.outstanding.fetch_add(1, Ordering::SeqCst);
        Self(sandbox.clone())
    }
}

impl Drop for Outstanding {
    fn drop(&mut self) {
        self.0.inner.outstanding.fetch_sub(1, Ordering::SeqCst);
        self.0.inner.effect_ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::clock::Clock;

    #[test]
    fn whoever_waits_for_the_world_gets_it_before_those_who_come_again() {
        let world = World::new(std::env::temp_dir(), 1, Clock::new(Timestamp::UNIX_EPOCH, 1.0));
        let sandbox = Sandbox::new(world);
        let (turns, is_over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let busy = std::thread::spawn({
            let (sandbox, turns, is_over) = (sandbox.clone(), Arc::clone(&turns), Arc::clone(&is_over));
            move || {
                while !is_over.load(Ordering::SeqCst) {
                    // A turn lasts until somebody stands at the door.
                    sandbox.with(|_| {
                        turns.fetch_add(1, Ordering::SeqCst);
                        while sandbox.inner.door.try_lock().is_ok() && !is_over.load(Ordering::SeqCst) {
                            std::thread::yield_now();
                        }
                    });
                }
            }
        });
        while turns.load(Ordering::SeqCst) == 0 {
            std::thread::yield_now();
        }
        let waited = (0..20).map(|_| {
            let before = turns.load(Ordering::SeqCst);
            sandbox.with(|_| turns.load(Ordering::SeqCst) - before)
        });
        let longest = waited.max();
        is_over.store(true, Ordering::SeqCst);
        assert!(busy.join().is_ok());
        assert!(longest.is_some_and(|turns| turns <= 3), "{longest:?} turns of another went before");
    }
}
