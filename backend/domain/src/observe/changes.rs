//! What changed between two snapshots, as sentences for the journal. Pure.
//!
//! A section that was not read before says nothing: there is nothing to compare it with.

mod machines;
mod pipeline;
mod tasks;
mod traffic;

use jiff::Timestamp;
use viridian_shared::{journal::EntryKind, snapshot::Snapshot};

use crate::port::Line;

/// One change: what it is about, when, and a sentence.
pub(super) struct Change {
    about: &'static str,
    at: Option<Timestamp>,
    text: String,
}

impl Change {
    fn new(about: &'static str, text: impl Into<String>) -> Self {
        Self { about, at: None, text: text.into() }
    }

    /// When AWS says that it happened.
    fn at(mut self, at: Option<Timestamp>) -> Self {
        self.at = at;
        self
    }
}

/// The changes from `before` to `after` in the order in which they are told.
pub(super) fn between(before: &Snapshot, after: &Snapshot, now: Timestamp) -> Vec<Line> {
    let mut changes = pipeline::changes(before, after);
    changes.extend(machines::changes(before, after));
    changes.extend(tasks::changes(before, after));
    changes.extend(traffic::changes(before, after));
    let release = after.pipeline().and_then(|pipeline| pipeline.release.as_ref());
    let line = |change: Change| Line {
        at: change.at.unwrap_or(now).min(now),
        service: after.service.name.clone(),
        release: release.map(|release| release.id.clone()),
        person: None,
        kind: EntryKind::Observed,
        about: change.about.to_owned(),
        text: change.text,
        closes: None,
    };
    let mut lines: Vec<_> = changes.into_iter().map(line).collect();
    lines.sort_by_key(|line| line.at);
    lines
}
