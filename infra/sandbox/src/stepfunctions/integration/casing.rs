//! Between the names that Step Functions uses (`TaskSetArn`) and those on a service's wire.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// Services with camelCase on their wire.
const CAMEL: [&str; 7] = ["codebuild", "codecommit", "codepipeline", "ecr", "ecs", "logs", "sfn"];
/// Members whose keys are data, not names: labels, options, configurations.
const MAPS: [&str; 13] = [
    "dockerlabels",
    "options",
    "driveropts",
    "labels",
    "configuration",
    "resolvedconfiguration",
    "outputvariables",
    "artifactstores",
    "environment",
    "secretoptions",
    "failures",
    "additionalattributes",
    "revisionchangeidentifiers",
];
/// Of these, lists of objects with names of their own.
const LISTS: [&str; 3] = ["environment", "secretoptions", "failures"];
/// Ends of the names of members that hold times.
const TIMES: [&str; 7] = ["at", "date", "time", "timestamp", "laststatuschange", "created", "updated"];

/// The name of a service in errors.
pub(super) fn prefix(service: &str) -> String {
    match service {
        "applicationautoscaling" => "ApplicationAutoScaling".to_owned(),
        "cloudformation" => "CloudFormation".to_owned(),
        "cloudwatchlogs" => "CloudWatchLogs".to_owned(),
        "codebuild" => "CodeBuild".to_owned(),
        "codecommit" => "CodeCommit".to_owned(),
        "codepipeline" => "CodePipeline".to_owned(),
        "elasticloadbalancingv2" => "ElasticLoadBalancingV2".to_owned(),
        "eventbridge" => "EventBridge".to_owned(),
        other => pascal(other),
    }
}

pub(super) fn pascal(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn camel(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// Parameters as the service reads them.
pub(super) fn to_wire(service: &str, parameters: Value) -> Value {
    if CAMEL.contains(&service) { rename(parameters, &camel) } else { parameters }
}

/// A service's answer as a task gives it.
pub(super) fn from_wire(service: &str, answer: Value) -> Value {
    let answer = if CAMEL.contains(&service) { rename(answer, &pascal) } else { answer };
    with_times(answer)
}

fn rename(value: Value, name: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(key, member)| {
                let holds_data = holds_data(&key, &member);
                let member = if holds_data { member } else { rename(member, name) };
                (name(&key), member)
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(list) => list.into_iter().map(|item| rename(item, name)).collect(),
        plain => plain,
    }
}

fn holds_data(key: &str, member: &Value) -> bool {
    let key = key.to_ascii_lowercase();
    MAPS.contains(&key.as_str()) && !LISTS.contains(&key.as_str()) && member.is_object()
}

/// Times are seconds since 1970 on the wire, and texts in a task's result.
fn with_times(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(key, member)| {
                let member = if is_time(&key) { time(member) } else { with_times(member) };
                (key, member)
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(list) => list.into_iter().map(with_times).collect(),
        plain => plain,
    }
}

fn is_time(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    TIMES.iter().any(|end| key.ends_with(end))
}

fn time(value: Value) -> Value {
    // Counts and ages are far smaller than any moment since the 1970s.
    let seconds = value.as_f64().filter(|seconds| *seconds > 1e8);
    let Some(seconds) = seconds else { return with_times(value) };
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of this millennium fit")]
    let at = Timestamp::from_millisecond((seconds * 1000.0).round() as i64);
    at.map_or(value, |at| Value::from(format!("{at:.3}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_change_and_keys_of_maps_stay() {
        let parameters = json!({"ContainerDefinitions": [{
            "DockerLabels": {"My-Label": "x"},
            "LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": "g"}},
            "Environment": [{"Name": "A", "Value": "B"}],
        }]});
        let wire = to_wire("ecs", parameters.clone());
        assert_eq!(
            wire,
            json!({"containerDefinitions": [{
                "dockerLabels": {"My-Label": "x"},
                "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g"}},
                "environment": [{"name": "A", "value": "B"}],
            }]})
        );
        assert_eq!(from_wire("ecs", wire), parameters);
    }

    #[test]
    fn times_become_texts_and_other_numbers_stay() {
        let answer = json!({"taskSets": [{"createdAt": 1_700_000_000.5, "runningCount": 3, "scale": {"value": 100.0}}]});
        let given = from_wire("ecs", answer);
        assert_eq!(
            given,
            json!({"TaskSets": [{"CreatedAt": "2023-11-14T22:13:20.500Z", "RunningCount": 3, "Scale": {"Value": 100.0}}]})
        );
    }

    #[test]
    fn services_with_pascal_case_keep_their_names() {
        let parameters = json!({"Actions": [{"Type": "forward"}]});
        assert_eq!(to_wire("elasticloadbalancingv2", parameters.clone()), parameters);
    }
}
