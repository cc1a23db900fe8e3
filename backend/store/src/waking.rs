//! A database that sleeps lets its callers wait until it is awake; whoever else looks is told of it.

use std::{future::Future, pin::pin, time::Duration};

use tokio::sync::watch;
use viridian_domain::port::Wait;

/// Longer than a database that is awake takes for a connection.
const QUICK: Duration = Duration::from_secs(2);

/// Who has waited for longer than that and still does, and whether somebody waited in vain.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waking(watch::Sender<Wait>);

impl Waking {
    pub(crate) fn watch(&self) -> watch::Receiver<Wait> {
        self.0.subscribe()
    }

    /// Waits for what a caller takes.
    pub(crate) async fn tell<T, E>(&self, taking: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let mut taking = pin!(taking);
        if let Ok(taken) = tokio::time::timeout(QUICK, &mut taking).await {
            self.lost(taken.is_err());
            return taken;
        }
        let _waits = Waits::begin(&self.0);
        let taken = taking.await;
        self.lost(taken.is_err());
        taken
    }

    fn lost(&self, is_lost: bool) {
        self.0.send_if_modified(|wait| std::mem::replace(&mut wait.is_lost, is_lost) != is_lost);
    }
}

/// A caller who waits, until it is dropped: some go away before they are served.
struct Waits<'a>(&'a watch::Sender<Wait>);

impl<'a> Waits<'a> {
    fn begin(told: &'a watch::Sender<Wait>) -> Self {
        told.send_modify(|wait| wait.waiting += 1);
        Self(told)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|wait| wait.waiting = wait.waiting.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_long_is_counted_until_they_are_served_or_gone() {
        let waking = Waking::default();
        let told = waking.watch();
        let quick = async {
            tokio::time::sleep(QUICK / 2).await;
            Ok::<(), ()>(())
        };
        waking.tell(quick).await.unwrap();
        assert!(!told.has_changed().unwrap());
        for served in [true, false] {
            let (done, wait) = tokio::sync::oneshot::channel::<()>();
            let other = waking.clone();
            let waits = tokio::spawn(async move { other.tell(wait).await });
            waking.watch().wait_for(|wait| wait.waiting == 1).await.unwrap();
            if served {
                done.send(()).unwrap();
            } else {
                waits.abort();
            }
            waking.watch().wait_for(|wait| *wait == Wait::default()).await.unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_in_vain_is_remembered_until_somebody_is_served() {
        let waking = Waking::default();
        for _ in 0..2 {
            let slow = async {
                tokio::time::sleep(QUICK * 2).await;
                Err::<(), ()>(())
            };
            waking.tell(slow).await.unwrap_err();
            assert_eq!(*waking.watch().borrow(), Wait { waiting: 0, is_lost: true });
        }
        waking.tell(std::future::ready(Ok::<(), ()>(()))).await.unwrap();
        assert_eq!(*waking.watch().borrow(), Wait::default());
    }
}
