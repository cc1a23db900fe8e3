//! What a rule of a Choice asks, in words.

use crate::json::Json;

/// "Sets.Primary = 0 and Sets.Beside = 1".
pub(crate) fn words(rule: &Json) -> String {
    if let Some(condition) = rule.text("Condition") {
        return jsonata(condition).to_owned();
    }
    for (name, between) in [("And", " and "), ("Or", " or ")] {
        let parts = rule.list(name);
        if !parts.is_empty() {
            let part = |part: &Json| {
                let text = words(part);
                let is_mixed = parts.len() > 1 && (part.get("And").is_some() || part.get("Or").is_some());
                if is_mixed { format!("({text})") } else { text }
            };
            return parts.iter().map(part).collect::<Vec<_>>().join(between);
        }
    }
    if let Some(negated) = rule.get("Not") {
        return format!("not ({})", words(negated));
    }
    comparison(rule)
}

/// An expression without the marks around it.
pub(crate) fn jsonata(text: &str) -> &str {
    text.trim().strip_prefix("{%").and_then(|it| it.strip_suffix("%}")).map_or(text, str::trim)
}

fn comparison(rule: &Json) -> String {
    let variable = place(rule.text("Variable").unwrap_or("?"));
    let operator = rule
        .members()
        .iter()
        .find(|(name, _)| !matches!(name.as_str(), "Variable" | "Next" | "Comment" | "Assign" | "Output"));
    let Some((operator, value)) = operator else { return variable.to_owned() };
    if let (Some(what), Json::Flag(flag)) = (operator.strip_prefix("Is"), value) {
        let verb = if *flag { "is" } else { "is not" };
        return format!("{variable} {verb} {}", kind(what));
    }
    let (plain, is_place) = operator.strip_suffix("Path").map_or((operator.as_str(), false), |it| (it, true));
    let value = match value {
        Json::Text(text) if is_place => place(text).to_owned(),
        value => value.line(),
    };
    format!("{variable} {} {value}", sign(plain))
}

fn kind(what: &str) -> &str {
    match what {
        "Present" => "there",
        "Null" => "null",
        "String" => "a text",
        "Numeric" => "a number",
        "Boolean" => "true or false",
        "Timestamp" => "a time",
        other => other,
    }
}

fn sign(operator: &str) -> &str {
    let is = |end: &str| operator.ends_with(end);
    if is("LessThanEquals") {
        "≤"
    } else if is("GreaterThanEquals") {
        "≥"
    } else if is("LessThan") {
        "<"
    } else if is("GreaterThan") {
        ">"
    } else if is("Matches") {
        "matches"
    } else if is("Equals") {
        "="
    } else {
        operator
    }
}

/// A path as people say it: without the root.
fn place(path: &str) -> &str {
    path.strip_prefix("$.").unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_told_in_words() {
        for (rule, told) in [
            (r#"{"Variable":"$.Service.Arn[0]","IsPresent":true,"Next":"A"}"#, "Service.Arn[0] is there"),
            (r#"{"Variable":"$.a","IsNull":false}"#, "a is not null"),
            (r#"{"Variable":"$.Sets.Beside","NumericGreaterThan":1}"#, "Sets.Beside > 1"),
            (r#"{"Variable":"$x","StringEqualsPath":"$.b"}"#, "$x = b"),
            (r#"{"Variable":"$.a","StringMatches":"log-*"}"#, r#"a matches "log-*""#),
            (
                r#"{"And":[{"Variable":"$.a","NumericEquals":0},{"Not":{"Or":[{"Variable":"$.b","BooleanEquals":true}]}}]}"#,
                "a = 0 and not (b = true)",
            ),
            (r#"{"Condition":"{% $states.input.type = 'Private' %}"}"#, "$states.input.type = 'Private'"),
            (r#"{"Variable":"$.a","NumericLessThanEqualsPath":"$.b"}"#, "a ≤ b"),
            ("{}", "?"),
        ] {
            assert_eq!(words(&serde_json::from_str(rule).unwrap()), told);
        }
    }
}
