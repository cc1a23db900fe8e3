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
    condition::{Condition, Seen},
    target::State,
    traffic::Count,
};

/// Every listener's rules, in the order in which they are tried.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    listeners: HashMap<String, Vec<Route>>,
}

#[derive(Debug)]
pub(super) struct Route {
    conditions: Vec<Condition>,
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
    pub(super) groups: Vec<(Arc<Pool>, u32)>,
    /// Seconds for which a client keeps its group.
    pub(super) sticky: Option<u32>,
    turn: Arc<AtomicU64>,
}

/// The targets of a group that take requests.
#[derive(Debug)]
pub(super) struct Pool {
    /// A short name for the group, for the cookie that keeps a client with it.
    pub(super) mark: String,
    targets: Vec<(String, u16)>,
    pub(super) count: Arc<Count>,
}

impl Routes {
    pub(super) fn of(elb: &mut Elb) -> Self {
        let pools: HashMap<String, Arc<Pool>> = elb
            .groups
            .keys()
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .into_iter()
            .map(|arn| {
                let pool = Arc::new(Pool::of(elb, &arn));
                (arn, pool)
            })
            .collect();
        let mut listeners: HashMap<String, Vec<Route>> = HashMap::new();
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
            let route = Route { conditions: rule.conditions.clone(), way };
            listeners.entry(rule.listener.clone()).or_default().push(route);
        }
        Self { listeners }
    }

    /// The first rule of a listener whose conditions all hold.
    pub(super) fn find(&self, listener: &str, seen: &Seen<'_>) -> Option<&Route> {
        self.listeners
            .get(listener)?
            .iter()
            .find(|route| route.conditions.iter().all(|held| held.holds(seen)))
    }
}

impl Forward {
    /// The group whose turn it is by weight; the one that the client kept, if it may still be kept.
    pub(super) fn choose(&self, kept: Option<&str>) -> Option<&Arc<Pool>> {
        if let (Some(_), Some(kept)) = (self.sticky, kept) {
            let same = self.groups.iter().find(|(pool, weight)| *weight > 0 && pool.mark == kept);
            if let Some((pool, _)) = same {
                return Some(pool);
            }
        }
        let sum: u64 = self.groups.iter().map(|(_, weight)| u64::from(*weight)).sum();
        if sum == 0 {
            return None;
        }
        // The factor is a prime above any sum of weights, so that every share is exact and well mixed.
        let mut left = self.turn.fetch_add(1, Ordering::Relaxed).wrapping_mul(1_000_003) % sum;
        for (pool, weight) in &self.groups {
            if left < u64::from(*weight) {
                return Some(pool);
            }
            left -= u64::from(*weight);
        }
        None
    }
}

impl Pool {
    fn of(elb: &mut Elb, group: &str) -> Self {
        let (from, to) = (format!("{group}|"), format!("{group}}}"));
        let with = |state: State| {
            let same = elb.targets.range(&from, &to).filter(|(_, target)| target.state == state);
            same.map(|(_, target)| (target.id.clone(), target.port)).collect::<Vec<_>>()
        };
        let mut targets = with(State::Healthy);
        if targets.is_empty() {
            // Fail open: when all are unhealthy, all take requests.
            targets = with(State::Unhealthy);
        }
        let mark = group.rsplit('/').next().unwrap_or_default().to_owned();
        let count = Arc::clone(elb.counts.entry(group.to_owned()).or_default());
        Self { mark, targets, count }
    }

    /// The target whose turn it is.
    pub(super) fn next(&self) -> Option<&(String, u16)> {
        let length = u64::try_from(self.targets.len()).ok().filter(|length| *length > 0)?;
        let turn = self.count.turn.fetch_add(1, Ordering::Relaxed) % length;
        self.targets.get(usize::try_from(turn).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forward(weights: &[u32], sticky: Option<u32>) -> Forward {
        let pool =
            |number: usize| Pool { mark: format!("g{number}"), targets: Vec::new(), count: Arc::default() };
        let groups =
            weights.iter().enumerate().map(|(number, weight)| (Arc::new(pool(number)), *weight)).collect();
        Forward { groups, sticky, turn: Arc::default() }
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
    fn shares_are_exactly_the_weights() {
        let forward = forward(&[90, 10], None);
        let second = (0..1000).filter(|_| forward.choose(None).unwrap().mark == "g1").count();
        assert_eq!(second, 100);
    }
}
