//! A world in memory: every port over plain structs, for tests of decisions. What the console does to it is kept,
//! and calls fail when a test says so.

mod aws;
mod comparison;
mod journal;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use viridian_shared::{
    clock::Clock as Reading,
    machine::ExecutionDetail,
    people::{Person, Role},
    sample,
    snapshot::Snapshot,
};

use crate::{
    Clock, Context, Ports, Service, Settings,
    policy::Policies,
    port::{
        Fault, NewEntry, PortError,
        pipelines::{ActionRun, GateAnswer, PipelineExecution},
        runs::KeptRun,
        sources::SourceCommit,
        suites::{KeptNoise, KeptSuite, SentinelSetting},
    },
};
use journal::Written;

/// Everything outside of the console.
#[derive(Default)]
pub(crate) struct World {
    state: Mutex<State>,
    waking: tokio::sync::watch::Sender<crate::port::Wait>,
}

#[derive(Default)]
pub(crate) struct State {
    /// What the console did to AWS, in its order.
    pub(crate) did: Vec<String>,
    pub(crate) answers: Vec<GateAnswer>,
    /// The next call that changes something fails so, after it was done where `is_done`.
    pub(crate) fails: Option<(Fault, bool)>,
    /// This operation fails, whenever it is called.
    pub(crate) fails_at: Option<&'static str>,
    /// Why the journal cannot be written, if it cannot.
    pub(crate) is_journal_down: bool,
    pub(crate) runs: Vec<ActionRun>,
    /// What the repository holds; the pipeline takes its source from there once there is something.
    pub(crate) commits: Vec<SourceCommit>,
    /// An answer that came through leaves the gate like this.
    pub(crate) is_gate_followed: bool,
    pub(crate) pipeline_executions: Vec<PipelineExecution>,
    pub(crate) executions: Vec<ExecutionDetail>,
    pub(crate) desired_count: Option<u32>,
    pub(crate) kept_runs: Vec<(Option<u64>, KeptRun)>,
    pub(crate) rulings: Vec<viridian_shared::comparison::finding::Ruling>,
    pub(crate) suites: Vec<KeptSuite>,
    pub(crate) noise: Vec<KeptNoise>,
    pub(crate) sentinel: Option<SentinelSetting>,
    pub(crate) written: Written,
}

impl World {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn did(&self) -> Vec<String> {
        self.state().did.clone()
    }

    /// The facts of the journal, in their order.
    pub(crate) fn facts(&self) -> Vec<viridian_shared::journal::Fact> {
        self.state().written.entries.iter().map(|entry| entry.fact.clone()).collect()
    }

    /// The journal is waited for like this.
    pub(crate) fn wakes(&self, wait: crate::port::Wait) {
        self.waking.send_replace(wait);
    }

    /// Does it, unless the next call is to fail.
    fn act(&self, what: String, operation: &'static str) -> Result<(), PortError> {
        let mut state = self.state();
        if state.fails_at == Some(operation) {
            return Err(PortError::new(Fault::Throttled, operation, "as the test says"));
        }
        let fails = state.fails.take();
        if fails.is_none_or(|(_, is_done)| is_done) {
            state.did.push(what);
        }
        fails.map_or(Ok(()), |(fault, _)| Err(PortError::new(fault, operation, "as the test says")))
    }
}

/// Time stands still.
impl Clock for World {
    fn read(&self) -> Reading {
        Reading::real(sample::now())
    }
}

/// A service that shows this snapshot, over a world of its own.
pub(crate) fn service(snapshot: Snapshot) -> (Arc<World>, Service) {
    let world = Arc::new(World::default());
    let service = over(&world, snapshot);
    (world, service)
}

/// A service that shows this snapshot: the console as it begins anew.
pub(crate) fn over(world: &Arc<World>, snapshot: Snapshot) -> Service {
    under(world, snapshot, Policies::default())
}

/// The same with policies.
pub(crate) fn under(world: &Arc<World>, snapshot: Snapshot, policies: Policies) -> Service {
    let ports = Ports {
        pipelines: Arc::clone(world) as _,
        machines: Arc::clone(world) as _,
        tasks: Arc::clone(world) as _,
        listeners: Arc::clone(world) as _,
        scaling: Arc::clone(world) as _,
        sources: Arc::clone(world) as _,
        comparer: Arc::clone(world) as _,
        runs: Arc::clone(world) as _,
        suites: Arc::clone(world) as _,
        journal: Arc::clone(world) as _,
        clock: Arc::clone(world) as _,
    };
    let rest = std::time::Duration::from_secs(1);
    let settings = crate::sample::settings(snapshot.service.clone(), rest);
    let service = Service::new(Settings { policies, ..settings }, ports);
    crate::sample::show(&service, snapshot);
    service
}

/// Somebody with every role.
pub(crate) fn anybody() -> Context {
    with_roles(&Role::ALL)
}

pub(crate) fn with_roles(roles: &[Role]) -> Context {
    Context {
        person: Person { name: "kim".to_owned(), roles: roles.to_vec(), ..Person::default() },
        request_id: "request".to_owned(),
        at: sample::now(),
        key: None,
    }
}

/// An entry of the sample's moment.
pub(crate) fn new_entry(fact: viridian_shared::journal::Fact) -> NewEntry {
    NewEntry {
        at: now(),
        service: "shop".to_owned(),
        release: None,
        person: Some("kim".to_owned()),
        fact,
        closes: None,
    }
}

pub(crate) fn now() -> Timestamp {
    sample::now()
}
