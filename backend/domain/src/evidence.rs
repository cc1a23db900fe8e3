//! What a voter had in front of them, as a digest: commit, images, task sets, rules and weights, health.

use serde_json::{Value, json};
use viridian_shared::{
    snapshot::Snapshot,
    traffic::{Answer, Door},
};

use crate::digest;

/// A digest that changes when something material to a decision does, and only then.
pub fn evidence(snapshot: &Snapshot) -> String {
    digest::hex(material(snapshot).to_string())
}

fn material(snapshot: &Snapshot) -> Value {
    let release = snapshot.pipeline().and_then(|pipeline| pipeline.release.as_ref());
    json!({
        "release": release.map(|release| &release.id),
        "commit": release.and_then(|release| release.commit.as_ref()).map(|commit| &commit.id),
        "task_sets": task_sets(snapshot),
        "production": snapshot.traffic().map(|traffic| door(&traffic.production)),
        "test": snapshot.traffic().map(|traffic| door(&traffic.test)),
        "health": health(snapshot),
    })
}

fn task_sets(snapshot: &Snapshot) -> Vec<Value> {
    let Some(tasks) = snapshot.tasks() else { return Vec::new() };
    let mut sets: Vec<_> = tasks.present_sets().collect();
    sets.sort_by(|one, other| one.id.cmp(&other.id));
    sets.iter()
        .map(|set| {
            json!([
                set.id,
                set.status,
                set.is_steady,
                set.commit,
                set.image,
                set.task_definition,
                set.target_group
            ])
        })
        .collect()
}

fn door(door: &Door) -> Value {
    match &door.answer {
        Answer::Forward { to } => {
            json!(to.iter().map(|it| json!([it.target_group, it.weight])).collect::<Vec<_>>())
        }
        other => json!(other),
    }
}

fn health(snapshot: &Snapshot) -> Vec<Value> {
    let Some(traffic) = snapshot.traffic() else { return Vec::new() };
    let mut groups: Vec<_> = traffic.target_groups.iter().collect();
    groups.sort_by(|one, other| one.arn.cmp(&other.arn));
    groups.iter().map(|group| json!([group.arn, group.healthy(), group.present()])).collect()
}
