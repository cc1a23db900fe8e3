//! What a voter had in front of them, as a digest: commit, images, task sets, rules and weights, health, and
//! what blue and green compared came to.

use serde_json::{Value, json};
use viridian_shared::{
    comparison::run::RunBrief,
    snapshot::Snapshot,
    traffic::{Answer, Door},
};

use crate::digest;

/// A digest that changes when something material to a decision does, and only then. `run` is the comparison run
/// that the voter was shown.
pub fn evidence(snapshot: &Snapshot, run: Option<&RunBrief>) -> String {
    digest::hex(material(snapshot, run).to_string())
}

fn material(snapshot: &Snapshot, run: Option<&RunBrief>) -> Value {
    let release = snapshot.pipeline().and_then(|pipeline| pipeline.release.as_ref());
    json!({
        "release": release.map(|release| &release.id),
        "commit": release.and_then(|release| release.commit.as_ref()).map(|commit| &commit.id),
        "task_sets": task_sets(snapshot),
        "production": snapshot.traffic().map(|traffic| door(&traffic.production)),
        "test": snapshot.traffic().map(|traffic| door(&traffic.test)),
        "health": health(snapshot),
        "comparison": run.map(comparison),
    })
}

/// The run by its number and by what it came to: a number alone would mean another run once the store was begun
/// afresh.
fn comparison(run: &RunBrief) -> Value {
    json!([run.id, run.suite, run.began_at, run.verdict, run.blue.commit, run.green.commit])
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

#[cfg(test)]
mod tests {
    use viridian_shared::{sample, traffic::TargetHealth};

    use super::*;

    #[test]
    fn evidence_lapses_with_what_is_material_and_with_nothing_else() {
        let evidence = |snapshot: &Snapshot| evidence(snapshot, Some(&sample::run_brief("17")));
        let seen = evidence(&sample::testing());
        let mut looked = sample::testing();
        looked.revision += 1;
        sample::tasks(&mut looked).events.clear();
        assert_eq!(evidence(&looked), seen);

        let mut ill = sample::testing();
        sample::target(&mut ill, "green").health = TargetHealth::Unhealthy;
        assert_ne!(evidence(&ill), seen);
        let mut rebuilt = sample::testing();
        sample::green(&mut rebuilt).image = Some("shop@sha256:other".to_owned());
        assert_ne!(evidence(&rebuilt), seen);
        assert_ne!(evidence(&sample::swapped()), seen);
    }

    #[test]
    fn evidence_covers_the_run_that_was_shown_and_what_it_came_to() {
        let seen = |run: Option<&RunBrief>| evidence(&sample::testing(), run);
        let run = sample::run_brief("17");
        assert_eq!(seen(Some(&run)), seen(Some(&sample::run_brief("17"))));
        assert_ne!(seen(Some(&run)), seen(None));
        assert_ne!(seen(Some(&run)), seen(Some(&sample::run_brief("16"))));
        let ruled = RunBrief { verdict: None, ..sample::run_brief("17") };
        assert_ne!(seen(Some(&run)), seen(Some(&ruled)));
    }
}
