//! Rules that send elsewhere, targets that become healthy or stop being so.

use viridian_shared::{
    colour::coloured,
    snapshot::Snapshot,
    source::short,
    traffic::{Door, Target, TargetGroup, TargetHealth},
    words,
};

use super::Change;

pub(super) fn changes(before: &Snapshot, after: &Snapshot) -> Vec<Change> {
    let (Some(old), Some(new)) = (before.traffic(), after.traffic()) else { return Vec::new() };
    let mut changes = Vec::new();
    changes.extend(door(after, "Production", &old.production, &new.production));
    changes.extend(door(after, "Test", &old.test, &new.test));
    for group in &new.target_groups {
        changes.extend(health(after, old.target_group(&group.arn), group));
    }
    changes
}

fn door(after: &Snapshot, name: &str, old: &Door, new: &Door) -> Option<Change> {
    let text = || format!("{name} on port {} now {}.", new.port, words::door(after, new));
    (old.answer != new.answer).then(|| Change::new("traffic", text()))
}

/// Told for a group as a whole: when all its targets are healthy, and when one falls ill.
fn health(after: &Snapshot, old: Option<&TargetGroup>, new: &TargetGroup) -> Option<Change> {
    let before = old.map_or((0, 0), |old| (old.healthy(), old.present()));
    let now = (new.healthy(), new.present());
    let ill = |group: &TargetGroup| group.targets.iter().filter(|it| is_ill(it)).count();
    let newly_ill = ill(new) > old.map_or(0, ill);
    let all = words::count(now.1, "target", "targets");
    let text = if newly_ill {
        let target = new.targets.iter().find(|target| is_ill(target))?;
        let reason = target.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("{} of {all} of {} are healthy{reason}.", now.0, name(after, new))
    } else if now != before && now.1 > 0 && now.0 == now.1 {
        format!("{} of {all} of {} are healthy.", now.0, name(after, new))
    } else {
        return None;
    };
    Some(Change::new("target", text))
}

fn is_ill(target: &Target) -> bool {
    target.health == TargetHealth::Unhealthy
}

fn name(after: &Snapshot, group: &TargetGroup) -> String {
    let sets = coloured(after);
    let Some(it) = sets.iter().find(|it| it.set.target_group.as_deref() == Some(&group.arn)) else {
        return group.name.clone();
    };
    let commit = it.set.commit.as_deref().map(|commit| format!(" ({})", short(commit))).unwrap_or_default();
    format!("{}{commit}", it.colour.word().to_lowercase())
}
