//! What stands now: ages of sections, runs, streams, memory, the journal.

use std::time::Duration;

use jiff::Timestamp;
use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};
use tokio_util::sync::CancellationToken;
use viridian_domain::port::{Journal as _, error::chain};
use viridian_shared::snapshot::Snapshot;
use viridian_store::Store;

use super::{
    Metrics,
    label::{Part, RunEnd, Whose},
};
use crate::{App, doors::Sight};

/// How often the process looks at its memory.
const LOOK: Duration = Duration::from_secs(10);
/// How many looks lie at least between two measurements of the journal.
const PATIENCE: u32 = 30;

type Seconds = Gauge<f64, std::sync::atomic::AtomicU64>;

/// Puts what stands now into a registry: of each service by its name, or of all together where names are not told.
pub(super) fn register(app: &App, sight: Sight, registry: &mut Registry) {
    let (stale, age) = (Family::<Part, Gauge>::default(), Family::<Part, Seconds>::default());
    let (running, ended) = (Family::<Whose, Gauge>::default(), Family::<RunEnd, Counter>::default());
    for served in &app.served {
        let whose = Whose((sight == Sight::Whole).then(|| served.service.name().to_owned()));
        let snapshot = served.service.snapshot();
        let now = served.service.ports.clock.now();
        for (section, is_stale, as_of) in sections(&snapshot) {
            let part = Part { whose: whose.clone(), section };
            stale.get_or_create(&part).inc_by(i64::from(is_stale));
            if let Some(as_of) = as_of {
                let oldest = age.get_or_create(&part);
                oldest.set(oldest.get().max(now.duration_since(as_of).as_secs_f64()));
            }
        }
        let is_running = snapshot.comparison().is_some_and(|section| section.running.is_some());
        running.get_or_create(&whose).inc_by(i64::from(is_running));
        for (outcome, number) in served.service.runs_ended() {
            ended.get_or_create(&RunEnd { whose: whose.clone(), outcome }).inc_by(number);
        }
    }
    registry.register("section_stale", "Sections whose last reading failed", stale);
    let oldest = "How long ago a section was last confirmed; the oldest one where names are not told";
    registry.register_with_unit("section_age", oldest, Unit::Seconds, age);
    registry.register("runs_running", "Comparisons under way", running);
    registry.register("runs", "Comparisons that ended since the console began", ended);
    let number = |number: usize| {
        let gauge: Gauge = Gauge::default();
        gauge.set(i64::try_from(number).unwrap_or(i64::MAX));
        gauge
    };
    registry.register("services", "Services that are shown", number(app.served.len()));
    registry.register("streams", "Open streams", number(app.limits.streams.number()));
    let entries = usize::try_from(*app.store.newest().borrow()).unwrap_or(usize::MAX);
    registry.register("journal_entries", "Entries of the journal", number(entries));
}

/// What is read of AWS: whether it is stale, and when it was last confirmed.
fn sections(snapshot: &Snapshot) -> [(&'static str, bool, Option<Timestamp>); 5] {
    [
        ("pipeline", snapshot.pipeline.is_stale(), snapshot.pipeline.as_of),
        ("traffic", snapshot.traffic.is_stale(), snapshot.traffic.as_of),
        ("tasks", snapshot.tasks.is_stale(), snapshot.tasks.as_of),
        ("machines", snapshot.machines.is_stale(), snapshot.machines.as_of),
        ("source", snapshot.source.is_stale(), snapshot.source.as_of),
    ]
}

/// Looks at memory now and again, and at the journal's size after something was written: a database that sleeps is
/// not woken for a number.
pub(crate) async fn measure(metrics: Metrics, store: Store, stop: CancellationToken) {
    let mut newest = store.newest();
    newest.mark_changed();
    for look in 0_u32.. {
        if let Some(bytes) = resident().await {
            metrics.memory.set(bytes);
        }
        if look.is_multiple_of(PATIENCE) && newest.has_changed().unwrap_or_default() {
            newest.mark_unchanged();
            match store.size().await {
                Ok(bytes) => drop(metrics.journal.set(i64::try_from(bytes).unwrap_or(i64::MAX))),
                Err(error) => tracing::debug!(error = %chain(&error), "the journal is not measured"),
            }
        }
        if stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_none() {
            return;
        }
    }
}

/// Memory of this process in bytes, where the system tells it as Linux does.
async fn resident() -> Option<i64> {
    let status = tokio::fs::read_to_string("/proc/self/status").await.ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}
