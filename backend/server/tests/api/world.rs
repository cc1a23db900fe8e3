//! A small AWS in memory: what is started, stopped and answered is kept, failures are made on request.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use viridian_domain::{
    Clock, Warrant,
    port::{
        Fault, Listeners, Machines, Pipelines, PortError, Scaling, ServiceTasks, Sources,
        pipelines::{
            ActionDefinition, ActionRun, ActionRunStatus, ActionState, GateAnswer, PipelineDefinition,
            PipelineExecution, StageDefinition, StageState, Stop, Trigger,
        },
        sources::{SourceCommit, SourceFile},
        traffic::TrafficRequest,
    },
};
use viridian_shared::{
    clock::Clock as Reading,
    commit::Commit,
    machine::{self, ExecutionDetail, ExecutionStatus},
    pipeline::ReleaseStatus,
    sample,
    tasks::Tasks,
    traffic::Traffic,
    vote::Choice,
};

/// What the console did to AWS.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) did: Mutex<Vec<String>>,
    pub(crate) answers: Mutex<Vec<GateAnswer>>,
    /// The next answer of a gate is done, and its acknowledgement lost.
    pub(crate) loses_answer: AtomicBool,
    /// Somebody else has answered the gate.
    pub(crate) was_answered: AtomicBool,
    pub(crate) is_down: AtomicBool,
    /// What stands in the folder of suites.
    pub(crate) files: Mutex<Vec<SourceFile>>,
    /// How long after the sample's moment it is, in minutes.
    pub(crate) minutes: AtomicI64,
}

impl World {
    pub(crate) fn did(&self) -> Vec<String> {
        self.did.lock().unwrap().clone()
    }

    fn act(&self, what: impl Into<String>) {
        self.did.lock().unwrap().push(what.into());
    }

    fn check(&self, operation: &'static str) -> Result<(), PortError> {
        if self.is_down.load(Ordering::SeqCst) { Err(PortError::late(operation)) } else { Ok(()) }
    }

    fn gate_run(&self) -> ActionRun {
        let answers = self.answers.lock().unwrap();
        let (status, summary) = match answers.last() {
            Some(answer) if answer.choice == Choice::Approve => {
                (ActionRunStatus::Succeeded, Some(answer.summary.clone()))
            }
            Some(answer) => (ActionRunStatus::Failed, Some(answer.summary.clone())),
            None if self.was_answered.load(Ordering::SeqCst) => {
                (ActionRunStatus::Succeeded, Some("lee: fine".to_owned()))
            }
            None => (ActionRunStatus::InProgress, None),
        };
        ActionRun { status, summary, ..run("ApproveSwap") }
    }
}

fn run(action: &str) -> ActionRun {
    ActionRun {
        id: Some(action.to_owned()),
        stage: "Release".to_owned(),
        action: action.to_owned(),
        status: ActionRunStatus::Succeeded,
        started_at: Some(sample::now()),
        updated_at: Some(sample::now()),
        updated_by: None,
        summary: None,
        error: None,
        external_id: None,
        external_url: None,
    }
}

#[async_trait]
impl Pipelines for World {
    async fn definition(&self, _pipeline: &str) -> Result<PipelineDefinition, PortError> {
        self.check("GetPipeline")?;
        let action = |name: &str, category: &str| ActionDefinition {
            name: name.to_owned(),
            category: category.to_owned(),
            provider: String::new(),
            machine_arn: None,
            timeout_minutes: Some(60),
            repository: (category == "Source").then(|| "shop".to_owned()),
        };
        let source = StageDefinition { name: "Source".to_owned(), actions: vec![action("Source", "Source")] };
        let actions = vec![action("DeployGreen", "Build"), action("ApproveSwap", "Approval")];
        let stages = vec![source, StageDefinition { name: "Release".to_owned(), actions }];
        Ok(PipelineDefinition { stages, ..PipelineDefinition::default() })
    }

    async fn state(&self, _pipeline: &str) -> Result<Vec<StageState>, PortError> {
        self.check("GetPipelineState")?;
        let gate = ActionState {
            name: "ApproveSwap".to_owned(),
            run: Some("ApproveSwap".to_owned()),
            changed_at: Some(sample::now()),
            request: Some(sample::REQUEST.to_owned()),
        };
        Ok(vec![StageState {
            name: "Release".to_owned(),
            execution: Some(sample::RELEASE.to_owned()),
            waiting: Vec::new(),
            closed: None,
            actions: vec![gate],
        }])
    }

    async fn executions(&self, _pipeline: &str) -> Result<Vec<PipelineExecution>, PortError> {
        self.check("ListPipelineExecutions")?;
        Ok(vec![PipelineExecution {
            id: sample::RELEASE.to_owned(),
            status: ReleaseStatus::InProgress,
            commit: Some(Commit {
                id: "9c9f1d2b".to_owned(),
                message: "Make it green".to_owned(),
                url: None,
            }),
            started_at: Some(sample::now()),
            updated_at: Some(sample::now()),
            trigger: Some(Trigger { kind: "Webhook".to_owned(), detail: None }),
        }])
    }

    async fn runs(&self, _pipeline: &str, _execution: &str) -> Result<Vec<ActionRun>, PortError> {
        self.check("ListActionExecutions")?;
        Ok(vec![self.gate_run(), run("DeployGreen")])
    }

    async fn answer(&self, _warrant: &Warrant, answer: &GateAnswer) -> Result<(), PortError> {
        if self.was_answered.load(Ordering::SeqCst) {
            return Err(PortError::new(Fault::Conflict, "PutApprovalResult", "already completed"));
        }
        self.answers.lock().unwrap().push(answer.clone());
        if self.loses_answer.swap(false, Ordering::SeqCst) {
            return Err(PortError::late("PutApprovalResult"));
        }
        Ok(())
    }

    async fn start(&self, _warrant: &Warrant, pipeline: &str) -> Result<String, PortError> {
        self.act(format!("start {pipeline}"));
        Ok("execution-2".to_owned())
    }

    async fn stop(&self, _warrant: &Warrant, stop: &Stop) -> Result<(), PortError> {
        self.act(format!("stop {}", stop.execution));
        Ok(())
    }

    async fn retry(&self, _: &Warrant, _: &str, stage: &str, _: &str) -> Result<(), PortError> {
        self.act(format!("retry {stage}"));
        Ok(())
    }

    async fn close(&self, _: &Warrant, _: &str, stage: &str, _: &str) -> Result<(), PortError> {
        self.act(format!("close {stage}"));
        Ok(())
    }

    async fn open(&self, _: &Warrant, _: &str, stage: &str) -> Result<(), PortError> {
        self.act(format!("open {stage}"));
        Ok(())
    }
}

#[async_trait]
impl Machines for World {
    async fn executions(&self, _machine_arn: &str) -> Result<Vec<machine::Execution>, PortError> {
        self.check("ListExecutions")?;
        Ok(Vec::new())
    }

    async fn definition(&self, _machine_arn: &str) -> Result<String, PortError> {
        Ok(r#"{"StartAt":"A"}"#.to_owned())
    }

    async fn definition_of(&self, execution_arn: &str) -> Result<String, PortError> {
        self.execution(execution_arn).await.map(|_| r#"{"StartAt":"B"}"#.to_owned())
    }

    async fn execution(&self, execution_arn: &str) -> Result<ExecutionDetail, PortError> {
        let started =
            self.did().iter().any(|did| execution_arn.ends_with(did.rsplit(' ').next().unwrap_or_default()));
        if !started {
            return Err(PortError::new(Fault::Missing, "DescribeExecution", "no such execution"));
        }
        let execution = machine::Execution {
            arn: execution_arn.to_owned(),
            name: "e".to_owned(),
            status: ExecutionStatus::Running,
            started_at: sample::now(),
            stopped_at: None,
        };
        let (input, output, error, cause, next) = (None, None, None, None, None);
        Ok(ExecutionDetail { execution, input, output, error, cause, events: Vec::new(), next })
    }

    async fn history(&self, execution_arn: &str, _after: Option<&str>) -> Result<ExecutionDetail, PortError> {
        self.execution(execution_arn).await
    }

    async fn start(&self, _: &Warrant, arn: &str, name: &str, _input: &str) -> Result<String, PortError> {
        let machine = arn.rsplit(':').next().unwrap_or_default();
        self.act(format!("run {machine} {name}"));
        Ok(viridian_domain::port::machines::execution_arn(arn, name))
    }

    async fn stop(&self, _: &Warrant, execution_arn: &str, _reason: &str) -> Result<(), PortError> {
        self.act(format!("abort {execution_arn}"));
        Ok(())
    }
}

#[async_trait]
impl ServiceTasks for World {
    async fn read(&self, _cluster: &str, _service: &str) -> Result<Tasks, PortError> {
        self.check("DescribeServices")?;
        Ok(sample::tasks(&mut sample::testing()).clone())
    }

    async fn set_desired_count(&self, _: &Warrant, _: &str, _: &str, count: u32) -> Result<(), PortError> {
        self.act(format!("count {count}"));
        Ok(())
    }
}

#[async_trait]
impl Listeners for World {
    async fn read(&self, _ask: &TrafficRequest) -> Result<Traffic, PortError> {
        self.check("DescribeRules")?;
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
    async fn commit(&self, _repository: &str, id: &str) -> Result<SourceCommit, PortError> {
        let people = vec![("approver-2".to_owned(), "approver-2@example.com".to_owned())];
        Ok(SourceCommit { id: id.to_owned(), parents: Vec::new(), people, at: 1 })
    }

    async fn files(&self, _: &str, _: &str, _: &str, _: &str) -> Result<Vec<SourceFile>, PortError> {
        self.check("GetFolder")?;
        Ok(self.files.lock().unwrap().clone())
    }
}

/// Time moves when a test says so.
impl Clock for World {
    fn read(&self) -> Reading {
        let minutes = SignedDuration::from_mins(self.minutes.load(Ordering::SeqCst));
        Reading::real(sample::now() + minutes)
    }
}

pub(crate) fn now() -> Timestamp {
    sample::now()
}

pub(crate) fn shared() -> Arc<World> {
    Arc::default()
}
