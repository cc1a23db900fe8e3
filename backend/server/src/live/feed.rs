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
    /// Every entry after this number is among them; none while the journal was not read.
    reach: Option<u64>,
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
    let mut snapshots = service.snapshots.watch();
    let mut newest = service.ports.journal.newest();
    let mut seen = *newest.borrow_and_update();
    // Read while the database is awake anyway: later a visit does not wake it.
    match service.ports.journal.since(service.name(), 0, ENTRIES).await {
        Ok(entries) => {
            seen = seen.max(entries.last().map_or(0, |entry| entry.number));
            sender.send_modify(|frames| *frames = Arc::new(frames.begun(&entries)));
        }
        Err(error) => tracing::warn!(service.id = service.name(), error = %chain(&error), "journal not read"),
    }
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
        Self { snapshot, whole: Arc::default(), sections, entries: VecDeque::new(), reach: None }
    }

    /// With the newest entries of before.
    fn begun(&self, entries: &[Entry]) -> Self {
        let oldest = entries.first().filter(|_| entries.len() >= ENTRIES);
        let reach = Some(oldest.map_or(0, |entry| entry.number - 1));
        Self { entries: entries.iter().map(framed).collect(), reach, ..self.clone() }
    }

    /// The newest entries after a number, at most `limit`; none where only the journal has them.
    pub(crate) fn since(&self, number: u64, limit: usize) -> Option<Vec<(u64, Bytes)>> {
        let reach = self.reach?;
        let after: Vec<_> = self.entries.iter().filter(|(it, _)| *it > number).cloned().collect();
        let is_enough = reach <= number || after.len() >= limit;
        is_enough.then(|| after[after.len().saturating_sub(limit)..].to_vec())
    }

    /// Only what changed is serialised again.
    fn next(&self, snapshot: Arc<Snapshot>, entries: &[Entry]) -> Self {
        let known = self.snapshot.revision;
        let changed = sections(&snapshot, known);
        let kept = self.sections.iter().filter(|(revision, _)| holds(&snapshot, *revision)).cloned();
        let mut all: Vec<_> = kept.chain(changed).collect();
        all.sort_by_key(|(revision, _)| *revision);
        let whole = if snapshot.revision == known { Arc::clone(&self.whole) } else { Arc::default() };
        let (mut ring, mut reach) = (self.entries.clone(), self.reach);
        // There may have been more between what was known and these.
        if let Some(first) = entries.first().filter(|_| entries.len() >= ENTRIES) {
            (ring, reach) = (VecDeque::new(), reach.map(|_| first.number - 1));
        }
        ring.extend(entries.iter().map(framed));
        while ring.len() > ENTRIES {
            let gone = ring.pop_front().map(|(number, _)| number);
            reach = reach.and(gone);
        }
        Self { snapshot, whole, sections: all, entries: ring, reach }
    }

    /// The whole snapshot, serialised for the first viewer that needs it.
    pub(crate) fn whole(&self) -> Bytes {
        self.whole.get_or_init(|| frame(&Event::Snapshot(Box::new((*self.snapshot).clone())))).clone()
    }
}

/// An entry with its number, as it is sent.
pub(crate) fn framed(entry: &Entry) -> (u64, Bytes) {
    (entry.number, frame(&Event::Journal(vec![entry.told()])))
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

#[cfg(test)]
mod tests {
    use viridian_shared::{journal::EntryKind, sample};

    use super::*;

    fn entries(numbers: std::ops::RangeInclusive<u64>) -> Vec<Entry> {
        let fact = sample::facts().remove(0);
        let entry = |number| Entry {
            number,
            at: sample::now(),
            service: "shop".to_owned(),
            release: None,
            person: None,
            kind: fact.kind().unwrap_or(EntryKind::Newer),
            about: String::new(),
            fact: fact.clone(),
            closes: None,
            digest: String::new(),
        };
        numbers.map(entry).collect()
    }

    fn numbers(frames: &Frames, after: u64, limit: usize) -> Option<Vec<u64>> {
        Some(frames.since(after, limit)?.into_iter().map(|(number, _)| number).collect())
    }

    #[test]
    fn entries_that_are_not_at_hand_are_left_to_the_journal() {
        let snapshot = Arc::new(sample::testing());
        let silent = Frames::new(Arc::clone(&snapshot));
        assert_eq!(silent.since(0, 50), None);
        let few = silent.begun(&entries(3..=5));
        assert_eq!(numbers(&few, 0, 50), Some(vec![3, 4, 5]));
        assert_eq!(numbers(&few, 0, 2), Some(vec![4, 5]));
        assert_eq!(numbers(&few, 5, 50), Some(vec![]));
        let most = ENTRIES as u64;
        let many = silent.begun(&entries(11..=10 + most));
        assert_eq!(many.since(9, 1000), None);
        assert_eq!(numbers(&many, 10, 1000).map(|it| it.len()), Some(ENTRIES));
        assert_eq!(numbers(&many, 0, 50).map(|it| it[0]), Some(most - 39));
        let later = many.next(Arc::clone(&snapshot), &entries(11 + most..=12 + most));
        assert_eq!(later.since(11, 1000), None);
        assert_eq!(numbers(&later, 12, 1000).map(|it| it.len()), Some(ENTRIES));
        // More may have come than were read.
        let leap = later.next(snapshot, &entries(1001..=1000 + most));
        assert_eq!(leap.since(12 + most, 1000), None);
        assert_eq!(numbers(&leap, 1000, 1000).map(|it| it.len()), Some(ENTRIES));
    }
}
