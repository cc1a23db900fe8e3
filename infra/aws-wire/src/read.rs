//! Reads the members of an operation's input, leniently: the query protocol sends numbers and booleans as text.

use serde_json::Value;

use crate::error::AwsError;

/// A structure of an operation's input, and the error code that its service gives a bad one.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    value: &'a Value,
    invalid: &'static str,
}

impl<'a> Input<'a> {
    /// Of a structure, with the error code for what is wrong with a member.
    pub fn new(value: &'a Value, invalid: &'static str) -> Self {
        Self { value, invalid }
    }

    /// The member, unless it is missing or null.
    pub fn maybe(&self, name: &str) -> Option<&'a Value> {
        self.value.get(name).filter(|value| !value.is_null())
    }

    /// A member that AWS requires.
    pub fn text(&self, name: &str) -> Result<&'a str, AwsError> {
        self.text_or_none(name).filter(|text| !text.is_empty()).ok_or_else(|| self.missing(name))
    }

    /// A member that may be missing; an empty text is one.
    pub fn text_or_none(&self, name: &str) -> Option<&'a str> {
        self.maybe(name).and_then(Value::as_str)
    }

    /// A whole number, if it is there; an error where it is something else.
    pub fn number(&self, name: &str) -> Result<Option<i64>, AwsError> {
        let Some(value) = self.maybe(name) else { return Ok(None) };
        number(value).map(Some).ok_or_else(|| self.bad(format!("{name} must be a whole number.")))
    }

    /// A number, if it is there; an error where it is something else.
    pub fn decimal(&self, name: &str) -> Result<Option<f64>, AwsError> {
        let Some(value) = self.maybe(name) else { return Ok(None) };
        let decimal = value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        decimal.map(Some).ok_or_else(|| self.bad(format!("{name} must be a number.")))
    }

    /// True or false, if it is there; an error where it is something else.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, AwsError> {
        let Some(value) = self.maybe(name) else { return Ok(None) };
        flag(value).map(Some).ok_or_else(|| self.bad(format!("{name} must be true or false.")))
    }

    /// The elements of a list; a missing list is empty, and so is the query protocol's empty text.
    pub fn list(&self, name: &str) -> &'a [Value] {
        self.maybe(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The elements of a list that are text.
    pub fn texts(&self, name: &str) -> Vec<&'a str> {
        self.list(name).iter().filter_map(Value::as_str).collect()
    }

    /// The structures of a list.
    pub fn each(&self, name: &str) -> impl Iterator<Item = Input<'a>> + use<'a> {
        let invalid = self.invalid;
        self.list(name).iter().map(move |value| Input { value, invalid })
    }

    /// A structure within this one, if it is there.
    pub fn child(&self, name: &str) -> Option<Self> {
        self.maybe(name).map(|value| Self { value, invalid: self.invalid })
    }

    /// The error for a required member that is not there.
    pub fn missing(&self, name: &str) -> AwsError {
        self.bad(format!("Missing required parameter: {name}."))
    }

    /// The service's error for a bad input.
    pub fn bad(&self, message: impl Into<String>) -> AwsError {
        AwsError::new(self.invalid, message)
    }
}

/// A whole number, also when it arrives as text or as a double without a fraction.
pub fn number(value: &Value) -> Option<i64> {
    match value {
        #[expect(clippy::cast_possible_truncation, reason = "only doubles without a fraction pass")]
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().filter(|double| double.fract() == 0.0).map(|d| d as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A truth value, also when it arrives as text.
pub fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Seconds since the epoch, as the JSON protocols write moments.
pub fn seconds(moment: jiff::Timestamp) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit a double exactly")]
    let seconds = moment.as_millisecond() as f64 / 1000.0;
    Value::from(seconds)
}

/// ISO 8601 with milliseconds, as the XML protocols write moments.
pub fn iso(moment: jiff::Timestamp) -> Value {
    Value::from(format!("{moment:.3}"))
}

/// Leaves out members that are null: AWS omits what is not there.
pub fn without_nulls(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}

/// One page of a list: the elements after `token`, at most `limit`, and the token of the next page.
pub fn page<T>(all: Vec<T>, token: Option<&str>, limit: usize) -> (Vec<T>, Option<String>) {
    let start = token.and_then(|token| token.parse::<usize>().ok()).unwrap_or(0);
    let next = (all.len() > start.saturating_add(limit)).then(|| (start + limit).to_string());
    (all.into_iter().skip(start).take(limit).collect(), next)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_of_the_query_protocol_reads_as_numbers_and_flags() {
        let value = json!({"Port": "80", "On": "true", "Rate": "12.5", "Bad": "x"});
        let input = Input::new(&value, "ValidationError");
        assert_eq!(input.number("Bad").unwrap_err().code, "ValidationError");
        assert_eq!(input.number("Port").unwrap(), Some(80));
        assert_eq!(input.flag("On").unwrap(), Some(true));
        assert_eq!(input.decimal("Rate").unwrap(), Some(12.5));
        assert_eq!(input.number("None").unwrap(), None);
    }

    #[test]
    fn pages_end_without_a_token() {
        assert_eq!(page(vec![1, 2, 3], None, 2), (vec![1, 2], Some("2".to_owned())));
        assert_eq!(page(vec![1, 2, 3], Some("2"), 2), (vec![3], None));
    }
}
