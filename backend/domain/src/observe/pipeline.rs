//! From readings of CodePipeline to the pipeline section: which release is on the rail, and what waits.

use viridian_shared::{
    pipeline::{Pipeline, Release, ReleaseStatus, WaitingRelease},
    source::{PastRelease, Source},
};

use super::{rail::PipelineReading, steps, words};
use crate::port::pipelines::{ActionRun, PipelineExecution};

/// How much of the past is shown.
const PAST: usize = 20;

/// AWS runs a new pipeline at once. Before the first push that finds no branch and fails, which is nobody's release and
/// nothing that anybody has to mend: the page says how to push instead.
pub(super) fn came_to_nothing(execution: &PipelineExecution) -> bool {
    let is_first = execution.trigger.as_ref().is_some_and(|trigger| trigger.kind == "CreatePipeline");
    is_first && execution.commit.is_none() && execution.status == ReleaseStatus::Failed
}

/// The execution on the rail: the oldest that is under way, so that a push during the test window does not
/// take the open gate off the screen; without one, the newest that was not merely passed over.
pub(super) fn present(executions: &[PipelineExecution]) -> Option<&PipelineExecution> {
    use viridian_shared::pipeline::ReleaseStatus::{Cancelled, Superseded};
    let under_way = executions.iter().rev().find(|execution| !execution.status.is_ended());
    let passed_over = |execution: &&PipelineExecution| !matches!(execution.status, Superseded | Cancelled);
    under_way.or_else(|| executions.iter().find(passed_over)).or(executions.first())
}

pub(super) fn compose(reading: &PipelineReading) -> Pipeline {
    let present = present(&reading.executions);
    let steps = steps::compose(reading, present.map(|release| release.id.as_str()));
    Pipeline {
        name: reading.name.clone(),
        release: present.map(release),
        waiting: waiting(reading, present),
        steps,
    }
}

pub(super) fn source(reading: &PipelineReading) -> Source {
    let present = present(&reading.executions).map(|release| release.id.as_str());
    let past = reading.executions.iter().filter(|execution| Some(execution.id.as_str()) != present);
    let ended = past.filter(|execution| execution.status.is_ended()).take(PAST);
    Source { releases: ended.map(past_release).collect() }
}

fn past_release(execution: &PipelineExecution) -> PastRelease {
    PastRelease {
        id: execution.id.clone(),
        status: execution.status.clone(),
        commit: execution.commit.clone(),
        started_at: execution.started_at,
        updated_at: execution.updated_at,
    }
}

fn release(execution: &PipelineExecution) -> Release {
    Release {
        id: execution.id.clone(),
        status: execution.status.clone(),
        commit: execution.commit.clone(),
        started_at: execution.started_at,
        updated_at: execution.updated_at,
        started_by: execution.trigger.as_ref().map(words::trigger),
    }
}

/// Executions under way behind the present one, oldest first. One that is still in an earlier stage waits for
/// the stage that the present one holds.
fn waiting(reading: &PipelineReading, present: Option<&PipelineExecution>) -> Vec<WaitingRelease> {
    let held = reading
        .stages
        .iter()
        .rev()
        .find(|stage| stage.execution.as_deref() == present.map(|execution| execution.id.as_str()));
    let behind = |execution: &&PipelineExecution| {
        !execution.status.is_ended() && present.is_some_and(|present| present.id != execution.id)
    };
    let under_way = reading.executions.iter().rev().filter(behind);
    under_way
        .map(|execution| {
            let before = reading.stages.iter().find(|stage| stage.waiting.contains(&execution.id)).or(held);
            WaitingRelease {
                id: execution.id.clone(),
                commit: execution.commit.clone(),
                before_stage: before.map(|stage| stage.name.clone()).unwrap_or_default(),
            }
        })
        .collect()
}

/// A stage that the present release ran in, and that the pipeline has no more: it was renamed or taken out.
pub(super) fn lost_stage(reading: &PipelineReading) -> Option<String> {
    let is_known = |run: &&ActionRun| {
        let stage = reading.definition.stages.iter().find(|stage| stage.name == run.stage);
        stage.is_some_and(|stage| stage.actions.iter().any(|action| action.name == run.action))
    };
    reading.runs.iter().find(|run| !is_known(run)).map(|run| run.stage.clone())
}

#[cfg(test)]
mod tests {
    use viridian_shared::commit::Commit;

    use super::*;
    use crate::port::pipelines::{StageState, Trigger};

    fn execution(id: &str, status: ReleaseStatus) -> PipelineExecution {
        let (commit, started_at, updated_at, trigger) = (None, None, None, None);
        PipelineExecution { id: id.to_owned(), status, commit, started_at, updated_at, trigger }
    }

    #[test]
    fn the_run_of_a_new_pipeline_that_found_no_branch_is_no_release() {
        let first = |status: ReleaseStatus| {
            let trigger = Some(Trigger { kind: "CreatePipeline".to_owned(), detail: None });
            PipelineExecution { trigger, ..execution("a", status) }
        };
        assert!(came_to_nothing(&first(ReleaseStatus::Failed)));
        assert!(!came_to_nothing(&first(ReleaseStatus::InProgress)));
        assert!(!came_to_nothing(&execution("a", ReleaseStatus::Failed)), "somebody started it");
        let commit = Some(Commit { id: "1".to_owned(), message: String::new(), url: None });
        let built = PipelineExecution { commit, ..first(ReleaseStatus::Failed) };
        assert!(!came_to_nothing(&built), "there was a branch");
    }

    #[test]
    fn a_later_push_does_not_take_the_open_gate_off_the_rail() {
        let executions =
            [execution("b", ReleaseStatus::InProgress), execution("a", ReleaseStatus::InProgress)];
        assert_eq!(present(&executions).map(|it| it.id.as_str()), Some("a"));
        let stage = |name: &str, execution: &str| StageState {
            name: name.to_owned(),
            execution: Some(execution.to_owned()),
            waiting: Vec::new(),
            closed: None,
            actions: Vec::new(),
        };
        let reading = PipelineReading {
            executions: executions.to_vec(),
            stages: vec![stage("Source", "b"), stage("Release", "a")],
            ..PipelineReading::default()
        };
        let waiting = compose(&reading).waiting;
        assert_eq!(
            waiting.first().map(|it| (it.id.as_str(), it.before_stage.as_str())),
            Some(("b", "Release"))
        );
    }

    #[test]
    fn an_ended_release_stays_until_the_next_begins_and_one_passed_over_never_shows() {
        let executions = [execution("c", ReleaseStatus::Cancelled), execution("b", ReleaseStatus::Failed)];
        assert_eq!(present(&executions).map(|it| it.id.as_str()), Some("b"));
        assert!(present(&[]).is_none());
    }
}
