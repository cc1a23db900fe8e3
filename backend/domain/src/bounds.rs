//! Bounds of everything that a client sends: each text in it by the name of its field, before anything is written.

use serde::Serialize;
use serde_json::Value;
use viridian_shared::{bounds, rule::Refusal};

/// Whether everything in it fits, or why not.
pub fn check<T: Serialize>(sent: &T) -> Result<(), Refusal> {
    let unfit = |_| Refusal { reason: "This cannot be read.".to_owned(), is_field: true };
    walk("value", &serde_json::to_value(sent).map_err(unfit)?)
}

fn walk(field: &str, value: &Value) -> Result<(), Refusal> {
    match value {
        Value::String(text) => bounds::text(field, text),
        Value::Array(values) => {
            bounds::list(field, values.len())?;
            values.iter().try_for_each(|value| walk(field, value))
        }
        Value::Object(members) => members.iter().try_for_each(|(name, value)| walk(name, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_text_is_found_however_deep() {
        assert!(
            check(&json!({ "suite": { "probes": [{ "name": "a", "path": "/", "headers": [] }] } })).is_ok()
        );
        let deep = json!({ "suite": { "probes": [{ "headers": [{ "name": "x".repeat(500) }] }] } });
        assert!(check(&deep).unwrap_err().reason.contains("500 characters"));
        assert!(check(&json!({ "changes": vec!["x"; 1_001] })).is_err());
    }
}
