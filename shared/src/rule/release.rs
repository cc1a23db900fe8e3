//! Whether a release may be started, stopped, or one of its steps run again.

use super::{Consequence, Refusal, Rule, gate::passable, limit, present, read, refuse};
use crate::{
    command::{REASON_LIMIT, RetryStep, StartPipeline, StopPipeline},
    machine::MachineKind,
    pipeline::{GateKind, Pipeline, Step, StepKind, StepStatus},
    snapshot::Snapshot,
    taken_back::{is_rolling_back, taken_back},
};

impl Rule for StartPipeline {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let pipeline = read(snapshot)?;
        if snapshot.tasks().is_some_and(|tasks| tasks.desired_count == 0) {
            return refuse("The desired count is 0: green would have no tasks. Raise it first.");
        }
        Ok(match &pipeline.release {
            Some(release) if !release.status.is_ended() => behind(pipeline),
            _ => "The newest commit is built and stands up as green beside production.".to_owned(),
        })
    }
}

/// How far the next release comes while this one is under way: a stage takes one release at a time.
fn behind(pipeline: &Pipeline) -> Consequence {
    let is_deploy = |step: &&Step| step.kind == StepKind::Invoke(MachineKind::DeployGreen);
    let place = |step: &Step| pipeline.steps.iter().position(|it| it.stage == step.stage);
    let (here, deploy) = (pipeline.present_step(), pipeline.steps.iter().find(is_deploy));
    match here.and_then(place).zip(deploy.and_then(place)) {
        Some((here, deploy)) if here == deploy => {
            "The newest commit is built and waits until the present release has ended.".to_owned()
        }
        Some((here, deploy)) if here > deploy => {
            let stage = pipeline.steps.get(here).map(|step| step.stage.as_str()).unwrap_or_default();
            format!(
                "The newest commit is built and may stand up a green of its own beside this one; it waits before {stage}."
            )
        }
        _ => "The newest commit follows behind the present release.".to_owned(),
    }
}

impl Rule for StopPipeline {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let pipeline = read(snapshot)?;
        let release = present(pipeline, &self.release)?;
        if release.status.is_ended() {
            return refuse("This release has already ended.");
        }
        limit(&self.reason, REASON_LIMIT, "reason")?;
        if self.abandon && taken_back(snapshot).is_some() {
            return Ok(
                "The release ends, and the gate that it waits at closes. Production keeps serving blue."
                    .to_owned(),
            );
        }
        Ok(if self.abandon {
            "The release ends at once. Production and green stay as they are; a running state machine goes on."
        } else {
            "The release ends after the step that is running. A gate that is open still waits for its answer."
        }
        .to_owned())
    }
}

impl Rule for RetryStep {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let pipeline = read(snapshot)?;
        present(pipeline, &self.release)?;
        let Some(step) = pipeline.step(&self.stage, &self.action) else {
            return refuse("The pipeline no longer has this step. Reload the page.");
        };
        if !step.status.is_unsuccessful() {
            return refuse(format!("{} has not failed.", step.title));
        }
        if let Some(how) = taken_back(snapshot) {
            return refuse(format!(
                "{} What runs again would find no green. Start a release.",
                how.sentence()
            ));
        }
        if is_rolling_back(snapshot) {
            return refuse("The roll-back is still at work. Wait until it has ended.");
        }
        if pipeline.steps.iter().any(|other| other.stage == step.stage && other.status == StepStatus::Running)
        {
            return refuse("Another step of this stage is still running.");
        }
        // CodePipeline runs every failed action of the stage again, not only the one that was named.
        let again = pipeline.steps.iter().filter(|it| it.stage == step.stage && it.status.is_unsuccessful());
        for gate in again.filter(|it| it.gate.is_none()).filter_map(|it| pipeline.gate_before(it)) {
            passable(snapshot, gate.gate.as_ref().map_or(GateKind::Other, |gate| gate.kind))?;
        }
        Ok(if step.gate.is_some() {
            format!("{} opens again, with a new window.", step.title)
        } else {
            format!("{} runs again from its beginning, with the same input.", step.title)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pipeline::ReleaseStatus, sample};

    fn stop(reason: &str) -> StopPipeline {
        StopPipeline { release: sample::RELEASE.to_owned(), abandon: true, reason: reason.to_owned() }
    }

    fn retry(action: &str) -> RetryStep {
        RetryStep {
            release: sample::RELEASE.to_owned(),
            stage: "Release".to_owned(),
            action: action.to_owned(),
        }
    }

    #[test]
    fn nothing_is_released_into_a_service_of_no_tasks() {
        let mut snapshot = sample::quiet();
        sample::tasks(&mut snapshot).desired_count = 0;
        assert!(StartPipeline {}.judge(&snapshot).unwrap_err().reason.contains("desired count is 0"));
    }

    #[test]
    fn a_second_release_waits_behind_the_first() {
        assert!(StartPipeline {}.judge(&sample::testing()).unwrap().contains("waits"));
        assert!(StartPipeline {}.judge(&sample::quiet()).unwrap().contains("beside production"));
    }

    #[test]
    fn a_release_that_has_ended_cannot_be_stopped() {
        let mut snapshot = sample::testing();
        sample::release(&mut snapshot).status = ReleaseStatus::Failed;
        assert!(stop("").judge(&snapshot).unwrap_err().reason.contains("already ended"));
        assert!(stop("enough").judge(&sample::testing()).is_ok());
        assert!(stop(&"x".repeat(201)).judge(&sample::testing()).unwrap_err().is_field);
    }

    #[test]
    fn only_a_step_that_failed_runs_again_and_only_alone() {
        let mut snapshot = sample::testing();
        assert!(retry("DeployGreen").judge(&snapshot).unwrap_err().reason.contains("has not failed"));
        sample::step(&mut snapshot, "ApproveSwap").status = StepStatus::Expired;
        assert!(retry("ApproveSwap").judge(&snapshot).unwrap().contains("new window"));
        sample::step(&mut snapshot, "DeployGreen").status = StepStatus::Running;
        assert!(retry("ApproveSwap").judge(&snapshot).unwrap_err().reason.contains("still running"));
        let mut failed = sample::testing();
        for (action, status) in [("ApproveSwap", StepStatus::Succeeded), ("Swap", StepStatus::Failed)] {
            sample::step(&mut failed, action).status = status;
        }
        assert!(retry("Swap").judge(&failed).unwrap().contains("from its beginning"));
        // The gate was approved when green was well: what runs again behind it is checked again, by whatever
        // action of the stage it is asked for.
        sample::green(&mut failed).is_steady = false;
        sample::step(&mut failed, "DeployGreen").status = StepStatus::Failed;
        for action in ["Swap", "DeployGreen"] {
            assert_eq!(retry(action).judge(&failed).unwrap_err().reason, "Green is not steady.");
        }
        assert!(retry("Gone").judge(&snapshot).unwrap_err().reason.contains("no longer"));
    }

    #[test]
    fn the_next_release_comes_as_far_as_the_stages_let_it() {
        let told = |snapshot: &Snapshot| StartPipeline {}.judge(snapshot).unwrap();
        assert!(told(&sample::testing()).ends_with("until the present release has ended."));
        let apart = told(&sample::reference(sample::testing()));
        assert!(apart.ends_with("beside this one; it waits before ApproveSwap."), "{apart}");
        let mut early = sample::reference(sample::testing());
        for action in ["DeployGreen", "ApproveSwap"] {
            sample::step(&mut early, action).status = StepStatus::Todo;
        }
        sample::step(&mut early, "Source").status = StepStatus::Running;
        assert!(told(&early).ends_with("follows behind the present release."));
    }

    #[test]
    fn a_release_that_was_taken_back_can_be_ended_and_production_stays() {
        let back = sample::taken_back(sample::swapped());
        assert!(stop("").judge(&back).unwrap().contains("the gate that it waits at closes"));
    }

    #[test]
    fn no_step_runs_again_while_green_is_being_taken_down() {
        let mut leaving = sample::testing();
        sample::step(&mut leaving, "ApproveSwap").status = StepStatus::Rejected;
        assert!(retry("ApproveSwap").judge(&leaving).is_ok());
        sample::run(&mut leaving, "roll-back");
        let reason = retry("ApproveSwap").judge(&leaving).unwrap_err().reason;
        assert_eq!(reason, "The roll-back is still at work. Wait until it has ended.");
    }

    #[test]
    fn no_step_of_a_release_that_was_taken_back_runs_again() {
        let mut abandoned = sample::taken_back(sample::testing());
        sample::step(&mut abandoned, "ApproveSwap").status = StepStatus::Rejected;
        let reason = retry("ApproveSwap").judge(&abandoned).unwrap_err().reason;
        assert!(
            reason.starts_with("Green was abandoned") && reason.ends_with("Start a release."),
            "{reason}"
        );
    }
}
