//! The one virtual clock: real time multiplied by a rate, from a base that can be moved.
//!
//! Two things hold it up. A *horizon* is a moment that it does not pass by itself, because what happens then
//! is still being worked on outside (a build); and it stops where it is told to pause.

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
    horizon: Option<Timestamp>,
    pause_at: Option<Timestamp>,
}

impl Clock {
    pub fn new(base: Timestamp, rate: f64) -> Self {
        Self { base, since: Instant::now(), rate, paused: false, held: None, horizon: None, pause_at: None }
    }

    pub fn now(&self) -> Timestamp {
        self.held.unwrap_or_else(|| self.flowing())
    }

    pub fn rate(&self) -> f64 {
        self.rate
    }

    pub fn is_paused(&self) -> bool {
        self.paused || self.pause_at.is_some_and(|at| self.flowing() >= at)
    }

    /// Where the clock is to pause by itself.
    pub fn pauses_at(&self) -> Option<Timestamp> {
        self.pause_at
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

    /// Lets a paused clock go on from where it stands.
    pub fn resume(&mut self) {
        self.rebase(self.flowing());
        self.paused = false;
        self.pause_at = self.pause_at.filter(|at| *at > self.base);
    }

    /// Lets the clock run until a moment and stand there, exactly; `None` takes that back.
    pub fn pause_at(&mut self, at: Option<Timestamp>) {
        self.rebase(self.flowing());
        self.pause_at = at;
    }

    /// Moves the clock forward to `to`, or to where it is to pause before; it never goes back.
    pub fn jump(&mut self, to: Timestamp) {
        let now = self.flowing();
        let stop = self.pause_at.filter(|at| *at > now);
        self.rebase(stop.map_or(to, |stop| stop.min(to)).max(now));
    }

    /// Sets the clock, backwards too: only for a world that is being made.
    pub fn set(&mut self, to: Timestamp) {
        self.rebase(to);
    }

    /// The moment that the clock does not pass by itself. Time that was lost by waiting is not made up for.
    /// `now` is the world's present, which is earlier than the clock's while events have still to be handled:
    /// where the clock has run beyond the horizon in the meantime, it goes back to that.
    pub(crate) fn set_horizon(&mut self, now: Timestamp, horizon: Option<Timestamp>) {
        if self.horizon != horizon {
            let flowing = self.flowing();
            let is_beyond = horizon.is_some_and(|horizon| horizon < flowing);
            self.rebase(if is_beyond { now } else { flowing });
            self.horizon = horizon;
        }
    }

    pub(crate) fn horizon(&self) -> Option<Timestamp> {
        self.horizon
    }

    /// Real time until `due`, or `None` where the clock stands still before.
    pub fn wait_until(&self, due: Timestamp) -> Option<Duration> {
        let stops = [self.horizon, self.pause_at].into_iter().flatten().any(|stop| stop < due);
        if self.paused || stops {
            return None;
        }
        let ahead = due.duration_since(self.flowing()).as_secs_f64().max(0.0);
        Some(Duration::from_secs_f64((ahead / self.rate).min(3600.0)))
    }

    /// Whether an event is being handled.
    pub(crate) fn is_held(&self) -> bool {
        self.held.is_some()
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
        let passed = SignedDuration::try_from_secs_f64(self.since.elapsed().as_secs_f64() * self.rate);
        let free = self.base.checked_add(passed.unwrap_or(SignedDuration::MAX)).unwrap_or(Timestamp::MAX);
        let stop = [self.horizon, self.pause_at].into_iter().flatten().min();
        // A clock that was moved beyond its stop stands where it is.
        stop.map_or(free, |stop| free.min(stop).max(self.base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_clock_stands_at_its_horizon_and_goes_on_from_there() {
        let mut clock = Clock::new(at(0), 1_000_000.0);
        clock.set_horizon(at(0), Some(at(5)));
        std::thread::sleep(Duration::from_millis(1));
        assert_eq!(clock.now(), at(5));
        assert_eq!(clock.wait_until(at(6)), None);
        clock.set_horizon(at(5), None);
        clock.pause();
        assert!(clock.now() < at(100_000), "lost time is not made up for: {}", clock.now());
    }

    #[test]
    fn a_horizon_that_the_clock_has_passed_takes_it_back_to_the_present_of_the_world() {
        let mut clock = Clock::new(at(0), 1.0);
        clock.jump(at(1000));
        clock.set_horizon(at(3), Some(at(15)));
        assert!((at(3)..at(15)).contains(&clock.now()), "{}", clock.now());
    }

    #[test]
    fn a_clock_pauses_exactly_where_it_was_told_to() {
        let mut clock = Clock::new(at(0), 1_000_000.0);
        clock.pause_at(Some(at(7)));
        std::thread::sleep(Duration::from_millis(1));
        assert_eq!((clock.now(), clock.is_paused()), (at(7), true));
        clock.pause_at(Some(at(9)));
        clock.jump(at(20));
        assert_eq!((clock.now(), clock.is_paused()), (at(9), true));
        clock.resume();
        assert!(!clock.is_paused());
        clock.pause();
        assert!(clock.now() >= at(9));
    }

    #[test]
    fn a_jump_passes_the_horizon_and_time_never_goes_back() {
        let mut clock = Clock::new(at(10), 1.0);
        clock.set_horizon(at(10), Some(at(11)));
        clock.jump(at(20));
        assert_eq!(clock.now(), at(20));
        clock.jump(at(3));
        assert_eq!(clock.now(), at(20));
    }
}
