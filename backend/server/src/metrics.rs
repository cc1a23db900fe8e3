//! The console's own numbers, in the text format that Prometheus reads. No names of people, no values of requests.
//!
//! What happens is counted where it happens; what stands (streams, ages of sections, memory, the journal's size) is
//! looked at when somebody asks. Nobody's question opens a file or wakes the journal: memory and size are measured
//! beforehand, the size only after something was written.

mod event_feed;
mod label;
mod measure;

use std::time::Duration;

use prometheus_client::{
    encoding::prometheus_text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use viridian_aws::calls::Calls;

use self::label::{Done, Named, Request, Route};
pub(crate) use self::{event_feed::Counted, measure::measure};

/// In seconds: from a view out of memory to an answer that waits for AWS.
const REQUEST: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 20.0];
/// In seconds: EventBridge delivers most events within one.
const LAG: [f64; 9] = [0.25, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 3600.0];

/// Copies count together.
#[derive(Clone)]
pub struct Metrics {
    /// What AWS is asked.
    pub calls: Calls,
    requests: Family<Request, Counter>,
    request_duration: Family<Route, Histogram, fn() -> Histogram>,
    commands: Family<Named, Counter>,
    sign_ins: Family<Done, Counter>,
    /// What was asked for too often.
    slowed: Counter,
    events: Counter,
    /// From AWS's event to the console.
    event_lag: Histogram,
    /// Of the process; zero where it is not known.
    memory: Gauge,
    /// Of the journal, in bytes; zero until it was measured.
    journal: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new(Calls::default())
    }
}

impl Metrics {
    /// Counts from nothing, and tells the calls to AWS that `calls` counts.
    pub fn new(calls: Calls) -> Self {
        Self {
            calls,
            requests: Family::default(),
            request_duration: Family::new_with_constructor(|| Histogram::new(REQUEST)),
            commands: Family::default(),
            sign_ins: Family::default(),
            slowed: Counter::default(),
            events: Counter::default(),
            event_lag: Histogram::new(LAG),
            memory: Gauge::default(),
            journal: Gauge::default(),
        }
    }

    pub(crate) fn request(&self, route: &str, method: &'static str, status: u16, took: Duration) {
        let route = route.to_owned();
        self.request_duration.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Request { route, method, status }).inc();
    }

    pub(crate) fn command(&self, command: &'static str, done: bool) {
        self.commands.get_or_create(&Named { command, done }).inc();
    }

    pub(crate) fn sign_in(&self, done: bool) {
        self.sign_ins.get_or_create(&Done { done }).inc();
    }

    pub(crate) fn slowed(&self) {
        self.slowed.inc();
    }

    /// All numbers as text, with those that `more` puts beside them.
    pub(crate) fn text(&self, more: impl FnOnce(&mut Registry)) -> String {
        let mut registry = Registry::with_prefix("viridian");
        self.register(&mut registry);
        more(&mut registry);
        // Under the names that every process has in Prometheus.
        let mut process = Registry::default();
        if self.memory.get() > 0 {
            let memory = "Memory of the process";
            process.register_with_unit("process_resident_memory", memory, Unit::Bytes, self.memory.clone());
        }
        let mut text = String::new();
        // A text takes everything that is written into it.
        let _ = encode(&mut text, &registry);
        let _ = encode(&mut text, &process);
        text
    }

    fn register(&self, registry: &mut Registry) {
        let seconds = || Unit::Seconds;
        registry.register("requests", "Answered requests by route", self.requests.clone());
        let took = "How long requests took until their answer began";
        registry.register_with_unit("request_duration", took, seconds(), self.request_duration.clone());
        registry.register("commands", "Commands by whether they were carried out", self.commands.clone());
        registry.register("sign_ins", "Sign-ins by whether they succeeded", self.sign_ins.clone());
        registry.register(
            "slowed",
            "What was asked for too often and answered with 429",
            self.slowed.clone(),
        );
        registry.register("events", "Events of AWS that were heard", self.events.clone());
        let lag = "From an event in AWS until the console heard of it";
        registry.register_with_unit("event_lag", lag, seconds(), self.event_lag.clone());
        if self.journal.get() > 0 {
            let size = "What the journal takes, measured after something was written";
            registry.register_with_unit("journal_size", size, Unit::Bytes, self.journal.clone());
        }
        self.calls.register(registry);
    }
}
