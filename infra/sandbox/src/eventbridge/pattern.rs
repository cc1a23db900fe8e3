//! Event patterns: whether an event fits, by the content filters of the EventBridge user guide.

use serde_json::{Map, Value};

/// Why a pattern is not one: it nests objects down to lists of what may stand there.
pub(super) fn check(pattern: &Value) -> Result<(), String> {
    let Some(members) = pattern.as_object() else { return Err("it must be an object".to_owned()) };
    if members.is_empty() {
        return Err("it must not be empty".to_owned());
    }
    for (name, below) in members {
        match below {
            Value::Array(items) if name == "$or" => items.iter().try_for_each(check)?,
            Value::Array(items) if items.is_empty() => {
                return Err(format!("\"{name}\" must not be an empty list"));
            }
            Value::Array(items) => items.iter().try_for_each(|item| check_filter(name, item))?,
            Value::Object(_) => check(below)?,
            _ => return Err(format!("\"{name}\" must be an object or a list")),
        }
    }
    Ok(())
}

fn check_filter(name: &str, filter: &Value) -> Result<(), String> {
    match filter {
        Value::Array(_) => Err(format!("\"{name}\" must not hold a list in a list")),
        Value::Object(filter) => match filter.keys().next().map(String::as_str) {
            Some(
                "prefix" | "suffix" | "anything-but" | "numeric" | "exists" | "equals-ignore-case"
                | "wildcard",
            ) if filter.len() == 1 => Ok(()),
            _ => Err(format!("\"{name}\" holds a filter that is not known")),
        },
        _ => Ok(()),
    }
}

/// Whether an event has everything that the pattern asks for.
pub(super) fn fits(pattern: &Value, event: &Value) -> bool {
    let Some(members) = pattern.as_object() else { return false };
    members.iter().all(|(name, below)| match below {
        Value::Array(choices) if name == "$or" => choices.iter().any(|choice| fits(choice, event)),
        Value::Array(filters) => filters.iter().any(|filter| passes(filter, event.get(name))),
        below => event.get(name).is_some_and(|event| fits(below, event)),
    })
}

/// Whether a member passes a filter. Of a list in the event, one element is enough.
fn passes(filter: &Value, given: Option<&Value>) -> bool {
    if let Some(exists) = filter.get("exists").and_then(Value::as_bool) {
        return given.is_some_and(|given| !given.is_object()) == exists;
    }
    match given {
        None => false,
        Some(Value::Array(items)) => items.iter().any(|item| holds(filter, item)),
        Some(value) => holds(filter, value),
    }
}

fn holds(filter: &Value, given: &Value) -> bool {
    match filter {
        Value::Object(filter) => filter.iter().all(|(kind, wanted)| of_kind(kind, wanted, given)),
        literal => same(literal, given),
    }
}

fn of_kind(kind: &str, wanted: &Value, given: &Value) -> bool {
    let text = given.as_str();
    match kind {
        "prefix" => text.zip(wanted.as_str()).is_some_and(|(text, start)| text.starts_with(start)),
        "suffix" => text.zip(wanted.as_str()).is_some_and(|(text, end)| text.ends_with(end)),
        "equals-ignore-case" => {
            text.zip(wanted.as_str()).is_some_and(|(text, other)| text.eq_ignore_ascii_case(other))
        }
        "wildcard" => {
            text.zip(wanted.as_str()).is_some_and(|(text, pattern)| wild(pattern.as_bytes(), text.as_bytes()))
        }
        "numeric" => given.as_f64().is_some_and(|number| in_range(wanted, number)),
        "anything-but" => match wanted {
            Value::Array(list) => !list.iter().any(|other| same(other, given)),
            Value::Object(filter) => !negated(filter, given),
            literal => !same(literal, given),
        },
        _ => false,
    }
}

fn negated(filter: &Map<String, Value>, given: &Value) -> bool {
    filter.iter().any(|(kind, wanted)| match wanted {
        Value::Array(list) => list.iter().any(|wanted| of_kind(kind, wanted, given)),
        wanted => of_kind(kind, wanted, given),
    })
}

/// Numbers are the same by value, however they are written.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() < f64::EPSILON,
        _ => one == other,
    }
}

/// `[">", 0, "<=", 5]`.
fn in_range(bounds: &Value, number: f64) -> bool {
    let Some(bounds) = bounds.as_array() else { return false };
    bounds.chunks(2).all(|pair| {
        let [operator, bound] = pair else { return false };
        let Some(bound) = bound.as_f64() else { return false };
        match operator.as_str() {
            Some("=") => (number - bound).abs() < f64::EPSILON,
            Some("<") => number < bound,
            Some("<=") => number <= bound,
            Some(">") => number > bound,
            Some(">=") => number >= bound,
            _ => false,
        }
    })
}

/// `*` stands for any text. One star that was passed last is enough to come back to.
fn wild(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p) == Some(&text[t]) {
            p += 1;
            t += 1;
        } else if let Some((at, taken)) = star {
            p = at + 1;
            t = taken + 1;
            star = Some((at, t));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_pattern_is_refused() {
        for bad in [json!([]), json!({}), json!({"a": "b"}), json!({"a": []}), json!({"a": [{"like": 1}]})] {
            assert!(check(&bad).is_err(), "{bad}");
        }
        assert!(check(&json!({"a": ["b"], "c": {"d": [{"prefix": "e"}]}})).is_ok());
    }

    #[test]
    fn every_member_must_fit_and_one_of_its_choices_is_enough() {
        let event = json!({"source": "aws.ecs", "resources": ["a", "b"], "detail": {"state": "X", "n": 3}});
        let table = [
            (json!({"source": ["aws.ecs"], "detail": {"state": ["Y"]}}), false),
            (json!({"source": ["aws.ecs"], "detail": {"state": ["Y", "X"]}}), true),
            (json!({"resources": ["b"]}), true),
            (json!({"resources": ["c"]}), false),
            (json!({"detail": {"missing": ["x"]}}), false),
            (json!({"detail": {"missing": [{"exists": false}]}}), true),
            (json!({"detail": {"n": [{"numeric": [">", 1, "<=", 3]}]}}), true),
            (json!({"detail": {"n": [{"numeric": [">", 3]}]}}), false),
            (json!({"source": [{"prefix": "aws."}]}), true),
            (json!({"source": [{"anything-but": ["aws.ecs"]}]}), false),
            (json!({"source": [{"anything-but": {"prefix": "aws.s"}}]}), true),
            (json!({"source": [{"wildcard": "a*.*s"}]}), true),
            (json!({"source": [{"wildcard": "a*x"}]}), false),
            (json!({"$or": [{"source": ["x"]}, {"detail": {"state": ["X"]}}]}), true),
        ];
        for (pattern, expected) in table {
            assert_eq!(fits(&pattern, &event), expected, "{pattern}");
        }
    }
}
