//! One service with its settings, its ports and its snapshots.

pub(crate) mod comparison;
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

use self::{comparison::State, refusals::Refusals};
use crate::{
    Clock,
    port::{
        Comparer, Journal, Listeners, Machines, NewEntry, Pipelines, Runs, Scaling, ServiceTasks, Sources,
        Suites,
    },
    snapshot_store::SnapshotStore,
};

/// What the configuration says of a service.
#[derive(Debug, Clone)]
pub struct Settings {
    pub identity: ServiceIdentity,
    pub pipeline: String,
    pub cluster: String,
    /// The ECS service's name.
    pub service: String,
    pub production_rule: String,
    pub test_rule: String,
    pub machines: Vec<MachineSetting>,
    /// What the configuration lacks.
    pub notices: Vec<Notice>,
    pub schedule: PollSchedule,
}

#[derive(Debug, Clone)]
pub struct MachineSetting {
    pub name: String,
    pub arn: String,
}

/// How often AWS is read.
#[derive(Debug, Clone, Copy)]
pub struct PollSchedule {
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
    pub pipelines: Arc<dyn Pipelines>,
    pub machines: Arc<dyn Machines>,
    pub tasks: Arc<dyn ServiceTasks>,
    pub listeners: Arc<dyn Listeners>,
    pub scaling: Arc<dyn Scaling>,
    pub sources: Arc<dyn Sources>,
    pub comparer: Arc<dyn Comparer>,
    pub runs: Arc<dyn Runs>,
    pub suites: Arc<dyn Suites>,
    pub journal: Arc<dyn Journal>,
    pub clock: Arc<dyn Clock>,
}

/// Whether events are heard; a sentence why not.
pub type EventFeed = Result<(), String>;

pub struct Service {
    pub settings: Settings,
    pub ports: Ports,
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
}

impl Service {
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

    pub fn name(&self) -> &str {
        &self.settings.identity.name
    }

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
