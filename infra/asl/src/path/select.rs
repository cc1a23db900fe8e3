//! Follows the steps of a path through a value, with a bound on the work.

use std::cell::Cell;

use serde_json::{Value, json};

use super::{Miss, Step};
use crate::limit::fits;

/// Values that one step may reach. What an execution carries (256 KiB) has fewer.
const MAX_REACHED: usize = 200_000;
/// Values that all steps of a path together, filters included, may look at.
const MAX_WORK: usize = 1_000_000;
/// Nodes and text bytes that a list of results may hold.
const MAX_WEIGHT: usize = 4 << 20;

/// The work that is left, and the root that filters may name.
#[derive(Debug)]
pub(crate) struct Work<'a> {
    left: Cell<usize>,
    pub(crate) root: &'a Value,
}

/// Follows a definite path.
pub(crate) fn one(steps: &[Step], root: &Value) -> Result<Value, Miss> {
    let mut at = root;
    let mut walked = String::from("$");
    for (number, step) in steps.iter().enumerate() {
        let last = number + 1 == steps.len();
        let next = match step {
            Step::Names(names) => {
                let name = names.first().map(String::as_str).unwrap_or_default();
                if !at.is_object() {
                    return Err(not_an_object(at, name, &walked));
                }
                walked.extend(["['", name, "']"]);
                at.get(name)
            }
            Step::Indexes(indexes) => {
                let index = indexes.first().copied().unwrap_or_default();
                walked.extend(["[", &index.to_string(), "]"]);
                at.as_array().and_then(|list| list.get(position(index, list.len())?))
            }
            Step::Length => return length(at).ok_or_else(|| missing(&walked, true)),
            _ => None,
        };
        at = next.ok_or_else(|| missing(&walked, last))?;
    }
    Ok(at.clone())
}

fn missing(walked: &str, last: bool) -> Miss {
    Miss::Missing(if last {
        format!("No results for path: {walked}")
    } else {
        format!("Missing property in path {walked}")
    })
}

fn not_an_object(at: &Value, name: &str, walked: &str) -> Miss {
    let class = match at {
        Value::Null => "null",
        Value::Bool(_) => "java.lang.Boolean",
        Value::Number(number) if number.is_f64() => "java.lang.Double",
        Value::Number(_) => "java.lang.Integer",
        Value::String(_) => "java.lang.String",
        Value::Array(_) => "net.minidev.json.JSONArray",
        Value::Object(_) => "java.util.LinkedHashMap",
    };
    Miss::Missing(format!(
        "Expected to find an object with property ['{name}'] in path {walked} but found '{class}'. This is not a \
         json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JsonSmartJsonProvider'."
    ))
}

fn length(value: &Value) -> Option<Value> {
    match value {
        Value::Array(list) => Some(json!(list.len())),
        Value::Object(members) => Some(json!(members.len())),
        Value::String(text) => Some(json!(text.chars().count())),
        _ => None,
    }
}

/// Where an index that may count from the end points to.
fn position(index: i64, length: usize) -> Option<usize> {
    if index >= 0 {
        return usize::try_from(index).ok();
    }
    length.checked_sub(usize::try_from(index.unsigned_abs()).ok()?)
}

/// Follows a path that may reach many places.
pub(crate) fn many(steps: &[Step], root: &Value) -> Result<Value, Miss> {
    let work = Work { left: Cell::new(MAX_WORK), root };
    if let Some((Step::Length, before)) = steps.split_last() {
        let found = reach(before, root, &work)?;
        return Ok(json!(found.len()));
    }
    let found = reach(steps, root, &work)?;
    let mut left = MAX_WEIGHT;
    if !found.iter().all(|value| fits(value, &mut left)) {
        return Err(Miss::TooMuch);
    }
    Ok(Value::Array(found.into_iter().cloned().collect()))
}

/// Every place that the steps reach, in document order.
pub(crate) fn reach<'a>(steps: &[Step], root: &'a Value, work: &Work<'_>) -> Result<Vec<&'a Value>, Miss> {
    let mut at = vec![root];
    for step in steps {
        let mut next = Vec::new();
        for value in at {
            apply(step, value, &mut next, work)?;
        }
        at = next;
    }
    Ok(at)
}

fn apply<'a>(step: &Step, value: &'a Value, found: &mut Vec<&'a Value>, work: &Work<'_>) -> Result<(), Miss> {
    let before = found.len();
    spend(work, 1)?;
    match step {
        Step::Names(names) => found.extend(names.iter().filter_map(|name| value.get(name))),
        Step::Indexes(indexes) => {
            let Some(list) = value.as_array() else { return Ok(()) };
            found.extend(indexes.iter().filter_map(|index| list.get(position(*index, list.len())?)));
        }
        Step::Slice { start, end, step } => slice(value, *start, *end, *step, found),
        Step::Any => found.extend(children(value)),
        Step::Descend(step) => {
            let mut waiting = vec![value];
            while let Some(value) = waiting.pop() {
                apply(step, value, found, work)?;
                // The last child is taken first from the end of the list, so push them backwards.
                waiting.extend(children(value).into_iter().rev());
                if waiting.len() > MAX_REACHED || found.len() > MAX_REACHED {
                    return Err(Miss::TooMuch);
                }
            }
        }
        Step::Filter(filter) => {
            for child in children(value) {
                if filter.holds(child, work)? {
                    found.push(child);
                }
            }
        }
        Step::Length => {}
    }
    spend(work, found.len().saturating_sub(before))?;
    if found.len() > MAX_REACHED { Err(Miss::TooMuch) } else { Ok(()) }
}

fn spend(work: &Work<'_>, done: usize) -> Result<(), Miss> {
    work.left.set(work.left.get().checked_sub(done).ok_or(Miss::TooMuch)?);
    Ok(())
}

fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => Vec::new(),
    }
}

fn slice<'a>(value: &'a Value, start: Option<i64>, end: Option<i64>, step: i64, found: &mut Vec<&'a Value>) {
    let Some(list) = value.as_array() else { return };
    let bound = |index: i64| position(index, list.len()).unwrap_or(0).min(list.len());
    let from = start.map_or(0, bound);
    let to = end.map_or(list.len(), bound);
    let step = usize::try_from(step).unwrap_or(1).max(1);
    found.extend(list.iter().take(to).skip(from).step_by(step));
}
