//! What AWS's errors mean, in plain words, and what a rule of Retry does.

use std::fmt::Write;

use crate::{graph::errors, json::Json};

/// What the error of a state means, where its name tells.
pub fn explanation(error: &str) -> Option<&'static str> {
    of_the_language(error).or_else(|| of_a_service(error))
}

/// Errors that Step Functions itself raises.
fn of_the_language(error: &str) -> Option<&'static str> {
    Some(match error {
        "States.Timeout" => "It took longer than the definition allows.",
        "States.HeartbeatTimeout" => "Whoever works on it was not heard of in time.",
        "States.TaskFailed" => "What it called failed.",
        "States.Permissions" => "The role of the state machine may not do this. Allow it in its policy.",
        "States.Runtime" => {
            "Its input does not fit the definition: something that it reads is missing or of another kind."
        }
        "States.ParameterPathFailure" => "A parameter points at something that its input does not hold.",
        "States.ResultPathMatchFailure" => {
            "The result has no place in its input: what holds it is no object."
        }
        "States.NoChoiceMatched" => "No rule of the choice holds, and it has no default.",
        "States.IntrinsicFailure" => "A function in the definition got arguments that it cannot take.",
        "States.QueryEvaluationError" => {
            "An expression in the definition cannot be evaluated with this input."
        }
        "States.DataLimitExceeded" => "An input or output is larger than 256 KiB.",
        "States.BranchFailed" => "One of its branches failed.",
        "States.ExceedToleratedFailureThreshold" => "More of its items failed than the definition tolerates.",
        "States.ItemReaderFailed" => "The items could not be read.",
        "States.ResultWriterFailed" => "The results could not be written.",
        _ => return None,
    })
}

/// Errors that services of AWS answer with: "Ecs.ServiceNotFoundException".
fn of_a_service(error: &str) -> Option<&'static str> {
    let name = error.split_once('.').map_or(error, |(_, name)| name);
    let kinds: [(&[&str], &str); 8] = [
        (
            &["AccessDenied", "NotAuthorized", "Unauthorized", "Forbidden"],
            "AWS refused it: the role of the state machine lacks a permission.",
        ),
        (
            &["Throttl", "TooManyRequests", "RequestLimit", "RateExceeded"],
            "AWS was asked too often. The same call may work a little later.",
        ),
        (&["LimitExceeded", "QuotaExceeded", "TooMany"], "A quota of the account is used up."),
        (&["NotFound", "DoesNotExist", "NoSuch", "Inactive"], "What it names is not there, or not any more."),
        (
            &["AlreadyExists", "Duplicate", "InUse", "Conflict"],
            "Something of this name is there already, or still in use.",
        ),
        (&["Validation", "Invalid", "Malformed"], "AWS did not take a parameter of the call."),
        (&["SdkClient"], "The call did not reach AWS. The same call may work a little later."),
        (
            &["ServerException", "Internal", "Unavailable", "ServiceException"],
            "AWS failed by itself. The same call may work a little later.",
        ),
    ];
    kinds.into_iter().find(|(parts, _)| parts.iter().any(|part| name.contains(part))).map(|(_, text)| text)
}

/// "After Ecs.ServerException or States.Timeout up to 8 times: first after 2 s, then 2 times as long each time, 30 s at
/// most."
pub fn retrying(rule: &Json) -> String {
    let number = |name: &str, usual: f64| rule.number(name).unwrap_or(usual);
    let named = errors(rule);
    let after = match named.as_slice() {
        ["States.ALL"] => "any error".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
        [] => "no error".to_owned(),
    };
    let (times, rate) = (number("MaxAttempts", 3.0), number("BackoffRate", 2.0));
    let often = if times > 1.0 { format!("up to {times} times") } else { "once".to_owned() };
    let mut text = format!("After {after} {often}: first after {} s", number("IntervalSeconds", 1.0));
    if times > 1.0 && rate > 1.0 {
        let _ = write!(text, ", then {rate} times as long each time");
    }
    if let Some(most) = rule.number("MaxDelaySeconds") {
        let _ = write!(text, ", {most} s at most");
    }
    text.push('.');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_explained_by_its_name() {
        for (error, part) in [
            ("States.Timeout", "longer than"),
            ("Ecs.ServiceNotFoundException", "not there"),
            ("Ecs.ThrottlingException", "too often"),
            ("Ecs.LimitExceededException", "quota"),
            ("ElasticLoadBalancingV2.TooManyTargetGroupsException", "quota"),
            ("ECS.AccessDeniedException", "permission"),
            ("Ecs.ServerException", "by itself"),
        ] {
            assert!(explanation(error).is_some_and(|it| it.contains(part)), "{error}");
        }
        assert_eq!(explanation("GreenNotHealthy"), None);
    }

    #[test]
    fn a_retry_is_told_in_a_sentence() {
        let told = |text: &str| retrying(&serde_json::from_str(text).unwrap());
        assert_eq!(
            told(
                r#"{"ErrorEquals":["A","B","C"],"IntervalSeconds":2,"MaxAttempts":8,"BackoffRate":2,"MaxDelaySeconds":30}"#
            ),
            "After A, B or C up to 8 times: first after 2 s, then 2 times as long each time, 30 s at most."
        );
        assert_eq!(
            told(r#"{"ErrorEquals":["States.ALL"],"MaxAttempts":1}"#),
            "After any error once: first after 1 s."
        );
    }
}
