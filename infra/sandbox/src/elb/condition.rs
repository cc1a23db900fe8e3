//! Conditions of rules: what a request must look like for the rule to apply.

use serde_json::{Value, json};
use viridian_alb::{Condition, Part, Range};
use viridian_aws_wire::{AwsError, Input};

/// The member in which each field has its values.
const CONFIGS: [(&str, &str); 6] = [
    ("path-pattern", "PathPatternConfig"),
    ("host-header", "HostHeaderConfig"),
    ("http-header", "HttpHeaderConfig"),
    ("http-request-method", "HttpRequestMethodConfig"),
    ("query-string", "QueryStringConfig"),
    ("source-ip", "SourceIpConfig"),
];

/// The longest value of a condition.
const MAX_VALUE: usize = 128;

/// A condition as a request has it.
pub(super) fn read(input: Input<'_>) -> Result<Condition, AwsError> {
    let field = input.text("Field")?;
    only_its_own(input, field)?;
    let config = |name: &str| input.child(name).ok_or_else(|| input.missing(name));
    Ok(match field {
        "path-pattern" => match values(input, "PathPatternConfig")? {
            Values::Plain(values) => Condition::Path(values),
            Values::Regex(values) => Condition::Regex { of: Part::Path, values },
        },
        "host-header" => match values(input, "HostHeaderConfig")? {
            Values::Plain(values) => Condition::Host(values),
            Values::Regex(values) => Condition::Regex { of: Part::Host, values },
        },
        "http-request-method" => Condition::Method(methods(input)?),
        "source-ip" => Condition::Source(ranges(input)?),
        "http-header" => {
            let name = config("HttpHeaderConfig")?.text("HttpHeaderName")?.to_owned();
            if name.eq_ignore_ascii_case("host") || name.is_empty() || name.len() > 40 {
                return Err(input.bad(format!("The HTTP header name '{name}' is not valid in a condition")));
            }
            match values(input, "HttpHeaderConfig")? {
                Values::Plain(values) => Condition::Header { name, values },
                Values::Regex(values) => Condition::Regex { of: Part::Header(name), values },
            }
        }
        "query-string" => Condition::Query(pairs(input, config("QueryStringConfig")?)?),
        _ => return Err(input.bad(format!("Condition field '{field}' must be one of '[path-pattern, host-header, http-header, http-request-method, query-string, source-ip]'"))),
    })
}

/// A condition has one place for its values: beside `Field`, or in the member that belongs to the field.
fn only_its_own(input: Input<'_>, field: &str) -> Result<(), AwsError> {
    for (of, config) in CONFIGS {
        if input.maybe(config).is_none() {
            continue;
        }
        if of != field {
            return Err(input.bad(format!("Condition field '{field}' does not take {config}")));
        }
        if !input.list("Values").is_empty() || !input.list("RegexValues").is_empty() {
            return Err(input.bad(format!("You cannot specify both Values and {config} for field '{field}'")));
        }
    }
    Ok(())
}

/// A condition as answers show it.
pub(super) fn show(condition: &Condition) -> Value {
    match condition {
        Condition::Path(values) => {
            json!({"Field": "path-pattern", "Values": values, "PathPatternConfig": {"Values": values}})
        }
        Condition::Host(values) => {
            json!({"Field": "host-header", "Values": values, "HostHeaderConfig": {"Values": values}})
        }
        Condition::Method(values) => {
            json!({"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": values}})
        }
        Condition::Header { name, values } => json!({
            "Field": "http-header",
            "HttpHeaderConfig": {"HttpHeaderName": name, "Values": values},
        }),
        Condition::Query(pairs) => {
            let pairs: Vec<Value> = pairs
                .iter()
                .map(|(key, value)| {
                    viridian_aws_wire::read::without_nulls(json!({"Key": key, "Value": value}))
                })
                .collect();
            json!({"Field": "query-string", "QueryStringConfig": {"Values": pairs}})
        }
        Condition::Source(values) => json!({"Field": "source-ip", "SourceIpConfig": {"Values": values}}),
        Condition::Regex { of: Part::Path, values } => {
            json!({"Field": "path-pattern", "PathPatternConfig": {"RegexValues": values}})
        }
        Condition::Regex { of: Part::Host, values } => {
            json!({"Field": "host-header", "HostHeaderConfig": {"RegexValues": values}})
        }
        Condition::Regex { of: Part::Header(name), values } => json!({
            "Field": "http-header",
            "HttpHeaderConfig": {"HttpHeaderName": name, "RegexValues": values},
        }),
    }
}

enum Values {
    Plain(Vec<String>),
    Regex(Vec<String>),
}

/// The values of a condition, in the member of its own or beside `Field`.
fn values(input: Input<'_>, config: &str) -> Result<Values, AwsError> {
    let field = input.text("Field")?;
    let child = input.child(config);
    let of = |member: &str| {
        let inner = child.map(|child| child.texts(member)).unwrap_or_default();
        if inner.is_empty() { input.texts(member) } else { inner }
    };
    let (plain, regex) = (of("Values"), of("RegexValues"));
    let owned = |values: Vec<&str>| values.into_iter().map(str::to_owned).collect::<Vec<_>>();
    match (plain.is_empty(), regex.is_empty()) {
        (true, true) => Err(input.bad(format!("A condition value must be specified for field '{field}'"))),
        (false, false) => {
            Err(input.bad(format!("You cannot specify both Values and RegexValues for field '{field}'")))
        }
        (false, true) => {
            plain.iter().try_for_each(|value| check(input, field, value))?;
            Ok(Values::Plain(owned(plain)))
        }
        (true, false) => {
            for value in &regex {
                check(input, field, value)?;
                viridian_alb::regex(value).map_err(|error| {
                    input.bad(format!(
                        "The regular expression '{value}' of field '{field}' is not valid: {error}"
                    ))
                })?;
            }
            Ok(Values::Regex(owned(regex)))
        }
    }
}

fn check(input: Input<'_>, field: &str, value: &str) -> Result<(), AwsError> {
    if value.is_empty() || value.len() > MAX_VALUE {
        return Err(input.bad(format!("The values of field '{field}' must have 1 to {MAX_VALUE} characters")));
    }
    Ok(())
}

fn plain(input: Input<'_>, config: &str) -> Result<Vec<String>, AwsError> {
    match values(input, config)? {
        Values::Plain(values) => Ok(values),
        Values::Regex(_) => {
            let field = input.text("Field")?;
            Err(input.bad(format!("Field '{field}' does not take RegexValues")))
        }
    }
}

fn methods(input: Input<'_>) -> Result<Vec<String>, AwsError> {
    let methods = plain(input, "HttpRequestMethodConfig")?;
    let is_method = |method: &String| {
        method.len() <= 40 && method.chars().all(|c| c.is_ascii_uppercase() || matches!(c, '-' | '_'))
    };
    match methods.iter().find(|method| !is_method(method)) {
        Some(method) => Err(input.bad(format!("The HTTP request method '{method}' is not valid"))),
        None => Ok(methods),
    }
}

fn ranges(input: Input<'_>) -> Result<Vec<String>, AwsError> {
    let ranges = plain(input, "SourceIpConfig")?;
    match ranges.iter().find(|range| Range::read(range).is_none()) {
        Some(range) => Err(input.bad(format!("CIDR block '{range}' is not valid"))),
        None => Ok(ranges),
    }
}

fn pairs(input: Input<'_>, config: Input<'_>) -> Result<Vec<(Option<String>, String)>, AwsError> {
    let pair = |pair: Input<'_>| {
        let (key, value) = (pair.text_or_none("Key"), pair.text("Value")?);
        key.into_iter().chain([value]).try_for_each(|text| check(input, "query-string", text))?;
        Ok((key.map(str::to_owned), value.to_owned()))
    };
    let pairs = config.each("Values").map(pair).collect::<Result<Vec<_>, AwsError>>()?;
    if pairs.is_empty() {
        return Err(input.bad("A condition value must be specified for field 'query-string'"));
    }
    Ok(pairs)
}
