//! Probes from a Postman collection (2.0, 2.1): folders and their authorisation, variables, what is switched off.

mod part;
mod request;

use serde_json::Value;

use crate::{Imported, Unreadable, collect::Collector, template::Variables, without_mark};

/// Folders in folders; deeper ones are left out.
const DEEPEST: usize = 32;

/// What an item has from the folders around it.
#[derive(Clone, Default)]
struct Around<'c> {
    variables: Variables,
    auth: Option<&'c Value>,
}

/// Reads an exported collection; an error where the text is none.
pub fn import(text: &str) -> Result<Imported, Unreadable> {
    let value: Value = serde_json::from_str(without_mark(text))
        .map_err(|error| Unreadable(format!("the collection is not JSON: {error}")))?;
    // As Postman's API gives it.
    let collection = value.get("collection").unwrap_or(&value);
    if collection.get("item").and_then(Value::as_array).is_none() {
        let is_old = collection.get("requests").is_some();
        let hint = if is_old { "it is of version 1; export it as 2.1" } else { "it has no `item`" };
        return Err(Unreadable(format!("this is no Postman collection of version 2: {hint}")));
    }
    let mut collector = Collector::default();
    items(collection, "", &Around::default(), 0, &mut collector);
    Ok(collector.finish())
}

fn items<'c>(folder: &'c Value, place: &str, around: &Around<'c>, depth: usize, collector: &mut Collector) {
    let mut inside = around.clone();
    for variable in folder.get("variable").and_then(Value::as_array).into_iter().flatten() {
        let name = variable.get("key").or_else(|| variable.get("id")).and_then(Value::as_str);
        if let (Some(name), false) = (name, part::is_off(variable)) {
            let value = variable.get("value").map(part::scalar).unwrap_or_default();
            // Kept empty in a shared collection, and filled where somebody works with it.
            if !value.is_empty() {
                inside.variables.set(name, &value);
            }
        }
    }
    inside.auth = folder.get("auth").filter(|it| !it.is_null()).or(around.auth);
    scripts(folder, if place.is_empty() { "/" } else { place }, collector);
    for (index, item) in folder.get("item").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let at = format!("{place}/item/{index}");
        if item.get("item").is_some() {
            if depth < DEEPEST {
                items(item, &at, &inside, depth + 1, collector);
            } else {
                collector.left_out(&at, "folders are nested too deeply");
            }
        } else if let Some(request) = item.get("request") {
            scripts(item, &at, collector);
            match request::draft(item, request, &at, &inside) {
                Ok((draft, notes)) => {
                    for note in &notes {
                        collector.same(note, &at);
                    }
                    collector.add(draft);
                }
                Err(reason) => collector.left_out(&at, &reason),
            }
        } else {
            collector.left_out(&at, "it holds no request");
        }
    }
}

fn scripts(item: &Value, at: &str, collector: &mut Collector) {
    for event in item.get("event").and_then(Value::as_array).into_iter().flatten() {
        let is_empty = |it: &Value| match it {
            Value::Array(lines) => lines.iter().all(|it| it.as_str().is_none_or(|it| it.trim().is_empty())),
            other => other.as_str().is_none_or(|it| it.trim().is_empty()),
        };
        if part::is_off(event) || event.pointer("/script/exec").is_none_or(is_empty) {
            continue;
        }
        match event.get("listen").and_then(Value::as_str) {
            Some("prerequest") => collector.same("the script that Postman runs before it is left out", at),
            _ => collector.same("the script that checks its answer is left out", at),
        }
    }
}
