//! Rules that send elsewhere, targets that become healthy or stop being so.

use viridian_shared::{
    colour::coloured,
    journal::{
        Observation,
        observation::{ListenerKind, TargetNews},
    },
    routing,
    snapshot::Snapshot,
    traffic::{Door, TargetGroup, TargetHealth},
};

use super::Change;

pub(super) fn changes(before: &Snapshot, after: &Snapshot) -> Vec<Change> {
    let (Some(old), Some(new)) = (before.traffic(), after.traffic()) else { return Vec::new() };
    let mut changes = Vec::new();
    changes.extend(rule(after, ListenerKind::Production, &old.production, &new.production));
    changes.extend(rule(after, ListenerKind::Test, &old.test, &new.test));
    for group in &new.target_groups {
        changes.extend(health(after, old.target_group(&group.arn), group));
    }
    changes
}

fn rule(after: &Snapshot, side: ListenerKind, old: &Door, new: &Door) -> Option<Change> {
    let seen = || Observation::Rule {
        side,
        before: old.clone(),
        after: new.clone(),
        shares: routing::shares(after, new),
    };
    (old.answer != new.answer).then(|| Change::new(seen()))
}

/// Told for a group as a whole: when all its targets are healthy, and when one falls ill.
fn health(after: &Snapshot, old: Option<&TargetGroup>, new: &TargetGroup) -> Option<Change> {
    let before = old.map_or((0, 0), |old| (old.healthy(), old.present()));
    let now = (new.healthy(), new.present());
    let ill = |group: &TargetGroup| {
        group.targets.iter().filter(|target| target.health == TargetHealth::Unhealthy).count()
    };
    let news = if ill(new) > old.map_or(0, ill) {
        TargetNews::Ill
    } else if now != before && now.1 > 0 && now.0 == now.1 {
        TargetNews::Healthy
    } else {
        return None;
    };
    let sets = coloured(after);
    let set = sets.iter().find(|it| it.set.target_group.as_deref() == Some(&new.arn));
    Some(Change::new(Observation::Targets {
        news,
        group: new.clone(),
        colour: set.map(|it| it.colour),
        commit: set.and_then(|it| it.set.commit.clone()),
    }))
}
