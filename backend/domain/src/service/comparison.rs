//! What the commands of a service and the worker of its comparison share.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use viridian_shared::comparison::{
    run::{Asker, RunBrief, RunStatus},
    suite::Suite,
};

use crate::port::comparer::Order;

/// How long a person's run waits for the sentinel's to end.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a service's commands and its worker share.
pub(crate) struct State {
    pub(crate) jobs: mpsc::UnboundedSender<Job>,
    /// Taken by the worker.
    pub(crate) inbox: Mutex<Option<mpsc::UnboundedReceiver<Job>>>,
    pub(crate) running: Mutex<Option<Running>>,
    pub(crate) repository: Mutex<Repository>,
    /// Held while the section is read and hung up, so that what was read earlier never covers what was read later.
    pub(crate) composing: tokio::sync::Mutex<()>,
    /// Wakes the worker when the sentinel was set.
    pub(crate) changed: Notify,
    /// Tells those who wait that no run is under way any more.
    pub(crate) freed: Notify,
    /// Runs that came to their end, and those that failed, were stopped and were broken off.
    ended: [AtomicU64; 4],
}

/// A run on its way to the worker.
pub(crate) struct Job {
    pub(crate) order: Order,
    pub(crate) brief: RunBrief,
    pub(crate) stop: CancellationToken,
}

pub(crate) struct Running {
    pub(crate) run: String,
    pub(crate) by: Asker,
    pub(crate) stop: CancellationToken,
    pub(crate) stopped_by: Option<String>,
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
    pub(crate) async fn clear_way(&self, person: &str) {
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
    pub(crate) fn ended(&self, status: &RunStatus) {
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

    pub(crate) fn free(&self) {
        *lock(&self.running) = None;
        self.freed.notify_waiters();
    }

    pub(crate) fn wake(&self) {
        self.changed.notify_one();
    }
}

/// What was read of the repository last.
#[derive(Clone, Default)]
pub(crate) struct Repository {
    pub(crate) commit: Option<String>,
    pub(crate) suites: Vec<OfRepository>,
    /// Why there are none, or old ones.
    pub(crate) problem: Option<String>,
}

#[derive(Clone)]
pub(crate) struct OfRepository {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) commit: String,
    pub(crate) read: Result<Suite, String>,
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
