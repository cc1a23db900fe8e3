//! How much an execution may carry.

use serde_json::Value;

/// Bytes of a state's input or output.
pub(crate) const MAX_DATA: usize = 262_144;
/// Bytes of all variables of an execution.
pub(crate) const MAX_VARIABLES: u64 = 10 << 20;
/// Events of one execution.
pub(crate) const MAX_EVENTS: u64 = 25_000;
/// Bytes that the events of one execution may hold together.
pub(crate) const MAX_HISTORY: u64 = 64 << 20;
/// Levels of nesting of data. What is saved is read again by a parser that stops at 128.
pub(crate) const MAX_DEPTH: usize = 100;

/// Whether a value is nested no deeper than allowed.
pub(crate) fn is_shallow(value: &Value, levels: usize) -> bool {
    let Some(inner) = levels.checked_sub(1) else { return false };
    match value {
        Value::Array(list) => list.iter().all(|item| is_shallow(item, inner)),
        Value::Object(members) => members.values().all(|member| is_shallow(member, inner)),
        _ => true,
    }
}
