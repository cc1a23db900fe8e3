//! Conditions of statements: an operator, a key of the request, and the values that it may have.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::pattern::fits;

/// What follows an operator that lets a missing key pass.
const IF_EXISTS: &str = "IfExists";

/// Whether the sandbox can decide a condition.
pub(crate) fn is_known(operator: &str) -> bool {
    compare(operator.strip_suffix(IF_EXISTS).unwrap_or(operator)).is_some() || operator == "Null"
}

/// Whether every condition holds for a request's keys.
pub(crate) fn hold(
    conditions: &BTreeMap<String, BTreeMap<String, Value>>,
    keys: &BTreeMap<String, String>,
) -> bool {
    conditions.iter().all(|(operator, wanted)| {
        wanted.iter().all(|(key, values)| {
            // Keys are named without regard to capitals.
            let found = keys.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value);
            holds(operator, &texts(values), found.map(String::as_str))
        })
    })
}

fn holds(operator: &str, values: &[String], found: Option<&str>) -> bool {
    if operator == "Null" {
        return values.iter().any(|value| (value == "true") == found.is_none());
    }
    let (base, passes_missing) =
        operator.strip_suffix(IF_EXISTS).map_or((operator, false), |base| (base, true));
    let Some((compare, is_negated)) = compare(base) else { return false };
    match found {
        // A negated operator holds for what is not there.
        None => passes_missing || is_negated,
        Some(found) => values.iter().any(|value| compare(value, found)) != is_negated,
    }
}

type Compare = fn(&str, &str) -> bool;

/// How an operator compares a value of the policy with one of the request, and whether it means the opposite.
fn compare(operator: &str) -> Option<(Compare, bool)> {
    let same: Compare = |value, found| value == found;
    let alike: Compare = |value, found| value.eq_ignore_ascii_case(found);
    let fitting: Compare = |value, found| fits(value, found);
    Some(match operator {
        "StringEquals" => (same, false),
        "StringNotEquals" => (same, true),
        "StringEqualsIgnoreCase" | "Bool" => (alike, false),
        "StringNotEqualsIgnoreCase" => (alike, true),
        "StringLike" | "ArnEquals" | "ArnLike" => (fitting, false),
        "StringNotLike" | "ArnNotEquals" | "ArnNotLike" => (fitting, true),
        _ => return None,
    })
}

fn texts(values: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match values {
        Value::Array(list) => list.iter().map(text).collect(),
        one => vec![text(one)],
    }
}
