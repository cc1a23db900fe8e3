//! The events that were handled, in their order: what "the same order" is compared by.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::records::Event;

/// How many events are remembered unless somebody wants more.
const REMEMBERED: usize = 200;

/// The last events, each with its number.
#[derive(Debug)]
pub struct EventLog {
    handled: u64,
    limit: usize,
    last: VecDeque<Entry>,
}

/// An event that was handled.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Counts from 1 in every process.
    pub number: u64,
    pub due: Timestamp,
    /// Which service's event it was, and for whom: the event as it is saved.
    pub event: Value,
}

impl Default for EventLog {
    fn default() -> Self {
        Self { handled: 0, limit: REMEMBERED, last: VecDeque::new() }
    }
}

impl EventLog {
    /// Remembers the last `limit` events from now on.
    pub fn remember(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// The remembered events after the one with a number.
    pub fn after(&self, number: u64) -> impl Iterator<Item = &Entry> {
        self.last.iter().filter(move |entry| entry.number > number)
    }

    /// How many events were handled.
    pub fn handled(&self) -> u64 {
        self.handled
    }

    pub(crate) fn note(&mut self, due: Timestamp, event: &Event) {
        self.handled += 1;
        while self.last.len() >= self.limit.max(1) {
            self.last.pop_front();
        }
        let event = serde_json::to_value(event).unwrap_or_default();
        self.last.push_back(Entry { number: self.handled, due, event });
    }
}

impl Entry {
    pub(crate) fn show(&self) -> Value {
        json!({ "number": self.number, "due": self.due.to_string(), "event": self.event })
    }
}
