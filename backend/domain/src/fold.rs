//! Repeats are counted instead of told: the first of its kind is told at once, and those that follow within a
//! window as one number when the window ends. What nobody repeats is forgotten.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How long repeats are gathered.
pub const WINDOW: Duration = Duration::from_mins(1);
/// Kinds that are told apart at a time; the caller names one for whatever comes beyond them.
const KINDS: usize = 256;

/// What was told within the window, by its kind.
#[derive(Debug)]
pub struct Fold<K> {
    told: Mutex<HashMap<K, Repeats>>,
}

#[derive(Debug)]
struct Repeats {
    since: Instant,
    number: u64,
}

impl<K> Default for Fold<K> {
    fn default() -> Self {
        Self { told: Mutex::default() }
    }
}

impl<K: Clone + Eq + Hash> Fold<K> {
    /// Whether this is to be told now, as the kind that is given back; `beyond` is its kind where there are too many.
    pub fn tell(&self, kind: K, beyond: K, now: Instant) -> Option<K> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = if told.len() >= KINDS && !told.contains_key(&kind) { beyond } else { kind };
        if let Some(repeats) = told.get_mut(&kind) {
            repeats.number += 1;
            return None;
        }
        told.insert(kind.clone(), Repeats { since: now, number: 0 });
        Some(kind)
    }

    /// What was repeated in windows that have ended, with how often. A kind that goes on begins another window.
    pub fn due(&self, now: Instant) -> Vec<(K, u64)> {
        self.gather(|repeats| now.saturating_duration_since(repeats.since) >= WINDOW, now)
    }

    /// Everything that was repeated and not told: the end of the process does not wait for windows.
    pub fn rest(&self) -> Vec<(K, u64)> {
        self.gather(|_| true, Instant::now())
    }

    fn gather(&self, has_ended: impl Fn(&Repeats) -> bool, now: Instant) -> Vec<(K, u64)> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = Vec::new();
        told.retain(|kind, repeats| {
            if !has_ended(repeats) {
                return true;
            }
            let number = std::mem::take(&mut repeats.number);
            repeats.since = now;
            if number > 0 {
                due.push((kind.clone(), number));
            }
            number > 0
        });
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_told_and_repeats_become_a_number() {
        let (fold, begin) = (Fold::default(), Instant::now());
        assert_eq!(fold.tell("no", "other", begin), Some("no"));
        for _ in 0..336 {
            assert_eq!(fold.tell("no", "other", begin), None);
        }
        assert!(fold.due(begin).is_empty());
        assert_eq!(fold.due(begin + WINDOW), [("no", 336)]);
        assert!(fold.due(begin + WINDOW * 2).is_empty());
        assert_eq!(fold.tell("no", "other", begin + WINDOW * 2), Some("no"), "forgotten by then");
    }

    #[test]
    fn kinds_without_end_become_one() {
        let (fold, begin) = (Fold::default(), Instant::now());
        let told = (0..10_000).filter(|kind| fold.tell(*kind, -1, begin).is_some()).count();
        assert_eq!(told, KINDS + 1);
        assert_eq!(fold.rest(), [(-1, 10_000 - KINDS as u64 - 1)]);
    }
}
