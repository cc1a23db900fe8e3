//! The routing table: what the plane needs to know to forward a request, and nothing else.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::{
    action::{Action, Oidc},
    condition::Condition,
    count::Count,
    matcher::{Matcher, Seen},
    transform::{Rewrite, Transform},
};

/// The share of a target that takes its full part of its group's requests.
pub const FULL: u32 = 10;

/// How long a connection may stand still where nobody says otherwise.
pub const IDLE: Duration = Duration::from_mins(1);

/// What becomes of `X-Forwarded-For`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Forwarded {
    /// The client is added to it.
    #[default]
    Append,
    /// It stays as it came.
    Preserve,
    /// It is taken away.
    Remove,
}

/// Every listener's rules, in the order in which they are tried.
#[derive(Debug, Default)]
pub struct Routes {
    listeners: HashMap<String, Table>,
}

#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) forwarded: Forwarded,
    idle: Option<Duration>,
    routes: Vec<Route>,
}

/// A rule made ready.
#[derive(Debug)]
pub struct Route {
    conditions: Vec<Matcher>,
    pub(crate) rewrites: Vec<Rewrite>,
    /// Where whoever asks has to sign in first.
    pub(crate) login: Option<Oidc>,
    pub(crate) way: Way,
}

/// What a rule does with a request that it applies to.
#[derive(Debug)]
pub enum Way {
    /// A target is asked.
    Forward(Forward),
    /// The load balancer answers by itself.
    Own(Action),
}

/// Groups with their weights, and whose turn it is.
#[derive(Debug)]
pub struct Forward {
    groups: Vec<(Arc<Pool>, u32)>,
    /// Seconds for which a client keeps its group.
    pub(crate) sticky: Option<u32>,
    turn: Arc<AtomicU64>,
}

/// The targets of a group that take requests.
#[derive(Debug)]
pub struct Pool {
    /// A short name for the group, for the cookie that keeps a client with it.
    pub(crate) mark: String,
    targets: Vec<Target>,
    /// The sum of all shares.
    shares: u64,
    /// Seconds for which a client keeps its target.
    pub(crate) sticky: Option<u32>,
    pub(crate) count: Arc<Count>,
}

/// A target that takes requests.
#[derive(Debug)]
pub struct Target {
    /// Its address, as whoever finds targets knows it.
    pub id: String,
    /// A short name for the target, for the cookie that keeps a client with it.
    pub mark: String,
    /// Its share of the group's requests: `FULL`, less while it starts slowly.
    pub share: u32,
}

impl Routes {
    /// Adds a listener, by its ARN, with what becomes of `X-Forwarded-For` and how long its connections may stand still.
    pub fn listener(&mut self, arn: &str, forwarded: Forwarded, idle: Duration) {
        self.listeners.insert(arn.to_owned(), Table { forwarded, idle: Some(idle), routes: Vec::new() });
    }

    /// Adds a rule to a listener; those that were added before are tried before.
    pub fn rule(&mut self, listener: &str, route: Route) {
        self.listeners.entry(listener.to_owned()).or_default().routes.push(route);
    }

    /// How long a connection to a listener may stand still.
    pub(crate) fn idle(&self, listener: &str) -> Duration {
        self.table(listener).and_then(|table| table.idle).unwrap_or(IDLE)
    }

    pub(crate) fn table(&self, listener: &str) -> Option<&Table> {
        self.listeners.get(listener)
    }
}

impl Route {
    /// A rule made ready for many requests.
    pub fn new(conditions: &[Condition], transforms: &[Transform], way: Way) -> Self {
        Self {
            conditions: conditions.iter().map(Matcher::of).collect(),
            rewrites: transforms.iter().filter_map(Transform::ready).collect(),
            login: None,
            way,
        }
    }

    /// The same for those who have signed in.
    #[must_use]
    pub fn behind(self, login: Option<Oidc>) -> Self {
        Self { login, ..self }
    }
}

impl Table {
    /// The first rule whose conditions all hold.
    pub(crate) fn find(&self, seen: &Seen<'_>) -> Option<&Route> {
        self.routes.iter().find(|route| route.conditions.iter().all(|held| held.holds(seen)))
    }
}

impl Forward {
    /// Groups with their weights; `sticky` is for how many seconds a client keeps its group, and `turn` goes on
    /// from one table to the next.
    pub fn new(groups: Vec<(Arc<Pool>, u32)>, sticky: Option<u32>, turn: Arc<AtomicU64>) -> Self {
        Self { groups, sticky, turn }
    }

    /// The group whose turn it is by weight; the one that the client kept, if it may still be kept.
    pub(crate) fn choose(&self, kept: Option<&str>) -> Option<&Arc<Pool>> {
        if let (Some(_), Some(kept)) = (self.sticky, kept) {
            let stays = |(pool, weight): &&(Arc<Pool>, u32)| {
                *weight > 0 && pool.mark == kept && !pool.targets.is_empty()
            };
            if let Some((pool, _)) = self.groups.iter().find(stays) {
                return Some(pool);
            }
        }
        let sum: u64 = self.groups.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let mut left = turn(&self.turn, sum)?;
        for (pool, weight) in &self.groups {
            if left < u64::from(*weight) {
                return Some(pool);
            }
            left -= u64::from(*weight);
        }
        None
    }
}

/// A number below `sum`, each of them once in `sum` turns.
fn turn(turns: &AtomicU64, sum: u64) -> Option<u64> {
    // The factor is a prime above any sum of weights, so that every share is exact and well mixed.
    (sum > 0).then(|| turns.fetch_add(1, Ordering::Relaxed).wrapping_mul(1_000_003) % sum)
}

impl Pool {
    /// `name` is what the cookie says that keeps a client; `sticky` for how many seconds it keeps its target.
    pub fn new(name: &str, targets: Vec<Target>, sticky: Option<u32>, count: Arc<Count>) -> Self {
        let shares = targets.iter().map(|target| u64::from(target.share)).sum();
        Self { mark: name.to_owned(), targets, shares, sticky, count }
    }

    /// The target whose turn it is; the one that the client kept, if it still takes requests.
    pub fn next(&self, kept: Option<&str>) -> Option<&Target> {
        if let (Some(_), Some(kept)) = (self.sticky, kept)
            && let Some(spot) = self.targets.iter().find(|spot| spot.mark == kept)
        {
            return Some(spot);
        }
        let length = u64::try_from(self.targets.len()).ok().filter(|length| *length > 0)?;
        if self.shares == length * u64::from(FULL) {
            let turn = self.count.turn.fetch_add(1, Ordering::Relaxed) % length;
            return self.targets.get(usize::try_from(turn).unwrap_or(0));
        }
        let mut left = turn(&self.count.turn, self.shares)?;
        self.targets.iter().find(|spot| {
            let is_it = left < u64::from(spot.share);
            left = left.saturating_sub(spot.share.into());
            is_it
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(name: &str, shares: &[u32], sticky: Option<u32>) -> Pool {
        let spot = |number: usize, share: u32| Target {
            id: format!("t{number}"),
            mark: format!("m{number}"),
            share,
        };
        Pool {
            mark: name.to_owned(),
            targets: shares.iter().enumerate().map(|(number, share)| spot(number, *share)).collect(),
            shares: shares.iter().copied().map(u64::from).sum(),
            sticky,
            count: Arc::default(),
        }
    }

    fn forward(weights: &[u32], sticky: Option<u32>) -> Forward {
        let group =
            |(number, weight): (usize, &u32)| (Arc::new(pool(&format!("g{number}"), &[FULL], None)), *weight);
        Forward { groups: weights.iter().enumerate().map(group).collect(), sticky, turn: Arc::default() }
    }

    #[test]
    fn a_group_of_weight_zero_gets_nothing_even_from_a_client_that_kept_it() {
        let forward = forward(&[0, 1], Some(60));
        for _ in 0..100 {
            assert_eq!(forward.choose(Some("g0")).unwrap().mark, "g1");
        }
        assert!(super::tests::forward(&[0, 0], None).choose(None).is_none());
    }

    #[test]
    fn a_client_keeps_its_group_and_its_target() {
        let forward = forward(&[1, 1, 1], Some(60));
        assert!((0..10).all(|_| forward.choose(Some("g2")).unwrap().mark == "g2"));
        let pool = pool("g", &[FULL, FULL], Some(60));
        assert!((0..10).all(|_| pool.next(Some("m1")).unwrap().id == "t1"));
        assert!(pool.next(Some("gone")).is_some());
    }

    #[test]
    fn shares_are_exactly_the_weights() {
        let forward = forward(&[90, 10], None);
        let second = (0..1000).filter(|_| forward.choose(None).unwrap().mark == "g1").count();
        assert_eq!(second, 100);
    }

    #[test]
    fn a_target_that_starts_slowly_gets_its_part_of_a_share() {
        let pool = pool("g", &[FULL, FULL / 10 * 3], None);
        let second = (0..1300).filter(|_| pool.next(None).unwrap().id == "t1").count();
        assert_eq!(second, 300);
        assert!(super::tests::pool("g", &[], None).next(None).is_none());
    }
}
