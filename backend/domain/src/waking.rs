//! A journal whose database sleeps: everybody who looks is told that it wakes, or that it does not.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use viridian_shared::notice::Notice;

use crate::{Service, port::Wait};

/// What is said while callers wait for it, and while it has been waited for in vain.
fn notice(wait: Wait) -> Option<Notice> {
    if wait.is_lost {
        return Some(Notice::missing(
            "The journal’s database does not answer, so nothing can be commanded.",
            "See in AWS that it runs, and that the console reaches it. The console asks again by itself.",
        ));
    }
    (wait.waiting > 0).then(|| {
        Notice::missing(
            "The journal is waking: its database has paused.",
            "This takes up to a minute. What you ask for meanwhile waits for it, and nothing is lost.",
        )
    })
}

/// Tells it at once, and no longer than it is so, until it is told to stop.
pub async fn tell_waking(service: Arc<Service>, stop: CancellationToken) {
    let mut waking = service.ports.journal.waking();
    // It may be so from the beginning.
    waking.mark_changed();
    let mut told = None;
    while let Some(Ok(())) = stop.run_until_cancelled(waking.changed()).await {
        let notice = notice(*waking.borrow_and_update());
        if notice == told {
            continue;
        }
        if let Some(old) = &told {
            service.say(old, false);
        }
        if let Some(new) = &notice {
            service.say(new, true);
        }
        told = notice;
    }
}

#[cfg(test)]
mod tests {
    use viridian_shared::sample;

    use super::*;
    use crate::memory;

    #[tokio::test]
    async fn a_journal_that_wakes_or_does_not_is_told_for_as_long_as_it_is_so() {
        let (world, service) = memory::service(sample::testing());
        let service = Arc::new(service);
        let other = Notice::hazard("Something else.", "Mend it.");
        service.hang_notices(vec![other.clone()]);
        let stop = CancellationToken::new();
        let telling = tokio::spawn(tell_waking(Arc::clone(&service), stop.clone()));
        let mut snapshots = service.snapshots.watch();
        for (waiting, is_lost) in
            [(1, false), (0, false), (2, false), (0, true), (1, true), (0, true), (0, false)]
        {
            let wait = Wait { waiting, is_lost };
            world.wakes(wait);
            let wanted: Vec<Notice> = notice(wait).into_iter().chain([other.clone()]).collect();
            snapshots.wait_for(|it| it.notices() == wanted).await.unwrap();
        }
        stop.cancel();
        telling.await.unwrap();
    }
}
