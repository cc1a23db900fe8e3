//! Probes from an OpenAPI description (2.0, 3.0, 3.1; JSON or YAML): every operation that only reads and whose
//! parameters have values in the document.

mod document;
mod example;
mod parameter;
mod security;
mod server;

use serde_json::{Map, Value};

use crate::{Imported, Unreadable, collect::Collector, draft::Draft, without_mark};
use document::{Document, pointer};

const READING: [&str; 3] = ["get", "head", "options"];
const CHANGING: [&str; 6] = ["post", "put", "patch", "delete", "trace", "query"];

/// Reads a description in JSON or YAML; an error where it is none.
pub fn import(text: &str) -> Result<Imported, Unreadable> {
    let document = Document::read(without_mark(text))?;
    let Some(paths) = document.value.get("paths").and_then(Value::as_object) else {
        return Err(Unreadable("the description has no `paths`".to_owned()));
    };
    let mut collector = Collector::default();
    for (path, item) in paths {
        // Extensions stand beside the paths.
        if path.starts_with('/') {
            one(&document, path, item, &mut collector);
        }
    }
    Ok(collector.finish())
}

fn one(document: &Document, path: &str, item: &Value, collector: &mut Collector) {
    let place = format!("/paths/{}", pointer(path));
    let item = match document.resolved(item) {
        Ok(item) => item,
        Err(reason) => return collector.left_out(&place, &reason),
    };
    let Some(item) = item.as_object() else {
        return collector.left_out(&place, "it is no object");
    };
    for method in CHANGING.iter().filter(|it| item.contains_key(**it)) {
        collector.left_out(&format!("{place}/{method}"), "it may change something");
    }
    for method in READING {
        let Some(operation) = item.get(method) else { continue };
        let at = format!("{place}/{method}");
        match draft(document, path, item, operation, &at, collector) {
            Ok(draft) => collector.add(Draft { method: method.to_ascii_uppercase(), ..draft }),
            Err(reason) => collector.left_out(&at, &reason),
        }
    }
}

fn draft(
    document: &Document,
    path: &str,
    item: &Map<String, Value>,
    operation: &Value,
    at: &str,
    collector: &mut Collector,
) -> Result<Draft, String> {
    let base = server::base(document, item, operation)?;
    if let Some(note) = base.note {
        collector.same(&note, at);
    }
    if operation.pointer("/requestBody/required") == Some(&Value::Bool(true)) {
        return Err("it wants a body".to_owned());
    }
    let mut draft = Draft::get(at, "");
    let mut filled = parameter::Filled::new(path);
    for parameter in parameter::of(document, item, operation)? {
        filled.add(document, parameter)?;
    }
    security::add(document, operation, &mut filled, &mut draft)?;
    let cookies = filled.finish(&base.path, &mut draft)?;
    if !cookies.is_empty() {
        collector.same(&format!("its cookies are {cookies}"), at);
    }
    Ok(draft)
}
