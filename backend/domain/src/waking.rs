//! A journal whose database sleeps: everybody who looks is told that it wakes.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use viridian_shared::notice::Notice;

use crate::Service;

/// What is said while callers wait for it.
fn notice() -> Notice {
    Notice::missing(
        "The journal is waking: its database has paused.",
        "This takes up to a minute. What you ask for meanwhile waits for it, and nothing is lost.",
    )
}

/// Tells it at once, and no longer than it is so, until it is told to stop.
pub async fn tell_waking(service: Arc<Service>, stop: CancellationToken) {
    let mut waking = service.ports.journal.waking();
    // It may be so from the beginning.
    waking.mark_changed();
    let mut was_waking = false;
    while let Some(Ok(())) = stop.run_until_cancelled(waking.changed()).await {
        let is_waking = *waking.borrow_and_update() > 0;
        if is_waking != was_waking {
            service.say(&notice(), is_waking);
        }
        was_waking = is_waking;
    }
}

#[cfg(test)]
mod tests {
    use viridian_shared::sample;

    use super::*;
    use crate::memory;

    #[tokio::test]
    async fn a_journal_that_wakes_is_told_for_as_long_as_it_does() {
        let (world, service) = memory::service(sample::testing());
        let service = Arc::new(service);
        let other = Notice::hazard("Something else.", "Mend it.");
        service.hang_notices(vec![other.clone()]);
        let stop = CancellationToken::new();
        let telling = tokio::spawn(tell_waking(Arc::clone(&service), stop.clone()));
        let mut board = service.board.watch();
        for waiting in [1, 0, 2, 0] {
            world.wakes(waiting);
            let found = board
                .wait_for(|it| it.notices().iter().any(|it| *it == notice()) == (waiting > 0))
                .await
                .unwrap();
            assert!(found.notices().contains(&other));
            assert!(found.notices().len() <= 2);
        }
        stop.cancel();
        telling.await.unwrap();
    }
}
