//! The feed of one service: its sections and its newest journal entries as bytes.

use std::{
    collections::VecDeque,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use viridian_domain::{Service, port::error::chain};
use viridian_shared::{event::Event, journal::Entry, snapshot::Snapshot};

use super::frame;

/// Entries kept ready; a viewer that missed more asks for a page of the journal.
const ENTRIES: usize = 200;

/// The latest frames of a service.
pub(crate) struct Feed {
    /// Names this feed: an id of another process says nothing about our revisions.
    pub(crate) epoch: String,
    frames: watch::Sender<Arc<Frames>>,
}

/// Everything that a viewer may need, serialised.
#[derive(Clone)]
pub(crate) struct Frames {
    pub(crate) snapshot: Arc<Snapshot>,
    whole: Arc<OnceLock<Bytes>>,
    /// Each section with its revision, oldest change first.
    pub(crate) sections: Vec<(u64, Bytes)>,
    /// The newest entries by number, oldest first.
    pub(crate) entries: VecDeque<(u64, Bytes)>,
}

impl Feed {
    pub(crate) fn start(service: &Arc<Service>, stop: &CancellationToken) -> Self {
        let frames = watch::Sender::new(Arc::new(Frames::new(service.snapshot())));
        let epoch = uuid::Uuid::new_v4().simple().to_string().chars().take(8).collect();
        let (service, stop, sender) = (Arc::clone(service), stop.clone(), frames.clone());
        tokio::spawn(async move {
            stop.run_until_cancelled(follow(&service, &sender)).await;
        });
        Self { epoch, frames }
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Arc<Frames>> {
        self.frames.subscribe()
    }
}

async fn follow(service: &Service, sender: &watch::Sender<Arc<Frames>>) {
    let mut snapshots = service.board.watch();
    let mut newest = service.ports.journal.newest();
    let mut seen = *newest.borrow_and_update();
    loop {
        let entries = tokio::select! {
            changed = snapshots.changed() => match changed {
                Ok(()) => Vec::new(),
                Err(_) => return,
            },
            changed = newest.changed() => match changed {
                Ok(()) => new_entries(service, &mut seen).await,
                Err(_) => return,
            },
        };
        let snapshot = snapshots.borrow_and_update().clone();
        sender.send_modify(|frames| *frames = Arc::new(frames.next(snapshot, &entries)));
    }
}

async fn new_entries(service: &Service, seen: &mut u64) -> Vec<Entry> {
    match service.ports.journal.since(service.name(), *seen, ENTRIES).await {
        Ok(entries) => {
            *seen = entries.last().map_or(*seen, |entry| entry.number);
            entries
        }
        Err(error) => {
            tracing::warn!(service.id = service.name(), error = %chain(&error), "journal not read");
            Vec::new()
        }
    }
}

impl Frames {
    fn new(snapshot: Arc<Snapshot>) -> Self {
        let sections = sections(&snapshot, 0);
        Self { snapshot, whole: Arc::default(), sections, entries: VecDeque::new() }
    }

    /// Only what changed is serialised again.
    fn next(&self, snapshot: Arc<Snapshot>, entries: &[Entry]) -> Self {
        let known = self.snapshot.revision;
        let changed = sections(&snapshot, known);
        let kept = self.sections.iter().filter(|(revision, _)| holds(&snapshot, *revision)).cloned();
        let mut all: Vec<_> = kept.chain(changed).collect();
        all.sort_by_key(|(revision, _)| *revision);
        let whole = if snapshot.revision == known { Arc::clone(&self.whole) } else { Arc::default() };
        let mut ring = self.entries.clone();
        for entry in entries {
            ring.push_back((entry.number, frame(&Event::Journal(vec![entry.told()]))));
        }
        while ring.len() > ENTRIES {
            ring.pop_front();
        }
        Self { snapshot, whole, sections: all, entries: ring }
    }

    /// The whole snapshot, serialised for the first viewer that needs it.
    pub(crate) fn whole(&self) -> Bytes {
        self.whole.get_or_init(|| frame(&Event::Snapshot(Box::new((*self.snapshot).clone())))).clone()
    }
}

/// Whether a section of the snapshot still has this revision.
fn holds(snapshot: &Snapshot, revision: u64) -> bool {
    snapshot.revisions().any(|it| it == revision)
}

/// The sections that changed after a revision.
fn sections(snapshot: &Snapshot, after: u64) -> Vec<(u64, Bytes)> {
    let framed = |change| frame(&Event::Section(Box::new(change)));
    snapshot.changes_after(after).into_iter().map(|(revision, change)| (revision, framed(change))).collect()
}
