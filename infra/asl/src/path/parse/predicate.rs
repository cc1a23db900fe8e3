//! Reads the filter of a path.

use regex::RegexBuilder;
use serde_json::Value;

use super::steps;
use crate::{
    cursor::Cursor,
    path::filter::{Filter, Operand, Operator, Pattern},
};

/// Nesting of conditions that is read.
const MAX_DEPTH: usize = 32;

const OPERATORS: [(&str, Operator); 14] = [
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("in ", Operator::In),
    ("nin ", Operator::NotIn),
    ("subsetof ", Operator::SubsetOf),
    ("anyof ", Operator::AnyOf),
    ("noneof ", Operator::NoneOf),
    ("contains ", Operator::Contains),
    ("size ", Operator::Size),
    ("empty ", Operator::Empty),
];

/// Reads conditions joined by `||`.
pub(crate) fn either(cursor: &mut Cursor<'_>, depth: usize) -> Option<Filter> {
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
    if cursor.eat("=~") {
        return Some(Filter::Matches(left, pattern(cursor)?));
    }
    match OPERATORS.iter().find(|(text, _)| cursor.eat(text)) {
        Some((_, operator)) => Some(Filter::Compare(left, *operator, operand(cursor, depth)?)),
        None => match left {
            Operand::Element(steps) => Some(Filter::Exists(steps)),
            Operand::Root(_) | Operand::Literal(_) => None,
        },
    }
}

fn operand(cursor: &mut Cursor<'_>, depth: usize) -> Option<Operand> {
    cursor.skip_space();
    if cursor.eat("@") {
        return Some(Operand::Element(steps(cursor, depth + 1)?));
    }
    if cursor.eat("$") {
        return Some(Operand::Root(steps(cursor, depth + 1)?));
    }
    literal(cursor, depth).map(Operand::Literal)
}

/// A regular expression between slashes, with `i` after it where case does not matter.
fn pattern(cursor: &mut Cursor<'_>) -> Option<Pattern> {
    if !cursor.eat_word("/") {
        return None;
    }
    let text = cursor.quoted('/')?;
    let ignore_case = cursor.eat("i");
    let mut builder = RegexBuilder::new(&format!("^(?:{text})$"));
    builder.case_insensitive(ignore_case).size_limit(1 << 20);
    builder.build().ok().map(Pattern)
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
