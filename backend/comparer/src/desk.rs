//! Where answers are read, compared and laid out: never on a thread that serves, a few at a time, and only as long
//! as somebody waits for it.

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;
use viridian_compare::work::{Spent, Work};

use super::body_limits;

/// How many are at work at once. What one of them may take in memory is bounded, so all of them are.
const PLACES: usize = 2;

static DESK: Semaphore = Semaphore::const_new(PLACES);

/// A place at the desk. Take one before reading what is to be worked on: those who wait hold nothing.
pub struct DeskPlace {
    _permit: Option<SemaphorePermit<'static>>,
}

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
pub enum Undone {
    /// It would have cost more than the work may cost.
    #[error(transparent)]
    Spent(#[from] Spent),
    /// The work panicked: a fault of ours.
    #[error("the work broke off")]
    Broken,
}

impl DeskPlace {
    /// Waits for a place.
    pub async fn free() -> Self {
        // Nothing ever closes the desk.
        Self { _permit: DESK.acquire().await.ok() }
    }

    /// A place if one is free and nobody waits.
    pub fn now() -> Option<Self> {
        DESK.try_acquire().ok().map(|permit| Self { _permit: Some(permit) })
    }

    /// Does the work, within the limits of one comparison. It ends when this is dropped.
    pub async fn work<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Undone> {
        self.within(Work::new(body_limits()), work).await
    }

    /// Does the work within bounds of its own. It ends when this is dropped.
    pub async fn within<T: Send + 'static>(
        self,
        bounds: Work,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Undone> {
        let stop = CancellationToken::new();
        let _guard = stop.clone().drop_guard();
        let working = tokio::task::spawn_blocking(move || {
            // The place is free when the thread is, not when nobody waits for it any more.
            let _place = self;
            bounds.until(stop).run(work)
        });
        let done = working.await.map_err(|error| {
            tracing::error!(%error, "work on answers broke off");
            Undone::Broken
        })?;
        Ok(done?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    };

    use viridian_compare::work::Limits;

    use super::*;

    #[tokio::test]
    async fn no_more_than_a_few_are_at_work_at_once() {
        let (present, most) = (Arc::new(AtomicUsize::default()), Arc::new(AtomicUsize::default()));
        let many = (0..20).map(|_| {
            let (present, most) = (Arc::clone(&present), Arc::clone(&most));
            async move {
                let work = move || {
                    most.fetch_max(present.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(std::time::Duration::from_millis(20));
                    present.fetch_sub(1, Ordering::SeqCst);
                };
                DeskPlace::free().await.work(work).await.unwrap();
            }
        });
        futures::future::join_all(many).await;
        let most = most.load(Ordering::SeqCst);
        assert!((1..=PLACES).contains(&most), "{most} at once");
    }

    /// Two hundred thousand open elements kept a thread for ever, for each request that was broken off.
    #[tokio::test]
    async fn work_ends_soon_after_nobody_waits_for_it() {
        let (begun, ended) = (Arc::new(AtomicBool::default()), Arc::new(AtomicBool::default()));
        let page = "<i>x</i>".repeat(1 << 19);
        let marks = [Arc::clone(&begun), Arc::clone(&ended)];
        let bounds = Work::new(Limits { time: std::time::Duration::from_secs(40), ..body_limits() });
        let working = DeskPlace::free().await.within(bounds, move || {
            struct Ended(Arc<AtomicBool>);
            impl Drop for Ended {
                fn drop(&mut self) {
                    self.0.store(true, Ordering::Relaxed);
                }
            }
            let _ended = Ended(Arc::clone(&marks[1]));
            marks[0].store(true, Ordering::Relaxed);
            let base = viridian_compare::page::Base::new(&"http://shop".parse().unwrap(), "/");
            loop {
                let _ = viridian_compare::page::clean(&page, &base, &|_| None);
            }
        });
        let mut working = Box::pin(working);
        while !begun.load(Ordering::Relaxed) {
            assert!(futures::poll!(&mut working).is_pending());
            tokio::task::yield_now().await;
        }
        drop(working);
        let waited = async {
            while !ended.load(Ordering::Relaxed) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), waited).await.unwrap();
    }
}
