//! The conditions inside `[?(…)]`.

use std::{cell::Cell, cmp::Ordering};

use serde_json::Value;

use super::{Miss, Step, parse, select};
use crate::states::cursor::Cursor;

/// Nesting of conditions that is read.
const MAX_DEPTH: usize = 32;

/// A condition over one element.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    All(Vec<Filter>),
    AnyOf(Vec<Filter>),
    Not(Box<Filter>),
    /// The element has something at these steps.
    Exists(Vec<Step>),
    Compare(Operand, Operator, Operand),
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    /// `@…`: steps from the element.
    Element(Vec<Step>),
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
}

const OPERATORS: [(&str, Operator); 8] = [
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("in ", Operator::In),
    ("nin ", Operator::NotIn),
];

impl Filter {
    pub(super) fn holds(&self, element: &Value, work: &Cell<usize>) -> Result<bool, Miss> {
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
            Self::Compare(left, operator, right) => {
                compare(left.value(element, work)?.as_ref(), *operator, right.value(element, work)?.as_ref())
            }
        })
    }
}

impl Operand {
    fn value(&self, element: &Value, work: &Cell<usize>) -> Result<Option<Value>, Miss> {
        match self {
            Self::Literal(value) => Ok(Some(value.clone())),
            Self::Element(steps) => {
                Ok(select::reach(steps, element, work)?.first().map(|value| (*value).clone()))
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
    }
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
    right.and_then(Value::as_array).is_some_and(|list| list.iter().any(|item| same(left, Some(item))))
}

/// Reads conditions joined by `||`.
pub(super) fn either(cursor: &mut Cursor<'_>, depth: usize) -> Option<Filter> {
    let mut parts = vec![both(cursor, depth)?];
    while cursor.eat_word("||") {
        parts.push(both(cursor, depth)?);
    }
    Some(single(parts, Filter::AnyOf))
}

fn both(cursor: &mut Cursor<'_>, depth: usize) -> Option<Filter> {
    let mut parts = vec![condition(cursor, depth)?];
    while cursor.eat_word("&&") {
        parts.push(condition(cursor, depth)?);
    }
    Some(single(parts, Filter::All))
}

fn single(mut parts: Vec<Filter>, join: impl Fn(Vec<Filter>) -> Filter) -> Filter {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}

fn condition(cursor: &mut Cursor<'_>, depth: usize) -> Option<Filter> {
    if depth > MAX_DEPTH {
        return None;
    }
    if cursor.eat_word("!") {
        return Some(Filter::Not(Box::new(condition(cursor, depth + 1)?)));
    }
    if cursor.eat_word("(") {
        let inner = either(cursor, depth + 1)?;
        return cursor.eat_word(")").then_some(inner);
    }
    let left = operand(cursor, depth)?;
    cursor.skip_space();
    match OPERATORS.iter().find(|(text, _)| cursor.eat(text)) {
        Some((_, operator)) => Some(Filter::Compare(left, *operator, operand(cursor, depth)?)),
        None => match left {
            Operand::Element(steps) => Some(Filter::Exists(steps)),
            Operand::Literal(_) => None,
        },
    }
}

fn operand(cursor: &mut Cursor<'_>, depth: usize) -> Option<Operand> {
    cursor.skip_space();
    if cursor.eat("@") {
        return Some(Operand::Element(parse::steps(cursor, depth + 1)?));
    }
    literal(cursor, depth).map(Operand::Literal)
}

fn literal(cursor: &mut Cursor<'_>, depth: usize) -> Option<Value> {
    cursor.skip_space();
    match cursor.peek()? {
        quote @ ('\'' | '"') => {
            cursor.next();
            cursor.quoted(quote).map(Value::String)
        }
        '[' if depth <= MAX_DEPTH => {
            cursor.next();
            let mut list = Vec::new();
            while !cursor.eat_word("]") {
                if !list.is_empty() && !cursor.eat_word(",") {
                    return None;
                }
                list.push(literal(cursor, depth + 1)?);
            }
            Some(Value::Array(list))
        }
        _ if cursor.eat("true") => Some(Value::Bool(true)),
        _ if cursor.eat("false") => Some(Value::Bool(false)),
        _ if cursor.eat("null") => Some(Value::Null),
        _ => cursor.number().map(Value::Number),
    }
}
