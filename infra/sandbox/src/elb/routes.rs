//! The routing table: what the plane needs to know to forward a request, and nothing else.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    Elb,
    action::Action,
    balancer::Forwarded,
    matcher::{Matcher, Seen},
    target::{FULL, State},
    traffic::Count,
    transform::Rewrite,
};

/// Every listener's rules, in the order in which they are tried.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    listeners: HashMap<String, Table>,
}

#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) forwarded: Forwarded,
    routes: Vec<Route>,
}

#[derive(Debug)]
pub(super) struct Route {
    conditions: Vec<Matcher>,
    pub(super) rewrites: Vec<Rewrite>,
    pub(super) way: Way,
}

#[derive(Debug)]
pub(super) enum Way {
    Forward(Forward),
    Own(Action),
}

/// Groups with their weights, and whose turn it is.
#[derive(Debug)]
pub(super) struct Forward {
    groups: Vec<(Arc<Pool>, u32)>,
    /// Seconds for which a client keeps its group.
    pub(super) sticky: Option<u32>,
    turn: Arc<AtomicU64>,
}

/// The targets of a group that take requests.
#[derive(Debug)]
pub(super) struct Pool {
    /// A short name for the group, for the cookie that keeps a client with it.
    pub(super) mark: String,
    targets: Vec<Spot>,
    /// The sum of all shares.
    shares: u64,
    /// Seconds for which a client keeps its target.
    pub(super) sticky: Option<u32>,
    pub(super) count: Arc<Count>,
}

/// A target that takes requests.
#[derive(Debug)]
pub(super) struct Spot {
    pub(super) id: String,
    /// A short name for the target, for the cookie that keeps a client with it.
    pub(super) mark: String,
    /// Its share of the group's requests: `FULL`, less while it starts slowly.
    share: u32,
}

impl Routes {
    pub(super) fn of(elb: &mut Elb) -> Self {
        let arns: Vec<String> = elb.groups.keys().map(str::to_owned).collect();
        let pools: HashMap<String, Arc<Pool>> = arns
            .into_iter()
            .map(|arn| {
                let pool = Arc::new(Pool::of(elb, &arn));
                (arn, pool)
            })
            .collect();
        let mut listeners: HashMap<String, Table> = HashMap::new();
        for (arn, listener) in elb.listeners.iter() {
            let forwarded =
                elb.balancers.get(&listener.balancer).map(super::balancer::LoadBalancer::forwarded);
            let table = Table { forwarded: forwarded.unwrap_or_default(), routes: Vec::new() };
            listeners.insert(arn.to_owned(), table);
        }
        let mut rules: Vec<_> = elb.rules.iter().collect();
        rules.sort_by_key(|(_, rule)| rule.priority.unwrap_or(u32::MAX));
        for (arn, rule) in rules {
            let way = match &rule.action {
                Action::Forward { groups, sticky } => Way::Forward(Forward {
                    groups: groups
                        .iter()
                        .filter_map(|(arn, weight)| pools.get(arn).map(|pool| (Arc::clone(pool), *weight)))
                        .collect(),
                    sticky: *sticky,
                    turn: Arc::clone(elb.turns.entry(arn.to_owned()).or_default()),
                }),
                own => Way::Own(own.clone()),
            };
            let route = Route {
                conditions: rule.conditions.iter().map(Matcher::of).collect(),
                rewrites: rule.transforms.iter().filter_map(super::transform::Transform::ready).collect(),
                way,
            };
            listeners.entry(rule.listener.clone()).or_default().routes.push(route);
        }
        Self { listeners }
    }

    pub(super) fn table(&self, listener: &str) -> Option<&Table> {
        self.listeners.get(listener)
    }
}

impl Table {
    /// The first rule whose conditions all hold.
    pub(super) fn find(&self, seen: &Seen<'_>) -> Option<&Route> {
        self.routes.iter().find(|route| route.conditions.iter().all(|held| held.holds(seen)))
    }
}

impl Forward {
    /// The group whose turn it is by weight; the one that the client kept, if it may still be kept.
    pub(super) fn choose(&self, kept: Option<&str>) -> Option<&Arc<Pool>> {
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
    fn of(elb: &mut Elb, group: &str) -> Self {
        let (from, to) = (format!("{group}|"), format!("{group}}}"));
        let with = |state: State| {
            let same = elb.targets.range(&from, &to).filter(|(_, target)| target.state == state);
            same.map(|(key, target)| Spot { id: target.id.clone(), mark: mark(key), share: target.share })
                .collect::<Vec<_>>()
        };
        let mut targets = with(State::Healthy);
        if targets.is_empty() {
            // Fail open: when all are unhealthy, all take requests.
            targets = with(State::Unhealthy);
            for spot in &mut targets {
                spot.share = FULL;
            }
        }
        let name = group.rsplit('/').next().unwrap_or_default().to_owned();
        let count = Arc::clone(elb.counts.entry(group.to_owned()).or_default());
        let sticky = elb.groups.get(group).and_then(super::group::Group::sticky);
        let shares = targets.iter().map(|spot| u64::from(spot.share)).sum();
        Self { mark: name, targets, shares, sticky, count }
    }

    /// The target whose turn it is; the one that the client kept, if it still takes requests.
    pub(super) fn next(&self, kept: Option<&str>) -> Option<&Spot> {
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

/// The targets of a group that take requests now.
#[cfg(test)]
pub(super) fn pool(elb: &mut Elb, group: &str) -> Pool {
    Pool::of(elb, group)
}

/// A short name for a target that does not tell its address.
fn mark(key: &str) -> String {
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(name: &str, shares: &[u32], sticky: Option<u32>) -> Pool {
        let spot =
            |number: usize, share: u32| Spot { id: format!("t{number}"), mark: format!("m{number}"), share };
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
