//! What no other fact tells: details of the sections, and what ECS says of the service.

use viridian_shared::{
    journal::{Fact, Frame, Observation, replay::apply},
    snapshot::Snapshot,
    tasks::{ServiceEvent, Tasks},
};

use super::{Change, frame};

/// A reading, where the facts that are told do not lead to what was seen.
pub(super) fn changes(before: &Snapshot, after: &Snapshot, told: &[Change]) -> Option<Change> {
    let mut reached = before.clone();
    for change in told {
        let at = change.at.unwrap_or_default();
        apply(&mut reached, &Fact::Observed(Box::new(change.seen.clone())), at);
    }
    let (reached, seen) = (frame(&reached), frame(after));
    let events = events(reached.tasks.as_ref(), seen.tasks.as_ref());
    let frame = Frame {
        pipeline: seen.pipeline.filter(|it| reached.pipeline.as_ref() != Some(it)),
        traffic: seen.traffic.filter(|it| reached.traffic.as_ref() != Some(it)),
        tasks: seen.tasks.filter(|it| !is_reached(reached.tasks.as_ref(), it, &events)),
        machines: seen.machines.filter(|it| reached.machines.as_ref() != Some(it)),
    };
    // Events within tasks that are written whole anyway are not written twice.
    let events = if frame.tasks.is_some() { Vec::new() } else { events };
    let is_news = frame != Frame::default() || !events.is_empty();
    is_news.then(|| Change::new(Observation::Reading { frame, events }))
}

/// Those that were not there before, newest first.
fn events(reached: Option<&Tasks>, seen: Option<&Tasks>) -> Vec<ServiceEvent> {
    let (Some(reached), Some(seen)) = (reached, seen) else { return Vec::new() };
    let is_new = |event: &&ServiceEvent| reached.events.iter().all(|known| known.id != event.id);
    seen.events.iter().filter(is_new).cloned().collect()
}

/// Whether nothing but these events is missing. ECS forgets its oldest events; they stay in the record.
fn is_reached(reached: Option<&Tasks>, seen: &Tasks, events: &[ServiceEvent]) -> bool {
    let Some(reached) = reached else { return false };
    let begins = events.iter().chain(&reached.events).zip(&seen.events).all(|(one, other)| one == other);
    let plain = |tasks: &Tasks| Tasks { events: Vec::new(), ..tasks.clone() };
    begins && plain(reached) == plain(seen)
}
