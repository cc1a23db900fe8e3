//! One service with its settings, its ports and its snapshots.

pub(crate) mod answering;
pub(crate) mod comparison;
pub(crate) mod past;
pub mod refusals;

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::{Mutex, Notify};
use viridian_shared::{
    journal::Fact,
    machine::MachineKind,
    notice::Notice,
    snapshot::{ServiceIdentity, Snapshot},
};

use self::{answering::Answering, comparison::State, past::KnownPast, refusals::Refusals};
use crate::{
    Clock,
    policy::Policies,
    port::{
        Comparer, Journal, Listeners, Machines, NewEntry, Pipelines, Runs, Scaling, ServiceTasks, Sources,
        Suites,
    },
    snapshot_store::SnapshotStore,
};

/// What the configuration says of a service.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What people know it by.
    pub identity: ServiceIdentity,
    /// Name of the pipeline.
    pub pipeline: String,
    /// Name of the ECS cluster.
    pub cluster: String,
    /// The ECS service's name.
    pub service: String,
    /// ARN of the listener rule of production.
    pub production_rule: String,
    /// ARN of the listener rule of the test port.
    pub test_rule: String,
    /// The state machines that stand behind its steps.
    pub machines: Vec<MachineSetting>,
    /// What the configuration lacks.
    pub notices: Vec<Notice>,
    /// How often AWS is read.
    pub schedule: PollSchedule,
    /// How its gates are decided.
    pub policies: Policies,
}

/// A state machine of a service.
#[derive(Debug, Clone)]
pub struct MachineSetting {
    /// As people call it: `swap`.
    pub name: String,
    /// Its ARN.
    pub arn: String,
}

/// How often AWS is read.
#[derive(Debug, Clone, Copy)]
pub struct PollSchedule {
    /// While no events are heard.
    pub polling: Interval,
    /// While events are heard: readings are only a safety net then, and for what tells no events.
    pub listening: Interval,
    /// How long one reading may take.
    pub deadline: Duration,
    /// In which the sentinel leaves the colours in peace after a run, however fast the service's clock runs.
    pub rest: Duration,
}

/// Times between two readings.
#[derive(Debug, Clone, Copy)]
pub struct Interval {
    /// While something moves.
    pub fast: Duration,
    /// While nothing does.
    pub slow: Duration,
}

/// The ways to the outside.
#[derive(Clone)]
pub struct Ports {
    /// CodePipeline.
    pub pipelines: Arc<dyn Pipelines>,
    /// Step Functions.
    pub machines: Arc<dyn Machines>,
    /// ECS.
    pub tasks: Arc<dyn ServiceTasks>,
    /// Elastic Load Balancing.
    pub listeners: Arc<dyn Listeners>,
    /// Application Auto Scaling.
    pub scaling: Arc<dyn Scaling>,
    /// The repository of the source.
    pub sources: Arc<dyn Sources>,
    /// What asks both colours and compares the answers.
    pub comparer: Arc<dyn Comparer>,
    /// Where runs are kept.
    pub runs: Arc<dyn Runs>,
    /// Where suites, noise and the sentinel’s setting are kept.
    pub suites: Arc<dyn Suites>,
    /// The record of what was seen and done.
    pub journal: Arc<dyn Journal>,
    /// The time in which the service lives.
    pub clock: Arc<dyn Clock>,
}

/// Whether events are heard; a sentence why not.
pub type EventFeed = Result<(), String>;

/// One service: what it is, the ways to it, and what is known of it.
pub struct Service {
    /// What the configuration says of it.
    pub settings: Settings,
    /// The ways to the outside.
    pub ports: Ports,
    /// What everybody sees of it.
    pub snapshots: SnapshotStore,
    pub(crate) comparison: State,
    /// Wakes the observer.
    nudge: Notify,
    /// Whether events are heard, or why not; none where there is no queue.
    event_feed: std::sync::Mutex<Option<EventFeed>>,
    /// What the console itself lacks for the moment.
    said: std::sync::Mutex<Vec<Notice>>,
    /// Commands on a service are carried out one after the other.
    pub(crate) turn: Mutex<()>,
    pub(crate) refusals: Refusals,
    pub(crate) known_past: KnownPast,
    pub(crate) answering: Answering,
}

impl Service {
    /// A service of which nothing was read yet.
    pub fn new(settings: Settings, ports: Ports) -> Self {
        let snapshots = SnapshotStore::new(settings.identity.clone());
        Self {
            settings,
            ports,
            snapshots,
            comparison: State::new(),
            nudge: Notify::new(),
            event_feed: std::sync::Mutex::default(),
            said: std::sync::Mutex::default(),
            turn: Mutex::new(()),
            refusals: Refusals::default(),
            known_past: KnownPast::default(),
            answering: Answering::default(),
        }
    }

    /// Says what the console lacks for the moment, or that it lacks it no more.
    pub fn say(&self, notice: &Notice, holds: bool) {
        let edit = |notices: &mut Vec<Notice>| {
            notices.retain(|it| it != notice);
            if holds {
                notices.insert(0, notice.clone());
            }
        };
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        edit(&mut said);
        self.snapshots.update(|snapshot| &mut snapshot.notices, self.ports.clock.now(), edit);
    }

    /// Hangs up what a round has to say, behind that.
    pub(crate) fn hang_notices(&self, notices: Vec<Notice>) {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let all = said.iter().cloned().chain(notices).collect();
        self.snapshots.show(|snapshot| &mut snapshot.notices, all, self.ports.clock.now());
    }

    /// The name by which people and routes know it.
    pub fn name(&self) -> &str {
        &self.settings.identity.name
    }

    /// The latest snapshot.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshots.snapshot()
    }

    /// The name of the machine that leads back; empty where there is none.
    pub fn roll_back_machine(&self) -> String {
        let machines = &self.settings.machines;
        let machine = machines.iter().find(|it| MachineKind::from_name(&it.name) == MachineKind::RollBack);
        machine.map(|machine| machine.name.clone()).unwrap_or_default()
    }

    /// The input from which every state machine but deploy-green finds out the rest itself.
    pub fn smallest_input(&self) -> String {
        self.input().to_string()
    }

    /// The same for `roll-back`, which opens the transition into a stage once green is gone.
    pub(crate) fn reopening_input(&self, stage: &str) -> String {
        let mut input = self.input();
        input["Reopen"] = json!({ "PipelineName": self.settings.pipeline, "StageName": stage });
        input.to_string()
    }

    fn input(&self) -> Value {
        let settings = &self.settings;
        json!({
            "ClusterName": settings.cluster,
            "ServiceName": settings.service,
            "ProdListenerRuleArn": settings.production_rule,
            "TestListenerRuleArn": settings.test_rule,
        })
    }

    /// How many runs have ended how, since the console began.
    pub fn runs_ended(&self) -> [(&'static str, u64); 4] {
        self.comparison.runs_ended()
    }

    /// Asks the observer to look now.
    pub fn nudge(&self) {
        self.nudge.notify_one();
    }

    /// Waits until somebody asks the observer to look.
    pub async fn nudged(&self) {
        self.nudge.notified().await;
    }

    /// Whether events are heard, or why not; none where there is no queue.
    pub fn event_feed(&self) -> Option<EventFeed> {
        self.event_feed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says whether events are heard. A change wakes the observer, which goes by it.
    pub fn set_event_feed(&self, feed: EventFeed) {
        let before = self.event_feed.lock().unwrap_or_else(PoisonError::into_inner).replace(feed.clone());
        if before.is_none_or(|before| before != feed) {
            self.nudge();
        }
    }

    /// An entry of this moment about the present release, without an author.
    pub(crate) fn entry(&self, fact: Fact) -> NewEntry {
        let snapshot = self.snapshot();
        let release = snapshot.pipeline().and_then(|pipeline| pipeline.release.as_ref());
        NewEntry {
            at: self.ports.clock.now(),
            service: self.name().to_owned(),
            release: release.map(|release| release.id.clone()),
            person: None,
            fact,
            closes: None,
        }
    }
}
