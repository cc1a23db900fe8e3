//! Blue and green compared: runs in the background, one at a time, and a sentinel over the test window.
//!
//! A run is written down before its first request and after its last answer. Between the two it belongs to the
//! worker of its service: people see how far it is in the section, may stop it, and find it marked as broken
//! off when the console stopped in the middle. A command only begins a run; what came of it arrives by the
//! stream, for the person who began it as for everybody else.
//!
//! What counts is reckoned when it is read: findings are kept without rulings, and each look puts on them what
//! people have said by then. So a ruling speaks at once for every run that shows the finding.
//!
//! Deliberately absent: HTTP, and what a difference is. Both are behind [`crate::port::Comparer`].

mod begin;
mod finish;
mod gather;
mod heat;
mod look;
mod noise;
mod section;
mod sentinel;
mod suites;
mod worker;

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use viridian_shared::comparison::run::{Asker, RunBrief, RunStatus};

pub(crate) use begin::Draft;
pub(crate) use section::refresh;
pub(crate) use suites::Known;
pub use worker::compare;

use crate::port::comparer::Order;

/// How long a person's run waits for the sentinel's to end.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a service's commands and its worker share.
pub(crate) struct State {
    jobs: mpsc::UnboundedSender<Job>,
    /// Taken by the worker.
    inbox: Mutex<Option<mpsc::UnboundedReceiver<Job>>>,
    running: Mutex<Option<Running>>,
    repository: Mutex<suites::Repository>,
    /// Held while the section is read and hung up, so that what was read earlier never covers what was read later.
    composing: tokio::sync::Mutex<()>,
    /// Wakes the worker when the sentinel was set.
    changed: Notify,
    /// Tells those who wait that no run is under way any more.
    freed: Notify,
    /// Runs that came to their end, and those that failed, were stopped and were broken off.
    ended: [AtomicU64; 4],
}

/// A run on its way to the worker.
struct Job {
    order: Order,
    brief: RunBrief,
    stop: CancellationToken,
}

struct Running {
    run: String,
    by: Asker,
    stop: CancellationToken,
    stopped_by: Option<String>,
}

impl State {
    pub(crate) fn new() -> Self {
        let (jobs, inbox) = mpsc::unbounded_channel();
        Self {
            jobs,
            inbox: Mutex::new(Some(inbox)),
            running: Mutex::default(),
            repository: Mutex::default(),
            composing: tokio::sync::Mutex::default(),
            changed: Notify::new(),
            freed: Notify::new(),
            ended: Default::default(),
        }
    }

    /// Tells the run under way to stop, if it is the one that is meant.
    pub(crate) fn stop(&self, run: &str, person: &str) -> bool {
        let mut running = lock(&self.running);
        let Some(running) = running.as_mut().filter(|running| running.run == run) else { return false };
        running.stopped_by.get_or_insert_with(|| person.to_owned());
        running.stop.cancel();
        true
    }

    /// Lets the sentinel's run end, if one is under way, before a person's begins.
    async fn clear_way(&self, person: &str) {
        let freed = self.freed.notified();
        tokio::pin!(freed);
        // From here on nothing is missed that happens between the look and the wait.
        freed.as_mut().enable();
        let of_sentinel = {
            let running = lock(&self.running);
            running.as_ref().filter(|it| it.by == Asker::Sentinel).map(|it| it.run.clone())
        };
        if of_sentinel.is_some_and(|run| self.stop(&run, person)) {
            // What does not end in time is told by whoever begins the next run.
            let _ = tokio::time::timeout(PATIENCE, freed).await;
        }
    }

    /// Counts the end of a run.
    fn ended(&self, status: &RunStatus) {
        let which = match status {
            RunStatus::Running | RunStatus::Ended => 0,
            RunStatus::Failed(_) => 1,
            RunStatus::Stopped(_) => 2,
            RunStatus::BrokenOff => 3,
        };
        self.ended[which].fetch_add(1, Ordering::Relaxed);
    }

    /// How many runs have ended how, since the console began.
    pub(crate) fn runs_ended(&self) -> [(&'static str, u64); 4] {
        let [whole, failed, stopped, broken] = &self.ended;
        let number = |number: &AtomicU64| number.load(Ordering::Relaxed);
        [
            ("whole", number(whole)),
            ("failed", number(failed)),
            ("stopped", number(stopped)),
            ("broken-off", number(broken)),
        ]
    }

    fn free(&self) {
        *lock(&self.running) = None;
        self.freed.notify_waiters();
    }

    pub(crate) fn wake(&self) {
        self.changed.notify_one();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
