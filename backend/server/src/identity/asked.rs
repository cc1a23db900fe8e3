//! How often keys are asked for whose ids nobody knows yet.
//!
//! The balancer changes its key now and then, and anybody who reaches the console may invent ids. Nothing tells an
//! invented one from a new one before its key was fetched, so that a flood must not use up what the balancer needs:
//! addresses from which a signature was believed have room of their own, and an id that comes again after a moment
//! has, too. Who invents ids names each of them once; who has a new one goes on using it.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::limit::{Rate, Throttle};

/// For one address, and for all of which nothing is known.
const FEW: Rate = Rate { burst: 8.0, per_second: 0.2 };
/// For all addresses together from which a signature was believed.
const BALANCERS: Rate = Rate { burst: 32.0, per_second: 1.0 };
/// For ids that came again.
const AGAIN: Rate = Rate { burst: 2.0, per_second: 1.0 };
/// After such a moment an id comes again.
const MOMENT: Duration = Duration::from_millis(500);
/// For so long an id is known to have come.
const MEMORY: Duration = Duration::from_secs(20);
const MOST_SEEN: usize = 16_384;
/// A load balancer has a few addresses in each zone.
const MOST_BALANCERS: usize = 64;

pub(super) struct Asked {
    strangers: Throttle<Option<IpAddr>>,
    balancers: Throttle<Option<IpAddr>>,
    again: Throttle<()>,
    memory: Mutex<Memory>,
    hasher: RandomState,
}

#[derive(Default)]
struct Memory {
    /// From where a signature was believed, the last one last.
    balancers: VecDeque<IpAddr>,
    /// When an id came first, by its hash.
    seen: HashMap<u64, Instant>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            strangers: Throttle::new(FEW, FEW),
            balancers: Throttle::new(FEW, BALANCERS),
            again: Throttle::new(AGAIN, AGAIN),
            memory: Mutex::default(),
            hasher: RandomState::new(),
        }
    }
}

impl Asked {
    /// Whether an id may be asked for that nobody knows.
    pub(super) fn may(&self, from: Option<IpAddr>, kid: &str, now: Instant) -> bool {
        let (is_balancer, came) = {
            let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
            let is_balancer = from.is_some_and(|from| memory.balancers.contains(&from));
            (is_balancer, memory.came(self.hasher.hash_one(kid), now))
        };
        let room = if is_balancer { &self.balancers } else { &self.strangers };
        let comes_again = now.saturating_duration_since(came) >= MOMENT;
        room.take(from, now).is_ok() || (comes_again && self.again.take((), now).is_ok())
    }

    /// A signature was believed that came from there.
    pub(super) fn believed(&self, from: Option<IpAddr>) {
        let Some(from) = from else { return };
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.balancers.back() == Some(&from) {
            return;
        }
        memory.balancers.retain(|it| *it != from);
        memory.balancers.push_back(from);
        if memory.balancers.len() > MOST_BALANCERS {
            memory.balancers.pop_front();
        }
    }
}

impl Memory {
    /// When the id came first.
    fn came(&mut self, id: u64, now: Instant) -> Instant {
        if self.seen.len() >= MOST_SEEN {
            self.seen.retain(|_, came| now.saturating_duration_since(*came) < MEMORY);
        }
        // A flood that is larger begins the memory anew: who comes again does so soon.
        if self.seen.len() >= MOST_SEEN {
            self.seen.clear();
        }
        *self.seen.entry(id).or_insert(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOOD: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const BALANCER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));

    /// Seconds until an id is asked for that comes once a second, in the middle of a thousand others a second.
    fn seconds(asked: &Asked, flood: IpAddr, from: IpAddr) -> Option<u64> {
        let begin = Instant::now();
        let at = |second: u64, part: u64| begin + Duration::from_millis(second * 1_000 + part);
        (0..60).find(|second| {
            for number in 0..1_000_u64 {
                asked.may(Some(flood), &format!("{second}-{number}"), at(*second, number / 2));
            }
            *second >= 10 && asked.may(Some(from), "new", at(*second, 600))
        })
    }

    #[test]
    fn a_flood_does_not_keep_out_a_key_that_comes_from_the_balancer() {
        let asked = Asked::default();
        asked.believed(Some(BALANCER));
        assert_eq!(seconds(&asked, FLOOD, BALANCER), Some(10));
    }

    #[test]
    fn a_flood_does_not_keep_out_a_key_that_is_used_again_even_where_all_come_from_one_address() {
        assert_eq!(seconds(&Asked::default(), FLOOD, FLOOD), Some(11));
        let known = Asked::default();
        known.believed(Some(FLOOD));
        assert!(seconds(&known, FLOOD, FLOOD) <= Some(11));
    }

    #[test]
    fn invented_ids_are_seldom_asked_for_and_leave_little_behind() {
        let (asked, begin) = (Asked::default(), Instant::now());
        let may = |number: u64| {
            asked.may(Some(FLOOD), &number.to_string(), begin + Duration::from_micros(number * 100))
        };
        let count = (0..100_000).filter(|number| may(*number)).count();
        assert!(count <= 10, "{count} of 100,000 in ten seconds");
        let memory = asked.memory.lock().unwrap();
        assert!(memory.seen.len() <= MOST_SEEN && memory.balancers.is_empty());
    }
}
