//! Inputs as others write them, in the names and types of the model: forms and templates know nothing but text,
//! templates and state machines begin every name with a capital.

use serde_json::{Map, Value};

use super::model::{self, Kind, Model, Shape};

/// How an input is written.
#[derive(Debug, Clone, Copy)]
struct Writing {
    /// Numbers and truth values may be texts, and an empty list an empty text.
    in_text: bool,
    /// The first letter of a name says nothing.
    any_case: bool,
    /// An object where a text is wanted is that object written out.
    written_out: bool,
}

/// A form of the query protocol. What fits nothing stays what it is, for [`super::admit`] to refuse.
pub(crate) fn typed(service: &str, operation: &str, input: Value) -> Value {
    read(service, operation, input, Writing { in_text: true, any_case: false, written_out: false })
}

/// The properties of a template.
pub(crate) fn of_template(service: &str, operation: &str, input: Value) -> Value {
    read(service, operation, input, Writing { in_text: true, any_case: true, written_out: true })
}

/// The parameters of a task.
pub(crate) fn of_task(service: &str, operation: &str, input: Value) -> Value {
    read(service, operation, input, Writing { in_text: false, any_case: true, written_out: true })
}

fn read(service: &str, operation: &str, input: Value, writing: Writing) -> Value {
    let model = model::of(service);
    match model.and_then(|model| Some((model, model.input(operation)?))) {
        Some((model, shape)) => value(model, shape, input, writing),
        None => input,
    }
}

fn value(model: &Model, shape: &Shape, given: Value, writing: Writing) -> Value {
    match (shape.kind, given) {
        (Kind::Structure, Value::Object(members)) => {
            let member = |(name, given): (String, Value)| match member(shape, &name, writing) {
                Some((name, kind)) => (name.clone(), value(model, model.shape(kind), given, writing)),
                None => (name, given),
            };
            Value::Object(members.into_iter().map(member).collect::<Map<_, _>>())
        }
        (Kind::List, Value::Array(members)) => {
            let of = model.shape(&shape.of);
            members.into_iter().map(|given| value(model, of, given, writing)).collect()
        }
        (Kind::Map, Value::Object(members)) => {
            let of = model.shape(&shape.of);
            members.into_iter().map(|(name, given)| (name, value(model, of, given, writing))).collect()
        }
        (Kind::String, given @ (Value::Object(_) | Value::Array(_))) if writing.written_out => {
            Value::String(given.to_string())
        }
        (_, given) if !writing.in_text => given,
        // Templates list their tags.
        (Kind::Map, Value::Array(tags)) if writing.any_case => tagged(tags),
        (Kind::List, Value::String(text)) if text.is_empty() => Value::Array(Vec::new()),
        (Kind::Structure | Kind::Map, Value::String(text)) if text.is_empty() => Value::Object(Map::new()),
        (kind, Value::String(text)) => scalar(kind, &text).unwrap_or(Value::String(text)),
        // A template may write a number where a text is wanted.
        (Kind::String, Value::Number(number)) => Value::String(number.to_string()),
        (Kind::String, Value::Bool(flag)) => Value::String(flag.to_string()),
        (_, given) => given,
    }
}

/// Tags as a map, or the list that they are where it holds something else.
fn tagged(tags: Vec<Value>) -> Value {
    let pair = |tag: &Value| {
        let name = |name: &str| tag.get(name).or_else(|| tag.get(name.to_lowercase()));
        Some((name("Key")?.as_str()?.to_owned(), name("Value")?.clone()))
    };
    let pairs: Option<Map<String, Value>> = tags.iter().map(pair).collect();
    pairs.map_or(Value::Array(tags), Value::Object)
}

/// The member of a name, and its shape.
fn member<'a>(shape: &'a Shape, name: &str, writing: Writing) -> Option<(&'a String, &'a String)> {
    let is_near = |known: &str| {
        let (mut known, mut name) = (known.chars(), name.chars());
        let first = known.next().zip(name.next());
        first.is_some_and(|(known, name)| known.eq_ignore_ascii_case(&name)) && known.eq(name)
    };
    shape
        .members
        .get_key_value(name)
        .or_else(|| shape.members.iter().find(|(known, _)| writing.any_case && is_near(known)))
}

fn scalar(kind: Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Boolean if text.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
        Kind::Boolean if text.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
        Kind::Integer | Kind::Long => text.parse::<i64>().ok().map(Value::from),
        Kind::Float | Kind::Double => {
            text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from)
        }
        _ => None,
    }
}
