//! Lists of names and values in a collection.

use serde_json::Value;

pub(super) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

pub(super) fn is_off(value: &Value) -> bool {
    value.get("disabled") == Some(&Value::Bool(true))
}

/// What is switched on of a list of `{key, value}`, or of lines `key: value`.
pub(super) fn pairs(list: Option<&Value>) -> Vec<(String, Option<String>)> {
    match list {
        Some(Value::Array(list)) => list
            .iter()
            .filter(|it| !is_off(it))
            .filter_map(|it| {
                let value = it.get("value").filter(|it| !it.is_null()).map(scalar);
                Some((scalar(it.get("key")?), value))
            })
            .collect(),
        Some(Value::String(lines)) => lines
            .lines()
            .filter_map(|it| it.split_once(':'))
            .map(|(name, value)| (name.trim().to_owned(), Some(value.trim().to_owned())))
            .collect(),
        _ => Vec::new(),
    }
}

/// A member of an authorisation: a list of `{key, value}` in 2.1, an object in 2.0.
pub(super) fn of_auth(auth: &Value, kind: &str, name: &str) -> Option<String> {
    match auth.get(kind)? {
        Value::Array(list) => {
            let found = list.iter().find(|it| it.get("key").and_then(Value::as_str) == Some(name))?;
            found.get("value").map(scalar)
        }
        object => object.get(name).map(scalar),
    }
}
