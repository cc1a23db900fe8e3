//! Compares what was recorded with what was found, placeholders of the recording aside.

use serde_json::{Map, Value};

use crate::case::{Case, Found};

/// Words that stand in a recording for what differs from run to run.
const ANYTHING: [&str; 6] =
    ["timestamp", "datetime", "date", "snf_role_arn", "generated-uuid", "RandomNumberGenerated"];

type Verdict = [Option<Result<(), String>>; 4];

/// For each level: not compared, agrees, or differs in this way.
pub(crate) fn verdict(case: &Case, found: &Found) -> Verdict {
    let recorded = &case.recorded;
    let status = recorded.status.as_deref().unwrap_or_default();
    let status = same(status == found.status, || {
        format!("recorded {status}, found {}: {:?}", found.status, found.cause)
    });
    let events = recorded.events.as_ref();
    [
        Some(status),
        Some(result(case, found)),
        events.map(|events| types(case, events, found)),
        events.map(|events| full(case, events, found)),
    ]
}

fn same(agrees: bool, fault: impl FnOnce() -> String) -> Result<(), String> {
    if agrees { Ok(()) } else { Err(fault()) }
}

fn result(case: &Case, found: &Found) -> Result<(), String> {
    let recorded = &case.recorded;
    if let Some(diagnostics) = &recorded.diagnostics {
        let agrees = diagnostics.len() == found.diagnostics.len()
            && diagnostics.iter().zip(&found.diagnostics).all(|(left, right)| agree(left, right));
        return same(agrees, || format!("recorded {diagnostics:?}, found {:?}", found.diagnostics));
    }
    if let Some(output) = &recorded.output {
        let agrees = found.output.as_ref().is_some_and(|given| agree(output, given));
        return same(agrees, || format!("recorded {output}, found {:?}", found.output));
    }
    let pairs = [(&recorded.error, &found.error), (&recorded.cause, &found.cause)];
    let agrees = pairs.iter().all(|(left, right)| match (left, right) {
        (Some(left), Some(right)) => fits(left, right),
        (left, right) => left.is_none() && right.is_none(),
    });
    same(agrees, || {
        format!(
            "recorded {:?} {:?}, found {:?} {:?}",
            recorded.error, recorded.cause, found.error, found.cause
        )
    })
}

fn kind(event: &Value) -> String {
    event["type"].as_str().unwrap_or_default().to_owned()
}

fn types(case: &Case, events: &[Value], found: &Found) -> Result<(), String> {
    let mut recorded: Vec<String> = events.iter().map(kind).collect();
    let mut given: Vec<String> = found.events.iter().map(kind).collect();
    if case.parallel_sorted {
        given.retain(|kind| kind != "ParallelStateSucceeded");
        recorded.sort();
        given.sort();
    }
    same(recorded == given, || format!("recorded {recorded:?}, found {given:?}"))
}

fn full(case: &Case, events: &[Value], found: &Found) -> Result<(), String> {
    types(case, events, found)?;
    if case.parallel_sorted {
        return as_sets(events, &found.events);
    }
    for (recorded, given) in events.iter().zip(&found.events) {
        same(agree(recorded, given), || format!("recorded {recorded}, found {given}"))?;
    }
    Ok(())
}

/// Where branches ran at the same time only the details are compared, in any order.
fn as_sets(events: &[Value], given: &[Value]) -> Result<(), String> {
    let bare = |event: &Value| -> Value {
        let members = event.as_object().cloned().unwrap_or_default();
        let kept = members
            .into_iter()
            .filter(|(name, _)| !["id", "previousEventId", "timestamp"].contains(&name.as_str()));
        kept.collect::<Map<_, _>>().into()
    };
    let mut left: Vec<Value> = given.iter().map(bare).collect();
    for event in events.iter().map(bare) {
        match left.iter().position(|given| agree(&event, given)) {
            Some(place) => drop(left.remove(place)),
            None => return Err(format!("recorded {event}, found none like it")),
        }
    }
    Ok(())
}

/// Whether a found value is the recorded one.
fn agree(recorded: &Value, found: &Value) -> bool {
    match (recorded, found) {
        (Value::String(word), _) if ANYTHING.contains(&word.as_str()) => true,
        (Value::String(left), Value::String(right)) => fits(left, right),
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| right.get(name).is_some_and(|given| agree(value, given)))
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| agree(left, right))
        }
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        // Texts with JSON in them were recorded as what they say.
        (recorded, Value::String(text)) => {
            serde_json::from_str(text).is_ok_and(|found| agree(recorded, &found))
        }
        (left, right) => left == right,
    }
}

/// Whether a text is the recorded one: each `<…>` in that one stands for anything.
fn fits(recorded: &str, found: &str) -> bool {
    if recorded == found || ANYTHING.contains(&recorded) {
        return true;
    }
    if let (Ok(left), Ok(right)) =
        (serde_json::from_str::<Value>(recorded), serde_json::from_str::<Value>(found))
    {
        return agree(&left, &right);
    }
    let mut rest = found;
    let mut pieces = recorded.split('<');
    let Some(after) = rest.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    rest = after;
    let mut open = false;
    for piece in pieces {
        let literal = piece.split_once('>').map_or("", |(_, literal)| literal);
        let Some(at) = rest.find(literal) else { return false };
        rest = &rest[at + literal.len()..];
        open = literal.is_empty();
    }
    open || rest.is_empty()
}
