//! A database that sleeps lets its callers wait until it is awake; whoever else looks is told of it.

use std::{future::Future, pin::pin, time::Duration};

use tokio::sync::watch;

/// Longer than a database that is awake takes for a connection.
const QUICK: Duration = Duration::from_secs(2);

/// How many callers have waited for longer than that, and still do.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waking(watch::Sender<u32>);

impl Waking {
    pub(crate) fn watch(&self) -> watch::Receiver<u32> {
        self.0.subscribe()
    }

    /// Waits for what a caller takes.
    pub(crate) async fn tell<T>(&self, taking: impl Future<Output = T>) -> T {
        let mut taking = pin!(taking);
        if let Ok(taken) = tokio::time::timeout(QUICK, &mut taking).await {
            return taken;
        }
        let _waits = Waits::begin(&self.0);
        taking.await
    }
}

/// A caller who waits, until it is dropped: some go away before they are served.
struct Waits<'a>(&'a watch::Sender<u32>);

impl<'a> Waits<'a> {
    fn begin(told: &'a watch::Sender<u32>) -> Self {
        told.send_modify(|waiting| *waiting += 1);
        Self(told)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|waiting| *waiting = waiting.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_long_is_counted_until_they_are_served_or_gone() {
        let waking = Waking::default();
        let told = waking.watch();
        waking.tell(tokio::time::sleep(QUICK / 2)).await;
        assert!(!told.has_changed().unwrap());
        for served in [true, false] {
            let (done, wait) = tokio::sync::oneshot::channel::<()>();
            let other = waking.clone();
            let waits = tokio::spawn(async move { other.tell(wait).await });
            waking.watch().wait_for(|waiting| *waiting == 1).await.unwrap();
            if served {
                done.send(()).unwrap();
            } else {
                waits.abort();
            }
            waking.watch().wait_for(|waiting| *waiting == 0).await.unwrap();
        }
    }
}
