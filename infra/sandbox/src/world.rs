//! Everything the sandbox knows, and the one way to change it: a call or an event.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    application_auto_scaling,
    arn::Place,
    authorization,
    clock::Clock,
    cloudformation, codebuild, codecommit, codepipeline, ecr, ecs, elb,
    error::AwsError,
    event_log::EventLog,
    eventbridge, faults, iam,
    id::Ids,
    sns, sqs, stepfunctions,
    table::Saved,
    timers::{TimerId, Timers},
};

/// Who calls an operation: the identity whose policies would be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// ARN of the user or of the assumed role's session.
    pub arn: String,
}

/// Something that falls due on the virtual clock. Each service handles its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Event {
    CodeBuild(codebuild::Event),
    Ecs(ecs::Event),
    Elb(elb::Event),
    CodePipeline(codepipeline::Event),
    StepFunctions(stepfunctions::Event),
}

/// Something to be done outside the lock. Its result comes back as a call on the world.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Run a build's commands.
    CodeBuild(codebuild::Effect),
    /// Open or close the socket of a task.
    Ecs(ecs::Effect),
    /// Open, change or close a listener.
    Elb(elb::Effect),
    CodeCommit(codecommit::Effect),
}

/// The state of every service, the clock and what is to come.
#[derive(Debug)]
pub struct World {
    pub place: Place,
    pub clock: Clock,
    pub ids: Ids,
    pub timers: Timers,
    /// The events that were handled, for those who ask in what order.
    pub event_log: EventLog,
    /// Folder for repositories, images, build logs and the save log.
    pub folder: PathBuf,
    /// Where the endpoint listens, once it does: `http://127.0.0.1:4566`.
    pub endpoint: String,
    pub codebuild: codebuild::CodeBuild,
    pub eventbridge: eventbridge::EventBridge,
    pub ecs: ecs::Ecs,
    pub elb: elb::Elb,
    pub faults: faults::Faults,
    pub iam: iam::Iam,
    pub codepipeline: codepipeline::CodePipeline,
    pub sqs: sqs::Sqs,
    pub ecr: ecr::Ecr,
    pub codecommit: codecommit::CodeCommit,
    pub application_auto_scaling: application_auto_scaling::ApplicationAutoScaling,
    pub cloudformation: cloudformation::CloudFormation,
    pub stepfunctions: stepfunctions::StepFunctions,
    pub sns: sns::Sns,
    /// What was asked of policies since the world was opened.
    pub usage: authorization::Usage,
    pub(crate) effects: Vec<Effect>,
}

impl World {
    pub fn new(folder: PathBuf, seed: u64, clock: Clock) -> Self {
        Self {
            place: Place::default(),
            clock,
            ids: Ids::new(seed),
            timers: Timers::default(),
            event_log: EventLog::default(),
            folder,
            endpoint: String::new(),
            codebuild: codebuild::CodeBuild::default(),
            eventbridge: eventbridge::EventBridge::default(),
            ecs: ecs::Ecs::default(),
            elb: elb::Elb::default(),
            faults: faults::Faults::default(),
            iam: iam::Iam::default(),
            codepipeline: codepipeline::CodePipeline::default(),
            sqs: sqs::Sqs::default(),
            ecr: ecr::Ecr::default(),
            codecommit: codecommit::CodeCommit::default(),
            application_auto_scaling: application_auto_scaling::ApplicationAutoScaling::default(),
            cloudformation: cloudformation::CloudFormation::default(),
            stepfunctions: stepfunctions::StepFunctions::default(),
            sns: sns::Sns::default(),
            usage: authorization::Usage::default(),
            effects: Vec::new(),
        }
    }

    /// The present. It is never later than an event that has still to be handled, so that nothing that
    /// happens now can come before what was due already, however fast the clock runs.
    pub fn now(&self) -> Timestamp {
        let now = self.clock.now();
        self.timers.next_due().filter(|_| !self.clock.is_held()).map_or(now, |due| now.min(due))
    }

    /// Lets an event fall due `after` from now.
    pub fn after(&mut self, after: SignedDuration, event: Event) -> TimerId {
        let due = self.now().checked_add(after).unwrap_or(Timestamp::MAX);
        self.timers.schedule(due, event)
    }

    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Carries out one operation. `service` is the name in an SDK integration's resource
    /// (`ecs`, `elasticloadbalancingv2`, `codepipeline`, …); `operation` and the members of `input` are in
    /// the service's own wire case.
    pub fn call(
        &mut self,
        caller: &Caller,
        service: &str,
        operation: &str,
        input: Value,
    ) -> Result<Value, AwsError> {
        authorization::check(self, caller, service, operation, &input)?;
        if let Some(error) = faults::refuse(self, service, operation) {
            return Err(error);
        }
        match service {
            "applicationautoscaling" => application_auto_scaling::call(self, caller, operation, input),
            "cloudformation" => cloudformation::call(self, caller, operation, input),
            "codebuild" => codebuild::call(self, caller, operation, input),
            "codecommit" => codecommit::call(self, caller, operation, input),
            "codepipeline" => codepipeline::call(self, caller, operation, input),
            "ecr" => ecr::call(self, caller, operation, input),
            "ecs" => ecs::call(self, caller, operation, input),
            "elasticloadbalancingv2" => elb::call(self, caller, operation, input),
            "events" => eventbridge::call(self, caller, operation, input),
            "iam" => iam::call_iam(self, operation, &input),
            "logs" => codebuild::call_logs(self, caller, operation, input),
            "sfn" => stepfunctions::call(self, caller, operation, input),
            "sqs" => sqs::call(self, caller, operation, input),
            "sns" => sns::call(self, caller, operation, input),
            "sts" => iam::call(self, caller, operation, input),
            _ => Err(AwsError::not_implemented(service, operation)),
        }
    }

    /// Handles the next event if one is due, with the clock standing at its moment.
    /// Gives whether there was one.
    pub fn step(&mut self) -> bool {
        let now = self.clock.now();
        let Some(timer) = self.timers.pop_due(now) else { return false };
        self.clock.hold(timer.due);
        self.ids.in_event(true);
        self.event_log.note(timer.due, &timer.event);
        match timer.event {
            Event::CodeBuild(event) => codebuild::on_event(self, event),
            Event::Ecs(event) => ecs::on_event(self, event),
            Event::Elb(event) => elb::on_event(self, event),
            Event::CodePipeline(event) => codepipeline::on_event(self, event),
            Event::StepFunctions(event) => stepfunctions::on_event(self, event),
        }
        self.ids.in_event(false);
        self.clock.release();
        true
    }

    /// Every table that is saved, by the name under which it is saved.
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        let mut tables: Vec<(&'static str, &mut dyn Saved)> = vec![("timers", &mut self.timers.queue)];
        tables.extend(self.codebuild.tables());
        tables.extend(self.eventbridge.tables());
        tables.extend(self.ecs.tables());
        tables.extend(self.elb.tables());
        tables.extend(self.faults.tables());
        tables.extend(self.iam.tables());
        tables.extend(self.codepipeline.tables());
        tables.extend(self.sqs.tables());
        tables.extend(self.ecr.tables());
        tables.extend(self.codecommit.tables());
        tables.extend(self.application_auto_scaling.tables());
        tables.extend(self.cloudformation.tables());
        tables.extend(self.stepfunctions.tables());
        tables.extend(self.sns.tables());
        tables
    }
}
