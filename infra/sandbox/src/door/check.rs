//! Holds a value against a shape: its type at once, its constraints one by one.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

use super::model::{Kind, Model, Shape};

/// No shape of AWS nests deeper; some name themselves.
const DEEPEST: usize = 64;

/// A value of a type that the model does not have there.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) wanted: Kind,
    pub(super) found: Value,
}

/// What a refusal says of a value.
#[derive(Debug)]
pub(super) enum Told {
    Value(String),
    /// The model calls it sensitive.
    Hidden,
}

/// A value that breaks constraints.
#[derive(Debug)]
pub(super) struct Broken {
    /// As AWS writes it: `tags.1.member.key`.
    pub(super) path: String,
    /// None where a required member is missing.
    pub(super) value: Option<Told>,
    pub(super) constraint: Constraint,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Constraint {
    NotNull,
    Shortest(f64),
    Longest(f64),
    Least(f64),
    Most(f64),
    Pattern(String),
    Values(Vec<String>),
    /// Exactly one member of a union.
    One(Vec<String>),
    /// Of each member of a list.
    Each(Vec<Constraint>),
    Keys(Vec<Constraint>),
    EachValue(Vec<Constraint>),
}

/// One input on its way.
#[derive(Debug)]
pub(super) struct Check<'a> {
    model: &'a Model,
    depth: usize,
    pub(super) broken: Vec<Broken>,
}

impl<'a> Check<'a> {
    pub(super) fn of(model: &'a Model) -> Self {
        Self { model, depth: 0, broken: Vec::new() }
    }

    /// Gives the members that the model knows, as far as they are there.
    pub(super) fn structure(&mut self, shape: &Shape, value: Value, path: &str) -> Result<Value, Misfit> {
        let Value::Object(mut given) = value else { return Err(misfit(shape, value)) };
        let mut admitted = Map::new();
        for (name, kind) in &shape.members {
            if let Some(value) = given.remove(name).filter(|value| !value.is_null()) {
                let value = self.value(self.model.shape(kind), value, &below(path, name))?;
                admitted.insert(name.clone(), value);
            }
        }
        for name in shape.required.iter().filter(|name| !admitted.contains_key(*name)) {
            self.broke(&below(path, name), None, Constraint::NotNull);
        }
        if shape.union && admitted.len() != 1 {
            let names = shape.members.keys().cloned().collect();
            self.broke(path, Some(Told::Value(listed(admitted.keys()))), Constraint::One(names));
        }
        Ok(Value::Object(admitted))
    }

    fn value(&mut self, shape: &Shape, value: Value, path: &str) -> Result<Value, Misfit> {
        match shape.kind {
            Kind::Document => Ok(value),
            Kind::Structure | Kind::List | Kind::Map => {
                if self.depth == DEEPEST {
                    return Err(misfit(shape, value));
                }
                self.depth += 1;
                let value = match shape.kind {
                    Kind::Structure => self.structure(shape, value, path),
                    Kind::List => self.list(shape, value, path),
                    _ => self.map(shape, value, path),
                };
                self.depth -= 1;
                value
            }
            _ => {
                let (value, broken) = scalar(shape, value)?;
                for constraint in broken {
                    self.broke(path, Some(told(shape, &value)), constraint);
                }
                Ok(value)
            }
        }
    }

    fn list(&mut self, shape: &Shape, value: Value, path: &str) -> Result<Value, Misfit> {
        let Value::Array(given) = &value else { return Err(misfit(shape, value)) };
        let of = self.model.shape(&shape.of);
        for constraint in lengths(shape, given.len()) {
            self.broke(path, Some(Told::Value(shown(&value))), constraint);
        }
        let mut admitted = Vec::with_capacity(given.len());
        let mut are_whole = true;
        for (number, member) in given.iter().enumerate() {
            let path = format!("{path}.{}.member", number + 1);
            if let Some((member, is_whole)) = self.member(of, member, &path)? {
                admitted.push(member);
                are_whole &= is_whole;
            }
        }
        if !are_whole {
            self.broke(path, Some(told(of, &value)), Constraint::Each(all(of)));
        }
        Ok(Value::Array(admitted))
    }

    fn map(&mut self, shape: &Shape, value: Value, path: &str) -> Result<Value, Misfit> {
        let Value::Object(given) = &value else { return Err(misfit(shape, value)) };
        let (key, of) = (self.model.shape(&shape.key), self.model.shape(&shape.of));
        for constraint in lengths(shape, given.len()) {
            self.broke(path, Some(Told::Value(shown(&value))), constraint);
        }
        let mut admitted = Map::new();
        let (mut are_keys_whole, mut are_values_whole) = (true, true);
        for (name, member) in given {
            are_keys_whole &= scalar(key, Value::from(name.as_str()))?.1.is_empty();
            if let Some((member, is_whole)) = self.member(of, member, &format!("{path}.{name}.member"))? {
                admitted.insert(name.clone(), member);
                are_values_whole &= is_whole;
            }
        }
        if !are_keys_whole {
            self.broke(path, Some(Told::Value(shown(&value))), Constraint::Keys(all(key)));
        }
        if !are_values_whole {
            self.broke(path, Some(told(of, &value)), Constraint::EachValue(all(of)));
        }
        Ok(Value::Object(admitted))
    }

    /// A member of a list or a map, unless it is null, and whether it breaks nothing that is told of the whole.
    fn member(&mut self, of: &Shape, value: &Value, path: &str) -> Result<Option<(Value, bool)>, Misfit> {
        if value.is_null() {
            self.broke(path, None, Constraint::NotNull);
            return Ok(None);
        }
        if of.kind.is_scalar() {
            let (value, broken) = scalar(of, value.clone())?;
            return Ok(Some((value, broken.is_empty())));
        }
        Ok(Some((self.value(of, value.clone(), path)?, true)))
    }

    fn broke(&mut self, path: &str, value: Option<Told>, constraint: Constraint) {
        self.broken.push(Broken { path: path.to_owned(), value, constraint });
    }
}

fn misfit(shape: &Shape, found: Value) -> Misfit {
    Misfit { wanted: shape.kind, found }
}

fn below(path: &str, name: &str) -> String {
    let mut letters = name.chars();
    let name: String = letters.next().iter().flat_map(|first| first.to_lowercase()).chain(letters).collect();
    if path.is_empty() { name } else { format!("{path}.{name}") }
}

/// A scalar of the right type, and what it breaks.
fn scalar(shape: &Shape, value: Value) -> Result<(Value, Vec<Constraint>), Misfit> {
    let broken = match (shape.kind, &value) {
        (Kind::String, Value::String(text)) => text_breaks(shape, text),
        (Kind::Blob, Value::String(text)) => match STANDARD.decode(text) {
            Ok(bytes) => lengths(shape, bytes.len()),
            Err(_) => return Err(misfit(shape, value)),
        },
        (Kind::Boolean, Value::Bool(_)) | (Kind::Timestamp, Value::Number(_)) | (Kind::Document, _) => {
            Vec::new()
        }
        (Kind::Integer | Kind::Long, Value::Number(number)) => match whole(number.as_f64()) {
            // Beyond what the type holds, AWS sees the end of the type.
            Some(number) if shape.min.is_some() || shape.max.is_some() => range(shape, number),
            Some(number) if shape.kind == Kind::Long || number.abs() <= f64::from(i32::MAX) => Vec::new(),
            _ => return Err(misfit(shape, value)),
        },
        (Kind::Float | Kind::Double, Value::Number(number)) => {
            range(shape, number.as_f64().unwrap_or_default())
        }
        // State machines and templates say a moment in words.
        (Kind::Timestamp, Value::String(text)) if text.parse::<jiff::Timestamp>().is_ok() => Vec::new(),
        _ => return Err(misfit(shape, value)),
    };
    Ok((value, broken))
}

fn whole(number: Option<f64>) -> Option<f64> {
    number.filter(|number| number.fract() == 0.0)
}

fn text_breaks(shape: &Shape, text: &str) -> Vec<Constraint> {
    let mut broken = lengths(shape, text.chars().count());
    if !shape.matches(text) {
        broken.extend(shape.pattern.clone().map(Constraint::Pattern));
    }
    if !shape.values.is_empty() && !shape.values.iter().any(|value| value == text) {
        broken.push(Constraint::Values(shape.values.clone()));
    }
    broken
}

fn lengths(shape: &Shape, length: usize) -> Vec<Constraint> {
    #[expect(clippy::cast_precision_loss, reason = "no text here is that long")]
    let length = length as f64;
    let shortest = shape.min.filter(|min| length < *min).map(Constraint::Shortest);
    let longest = shape.max.filter(|max| length > *max).map(Constraint::Longest);
    shortest.into_iter().chain(longest).collect()
}

fn range(shape: &Shape, number: f64) -> Vec<Constraint> {
    let least = shape.min.filter(|min| number < *min).map(Constraint::Least);
    let most = shape.max.filter(|max| number > *max).map(Constraint::Most);
    least.into_iter().chain(most).collect()
}

/// Everything that a scalar must satisfy, as AWS tells it of the members of a list or a map.
fn all(shape: &Shape) -> Vec<Constraint> {
    let bound = |constraint: fn(f64) -> Constraint, end: Option<f64>| end.map(constraint);
    let ends = match shape.kind {
        Kind::String | Kind::Blob => {
            [bound(Constraint::Longest, shape.max), bound(Constraint::Shortest, shape.min)]
        }
        _ => [bound(Constraint::Most, shape.max), bound(Constraint::Least, shape.min)],
    };
    let mut all: Vec<Constraint> = ends.into_iter().flatten().collect();
    all.extend(shape.pattern.clone().map(Constraint::Pattern));
    if !shape.values.is_empty() {
        all.push(Constraint::Values(shape.values.clone()));
    }
    all
}

/// A value as a refusal tells it.
fn told(shape: &Shape, value: &Value) -> Told {
    if shape.sensitive { Told::Hidden } else { Told::Value(shown(value)) }
}

/// A value as AWS shows it in a sentence: Java's way of writing lists and maps.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => listed(list.iter().map(shown)),
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("{name}={}", shown(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
        other => other.to_string(),
    }
}

fn listed(items: impl Iterator<Item = impl ToString>) -> String {
    format!("[{}]", items.map(|item| item.to_string()).collect::<Vec<_>>().join(", "))
}
