//! Everything the sandbox knows, and the one way to change it: a call or an event.

use std::{fmt, path::PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use viridian_aws_wire::AwsError;

use crate::{
    arn::Place,
    clock::Clock,
    event_log::EventLog,
    id::Ids,
    records,
    signal::{Entry, Probe, Signal},
    table::Saved,
    timers::{TimerId, Timers},
    usage::Usage,
};
pub use crate::{
    caller::Caller,
    records::{Effect, Event},
};

/// The services of a world, as it reaches them: only who puts a world together knows them all.
pub(crate) trait Services: fmt::Debug + Sync {
    /// Carries out one operation.
    fn call(
        &self,
        world: &mut World,
        caller: &Caller,
        service: &str,
        operation: &str,
        input: Value,
    ) -> Result<Value, AwsError>;
    /// Handles what falls due.
    fn event(&self, world: &mut World, event: Event);
    /// Tells the services whom it concerns that something happened in another.
    fn hear(&self, world: &mut World, signal: Signal);
    /// Asks the task at an address for a path, as a health check does.
    fn probe(&self, world: &mut World, address: &str, port: u16, path: &str) -> Probe;
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
    pub codebuild: records::codebuild::CodeBuild,
    pub eventbridge: records::eventbridge::EventBridge,
    pub ecs: records::ecs::Ecs,
    pub elb: records::elb::Elb,
    pub faults: records::faults::Faults,
    pub iam: records::iam::Iam,
    pub codepipeline: records::codepipeline::CodePipeline,
    pub sqs: records::sqs::Sqs,
    pub ecr: records::ecr::Ecr,
    pub codecommit: records::codecommit::CodeCommit,
    pub application_auto_scaling: records::application_auto_scaling::ApplicationAutoScaling,
    pub cloudformation: records::cloudformation::CloudFormation,
    pub stepfunctions: records::stepfunctions::StepFunctions,
    pub sns: records::sns::Sns,
    /// What was asked of policies since the world was opened.
    pub usage: Usage,
    pub(crate) effects: Vec<Effect>,
    services: &'static dyn Services,
}

impl World {
    /// A world with nothing in it, and the services that work on it.
    pub(crate) fn with(folder: PathBuf, seed: u64, clock: Clock, services: &'static dyn Services) -> Self {
        Self {
            place: Place::default(),
            clock,
            ids: Ids::new(seed),
            timers: Timers::default(),
            event_log: EventLog::default(),
            folder,
            endpoint: String::new(),
            codebuild: records::codebuild::CodeBuild::default(),
            eventbridge: records::eventbridge::EventBridge::default(),
            ecs: records::ecs::Ecs::default(),
            elb: records::elb::Elb::default(),
            faults: records::faults::Faults::default(),
            iam: records::iam::Iam::default(),
            codepipeline: records::codepipeline::CodePipeline::default(),
            sqs: records::sqs::Sqs::default(),
            ecr: records::ecr::Ecr::default(),
            codecommit: records::codecommit::CodeCommit::default(),
            application_auto_scaling: records::application_auto_scaling::ApplicationAutoScaling::default(),
            cloudformation: records::cloudformation::CloudFormation::default(),
            stepfunctions: records::stepfunctions::StepFunctions::default(),
            sns: records::sns::Sns::default(),
            usage: Usage::default(),
            effects: Vec::new(),
            services,
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
        self.services.call(self, caller, service, operation, input)
    }

    /// Tells the services whom it concerns that something happened in another.
    pub(crate) fn signal(&mut self, signal: Signal) {
        self.services.hear(self, signal);
    }

    /// Publishes an event to the rules of EventBridge.
    pub(crate) fn publish(&mut self, entry: Entry) {
        self.signal(Signal::Published(entry));
    }

    /// Asks the task at an address for a path, as the load balancer's health check does.
    pub(crate) fn probe(&mut self, address: &str, port: u16, path: &str) -> Probe {
        self.services.probe(self, address, port, path)
    }

    /// Handles the next event if one is due, with the clock standing at its moment.
    /// Gives whether there was one.
    pub fn step(&mut self) -> bool {
        let now = self.clock.now();
        let Some(timer) = self.timers.pop_due(now) else { return false };
        self.clock.hold(timer.due);
        self.ids.in_event(true);
        self.event_log.note(timer.due, &timer.event);
        self.services.event(self, timer.event);
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
