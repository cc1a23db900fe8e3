//! How AWS becomes a snapshot: one reader for each service, however many people watch.
//!
//! A timer or a nudge starts a round. A round reads every port at the same time, each with a deadline; what
//! arrives is composed by pure functions and put into the snapshot at once, so a slow answer of one AWS service
//! never holds back another. A failed reading keeps what hangs there and makes it stale, with a sentence. At
//! the end of a round what changed since the last one goes to the journal, in one transaction with the
//! snapshot it was seen in, so that a crash neither loses nor repeats an observation.
//!
//! Deliberately absent: viewers, HTTP, and any input but the ports.

mod changes;
mod notices;
mod pipeline;
mod rail;
mod readings;
mod steps;
mod words;

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use viridian_shared::{
    journal::{Fact, GateName, Observation},
    machine::Machine,
    pipeline::StepStatus,
    snapshot::{Revision, Snapshot},
    tasks::{TaskSetStatus, Tasks},
    traffic::{TargetHealth, Traffic},
};

use crate::{
    Service,
    port::{NewEntry, PortError, error::chain},
};
use readings::Memory;

/// How long after a nudge the observer keeps looking often: AWS shows effects late.
const ATTENTIVE: Duration = Duration::from_secs(10);
/// Events come in bursts; one round answers all that came since the last one began.
const BREATH: Duration = Duration::from_millis(250);

/// Observes until it is told to stop.
pub async fn observe(service: Arc<Service>, stop: CancellationToken) {
    let mut observer = Observer::begin(service).await;
    loop {
        let begun = Instant::now();
        let span = tracing::info_span!("round", service.id = observer.service.name());
        if stop.run_until_cancelled(observer.round().instrument(span)).await.is_none() {
            return;
        }
        tokio::time::sleep_until(begun + BREATH).await;
        let pause = observer.pause();
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
            () = observer.service.nudged() => observer.attentive_until = Some(Instant::now() + ATTENTIVE),
        }
    }
}

/// What the observer remembers from round to round.
pub struct Observer {
    service: Arc<Service>,
    memory: Memory,
    /// What the journal knows.
    before: Option<Snapshot>,
    /// Revision of the snapshot that was written down last.
    written: Option<Revision>,
    attentive_until: Option<Instant>,
    throttled: bool,
}

impl Observer {
    /// Takes up where the journal ends.
    pub async fn begin(service: Arc<Service>) -> Self {
        let before = match service.ports.journal.observed(service.name()).await {
            Ok(before) => before,
            Err(error) => {
                tracing::warn!(service.id = service.name(), error = %chain(&error), "last snapshot not read");
                None
            }
        };
        let memory = Memory::default();
        Self { service, memory, before, written: None, attentive_until: None, throttled: false }
    }

    /// One round: read, compose, hang up, write down.
    pub async fn round(&mut self) {
        let service = Arc::clone(&self.service);
        self.throttled = readings::read(&service, &mut self.memory).await;
        let after = service.snapshot();
        if let Err(error) = self.write_down(&after).await {
            tracing::error!(service.id = service.name(), error = %chain(&error), "observation not written");
        }
    }

    async fn write_down(&mut self, after: &Snapshot) -> Result<(), PortError> {
        if self.written == Some(after.revision) {
            return Ok(());
        }
        let at = self.service.ports.clock.now();
        let known = known(self.before.clone(), after);
        let mut entries = match &self.before {
            Some(before) => changes::between(before, after, at),
            None => changes::first(after, at),
        };
        entries.extend(self.policy(after));
        self.service.ports.journal.observe(entries, &known).await?;
        self.before = Some(known);
        self.written = Some(after.revision);
        Ok(())
    }

    /// The policy of a gate that has opened, or that goes by another one now.
    fn policy(&self, after: &Snapshot) -> Option<NewEntry> {
        let ballot = after.ballot().filter(|ballot| !ballot.policy.is_empty())?;
        let before = self.before.as_ref().and_then(Snapshot::ballot);
        if before.is_some_and(|it| it.request == ballot.request && it.policy == ballot.policy) {
            return None;
        }
        let (step, gate) = after.pipeline()?.open_gate()?;
        let policy = self.service.settings.policies.of(gate.kind);
        let seen = Observation::Policy {
            gate: GateName { kind: gate.kind, title: step.title.clone() },
            version: policy.version.clone(),
            policy: policy.policy.clone(),
        };
        Some(self.service.entry(Fact::Observed(Box::new(seen))))
    }

    fn pause(&self) -> Duration {
        let schedule = self.service.settings.schedule;
        let attentive = self.attentive_until.is_some_and(|until| Instant::now() < until);
        let interval =
            if self.service.event_feed() == Some(Ok(())) { schedule.listening } else { schedule.polling };
        let pause = match (attentive, moves(&self.service.snapshot())) {
            // AWS tells of a change before its readings show it.
            (true, _) => schedule.polling.fast,
            (false, true) => interval.fast,
            (false, false) => interval.slow,
        };
        if self.throttled { pause * 4 } else { pause }
    }
}

/// The present snapshot; where nothing was read since the start, what was known before it. A change that
/// happened while the console was away is told when it can be seen.
fn known(before: Option<Snapshot>, after: &Snapshot) -> Snapshot {
    let mut known = after.clone();
    let Some(before) = before else { return known };
    known.pipeline.value = known.pipeline.value.or(before.pipeline.value);
    known.traffic.value = known.traffic.value.or(before.traffic.value);
    known.tasks.value = known.tasks.value.or(before.tasks.value);
    known.machines.value = known.machines.value.or(before.machines.value);
    known
}

/// Whether something changes by itself soon. A gate that waits for people does not.
fn moves(snapshot: &Snapshot) -> bool {
    let steps = snapshot.pipeline().is_some_and(|pipeline| {
        let waits = pipeline.open_gate().is_some();
        let runs = pipeline.steps.iter().any(|step| step.status == StepStatus::Running);
        let goes_on = pipeline.release.as_ref().is_some_and(|release| !release.status.is_ended());
        runs || (goes_on && !waits)
    });
    steps
        || snapshot.machines().iter().any(|machine: &Machine| machine.running().is_some())
        || snapshot.tasks().is_some_and(tasks_move)
        || snapshot.traffic().is_some_and(targets_move)
}

fn tasks_move(tasks: &Tasks) -> bool {
    tasks.pending_count > 0
        || tasks.task_sets.iter().any(|set| !set.is_steady || set.status == TaskSetStatus::Draining)
}

fn targets_move(traffic: &Traffic) -> bool {
    let targets = traffic.target_groups.iter().flat_map(|group| &group.targets);
    targets.into_iter().any(|it| matches!(it.health, TargetHealth::Initial | TargetHealth::Draining))
}
