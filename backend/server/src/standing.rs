//! What stands now, beside what was counted: ages of sections, runs, streams, the journal.

use std::fmt;

use jiff::Timestamp;
use prometheus_client::{
    encoding::{EncodeLabel, EncodeLabelSet, LabelSetEncoder},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};
use viridian_domain::port::Journal as _;
use viridian_shared::snapshot::Snapshot;

use crate::{App, doors::Sight};

type Seconds = Gauge<f64, std::sync::atomic::AtomicU64>;

/// All numbers, as far as they may be seen.
pub(crate) fn text(app: &App, sight: Sight) -> String {
    app.metrics.text(|registry| register(app, sight, registry))
}

/// Puts what stands now into a registry: of each service by its name, or of all together where names are not told.
fn register(app: &App, sight: Sight, registry: &mut Registry) {
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

/// A service, or all of them where names are not told: then there is no such label.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Whose(Option<String>);

impl EncodeLabelSet for Whose {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> fmt::Result {
        match &self.0 {
            Some(service) => ("service", service.as_str()).encode(encoder.encode_label()),
            None => Ok(()),
        }
    }
}

/// A section of a service.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Part {
    #[prometheus(flatten)]
    whose: Whose,
    section: &'static str,
}

/// Runs of a service by how they ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RunEnd {
    #[prometheus(flatten)]
    whose: Whose,
    outcome: &'static str,
}
