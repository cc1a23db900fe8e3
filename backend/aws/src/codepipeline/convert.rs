//! CodePipeline's shapes as ours. Pure and total.

use aws_sdk_codepipeline::types::{
    ActionDeclaration, ActionExecutionDetail, ActionExecutionStatus, PipelineDeclaration,
    PipelineExecutionStatus, PipelineExecutionSummary, SourceRevision, StageDeclaration,
};
use viridian_domain::{
    digest,
    port::pipelines::{
        ActionDefinition, ActionRun, ActionRunStatus, ActionState, PipelineDefinition, PipelineExecution,
        RunError, StageDefinition, StageState, Trigger,
    },
};
use viridian_shared::{commit::Commit, pipeline::ReleaseStatus, unseen};

use crate::time::maybe;

pub(super) fn definition(pipeline: &PipelineDeclaration) -> PipelineDefinition {
    PipelineDefinition {
        stages: pipeline.stages().iter().map(stage).collect(),
        kind: pipeline.pipeline_type().map(|kind| kind.as_str().to_owned()),
        mode: pipeline.execution_mode().map(|mode| mode.as_str().to_owned()),
    }
}

fn stage(stage: &StageDeclaration) -> StageDefinition {
    let mut actions: Vec<_> = stage.actions().iter().collect();
    actions.sort_by_key(|action| action.run_order().unwrap_or(1));
    StageDefinition { name: stage.name().to_owned(), actions: actions.into_iter().map(action).collect() }
}

fn action(action: &ActionDeclaration) -> ActionDefinition {
    let kind = action.action_type_id();
    let machine = action.configuration().and_then(|it| it.get("StateMachineArn"));
    let is_repository = kind.is_some_and(|kind| kind.provider() == "CodeCommit");
    let repository = action.configuration().and_then(|it| it.get("RepositoryName"));
    ActionDefinition {
        name: action.name().to_owned(),
        category: kind.map(|kind| kind.category().as_str().to_owned()).unwrap_or_default(),
        provider: kind.map(|kind| kind.provider().to_owned()).unwrap_or_default(),
        machine_arn: machine.cloned(),
        timeout_minutes: action.timeout_in_minutes().and_then(|minutes| u32::try_from(minutes).ok()),
        repository: repository.filter(|_| is_repository).cloned(),
    }
}

pub(super) fn stage_state(state: &aws_sdk_codepipeline::types::StageState) -> StageState {
    let mut waiting: Vec<_> =
        state.inbound_executions().iter().map(|it| it.pipeline_execution_id().to_owned()).collect();
    let single = state.inbound_execution().map(|it| it.pipeline_execution_id().to_owned());
    waiting.extend(single.filter(|id| !waiting.contains(id)).into_iter().collect::<Vec<_>>());
    StageState {
        name: state.stage_name().unwrap_or_default().to_owned(),
        execution: state.latest_execution().map(|it| it.pipeline_execution_id().to_owned()),
        waiting,
        closed: state
            .inbound_transition_state()
            .filter(|transition| !transition.enabled())
            .map(|transition| transition.disabled_reason().unwrap_or_default().to_owned()),
        actions: state.action_states().iter().map(action_state).collect(),
    }
}

fn action_state(state: &aws_sdk_codepipeline::types::ActionState) -> ActionState {
    let latest = state.latest_execution();
    ActionState {
        name: state.action_name().unwrap_or_default().to_owned(),
        run: latest.and_then(|latest| latest.action_execution_id()).map(str::to_owned),
        changed_at: latest.and_then(|latest| maybe(latest.last_status_change())),
        request: latest.and_then(|latest| latest.token()).map(digest::request),
    }
}

/// None for a summary without an id, which nothing can be asked about.
pub(super) fn execution(summary: &PipelineExecutionSummary) -> Option<PipelineExecution> {
    Some(PipelineExecution {
        id: summary.pipeline_execution_id()?.to_owned(),
        status: release_status(summary.status()),
        commit: summary.source_revisions().iter().find_map(commit),
        started_at: maybe(summary.start_time()),
        updated_at: maybe(summary.last_update_time()),
        trigger: summary.trigger().map(|trigger| Trigger {
            kind: trigger.trigger_type().map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
            detail: trigger.trigger_detail().map(shown),
        }),
    })
}

fn release_status(status: Option<&PipelineExecutionStatus>) -> ReleaseStatus {
    match status {
        Some(PipelineExecutionStatus::InProgress) => ReleaseStatus::InProgress,
        Some(PipelineExecutionStatus::Succeeded) => ReleaseStatus::Succeeded,
        Some(PipelineExecutionStatus::Failed) => ReleaseStatus::Failed,
        Some(PipelineExecutionStatus::Stopping) => ReleaseStatus::Stopping,
        Some(PipelineExecutionStatus::Stopped) => ReleaseStatus::Stopped,
        Some(PipelineExecutionStatus::Superseded) => ReleaseStatus::Superseded,
        Some(PipelineExecutionStatus::Cancelled) => ReleaseStatus::Cancelled,
        Some(other) => ReleaseStatus::Unknown(other.as_str().to_owned()),
        None => ReleaseStatus::Unknown(String::new()),
    }
}

fn commit(revision: &SourceRevision) -> Option<Commit> {
    let id = revision.revision_id()?.to_owned();
    Some(Commit {
        id,
        message: message(revision.revision_summary().unwrap_or_default()),
        url: revision.revision_url().map(str::to_owned),
    })
}

/// The first line of a message, with marks for what nobody sees in it. A connection's source writes it as JSON with the provider's name.
fn message(summary: &str) -> String {
    let parsed: Option<serde_json::Value> = serde_json::from_str(summary).ok();
    let told = parsed.as_ref().and_then(|value| value.get("CommitMessage")?.as_str());
    unseen::marked(told.unwrap_or(summary).lines().next().unwrap_or_default().trim()).into_owned()
}

/// None for a detail that does not say which action it is of.
pub(super) fn run(detail: &ActionExecutionDetail) -> Option<ActionRun> {
    let result = detail.output().and_then(|output| output.execution_result());
    Some(ActionRun {
        id: detail.action_execution_id().map(str::to_owned),
        stage: detail.stage_name()?.to_owned(),
        action: detail.action_name()?.to_owned(),
        status: run_status(detail.status()),
        started_at: maybe(detail.start_time()),
        updated_at: maybe(detail.last_update_time()),
        updated_by: detail.updated_by().map(shown),
        summary: result.and_then(|result| result.external_execution_summary()).map(shown),
        error: result.and_then(|result| result.error_details()).map(|error| RunError {
            code: error.code().map(str::to_owned),
            message: error.message().map(shown),
        }),
        external_id: result.and_then(|result| result.external_execution_id()).map(str::to_owned),
        external_url: result.and_then(|result| result.external_execution_url()).map(str::to_owned),
    })
}

/// A text that somebody else wrote.
fn shown(text: &str) -> String {
    unseen::marked(text).into_owned()
}

fn run_status(status: Option<&ActionExecutionStatus>) -> ActionRunStatus {
    match status {
        Some(ActionExecutionStatus::InProgress) => ActionRunStatus::InProgress,
        Some(ActionExecutionStatus::Succeeded) => ActionRunStatus::Succeeded,
        Some(ActionExecutionStatus::Failed) => ActionRunStatus::Failed,
        Some(ActionExecutionStatus::Abandoned) => ActionRunStatus::Abandoned,
        Some(other) => ActionRunStatus::Unknown(other.as_str().to_owned()),
        None => ActionRunStatus::Unknown(String::new()),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_codepipeline::types as sdk;

    use super::*;

    #[test]
    fn a_token_never_leaves_the_adapter() {
        let token = "11111111-2222-3333-4444-555555555555";
        let latest = sdk::ActionExecution::builder().action_execution_id("second").token(token).build();
        let state = sdk::ActionState::builder().action_name("ApproveSwap").latest_execution(latest).build();
        let state = action_state(&state);
        assert_eq!(state.request, Some(digest::request(token)));
        assert_eq!(state.run.as_deref(), Some("second"));
        assert!(!format!("{state:?}").contains(token));
    }

    #[test]
    fn an_action_that_never_ran_and_a_nameless_stage_are_read() {
        let action = sdk::ActionState::builder().action_name("Swap").build();
        let stage = stage_state(&sdk::StageState::builder().action_states(action).build());
        assert_eq!((stage.name.as_str(), stage.execution), ("", None));
        assert_eq!(stage.actions.first().map(|action| action.changed_at), Some(None));
    }

    #[test]
    fn a_status_that_aws_adds_later_is_unknown_and_not_lost() {
        let summary = PipelineExecutionSummary::builder()
            .pipeline_execution_id("e")
            .status(PipelineExecutionStatus::from("Pondering"))
            .build();
        let execution = execution(&summary).unwrap();
        assert_eq!(execution.status, ReleaseStatus::Unknown("Pondering".to_owned()));
        assert!(super::execution(&PipelineExecutionSummary::builder().build()).is_none());
    }

    #[test]
    fn a_message_is_its_first_line_also_inside_a_connections_json() {
        assert_eq!(message("Make it green\n\nmore"), "Make it green");
        assert_eq!(message(r#"{"ProviderType":"GitHub","CommitMessage":"Make it\nx"}"#), "Make it");
        assert_eq!(message(""), "");
        assert_eq!(message("Make it \u{202E}neerg\u{202C}"), "Make it ‹U+202E›neerg‹U+202C›");
    }
}
