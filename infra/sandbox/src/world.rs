//! Everything the sandbox knows, and the one way to change it: a call or an event.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    arn::Place,
    build, bus,
    chronicle::Chronicle,
    clock::Clock,
    ecs, elb,
    error::AwsError,
    faults,
    id::Ids,
    identity, pipeline, policies, queue, registry, repository, scaling, stacks, states,
    table::Saved,
    timers::{TimerId, Timers},
    topics,
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
    Build(build::Event),
    Ecs(ecs::Event),
    Elb(elb::Event),
    Pipeline(pipeline::Event),
    States(states::Event),
}

/// Something to be done outside the lock. Its result comes back as a call on the world.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Run a build's commands.
    Build(build::Effect),
    /// Open or close the socket of a task.
    Ecs(ecs::Effect),
    /// Open, change or close a listener.
    Elb(elb::Effect),
    Repository(repository::Effect),
}

/// The state of every service, the clock and what is to come.
#[derive(Debug)]
pub struct World {
    pub place: Place,
    pub clock: Clock,
    pub ids: Ids,
    pub timers: Timers,
    /// The events that were handled, for those who ask in what order.
    pub chronicle: Chronicle,
    /// Folder for repositories, images, build logs and the save log.
    pub folder: PathBuf,
    /// Where the endpoint listens, once it does: `http://127.0.0.1:4566`.
    pub endpoint: String,
    pub build: build::Build,
    pub bus: bus::Bus,
    pub ecs: ecs::Ecs,
    pub elb: elb::Elb,
    pub faults: faults::Faults,
    pub identities: identity::Identities,
    pub pipeline: pipeline::Pipelines,
    pub queues: queue::Queues,
    pub registry: registry::Registry,
    pub repository: repository::Repositories,
    pub scaling: scaling::Scaling,
    pub stacks: stacks::Stacks,
    pub states: states::States,
    pub topics: topics::Topics,
    /// What was asked of policies since the world was opened.
    pub usage: policies::Usage,
    pub(crate) effects: Vec<Effect>,
}

impl World {
    pub fn new(folder: PathBuf, seed: u64, clock: Clock) -> Self {
        Self {
            place: Place::default(),
            clock,
            ids: Ids::new(seed),
            timers: Timers::default(),
            chronicle: Chronicle::default(),
            folder,
            endpoint: String::new(),
            build: build::Build::default(),
            bus: bus::Bus::default(),
            ecs: ecs::Ecs::default(),
            elb: elb::Elb::default(),
            faults: faults::Faults::default(),
            identities: identity::Identities::default(),
            pipeline: pipeline::Pipelines::default(),
            queues: queue::Queues::default(),
            registry: registry::Registry::default(),
            repository: repository::Repositories::default(),
            scaling: scaling::Scaling::default(),
            stacks: stacks::Stacks::default(),
            states: states::States::default(),
            topics: topics::Topics::default(),
            usage: policies::Usage::default(),
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
        policies::check(self, caller, service, operation, &input)?;
        if let Some(error) = faults::refuse(self, service, operation) {
            return Err(error);
        }
        match service {
            "applicationautoscaling" => scaling::call(self, caller, operation, input),
            "cloudformation" => stacks::call(self, caller, operation, input),
            "codebuild" => build::call(self, caller, operation, input),
            "codecommit" => repository::call(self, caller, operation, input),
            "codepipeline" => pipeline::call(self, caller, operation, input),
            "ecr" => registry::call(self, caller, operation, input),
            "ecs" => ecs::call(self, caller, operation, input),
            "elasticloadbalancingv2" => elb::call(self, caller, operation, input),
            "events" => bus::call(self, caller, operation, input),
            "iam" => identity::call_iam(self, operation, &input),
            "logs" => build::call_logs(self, caller, operation, input),
            "sfn" => states::call(self, caller, operation, input),
            "sqs" => queue::call(self, caller, operation, input),
            "sns" => topics::call(self, caller, operation, input),
            "sts" => identity::call(self, caller, operation, input),
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
        self.chronicle.note(timer.due, &timer.event);
        match timer.event {
            Event::Build(event) => build::on_event(self, event),
            Event::Ecs(event) => ecs::on_event(self, event),
            Event::Elb(event) => elb::on_event(self, event),
            Event::Pipeline(event) => pipeline::on_event(self, event),
            Event::States(event) => states::on_event(self, event),
        }
        self.ids.in_event(false);
        self.clock.release();
        true
    }

    /// Every table that is saved, by the name under which it is saved.
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        let mut tables: Vec<(&'static str, &mut dyn Saved)> = vec![("timers", &mut self.timers.queue)];
        tables.extend(self.build.tables());
        tables.extend(self.bus.tables());
        tables.extend(self.ecs.tables());
        tables.extend(self.elb.tables());
        tables.extend(self.faults.tables());
        tables.extend(self.identities.tables());
        tables.extend(self.pipeline.tables());
        tables.extend(self.queues.tables());
        tables.extend(self.registry.tables());
        tables.extend(self.repository.tables());
        tables.extend(self.scaling.tables());
        tables.extend(self.stacks.tables());
        tables.extend(self.states.tables());
        tables.extend(self.topics.tables());
        tables
    }
}
