//! A release that was taken back: green was abandoned before the swap, or production was swapped back after it.
//!
//! The pipeline knows nothing of it and goes on waiting at its gate. What was done is seen by what is there.

use serde::{Deserialize, Serialize};

use crate::{
    colour::{Phase, phase},
    machine::{ExecutionStatus, MachineKind},
    pipeline::{Pipeline, StepKind, StepStatus},
    snapshot::Snapshot,
};

/// How a release was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TakenBack {
    /// Green was taken down before production had served it.
    Abandoned,
    /// Production had served green and serves blue again.
    SwappedBack,
}

impl TakenBack {
    /// As a title begins with it: "Swapped back".
    pub fn word(self) -> &'static str {
        match self {
            Self::Abandoned => "Abandoned",
            Self::SwappedBack => "Swapped back",
        }
    }

    /// What is so now, in a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Abandoned => "Green was abandoned: it is gone, and production serves blue as before.",
            Self::SwappedBack => "Production was swapped back: it serves blue again, and green is gone.",
        }
    }
}

/// Whether the release on the rail was taken back: the roll-back machine has succeeded since green was deployed, and
/// there is no green any more.
pub fn taken_back(snapshot: &Snapshot) -> Option<TakenBack> {
    let pipeline = snapshot.pipeline()?;
    pipeline.release.as_ref()?;
    let deployed_at = succeeded(pipeline, MachineKind::DeployGreen)?.changed_at?;
    let rolls_back = |kind: MachineKind| kind == MachineKind::RollBack;
    let executions =
        snapshot.machines().iter().filter(|it| rolls_back(it.kind)).flat_map(|it| it.executions.iter());
    let has_rolled_back = executions
        .filter(|it| it.started_at >= deployed_at)
        .any(|it| it.status == ExecutionStatus::Succeeded);
    if !has_rolled_back
        || phase(snapshot) != Phase::NoGreen
        || succeeded(pipeline, MachineKind::CleanUp).is_some()
    {
        return None;
    }
    let was_swapped = succeeded(pipeline, MachineKind::Swap).is_some();
    Some(if was_swapped { TakenBack::SwappedBack } else { TakenBack::Abandoned })
}

/// Whether the roll-back machine is at work: green is on its way out, or production on its way back.
pub fn is_rolling_back(snapshot: &Snapshot) -> bool {
    let machines = snapshot.machines().iter().filter(|it| it.kind == MachineKind::RollBack);
    machines.flat_map(|it| it.executions.iter()).any(|it| it.status == ExecutionStatus::Running)
}

fn succeeded(pipeline: &Pipeline, machine: MachineKind) -> Option<&crate::pipeline::Step> {
    pipeline.step_of(&StepKind::Invoke(machine)).filter(|step| step.status == StepStatus::Succeeded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sample, time::SignedDuration};

    #[test]
    fn without_a_roll_back_since_green_was_deployed_nothing_was_taken_back() {
        for snapshot in [sample::quiet(), sample::testing(), sample::swapped()] {
            assert_eq!(taken_back(&snapshot), None);
        }
        let mut gone = sample::testing();
        sample::tasks(&mut gone).task_sets.retain(|set| set.id != "green");
        assert_eq!(taken_back(&gone), None, "green may not have been read yet");
        let mut again = sample::taken_back(sample::testing());
        sample::step(&mut again, "DeployGreen").changed_at =
            Some(sample::now() + SignedDuration::from_mins(1));
        assert_eq!(taken_back(&again), None, "green was deployed again");
    }

    #[test]
    fn while_the_machine_is_at_work_or_green_stands_it_is_not_taken_back_yet() {
        let mut running = sample::taken_back(sample::testing());
        for machine in running.machines.value.iter_mut().flatten() {
            for execution in &mut machine.executions {
                execution.status = ExecutionStatus::Running;
            }
        }
        assert_eq!(taken_back(&running), None);
        assert!(is_rolling_back(&running));
        assert!(!is_rolling_back(&sample::taken_back(sample::testing())));
        let mut stands = sample::testing();
        sample::rolled_back(&mut stands);
        assert_eq!(taken_back(&stands), None);
    }

    #[test]
    fn before_the_swap_green_was_abandoned_and_after_it_production_was_swapped_back() {
        assert_eq!(taken_back(&sample::taken_back(sample::testing())), Some(TakenBack::Abandoned));
        assert_eq!(taken_back(&sample::taken_back(sample::swapped())), Some(TakenBack::SwappedBack));
    }
}
