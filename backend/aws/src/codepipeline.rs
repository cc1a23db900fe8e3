//! The pipelines port over CodePipeline.

mod convert;

use async_trait::async_trait;
use aws_sdk_codepipeline::{
    Client,
    types::{
        ActionExecutionFilter, ApprovalResult, ApprovalStatus, StageExecution, StageRetryMode,
        StageTransitionType,
    },
};
use viridian_domain::{
    Warrant, digest,
    port::{
        Fault, Pipelines, PortError,
        pipelines::{ActionRun, GateAnswer, PipelineDefinition, PipelineExecution, StageState, Stop},
    },
};
use viridian_shared::vote::Choice;

use crate::{classify::classify, client::Clients, sts::Voters};

/// How far back releases are listed.
const EXECUTIONS: i32 = 30;
/// A release has about ten actions; retries add some. Beyond this many pages something is wrong.
const RUN_PAGES: usize = 5;

pub(crate) struct CodePipeline {
    client: Client,
    /// Answer gates in a person's name, where a role for it is configured.
    voters: Option<Voters>,
}

impl CodePipeline {
    pub(crate) fn new(clients: &Clients) -> Self {
        Self { client: clients.codepipeline.clone(), voters: Voters::new(clients) }
    }

    /// Who answers a gate for a person.
    async fn answering(&self, person: &str) -> Client {
        match &self.voters {
            Some(voters) => voters.client(person).await,
            None => self.client.clone(),
        }
    }

    /// The token of the open request that is meant, and of no other.
    async fn token(&self, answer: &GateAnswer) -> Result<String, PortError> {
        let sent = self.client.get_pipeline_state().name(&answer.pipeline).send().await;
        let state = sent.map_err(|error| classify("GetPipelineState", error))?;
        let stages = state.stage_states().iter().filter(|stage| {
            stage.stage_name() == Some(&answer.stage)
                && stage.latest_execution().map(StageExecution::pipeline_execution_id)
                    == Some(&answer.execution)
        });
        let actions = stages
            .flat_map(aws_sdk_codepipeline::types::StageState::action_states)
            .filter(|action| action.action_name() == Some(&answer.action));
        let tokens = actions.filter_map(|action| action.latest_execution()?.token());
        let token = tokens.into_iter().find(|token| digest::request(token) == answer.request);
        token.map(str::to_owned).ok_or_else(|| {
            let said = "this request is no longer open";
            PortError::new(Fault::Conflict, "PutApprovalResult", said)
        })
    }
}

#[async_trait]
impl Pipelines for CodePipeline {
    async fn definition(&self, pipeline: &str) -> Result<PipelineDefinition, PortError> {
        let sent = self.client.get_pipeline().name(pipeline).send().await;
        let output = sent.map_err(|error| classify("GetPipeline", error))?;
        output.pipeline().map(convert::definition).ok_or_else(|| {
            PortError::new(Fault::Unexpected, "GetPipeline", "the answer has no pipeline in it")
        })
    }

    async fn state(&self, pipeline: &str) -> Result<Vec<StageState>, PortError> {
        let sent = self.client.get_pipeline_state().name(pipeline).send().await;
        let output = sent.map_err(|error| classify("GetPipelineState", error))?;
        Ok(output.stage_states().iter().map(convert::stage_state).collect())
    }

    async fn executions(&self, pipeline: &str) -> Result<Vec<PipelineExecution>, PortError> {
        let request = self.client.list_pipeline_executions().pipeline_name(pipeline).max_results(EXECUTIONS);
        let output = request.send().await.map_err(|error| classify("ListPipelineExecutions", error))?;
        Ok(output.pipeline_execution_summaries().iter().filter_map(convert::execution).collect())
    }

    async fn runs(&self, pipeline: &str, execution: &str) -> Result<Vec<ActionRun>, PortError> {
        let filter = ActionExecutionFilter::builder().pipeline_execution_id(execution).build();
        let request = self.client.list_action_executions().pipeline_name(pipeline).filter(filter);
        let (mut runs, mut next) = (Vec::new(), None);
        for _ in 0..RUN_PAGES {
            let page = request.clone().set_next_token(next).send().await;
            let page = page.map_err(|error| classify("ListActionExecutions", error))?;
            runs.extend(page.action_execution_details().iter().filter_map(convert::run));
            next = page.next_token().map(str::to_owned);
            if next.is_none() {
                break;
            }
        }
        Ok(runs)
    }

    async fn answer(&self, warrant: &Warrant, answer: &GateAnswer) -> Result<(), PortError> {
        let token = self.token(answer).await?;
        let status = match answer.choice {
            Choice::Approve => ApprovalStatus::Approved,
            Choice::Reject => ApprovalStatus::Rejected,
        };
        let result = ApprovalResult::builder().status(status).summary(&answer.summary).build();
        let result = result
            .map_err(|error| PortError::new(Fault::Unexpected, "PutApprovalResult", "").caused_by(error))?;
        let request = self.answering(warrant.person()).await.put_approval_result();
        let request = request.pipeline_name(&answer.pipeline).stage_name(&answer.stage);
        let request = request.action_name(&answer.action).result(result).token(token);
        request.send().await.map_err(|error| classify("PutApprovalResult", error))?;
        Ok(())
    }

    async fn start(&self, warrant: &Warrant, pipeline: &str) -> Result<String, PortError> {
        let request = self.client.start_pipeline_execution().name(pipeline);
        let sent = request.client_request_token(warrant.name()).send().await;
        let output = sent.map_err(|error| classify("StartPipelineExecution", error))?;
        Ok(output.pipeline_execution_id().unwrap_or_default().to_owned())
    }

    async fn stop(&self, _warrant: &Warrant, stop: &Stop) -> Result<(), PortError> {
        let request = self.client.stop_pipeline_execution().pipeline_name(&stop.pipeline);
        let request = request.pipeline_execution_id(&stop.execution).abandon(stop.abandon);
        let reason = Some(stop.reason.clone()).filter(|reason| !reason.is_empty());
        let sent = request.set_reason(reason).send().await;
        sent.map_err(|error| classify("StopPipelineExecution", error))?;
        Ok(())
    }

    async fn retry(
        &self,
        _warrant: &Warrant,
        pipeline: &str,
        stage: &str,
        execution: &str,
    ) -> Result<(), PortError> {
        let request = self.client.retry_stage_execution().pipeline_name(pipeline).stage_name(stage);
        let request = request.pipeline_execution_id(execution).retry_mode(StageRetryMode::FailedActions);
        request.send().await.map_err(|error| classify("RetryStageExecution", error))?;
        Ok(())
    }

    async fn close(
        &self,
        _warrant: &Warrant,
        pipeline: &str,
        stage: &str,
        reason: &str,
    ) -> Result<(), PortError> {
        let request = self.client.disable_stage_transition().pipeline_name(pipeline).stage_name(stage);
        let request = request.transition_type(StageTransitionType::Inbound).reason(reason);
        request.send().await.map_err(|error| classify("DisableStageTransition", error))?;
        Ok(())
    }

    async fn open(&self, _warrant: &Warrant, pipeline: &str, stage: &str) -> Result<(), PortError> {
        let request = self.client.enable_stage_transition().pipeline_name(pipeline).stage_name(stage);
        let sent = request.transition_type(StageTransitionType::Inbound).send().await;
        sent.map_err(|error| classify("EnableStageTransition", error))?;
        Ok(())
    }
}
