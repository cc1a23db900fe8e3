//! Where a service's newest snapshot is kept: written by the observer, read by everybody.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;
use viridian_shared::snapshot::{Freshness, Section, ServiceIdentity, Snapshot};

use crate::port::PortError;

/// The latest snapshot of a service. Readers are woken when a value or a freshness changed, not when a reading
/// merely confirmed what was known.
#[derive(Debug)]
pub struct SnapshotStore {
    sender: watch::Sender<Arc<Snapshot>>,
}

/// Picks a section out of a snapshot.
pub type Pick<T> = fn(&mut Snapshot) -> &mut Section<T>;

impl SnapshotStore {
    /// A snapshot of which nothing was read yet.
    pub fn new(identity: ServiceIdentity) -> Self {
        Self { sender: watch::Sender::new(Arc::new(Snapshot::new(identity))) }
    }

    /// The latest snapshot.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.sender.borrow().clone()
    }

    /// Tells each change; whoever is slow skips values in between and never misses the last one.
    pub fn watch(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.sender.subscribe()
    }

    /// Keeps a reading.
    pub fn show<T: PartialEq>(&self, pick: Pick<T>, value: T, at: Timestamp) {
        self.change(pick, |section| {
            let changed = section.freshness != Freshness::Live || section.value.as_ref() != Some(&value);
            section.value = Some(value);
            section.as_of = Some(at);
            section.freshness = Freshness::Live;
            changed
        });
    }

    /// Changes a part of what is kept, or of nothing, in one step.
    pub fn update<T: PartialEq + Clone + Default>(
        &self,
        pick: Pick<T>,
        at: Timestamp,
        edit: impl FnOnce(&mut T),
    ) {
        self.change(pick, |section| {
            let mut value = section.value.clone().unwrap_or_default();
            edit(&mut value);
            let changed = section.freshness != Freshness::Live || section.value.as_ref() != Some(&value);
            section.value = Some(value);
            section.as_of = Some(at);
            section.freshness = Freshness::Live;
            changed
        });
    }

    /// Keeps what is kept and says why it is old. Gives whether that is news.
    pub fn stale<T>(&self, pick: Pick<T>, error: &PortError, at: Timestamp) -> bool {
        self.change(pick, |section| {
            let reason = error.sentence();
            let since = match &section.freshness {
                Freshness::Stale { reason: known, .. } if *known == reason => return false,
                Freshness::Stale { since, .. } => *since,
                Freshness::Waiting | Freshness::Live => at,
            };
            let denied = error.denied().map(str::to_owned);
            section.freshness = Freshness::Stale { reason, since, denied };
            true
        })
    }

    fn change<T>(&self, pick: Pick<T>, edit: impl FnOnce(&mut Section<T>) -> bool) -> bool {
        self.sender.send_if_modified(|snapshot| {
            let snapshot = Arc::make_mut(snapshot);
            let revision = snapshot.revision + 1;
            let section = pick(snapshot);
            let changed = edit(section);
            if changed {
                section.revision = revision;
                snapshot.revision = revision;
            }
            changed
        })
    }
}
