//! Values for a parameter: what the document gives as an example or takes for granted.

use std::cell::Cell;

use serde_json::Value;

use super::document::Document;

/// Schemas nest and refer to each other; deeper ones, and more than some, are not looked into.
const DEEPEST: usize = 6;
const MOST: usize = 2_000;

/// The value of a parameter. One that may be missing is filled only by an example or a default, one that must be
/// there also by a value that it may have.
pub(super) fn of(document: &Document, parameter: &Value, must_be_there: bool) -> Option<Value> {
    let look = Look { document, must_be_there, left: Cell::new(MOST) };
    let content = parameter.get("content").and_then(Value::as_object).and_then(|it| it.values().next());
    [Some(parameter), content].into_iter().flatten().find_map(|holder| {
        let own = holder.get("example").or_else(|| holder.get("x-example")).cloned();
        own.or_else(|| named(document, holder)).or_else(|| {
            let schema = if document.is_swagger { Some(parameter) } else { holder.get("schema") };
            schema.and_then(|it| look.schema(it, 0))
        })
    })
}

/// The first of `examples`.
fn named(document: &Document, holder: &Value) -> Option<Value> {
    let named = holder.get("examples")?.as_object()?;
    named.values().find_map(|it| document.resolved(it).ok()?.get("value").cloned())
}

struct Look<'d> {
    document: &'d Document,
    must_be_there: bool,
    left: Cell<usize>,
}

impl Look<'_> {
    fn schema(&self, schema: &Value, depth: usize) -> Option<Value> {
        self.left.set(self.left.get().checked_sub(1)?);
        if depth > DEEPEST {
            return None;
        }
        let schema = self.document.resolved(schema).ok()?;
        let direct = ["/example", "/examples/0", "/default", "/const"];
        let own = direct.iter().find_map(|it| schema.pointer(it)).cloned();
        let own = own.or_else(|| schema.pointer("/enum/0").filter(|_| self.must_be_there).cloned());
        own.filter(|it| !it.is_null()).or_else(|| {
            let inner = |it: &Value| self.schema(it, depth + 1);
            let some = |key: &str| schema.get(key).and_then(Value::as_array).into_iter().flatten();
            if let Some(value) = some("allOf").chain(some("oneOf")).chain(some("anyOf")).find_map(inner) {
                return Some(value);
            }
            if let Some(items) = schema.get("items") {
                return inner(items).map(|it| Value::Array(vec![it]));
            }
            object(schema, self.must_be_there, inner)
        })
    }
}

/// An object of which everything that must be there has a value.
fn object(schema: &Value, must_be_there: bool, inner: impl Fn(&Value) -> Option<Value>) -> Option<Value> {
    let properties = schema.get("properties")?.as_object()?;
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut object = serde_json::Map::new();
    for (name, property) in properties {
        match inner(property) {
            Some(value) if must_be_there || required.contains(&name.as_str()) => {
                object.insert(name.clone(), value);
            }
            None if required.contains(&name.as_str()) => return None,
            _ => {}
        }
    }
    (!object.is_empty()).then_some(Value::Object(object))
}
