//! Probes from an OpenAPI document in JSON: every operation that only reads and whose parameters have examples.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::{Imported, Unusable};

const METHODS: [&str; 3] = ["get", "head", "options"];

pub fn import(text: &str) -> Result<Imported, Unusable> {
    let document: Value = serde_json::from_str(text)
        .map_err(|error| Unusable::Malformed(format!("expected OpenAPI as JSON: {error}")))?;
    let paths = document.get("paths").and_then(Value::as_object);
    let paths = paths.ok_or_else(|| Unusable::Malformed("it has no `paths`".to_owned()))?;
    let base = base(&document);
    let mut imported = Imported::default();
    for (path, item) in paths {
        let Some(item) = item.as_object() else { continue };
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                let parameters = parameters(&document, item, operation);
                match filled(path, &parameters) {
                    Ok(filled) => imported.push(method, &format!("{base}{filled}"), Vec::new(), None),
                    Err(name) => imported.remarks.push(format!(
                        "{} {path} left out: its parameter `{name}` has no example",
                        method.to_ascii_uppercase()
                    )),
                }
            }
        }
        if item.keys().any(|key| ["post", "put", "patch", "delete"].contains(&key.as_str())) {
            imported.remarks.push(format!("{path}: operations that change something are left out"));
        }
    }
    Ok(imported.numbered())
}

/// The path of the first server, without a slash at its end.
fn base(document: &Value) -> String {
    let url = document.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or_default();
    let path = if url.is_empty() { None } else { super::path_of(url) };
    path.unwrap_or_default().trim_end_matches('/').to_owned()
}

fn parameters<'d>(document: &'d Value, item: &'d Map<String, Value>, operation: &'d Value) -> Vec<&'d Value> {
    let own = operation.get("parameters").and_then(Value::as_array);
    let shared = item.get("parameters").and_then(Value::as_array);
    let resolve = |parameter: &'d Value| match parameter.get("$ref").and_then(Value::as_str) {
        Some(reference) => reference.strip_prefix('#').and_then(|it| document.pointer(it)),
        None => Some(parameter),
    };
    own.into_iter().chain(shared).flatten().filter_map(resolve).collect()
}

/// The path with its parameters, or the name of one that is needed and unknown.
fn filled(path: &str, parameters: &[&Value]) -> Result<String, String> {
    let (mut filled, mut query) = (path.to_owned(), Vec::new());
    for parameter in parameters {
        let word = |key| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
        let (name, place) = (word("name"), word("in"));
        let is_required = parameter.get("required").and_then(Value::as_bool).unwrap_or_default();
        match (place, example(parameter)) {
            ("path", Some(value)) => filled = filled.replace(&format!("{{{name}}}"), &encoded(&value)),
            ("query", Some(value)) => query.push(format!("{}={}", encoded(name), encoded(&value))),
            ("path" | "query" | "header", None) if is_required => return Err(name.to_owned()),
            _ => {}
        }
    }
    if let Some((_, rest)) = filled.split_once('{') {
        return Err(rest.split('}').next().unwrap_or_default().to_owned());
    }
    Ok(if query.is_empty() { filled } else { format!("{filled}?{}", query.join("&")) })
}

fn example(parameter: &Value) -> Option<String> {
    let named = parameter.get("examples").and_then(Value::as_object);
    let first = named.and_then(|it| it.values().next()).and_then(|it| it.get("value"));
    let places = ["/example", "/schema/example", "/schema/examples/0", "/schema/default", "/schema/enum/0"];
    let value = first.or_else(|| places.iter().find_map(|place| parameter.pointer(place)))?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
