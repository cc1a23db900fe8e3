//! What will happen, and when: events on the virtual clock, in the order of time and then of arrival.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::records::TimerId;
use crate::{records::Event, table::Table};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Timer {
    pub due: Timestamp,
    pub id: TimerId,
    pub event: Event,
}

/// The queue of timers. Keys sort by due time and then by number, so the first key is the next event.
#[derive(Debug, Default)]
pub struct Timers {
    pub(crate) queue: Table<Timer>,
    keys: std::collections::HashMap<TimerId, String>,
    last: TimerId,
}

impl Timers {
    pub fn schedule(&mut self, due: Timestamp, event: Event) -> TimerId {
        self.last += 1;
        let id = self.last;
        self.adopt(Timer { due, id, event });
        id
    }

    /// Takes a timer back. A timer that has already fired is no error.
    pub fn cancel(&mut self, id: TimerId) {
        if let Some(key) = self.keys.remove(&id) {
            self.queue.remove(&key);
        }
    }

    pub fn next_due(&self) -> Option<Timestamp> {
        self.queue.values().next().map(|timer| timer.due)
    }

    /// Takes the next timer if it is due at `now`.
    pub fn pop_due(&mut self, now: Timestamp) -> Option<Timer> {
        let (key, timer) = self.queue.iter().next()?;
        if timer.due > now {
            return None;
        }
        let key = key.to_owned();
        let timer = self.queue.remove(&key)?;
        self.keys.remove(&timer.id);
        Some(timer)
    }

    /// Sets numbers aside for timers that come from elsewhere; gives the first of them.
    pub(crate) fn reserve(&mut self, count: u64) -> TimerId {
        let first = self.last + 1;
        self.last += count;
        first
    }

    /// Takes in a timer under a number that was reserved for it.
    pub(crate) fn adopt(&mut self, timer: Timer) {
        let key = key(timer.due, timer.id);
        self.keys.insert(timer.id, key.clone());
        self.queue.insert(key, timer);
    }

    /// The number of the last timer: numbers are never used twice, because records remember them.
    pub(crate) fn last(&self) -> TimerId {
        self.last
    }

    /// Goes on counting from where a saved world was.
    pub(crate) fn continue_after(&mut self, last: TimerId) {
        self.last = self.last.max(last);
    }

    /// Rebuilds what is derived from the queue, after it was loaded.
    pub(crate) fn index(&mut self) {
        self.keys = self.queue.iter().map(|(key, timer)| (timer.id, key.to_owned())).collect();
        self.last = self.queue.values().map(|timer| timer.id).max().unwrap_or(0).max(self.last);
    }
}

fn key(due: Timestamp, id: TimerId) -> String {
    format!("{:020}-{id:020}", due.as_nanosecond())
}
