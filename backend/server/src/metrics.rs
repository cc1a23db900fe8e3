//! Counters in the text format that Prometheus reads. No names of people, no values of requests.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::{App, doors::Sight};

/// Route, method and status of a request.
type Kind = (String, String, u16);
/// How many, and how many seconds in all.
type Sum = (u64, f64);

#[derive(Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<Kind, Sum>>,
    commands: Mutex<BTreeMap<(&'static str, bool), u64>>,
    /// Sign-ins that failed, and that succeeded.
    sign_ins: [AtomicU64; 2],
    /// What was asked for too often.
    slowed: AtomicU64,
}

impl Metrics {
    pub(crate) fn request(&self, route: &str, method: &str, status: u16, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let (number, seconds) =
            requests.entry((route.to_owned(), method.to_owned(), status)).or_insert((0, 0.0));
        *number += 1;
        *seconds += took.as_secs_f64();
    }

    pub(crate) fn command(&self, name: &'static str, done: bool) {
        let mut commands = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
        *commands.entry((name, done)).or_default() += 1;
    }

    pub(crate) fn sign_in(&self, done: bool) {
        self.sign_ins[usize::from(done)].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn slowed(&self) {
        self.slowed.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn text(&self, app: &App, sight: Sight) -> String {
        let mut text = String::new();
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        text.push_str("# TYPE viridian_requests_total counter\n");
        for ((route, method, status), (number, _)) in requests.iter() {
            let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
            let _ = writeln!(text, "viridian_requests_total{{{labels}}} {number}");
        }
        text.push_str("# TYPE viridian_request_seconds_total counter\n");
        for ((route, method, status), (_, seconds)) in requests.iter() {
            let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
            let _ = writeln!(text, "viridian_request_seconds_total{{{labels}}} {seconds:.6}");
        }
        text.push_str("# TYPE viridian_commands_total counter\n");
        for ((name, done), number) in self.commands.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let _ = writeln!(text, "viridian_commands_total{{command=\"{name}\",done=\"{done}\"}} {number}");
        }
        text.push_str("# TYPE viridian_sign_ins_total counter\n");
        for (done, number) in [false, true].into_iter().zip(&self.sign_ins) {
            let number = number.load(Ordering::Relaxed);
            let _ = writeln!(text, "viridian_sign_ins_total{{done=\"{done}\"}} {number}");
        }
        text.push_str("# TYPE viridian_slowed_total counter\n");
        let _ = writeln!(text, "viridian_slowed_total {}", self.slowed.load(Ordering::Relaxed));
        text.push_str("# TYPE viridian_streams gauge\n");
        let _ = writeln!(text, "viridian_streams {}", app.limits.streams.number());
        sections(&mut text, app, sight);
        text
    }
}

/// Which sections are stale: of each service by its name, or how many where names are not told.
fn sections(text: &mut String, app: &App, sight: Sight) {
    let mut stale_in_all = BTreeMap::<_, u64>::new();
    text.push_str("# TYPE viridian_section_stale gauge\n");
    for served in &app.served {
        let snapshot = served.service.snapshot();
        let sections = [
            ("pipeline", snapshot.pipeline.is_stale()),
            ("traffic", snapshot.traffic.is_stale()),
            ("tasks", snapshot.tasks.is_stale()),
            ("machines", snapshot.machines.is_stale()),
        ];
        for (section, stale) in sections {
            *stale_in_all.entry(section).or_default() += u64::from(stale);
            if sight == Sight::Whole {
                let labels = format!("service=\"{}\",section=\"{section}\"", escaped(served.service.name()));
                let _ = writeln!(text, "viridian_section_stale{{{labels}}} {}", u8::from(stale));
            }
        }
    }
    if sight != Sight::Whole {
        for (section, number) in stale_in_all {
            let _ = writeln!(text, "viridian_section_stale{{section=\"{section}\"}} {number}");
        }
    }
}

/// A text as the value of a label.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
