//! The one virtual clock: real time multiplied by a rate, from a base that can be moved.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// Virtual time. While an event is handled the clock stands still at the moment the event was due.
#[derive(Debug)]
pub struct Clock {
    base: Timestamp,
    since: Instant,
    rate: f64,
    paused: bool,
    held: Option<Timestamp>,
}

impl Clock {
    pub fn new(base: Timestamp, rate: f64) -> Self {
        Self { base, since: Instant::now(), rate, paused: false, held: None }
    }

    pub fn now(&self) -> Timestamp {
        self.held.unwrap_or_else(|| self.flowing())
    }

    pub fn rate(&self) -> f64 {
        self.rate
    }

    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Seconds of virtual time in a second of real time. Time passed so far keeps its old rate.
    pub fn set_rate(&mut self, rate: f64) {
        self.rebase(self.flowing());
        self.rate = rate;
    }

    pub fn pause(&mut self) {
        self.rebase(self.flowing());
        self.paused = true;
    }

    pub fn resume(&mut self) {
        self.rebase(self.base);
        self.paused = false;
    }

    /// Moves the clock forward to `to`; it never goes back.
    pub fn jump(&mut self, to: Timestamp) {
        let at = self.flowing().max(to);
        self.rebase(at);
    }

    /// Sets the clock, backwards too: only for a world that is being made.
    pub fn set(&mut self, to: Timestamp) {
        self.rebase(to);
    }

    /// Real time until `due`, or `None` while paused.
    pub fn wait_until(&self, due: Timestamp) -> Option<Duration> {
        if self.paused {
            return None;
        }
        let ahead = due.duration_since(self.flowing()).as_secs_f64().max(0.0);
        Some(Duration::from_secs_f64((ahead / self.rate).min(3600.0)))
    }

    pub(crate) fn hold(&mut self, at: Timestamp) {
        self.held = Some(at);
    }

    pub(crate) fn release(&mut self) {
        self.held = None;
    }

    fn rebase(&mut self, base: Timestamp) {
        self.base = base;
        self.since = Instant::now();
    }

    fn flowing(&self) -> Timestamp {
        if self.paused {
            return self.base;
        }
        let passed = SignedDuration::from_secs_f64(self.since.elapsed().as_secs_f64() * self.rate);
        self.base.checked_add(passed).unwrap_or(Timestamp::MAX)
    }
}
