//! The conditions inside `[?(…)]`.

use std::cmp::Ordering;

use regex::Regex;
use serde_json::Value;

use super::{
    Miss, Step,
    select::{self, Work},
};

/// A condition over one element.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    All(Vec<Filter>),
    AnyOf(Vec<Filter>),
    Not(Box<Filter>),
    /// The element has something at these steps.
    Exists(Vec<Step>),
    Compare(Operand, Operator, Operand),
    /// `=~ /…/`: the whole text is of the pattern.
    Matches(Operand, Pattern),
}

/// A regular expression, equal to another that is written the same.
#[derive(Debug, Clone)]
pub(crate) struct Pattern(pub(crate) Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    /// `@…`: steps from the element.
    Element(Vec<Step>),
    /// `$…`: steps from the root of the whole path.
    Root(Vec<Step>),
    Literal(Value),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    SubsetOf,
    AnyOf,
    NoneOf,
    Contains,
    Size,
    Empty,
}

impl Filter {
    pub(crate) fn holds(&self, element: &Value, work: &Work<'_>) -> Result<bool, Miss> {
        Ok(match self {
            Self::All(parts) => {
                for part in parts {
                    if !part.holds(element, work)? {
                        return Ok(false);
                    }
                }
                true
            }
            Self::AnyOf(parts) => {
                for part in parts {
                    if part.holds(element, work)? {
                        return Ok(true);
                    }
                }
                false
            }
            Self::Not(part) => !part.holds(element, work)?,
            Self::Exists(steps) => !select::reach(steps, element, work)?.is_empty(),
            Self::Matches(left, pattern) => left
                .value(element, work)?
                .is_some_and(|text| text.as_str().is_some_and(|text| pattern.0.is_match(text))),
            Self::Compare(left, operator, right) => {
                compare(left.value(element, work)?.as_ref(), *operator, right.value(element, work)?.as_ref())
            }
        })
    }
}

impl Operand {
    fn value(&self, element: &Value, work: &Work<'_>) -> Result<Option<Value>, Miss> {
        match self {
            Self::Literal(value) => Ok(Some(value.clone())),
            Self::Element(steps) => {
                Ok(select::reach(steps, element, work)?.first().map(|value| (*value).clone()))
            }
            Self::Root(steps) => {
                Ok(select::reach(steps, work.root, work)?.first().map(|value| (*value).clone()))
            }
        }
    }
}

fn compare(left: Option<&Value>, operator: Operator, right: Option<&Value>) -> bool {
    match operator {
        Operator::Equal => same(left, right),
        Operator::NotEqual => !same(left, right),
        Operator::Less => order(left, right) == Some(Ordering::Less),
        Operator::LessOrEqual => matches!(order(left, right), Some(Ordering::Less | Ordering::Equal)),
        Operator::Greater => order(left, right) == Some(Ordering::Greater),
        Operator::GreaterOrEqual => matches!(order(left, right), Some(Ordering::Greater | Ordering::Equal)),
        Operator::In => among(left, right),
        Operator::NotIn => !among(left, right),
        Operator::SubsetOf => {
            both_lists(left, right).is_some_and(|(left, right)| left.iter().all(|item| has(right, item)))
        }
        Operator::AnyOf => overlap(left, right) == Some(true),
        Operator::NoneOf => overlap(left, right) == Some(false),
        Operator::Contains => match (left, right) {
            (Some(Value::String(text)), Some(Value::String(part))) => text.contains(part.as_str()),
            (list, item) => among(item, list),
        },
        Operator::Size => length(left).is_some_and(|length| right.and_then(Value::as_u64) == Some(length)),
        Operator::Empty => {
            length(left).is_some_and(|length| right.and_then(Value::as_bool) == Some(length == 0))
        }
    }
}

fn length(value: Option<&Value>) -> Option<u64> {
    let length = match value? {
        Value::Array(list) => list.len(),
        Value::String(text) => text.chars().count(),
        _ => return None,
    };
    u64::try_from(length).ok()
}

fn both_lists<'a>(left: Option<&'a Value>, right: Option<&'a Value>) -> Option<(&'a [Value], &'a [Value])> {
    Some((left?.as_array()?, right?.as_array()?))
}

fn overlap(left: Option<&Value>, right: Option<&Value>) -> Option<bool> {
    let (left, right) = both_lists(left, right)?;
    Some(left.iter().any(|item| has(right, item)))
}

fn has(list: &[Value], wanted: &Value) -> bool {
    list.iter().any(|item| same(Some(item), Some(wanted)))
}

fn same(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (Some(Value::Number(left)), Some(Value::Number(right))) => left.as_f64() == right.as_f64(),
        (left, right) => left == right,
    }
}

fn order(left: Option<&Value>, right: Option<&Value>) -> Option<Ordering> {
    match (left?, right?) {
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn among(left: Option<&Value>, right: Option<&Value>) -> bool {
    left.is_some_and(|left| right.and_then(Value::as_array).is_some_and(|list| has(list, left)))
}
