//! AWS in memory.

use async_trait::async_trait;
use viridian_shared::{
    machine::{self, ExecutionDetail, ExecutionStatus},
    sample,
    tasks::Tasks,
    traffic::Traffic,
    vote::Choice,
};

use super::World;
use crate::{
    Warrant,
    port::{
        Fault, Listeners, Machines, Pipelines, PortError, Scaling, ServiceTasks, Sources,
        machines::execution_arn,
        pipelines::{
            ActionDefinition, ActionRun, ActionRunStatus, GateAnswer, PipelineDefinition, PipelineExecution,
            StageDefinition, StageState, Stop,
        },
        sources::{SourceCommit, SourceFile},
        traffic::TrafficRequest,
    },
};

impl World {
    fn gate_is_answered(&self) -> bool {
        self.state().runs.iter().any(|run| run.status != ActionRunStatus::InProgress)
    }
}

#[async_trait]
impl Pipelines for World {
    async fn definition(&self, _pipeline: &str) -> Result<PipelineDefinition, PortError> {
        if self.state().commits.is_empty() {
            return Ok(PipelineDefinition::default());
        }
        let source = ActionDefinition {
            name: "Source".to_owned(),
            category: "Source".to_owned(),
            provider: "CodeCommit".to_owned(),
            machine_arn: None,
            timeout_minutes: None,
            repository: Some("shop".to_owned()),
        };
        let stages = vec![StageDefinition { name: "Source".to_owned(), actions: vec![source] }];
        Ok(PipelineDefinition { stages, ..PipelineDefinition::default() })
    }

    async fn state(&self, _pipeline: &str) -> Result<Vec<StageState>, PortError> {
        Ok(Vec::new())
    }

    async fn executions(&self, _pipeline: &str) -> Result<Vec<PipelineExecution>, PortError> {
        Ok(self.state().pipeline_executions.clone())
    }

    async fn runs(&self, _pipeline: &str, _execution: &str) -> Result<Vec<ActionRun>, PortError> {
        Ok(self.state().runs.clone())
    }

    async fn answer(&self, _warrant: &Warrant, answer: &GateAnswer) -> Result<(), PortError> {
        if self.state().is_gate_followed && self.gate_is_answered() {
            return Err(PortError::new(Fault::Conflict, "PutApprovalResult", "already completed"));
        }
        self.state().answers.push(answer.clone());
        let done = self.did().len();
        let acted = self.act("answer".to_owned(), "PutApprovalResult");
        if self.did().len() > done && self.state().is_gate_followed {
            let status = if answer.choice == Choice::Approve {
                ActionRunStatus::Succeeded
            } else {
                ActionRunStatus::Failed
            };
            for run in &mut self.state().runs {
                (run.status, run.summary) = (status.clone(), Some(answer.summary.clone()));
            }
        }
        acted
    }

    async fn start(&self, _warrant: &Warrant, pipeline: &str) -> Result<String, PortError> {
        self.act(format!("start {pipeline}"), "StartPipelineExecution")?;
        Ok("release-2".to_owned())
    }

    async fn stop(&self, _warrant: &Warrant, stop: &Stop) -> Result<(), PortError> {
        self.act(format!("stop {}", stop.execution), "StopPipelineExecution")
    }

    async fn retry(&self, _: &Warrant, _: &str, stage: &str, _: &str) -> Result<(), PortError> {
        self.act(format!("retry {stage}"), "RetryStageExecution")
    }

    async fn close(&self, _: &Warrant, _: &str, stage: &str, _: &str) -> Result<(), PortError> {
        self.act(format!("close {stage}"), "DisableStageTransition")
    }

    async fn open(&self, _: &Warrant, _: &str, stage: &str) -> Result<(), PortError> {
        self.act(format!("open {stage}"), "EnableStageTransition")
    }
}

#[async_trait]
impl Machines for World {
    async fn executions(&self, _machine_arn: &str) -> Result<Vec<machine::Execution>, PortError> {
        Ok(Vec::new())
    }

    async fn definition(&self, _machine_arn: &str) -> Result<String, PortError> {
        Ok("{}".to_owned())
    }

    async fn definition_of(&self, execution_arn: &str) -> Result<String, PortError> {
        self.execution(execution_arn).await.map(|_| "{}".to_owned())
    }

    async fn execution(&self, execution_arn: &str) -> Result<ExecutionDetail, PortError> {
        let missing = || PortError::new(Fault::Missing, "DescribeExecution", "no such execution");
        let state = self.state();
        state.executions.iter().find(|it| it.execution.arn == execution_arn).cloned().ok_or_else(missing)
    }

    async fn history(&self, execution_arn: &str, _after: Option<&str>) -> Result<ExecutionDetail, PortError> {
        self.execution(execution_arn).await
    }

    async fn start(&self, _: &Warrant, arn: &str, name: &str, input: &str) -> Result<String, PortError> {
        let execution = execution_arn(arn, name);
        let detail = ExecutionDetail {
            execution: machine::Execution {
                arn: execution.clone(),
                name: name.to_owned(),
                status: ExecutionStatus::Running,
                started_at: sample::now(),
                stopped_at: None,
            },
            input: Some(input.to_owned()),
            output: None,
            error: None,
            cause: None,
            events: Vec::new(),
            next: None,
        };
        let done = self.did().len();
        let acted = self.act(format!("run {}", arn.rsplit(':').next().unwrap_or_default()), "StartExecution");
        if self.did().len() > done {
            self.state().executions.push(detail);
        }
        acted.map(|()| execution)
    }

    async fn stop(&self, _: &Warrant, execution_arn: &str, _reason: &str) -> Result<(), PortError> {
        self.act(format!("abort {execution_arn}"), "StopExecution")
    }
}

#[async_trait]
impl ServiceTasks for World {
    async fn read(&self, _cluster: &str, _service: &str) -> Result<Tasks, PortError> {
        let mut tasks = sample::tasks(&mut sample::testing()).clone();
        tasks.desired_count = self.state().desired_count.unwrap_or(tasks.desired_count);
        Ok(tasks)
    }

    async fn set_desired_count(&self, _: &Warrant, _: &str, _: &str, count: u32) -> Result<(), PortError> {
        self.act(format!("count {count}"), "UpdateService")
    }
}

#[async_trait]
impl Listeners for World {
    async fn read(&self, _ask: &TrafficRequest) -> Result<Traffic, PortError> {
        Ok(sample::traffic(&mut sample::testing()).clone())
    }
}

#[async_trait]
impl Scaling for World {
    async fn scale_in_suspended(&self, _: &str, _: &str) -> Result<Option<bool>, PortError> {
        Ok(None)
    }
}

#[async_trait]
impl Sources for World {
    async fn files(&self, _: &str, _: &str, _: &str, _: &str) -> Result<Vec<SourceFile>, PortError> {
        Ok(Vec::new())
    }

    async fn commit(&self, _: &str, id: &str) -> Result<SourceCommit, PortError> {
        let missing = || PortError::new(Fault::Missing, "GetCommit", "no such commit");
        self.state().commits.iter().find(|commit| commit.id == id).cloned().ok_or_else(missing)
    }
}
