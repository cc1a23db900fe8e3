//! The conditions of a Choice state.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use crate::{cursor::Cursor, failure::Failure, jsonata, path::Path, scope::Scope};

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Test {
        variable: Path,
        test: Test,
    },
    /// A JSONata expression without its marks.
    Query(String),
    Constant(bool),
}

/// What is asked of a variable.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    Present(bool),
    Is(Type, bool),
    Matches(String),
    Compare { of: Type, wanted: Vec<Ordering>, with: Operand },
}

/// What a variable is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    Literal(Value),
    Path(Path),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Type {
    Null,
    Boolean,
    Numeric,
    String,
    Timestamp,
}

const EQUALS: &[Ordering] = &[Ordering::Equal];
const LESS: &[Ordering] = &[Ordering::Less];
const GREATER: &[Ordering] = &[Ordering::Greater];
const AT_MOST: &[Ordering] = &[Ordering::Less, Ordering::Equal];
const AT_LEAST: &[Ordering] = &[Ordering::Greater, Ordering::Equal];

/// Longer names first, so that each name is cut at its own end.
const COMPARISONS: [(&str, &[Ordering]); 5] = [
    ("GreaterThanEquals", AT_LEAST),
    ("LessThanEquals", AT_MOST),
    ("GreaterThan", GREATER),
    ("LessThan", LESS),
    ("Equals", EQUALS),
];

impl Test {
    /// Reads a comparison by its name and operand. `None` where there is no such comparison or the operand
    /// does not fit it.
    pub(crate) fn parse(name: &str, operand: &Value) -> Option<Self> {
        if name == "StringMatches" {
            return operand.as_str().map(|pattern| Self::Matches(pattern.to_owned()));
        }
        if let Some(of) = name.strip_prefix("Is") {
            let wanted = operand.as_bool()?;
            return if of == "Present" {
                Some(Self::Present(wanted))
            } else {
                Some(Self::Is(Type::parse(of)?, wanted))
            };
        }
        let (name, is_path) = name.strip_suffix("Path").map_or((name, false), |name| (name, true));
        let (of, wanted) =
            COMPARISONS.iter().find_map(|(end, wanted)| Some((name.strip_suffix(end)?, *wanted)))?;
        let of = Type::parse(of).filter(|of| *of != Type::Null)?;
        if of == Type::Boolean && wanted != EQUALS {
            return None;
        }
        let with = if is_path {
            Operand::Path(Path::parse(operand.as_str()?)?)
        } else {
            of.holds(operand).then(|| Operand::Literal(operand.clone()))?
        };
        Some(Self::Compare { of, wanted: wanted.to_vec(), with })
    }
}

impl Type {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "Null" => Some(Self::Null),
            "Boolean" => Some(Self::Boolean),
            "Numeric" => Some(Self::Numeric),
            "String" => Some(Self::String),
            "Timestamp" => Some(Self::Timestamp),
            _ => None,
        }
    }

    fn holds(self, value: &Value) -> bool {
        match self {
            Self::Null => value.is_null(),
            Self::Boolean => value.is_boolean(),
            Self::Numeric => value.is_number(),
            Self::String => value.is_string(),
            Self::Timestamp => timestamp(value).is_some(),
        }
    }

    /// How two values of the type stand to each other; `None` where one is not of the type.
    fn order(self, left: &Value, right: &Value) -> Option<Ordering> {
        match self {
            Self::Null => None,
            Self::Boolean => Some(left.as_bool()?.cmp(&right.as_bool()?)),
            Self::Numeric => left.as_f64()?.partial_cmp(&right.as_f64()?),
            Self::String => Some(left.as_str()?.cmp(right.as_str()?)),
            Self::Timestamp => Some(timestamp(left)?.cmp(&timestamp(right)?)),
        }
    }
}

fn timestamp(value: &Value) -> Option<Timestamp> {
    value.as_str().and_then(parse_timestamp)
}

/// Reads a time as AWS does: `2016-03-14T01:59:00.123Z`, with `T`, with an offset, the seconds and their fraction
/// optional.
pub(crate) fn parse_timestamp(text: &str) -> Option<Timestamp> {
    is_timestamp(text).then(|| text.parse().ok().or_else(|| after_all(text))).flatten()
}

/// The last moment that can be told, for one of the hours after it: `9999-12-31T23:59:59Z` stands for never.
fn after_all(text: &str) -> Option<Timestamp> {
    let date: jiff::civil::Date = text.get(..10)?.parse().ok()?;
    let time = text.get(11..16)?.parse::<jiff::civil::Time>().is_ok();
    (time && date >= jiff::civil::date(9999, 12, 30)).then_some(Timestamp::MAX)
}

fn is_timestamp(text: &str) -> bool {
    let mut cursor = Cursor::new(text);
    let digits =
        |cursor: &mut Cursor<'_>, count: usize| cursor.take_while(|c| c.is_ascii_digit()).len() == count;
    let is_date = digits(&mut cursor, 4) && cursor.eat("-") && digits(&mut cursor, 2) && cursor.eat("-");
    let is_date = is_date && digits(&mut cursor, 2) && cursor.eat("T");
    let mut is_time = is_date && digits(&mut cursor, 2) && cursor.eat(":") && digits(&mut cursor, 2);
    if cursor.eat(":") {
        // A leap second is none to Java.
        is_time = is_time && !cursor.rest().starts_with("60") && digits(&mut cursor, 2);
        if cursor.eat(".") {
            is_time = is_time && (1..=9).contains(&cursor.take_while(|c| c.is_ascii_digit()).len());
        }
    }
    let is_zone = cursor.eat("Z")
        || ((cursor.eat("+") || cursor.eat("-"))
            && digits(&mut cursor, 2)
            && cursor.eat(":")
            && digits(&mut cursor, 2));
    is_time && is_zone && cursor.is_done()
}

impl Condition {
    pub(crate) fn holds(&self, scope: &Scope<'_>, location: &str) -> Result<bool, Failure> {
        match self {
            Self::And(parts) => {
                for part in parts {
                    if !part.holds(scope, location)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Or(parts) => {
                for part in parts {
                    if part.holds(scope, location)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Not(part) => Ok(!part.holds(scope, location)?),
            Self::Test { variable, test } => {
                scope.limits.time()?;
                test.holds(variable, scope)
            }
            Self::Constant(value) => Ok(*value),
            Self::Query(expression) => {
                let value = jsonata::value(expression, location, scope)?;
                value.as_bool().ok_or_else(|| jsonata::wrong_type(expression, location, "boolean", &value))
            }
        }
    }
}

impl Test {
    fn holds(&self, variable: &Path, scope: &Scope<'_>) -> Result<bool, Failure> {
        if let Self::Present(wanted) = self {
            return Ok(variable.get(scope).is_ok() == *wanted);
        }
        let value = find(variable, scope)?;
        Ok(match self {
            Self::Present(_) => true,
            Self::Is(of, wanted) => of.holds(&value) == *wanted,
            Self::Matches(pattern) => value.as_str().is_some_and(|text| matches(pattern, text)),
            Self::Compare { of, wanted, with } => {
                let order = match with {
                    Operand::Literal(literal) => of.order(&value, literal),
                    Operand::Path(path) => of.order(&value, &find(path, scope)?),
                };
                order.is_some_and(|order| wanted.contains(&order))
            }
        })
    }
}

fn find(path: &Path, scope: &Scope<'_>) -> Result<Value, Failure> {
    path.get(scope).map_err(|_| {
        Failure::runtime(format!(
            "Invalid path '{}': The choice state's condition path references an invalid value.",
            path.text
        ))
    })
}

/// Whether a text fits a pattern in which `*` stands for any characters and `\` makes the next one plain.
fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces: Vec<String> = vec![String::new()];
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            '*' => pieces.push(String::new()),
            c => {
                let plain = if c == '\\' { characters.next() } else { Some(c) };
                if let Some(last) = pieces.last_mut() {
                    last.extend(plain);
                }
            }
        }
    }
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return false };
    if pieces.len() == 1 {
        return text == first;
    }
    let Some(rest) = text.strip_prefix(first.as_str()) else { return false };
    let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
    let middle = pieces.len().saturating_sub(2);
    pieces.iter().skip(1).take(middle).all(|piece| match rest.find(piece.as_str()) {
        Some(at) => {
            rest = rest.get(at + piece.len()..).unwrap_or_default();
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_comparison_with_the_wrong_operand_is_none() {
        for (name, operand) in [
            ("NumericEquals", json!("1")),
            ("BooleanLessThan", json!(true)),
            ("IsNull", json!("true")),
            ("StringEqualsPath", json!("a.b")),
            ("TimestampEquals", json!("2020-01-01")),
            ("NullEquals", json!(null)),
            ("ColourEquals", json!("red")),
        ] {
            assert_eq!(Test::parse(name, &operand), None, "{name}");
        }
    }

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text, fits) in [
            ("log-*.txt", "log-1.txt", true),
            ("log-*.txt", "log-.txt", true),
            ("log-*.txt", "log.txt", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "b a", false),
            (r"a\*b", "a*b", true),
            (r"a\*b", "axb", false),
            (r"a\\*", r"a\x", true),
            ("a*a", "a", false),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn times_need_a_t_and_an_offset() {
        for text in [
            "2016-12-05 21:29:29Z",
            "2016-12-05T21:29:29",
            "2016-13-05T21:29:29Z",
            "2016-12-05",
            "",
            "2016-12-05t21:29:29Z",
            "2016-12-05T21:29:29z",
            "2016-12-05T21:29:60Z",
            "2016-12-05T21:29:29+0100",
            "2016-12-05T21:29:29,5Z",
            "20161205T212929Z",
            "2016-12-05T21:29:29Z[UTC]",
        ] {
            assert_eq!(parse_timestamp(text), None, "{text}");
        }
        assert!(parse_timestamp("2016-03-05T21:29:29.243167252Z").is_some());
        assert!(parse_timestamp("2016-03-05T21:29:29+01:00").is_some());
        assert!(parse_timestamp("2016-03-05T21:29Z").is_some());
    }
}
