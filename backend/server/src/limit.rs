//! How much one person, and all of them, may ask for: rates by buckets that fill again, and numbers of things that
//! are open.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Buckets that are kept before full ones are forgotten.
const KEPT: usize = 1_024;

/// How many at once, and how many more in a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// How many may be taken at once.
    pub burst: f64,
    /// How many come back in a second.
    pub per_second: f64,
}

/// A rate for each, and one for all.
pub struct Throttle<K> {
    each: Rate,
    all: Rate,
    buckets: Mutex<(Bucket, HashMap<K, Bucket>)>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// What was taken and has not come back.
    taken: f64,
    at: Instant,
}

impl Bucket {
    fn new(now: Instant) -> Self {
        Self { taken: 0.0, at: now }
    }

    fn fill(&mut self, rate: Rate, now: Instant) {
        let back = now.saturating_duration_since(self.at).as_secs_f64() * rate.per_second;
        self.taken = (self.taken - back).max(0.0);
        self.at = now;
    }

    /// How long until one more may be taken; nothing if it may be taken now.
    fn wait(&self, rate: Rate) -> Duration {
        let lacking = (self.taken + 1.0 - rate.burst).max(0.0);
        Duration::try_from_secs_f64(lacking / rate.per_second).unwrap_or(Duration::MAX)
    }
}

impl<K: Eq + Hash> Throttle<K> {
    /// With everything still to be taken.
    pub fn new(each: Rate, all: Rate) -> Self {
        Self { each, all, buckets: Mutex::new((Bucket::new(Instant::now()), HashMap::new())) }
    }

    /// Takes one for `who`, or says how long to wait.
    pub fn take(&self, who: K, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, each) = &mut *buckets;
        if each.len() >= KEPT {
            each.retain(|_, bucket| {
                bucket.fill(self.each, now);
                bucket.taken > 0.0
            });
        }
        all.fill(self.all, now);
        let full = all.wait(self.all);
        // Whoever is new while all are stopped gets no bucket: the table stays as large as the rate allows.
        if !full.is_zero() {
            return Err(full);
        }
        let one = each.entry(who).or_insert_with(|| Bucket::new(now));
        one.fill(self.each, now);
        let wait = one.wait(self.each);
        if !wait.is_zero() {
            return Err(wait);
        }
        one.taken += 1.0;
        all.taken += 1.0;
        Ok(())
    }

    /// Whether somebody who is new could take one now, or how long until then.
    pub fn has_room(&self, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.0.fill(self.all, now);
        let wait = buckets.0.wait(self.all);
        if wait.is_zero() { Ok(()) } else { Err(wait) }
    }

    /// Puts back what was taken for `who`: it did not count.
    pub fn give_back(&self, who: &K) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, each) = &mut *buckets;
        all.taken = (all.taken - 1.0).max(0.0);
        if let Some(one) = each.get_mut(who) {
            one.taken = (one.taken - 1.0).max(0.0);
        }
    }
}

/// Places for things that stay open: so many for each, and for all.
#[derive(Clone)]
pub struct Places {
    each: usize,
    all: usize,
    open: Arc<Mutex<HashMap<String, usize>>>,
}

/// One place, for as long as it lives.
pub struct HeldPlace {
    places: Places,
    who: String,
}

impl Places {
    /// So many places for each, and so many in all.
    pub fn new(each: usize, all: usize) -> Self {
        Self { each, all, open: Arc::default() }
    }

    /// A place for `who`, if there is one.
    pub fn enter(&self, who: &str) -> Option<HeldPlace> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = open.get(who).copied().unwrap_or_default();
        if theirs >= self.each || open.values().sum::<usize>() >= self.all {
            return None;
        }
        open.insert(who.to_owned(), theirs + 1);
        Some(HeldPlace { places: self.clone(), who: who.to_owned() })
    }

    /// How many are taken.
    pub fn number(&self) -> usize {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }
}

impl Drop for HeldPlace {
    fn drop(&mut self) {
        let mut open = self.places.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = open.get_mut(&self.who) {
            *number -= 1;
            if *number == 0 {
                open.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_too_often_is_told_how_long_to_wait_and_others_go_on() {
        let throttle =
            Throttle::new(Rate { burst: 2.0, per_second: 0.5 }, Rate { burst: 100.0, per_second: 1.0 });
        let begin = Instant::now();
        assert!(throttle.take("kim", begin).is_ok() && throttle.take("kim", begin).is_ok());
        assert_eq!(throttle.take("kim", begin), Err(Duration::from_secs(2)));
        assert!(throttle.take("lee", begin).is_ok());
        assert!(throttle.take("kim", begin + Duration::from_secs(2)).is_ok());
    }

    #[test]
    fn many_names_meet_the_limit_of_all_and_leave_no_table_behind() {
        let throttle =
            Throttle::new(Rate { burst: 5.0, per_second: 1.0 }, Rate { burst: 50.0, per_second: 1.0 });
        let begin = Instant::now();
        let taken = (0..100_000).filter(|name| throttle.take(*name, begin).is_ok()).count();
        assert_eq!(taken, 50);
        assert!(throttle.buckets.lock().unwrap().1.len() <= 50);
    }

    #[test]
    fn places_are_for_each_and_for_all_and_come_back() {
        let places = Places::new(2, 3);
        let kim = [places.enter("kim").unwrap(), places.enter("kim").unwrap()];
        assert!(places.enter("kim").is_none());
        let _lee = places.enter("lee").unwrap();
        assert!(places.enter("sam").is_none());
        drop(kim);
        assert_eq!(places.number(), 1);
        assert!(places.open.lock().unwrap().get("kim").is_none());
    }
}
