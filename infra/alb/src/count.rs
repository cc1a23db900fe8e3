//! Counts of what flowed to each target group.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use serde_json::{Value, json};

/// Seconds over which the rate is taken.
const SPAN: u64 = 10;

/// What flowed to one group since the process started.
#[derive(Debug, Default)]
pub struct Count {
    pub(crate) turn: AtomicU64,
    requests: AtomicU64,
    /// Answers by the first digit of their status.
    classes: [AtomicU64; 6],
    recent: Recent,
}

/// Requests by the second in which they began, for the last few seconds. Each slot holds the second in its upper
/// half and the count in its lower one, so that counting needs no lock.
#[derive(Debug)]
struct Recent {
    start: Instant,
    slots: [AtomicU64; 16],
}

impl Default for Recent {
    fn default() -> Self {
        Self { start: Instant::now(), slots: Default::default() }
    }
}

impl Recent {
    fn count(&self) {
        let second = self.start.elapsed().as_secs();
        let slot = &self.slots[usize::try_from(second % 16).unwrap_or(0)];
        let next = |slot: u64| Some(if slot >> 32 == second { slot + 1 } else { (second << 32) + 1 });
        let _ = slot.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
    }

    /// How many there were a second, over the last whole seconds.
    fn rate(&self) -> f64 {
        let now = self.start.elapsed().as_secs();
        let slots = self.slots.iter().map(|slot| slot.load(Ordering::Relaxed));
        let whole = slots.filter(|slot| slot >> 32 < now && (slot >> 32) + SPAN >= now);
        #[expect(clippy::cast_precision_loss, reason = "a rate to look at")]
        let rate = whole.map(|slot| slot & 0xffff_ffff).sum::<u64>() as f64 / SPAN.min(now).max(1) as f64;
        rate
    }
}

impl Count {
    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.recent.count();
    }

    pub(crate) fn answer(&self, status: u16) {
        if let Some(class) = self.classes.get(usize::from(status / 100)) {
            class.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// All of it, for programs to read.
    pub fn show(&self) -> Value {
        let class = |digit: usize| self.classes[digit].load(Ordering::Relaxed);
        json!({
            "requests": self.requests.load(Ordering::Relaxed),
            "per_second": self.recent.rate(),
            "answers": { "2xx": class(2), "3xx": class(3), "4xx": class(4), "5xx": class(5) },
        })
    }
}
