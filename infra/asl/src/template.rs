//! Values in a definition with expressions in them: payload templates of JSONPath (`"name.$": "$.a"`) and
//! values of JSONata (`"{% … %}"`).

use serde_json::{Map, Value};

use crate::{
    failure::Failure,
    intrinsic::Call,
    jsonata,
    path::{Miss, Path},
    scope::Scope,
};

/// A value with expressions.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Template {
    Literal(Value),
    Members(Vec<(String, Template)>),
    List(Vec<Template>),
    /// A path, and the field that holds it as it was written.
    Path(Path, String),
    Call(Call),
    /// A JSONata expression without its marks, and where it stands.
    Query(String, String),
}

impl Template {
    /// Reads a payload template. The error is the field that is neither a path nor a call.
    pub(crate) fn of_paths(value: &Value) -> Result<Self, String> {
        match value {
            Value::Object(members) => {
                let members = members.iter().map(|(name, member)| match name.strip_suffix(".$") {
                    Some(plain) => Ok((plain.to_owned(), Self::expression(name, member)?)),
                    None => Ok((name.clone(), Self::of_paths(member)?)),
                });
                members.collect::<Result<_, _>>().map(Self::Members)
            }
            Value::Array(list) => list.iter().map(Self::of_paths).collect::<Result<_, _>>().map(Self::List),
            plain => Ok(Self::Literal(plain.clone())),
        }
    }

    fn expression(field: &str, value: &Value) -> Result<Self, String> {
        let text = value.as_str().ok_or(field)?;
        if let Some(path) = Path::parse(text) {
            return Ok(Self::Path(path, field.to_owned()));
        }
        Call::parse(text).map(Self::Call).ok_or_else(|| field.to_owned())
    }

    /// Reads a field that is a path or a call itself, such as `ErrorPath`.
    pub(crate) fn of_path(field: &str, text: &str) -> Option<Self> {
        Self::expression(field, &Value::from(text)).ok()
    }

    /// Reads a value with JSONata in it; `location` is where it stands in the state.
    pub(crate) fn of_queries(value: &Value, location: &str) -> Self {
        match value {
            Value::Object(members) => Self::Members(
                members
                    .iter()
                    .map(|(name, member)| {
                        (name.clone(), Self::of_queries(member, &format!("{location}/{name}")))
                    })
                    .collect(),
            ),
            Value::Array(list) => Self::List(
                list.iter()
                    .enumerate()
                    .map(|(number, item)| Self::of_queries(item, &format!("{location}[{number}]")))
                    .collect(),
            ),
            Value::String(text) => match jsonata::expression(text) {
                Some(expression) => Self::Query(expression.to_owned(), location.to_owned()),
                None => Self::Literal(value.clone()),
            },
            plain => Self::Literal(plain.clone()),
        }
    }

    /// The value in a scope.
    pub(crate) fn value(&self, scope: &Scope<'_>) -> Result<Value, Failure> {
        let value = match self {
            Self::Members(_) | Self::List(_) | Self::Literal(_) => return self.made(scope),
            Self::Path(path, field) => {
                scope.limits.time()?;
                path.get(scope).map_err(|miss| missing(path, field, scope, &miss))?
            }
            Self::Call(call) => call.value(scope)?,
            Self::Query(expression, location) => jsonata::value(expression, location, scope)?,
        };
        scope.limits.spend(&value)?;
        Ok(value)
    }

    fn made(&self, scope: &Scope<'_>) -> Result<Value, Failure> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Members(members) => {
                let mut object = Map::new();
                for (name, member) in members {
                    object.insert(name.clone(), member.value(scope)?);
                }
                Ok(Value::Object(object))
            }
            Self::List(list) => list.iter().map(|item| item.value(scope)).collect(),
            found => found.value(scope),
        }
    }
}

/// The error of a path that gives nothing, in AWS's words.
pub(crate) fn missing(path: &Path, field: &str, scope: &Scope<'_>, miss: &Miss) -> Failure {
    match miss {
        Miss::TooMuch => Failure::runtime(miss.sentence()),
        Miss::Missing(_) => Failure::runtime(format!(
            "The JSONPath '{}' specified for the field '{field}' could not be found in the input '{}'",
            path.text, scope.input
        )),
    }
}
