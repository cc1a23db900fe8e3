//! Conditions of rules: what a request must look like for the rule to apply.

use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{error::AwsError, read::Input};

/// One condition; it holds when one of its values does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Condition {
    Path(Vec<String>),
    Host(Vec<String>),
    Method(Vec<String>),
    Header { name: String, values: Vec<String> },
    Query(Vec<(Option<String>, String)>),
    Source(Vec<String>),
}

/// What conditions ask of a request.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) host: &'a str,
    pub(super) method: &'a str,
    pub(super) headers: &'a http::HeaderMap,
    pub(super) source: IpAddr,
}

impl Condition {
    pub(super) fn read(input: Input<'_>) -> Result<Self, AwsError> {
        let field = input.text("Field")?;
        let values = |config: &str| -> Result<Vec<String>, AwsError> {
            let child = input.child(config);
            if child.is_some_and(|child| !child.list("RegexValues").is_empty()) {
                return Err(input.bad("The sandbox does not match regular expressions; use Values."));
            }
            let mut values = child.map(|child| child.texts("Values")).unwrap_or_default();
            if values.is_empty() {
                values = input.texts("Values");
            }
            if values.is_empty() {
                return Err(input.bad(format!("A condition value must be specified for field '{field}'")));
            }
            Ok(values.into_iter().map(str::to_owned).collect())
        };
        Ok(match field {
            "path-pattern" => Self::Path(values("PathPatternConfig")?),
            "host-header" => Self::Host(values("HostHeaderConfig")?),
            "http-request-method" => Self::Method(values("HttpRequestMethodConfig")?),
            "source-ip" => Self::Source(values("SourceIpConfig")?),
            "http-header" => {
                let config = input.child("HttpHeaderConfig").ok_or_else(|| input.missing("HttpHeaderConfig"))?;
                let name = config.text("HttpHeaderName")?.to_owned();
                if name.eq_ignore_ascii_case("host") || name.len() > 40 {
                    return Err(input.bad(format!("The HTTP header name '{name}' is not valid in a condition")));
                }
                Self::Header { name, values: values("HttpHeaderConfig")? }
            }
            "query-string" => {
                let config = input.child("QueryStringConfig").ok_or_else(|| input.missing("QueryStringConfig"))?;
                let pair = |pair: Input<'_>| {
                    Ok((pair.text_or_none("Key").map(str::to_owned), pair.text("Value")?.to_owned()))
                };
                Self::Query(config.each("Values").map(pair).collect::<Result<_, AwsError>>()?)
            }
            _ => return Err(input.bad(format!("Condition field '{field}' must be one of '[path-pattern, host-header, http-header, http-request-method, query-string, source-ip]'"))),
        })
    }

    /// The values that count against the limit of five for a rule.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Path(values) | Self::Host(values) | Self::Method(values) | Self::Source(values) => {
                values.len()
            }
            Self::Header { values, .. } => values.len(),
            Self::Query(pairs) => pairs.len(),
        }
    }

    pub(super) fn show(&self) -> Value {
        match self {
            Self::Path(values) => {
                json!({"Field": "path-pattern", "Values": values, "PathPatternConfig": {"Values": values}})
            }
            Self::Host(values) => {
                json!({"Field": "host-header", "Values": values, "HostHeaderConfig": {"Values": values}})
            }
            Self::Method(values) => {
                json!({"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": values}})
            }
            Self::Header { name, values } => json!({
                "Field": "http-header",
                "HttpHeaderConfig": {"HttpHeaderName": name, "Values": values},
            }),
            Self::Query(pairs) => {
                let pairs: Vec<Value> = pairs
                    .iter()
                    .map(|(key, value)| crate::read::without_nulls(json!({"Key": key, "Value": value})))
                    .collect();
                json!({"Field": "query-string", "QueryStringConfig": {"Values": pairs}})
            }
            Self::Source(values) => json!({"Field": "source-ip", "SourceIpConfig": {"Values": values}}),
        }
    }

    pub(super) fn holds(&self, seen: &Seen<'_>) -> bool {
        let any = |values: &[String], text: &str| values.iter().any(|pattern| matches(pattern, text));
        let any_case = |values: &[String], text: &str| {
            let text = text.to_lowercase();
            values.iter().any(|pattern| matches(&pattern.to_lowercase(), &text))
        };
        match self {
            Self::Path(values) => any(values, seen.path),
            Self::Host(values) => any_case(values, seen.host),
            Self::Method(values) => values.iter().any(|method| method == seen.method),
            Self::Header { name, values } => seen
                .headers
                .get_all(name)
                .iter()
                .filter_map(|value| value.to_str().ok())
                .any(|v| any_case(values, v)),
            Self::Query(pairs) => pairs.iter().any(|(key, value)| asked(seen.query, key.as_deref(), value)),
            Self::Source(ranges) => ranges.iter().any(|range| inside(range, seen.source)),
        }
    }
}

/// Whether the query has a pair that matches, whatever its case.
fn asked(query: &str, key: Option<&str>, value: &str) -> bool {
    query.split('&').filter(|pair| !pair.is_empty()).any(|pair| {
        let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
        key.is_none_or(|key| matches(&key.to_lowercase(), &name.to_lowercase()))
            && matches(&value.to_lowercase(), &text.to_lowercase())
    })
}

/// Whether an address lies in a range such as `10.0.0.0/8`.
fn inside(range: &str, address: IpAddr) -> bool {
    let IpAddr::V4(address) = address else { return false };
    let (network, bits) = range.split_once('/').unwrap_or((range, "32"));
    let (Ok(network), Ok(bits)) = (network.parse::<Ipv4Addr>(), bits.parse::<u32>()) else { return false };
    let mask = u32::MAX.checked_shl(32_u32.saturating_sub(bits)).unwrap_or(0);
    network.to_bits() & mask == address.to_bits() & mask
}

/// Whether `text` matches a pattern in which `*` stands for any text and `?` for one character.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        if pattern.get(p) == Some(&'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p).is_some_and(|letter| *letter == '?' || *letter == text[t]) {
            p += 1;
            t += 1;
        } else if let Some((at, from)) = star {
            // The last star takes one more character, and the rest is tried again.
            star = Some((at, from + 1));
            p = at + 1;
            t = from + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_match_as_in_aws() {
        assert!(!matches("/api/*", "/ap"));
        assert!(!matches("/?", "/"));
        assert!(matches("*", "/"));
        assert!(matches("/*/a*c", "/x/y/abbc"));
        assert!(matches("*.example.com", "green.example.com"));
    }

    #[test]
    fn source_addresses_match_their_range_only() {
        let address = "127.0.0.9".parse().unwrap();
        assert!(!inside("10.0.0.0/8", address));
        assert!(inside("127.0.0.0/8", address));
        assert!(inside("0.0.0.0/0", address));
        assert!(inside("127.0.0.9", address));
    }

    #[test]
    fn query_strings_match_by_key_and_value() {
        assert!(!asked("colour=blue", Some("colour"), "green"));
        assert!(asked("a=1&Colour=GREEN", Some("colour"), "green"));
        assert!(asked("x=green", None, "gr*"));
    }
}
