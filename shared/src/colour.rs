//! Which version is blue and which is green, decided in one place.

use serde::{Deserialize, Serialize};

use crate::{
    machine::MachineKind,
    order,
    pipeline::{GateKind, Pipeline, StepKind, StepStatus},
    snapshot::Snapshot,
    tasks::{TaskSet, TaskSetStatus},
    traffic::TargetGroup,
};

/// For the length of a release: what production served when it began, and what the release brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// What production served when the release began.
    Blue,
    /// What the release brings.
    Green,
}

impl Colour {
    /// As it begins a sentence: "Blue".
    pub fn word(self) -> &'static str {
        match self {
            Self::Blue => "Blue",
            Self::Green => "Green",
        }
    }

    /// In routes.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Green => "green",
        }
    }
}

/// How far a release has brought green.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// No green: nothing is being released, or the release has not made one yet.
    NoGreen,
    /// Green stands or is being stood up; production serves blue.
    Testing,
    /// Production serves green; blue is warm.
    Swapped,
}

/// A task set with its colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coloured<'a> {
    /// Which of the two versions the set runs.
    pub colour: Colour,
    /// The task set.
    pub set: &'a TaskSet,
    /// The target group that the set registers its tasks in, where it was read.
    pub group: Option<&'a TargetGroup>,
}

/// The task sets with their colours, blue first; sets that drain come last in their colour.
pub fn coloured(snapshot: &Snapshot) -> Vec<Coloured<'_>> {
    let Some(tasks) = snapshot.tasks() else { return Vec::new() };
    let mut sets: Vec<_> = tasks
        .task_sets
        .iter()
        .map(|set| Coloured {
            colour: colour_of(snapshot, set),
            set,
            group: set.target_group.as_deref().and_then(|arn| snapshot.traffic()?.target_group(arn)),
        })
        .collect();
    order::sort_by_key(&mut sets, |it| {
        (it.colour == Colour::Green, it.set.status == TaskSetStatus::Draining)
    });
    sets
}

/// Green is the set that the present release made, and one that an ended release left beside production.
///
/// A set belongs to the release when it was made after the release began. Once clean-up has ended the release
/// there is one set left, and it is the blue of the release to come.
pub fn colour_of(snapshot: &Snapshot, set: &TaskSet) -> Colour {
    if belongs_to_release(snapshot, set) || is_left_over(snapshot, set) {
        Colour::Green
    } else {
        Colour::Blue
    }
}

fn belongs_to_release(snapshot: &Snapshot, set: &TaskSet) -> bool {
    let Some(pipeline) = snapshot.pipeline() else { return false };
    let Some(release) = &pipeline.release else { return false };
    let made_since =
        matches!((set.created_at, release.started_at), (Some(made), Some(began)) if made >= began);
    made_since && !is_cleaned_up(pipeline)
}

/// Runs, but production neither serves it nor keeps it warm. Beside the release's own set in production it is
/// what production served before: not every set-up keeps that warm.
fn is_left_over(snapshot: &Snapshot, set: &TaskSet) -> bool {
    let (Some(traffic), Some(tasks)) = (snapshot.traffic(), snapshot.tasks()) else { return false };
    let has_swapped = tasks.primary().is_some_and(|primary| belongs_to_release(snapshot, primary));
    !has_swapped
        && set.status == TaskSetStatus::Active
        && !set.target_group.as_deref().is_some_and(|group| traffic.production.names(group))
}

/// Where the release has brought green, judged by what is there and not by what the pipeline says.
pub fn phase(snapshot: &Snapshot) -> Phase {
    let greens = coloured(snapshot);
    let Some(green) =
        greens.iter().find(|it| it.colour == Colour::Green && it.set.status != TaskSetStatus::Draining)
    else {
        return Phase::NoGreen;
    };
    let serves = green
        .group
        .zip(snapshot.traffic())
        .is_some_and(|(group, traffic)| traffic.production.share(&group.arn) > 0.0);
    if serves || green.set.status == TaskSetStatus::Primary { Phase::Swapped } else { Phase::Testing }
}

fn is_cleaned_up(pipeline: &Pipeline) -> bool {
    let last = pipeline.step_of(&StepKind::Invoke(MachineKind::CleanUp));
    last.is_some_and(|step| step.status == StepStatus::Succeeded)
        && pipeline
            .step_of(&StepKind::Gate(GateKind::ApproveCleanUp))
            .is_none_or(|step| step.status == StepStatus::Succeeded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sample, traffic::Answer};

    fn colours(snapshot: &Snapshot) -> Vec<(Colour, String)> {
        coloured(snapshot).into_iter().map(|it| (it.colour, it.set.id.clone())).collect()
    }

    #[test]
    fn what_production_served_before_is_blue_also_where_no_rule_keeps_it_warm() {
        let mut snapshot = sample::swapped();
        let Answer::Forward { to } = &mut sample::traffic(&mut snapshot).production.answer else { panic!() };
        to.truncate(1);
        let expected = vec![(Colour::Blue, "blue".to_owned()), (Colour::Green, "green".to_owned())];
        assert_eq!(colours(&snapshot), expected);
    }

    #[test]
    fn what_an_ended_release_left_beside_production_is_green() {
        let mut snapshot = sample::testing();
        sample::release(&mut snapshot).started_at = Some(sample::now());
        assert_eq!(colours(&snapshot)[1], (Colour::Green, "green".to_owned()));
    }
}
