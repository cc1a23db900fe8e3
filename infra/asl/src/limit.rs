//! How much an execution may carry, and how long a state may think.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::failure::{DATA_LIMIT, Failure};

/// Bytes of a state's input or output.
pub const MAX_DATA: usize = 262_144;
/// Bytes of all variables of an execution.
pub(crate) const MAX_VARIABLES: u64 = 10 << 20;
/// Events of one execution.
pub const MAX_EVENTS: u64 = 25_000;
/// Bytes that the events of one execution may hold together.
pub(crate) const MAX_HISTORY: u64 = 64 << 20;
/// Levels of nesting of data. What is saved is read again by a parser that stops at 128.
pub const MAX_DEPTH: usize = 100;

/// What all expressions of one field may give together, in nodes and text bytes. More would not fit anyway.
const MAX_ROOM: usize = 8 * MAX_DATA;
/// How long the expressions of one state may take in real time. The world stands still meanwhile.
pub(crate) const PATIENCE: Duration = Duration::from_millis(900);
/// The same of all states that follow each other without a pause.
pub(crate) const ALL_PATIENCE: Duration = Duration::from_secs(5);

/// What is left to the expressions of a state.
#[derive(Debug)]
pub(crate) struct Limits {
    room: Cell<usize>,
    deadline: Instant,
}

impl Limits {
    pub(crate) fn until(deadline: Instant) -> Self {
        Self { room: Cell::new(MAX_ROOM), deadline }
    }

    /// Takes a value out of the room that is left.
    pub(crate) fn spend(&self, value: &Value) -> Result<(), Failure> {
        let mut room = self.room.get();
        if !fits(value, &mut room) {
            let cause = "The state's data has a size exceeding the maximum number of bytes service limit.";
            return Err(Failure::said(DATA_LIMIT, cause));
        }
        self.room.set(room);
        Ok(())
    }

    /// The time that is left; none is an error.
    pub(crate) fn time(&self) -> Result<Duration, Failure> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Failure::runtime("The expressions of the state take longer than is allowed."));
        }
        Ok(left)
    }
}

/// Takes the weight of a value out of `room`; gives whether there was enough.
pub(crate) fn fits(value: &Value, room: &mut usize) -> bool {
    let weight = 1 + value.as_str().map_or(0, str::len);
    let Some(left) = room.checked_sub(weight) else { return false };
    *room = left;
    match value {
        Value::Array(list) => list.iter().all(|value| fits(value, room)),
        Value::Object(members) => members.values().all(|value| fits(value, room)),
        _ => true,
    }
}

/// Whether a value is nested no deeper than allowed.
pub(crate) fn is_shallow(value: &Value, levels: usize) -> bool {
    let Some(inner) = levels.checked_sub(1) else { return false };
    match value {
        Value::Array(list) => list.iter().all(|item| is_shallow(item, inner)),
        Value::Object(members) => members.values().all(|member| is_shallow(member, inner)),
        _ => true,
    }
}
