//! What AWS says of an input that it does not take: the words of its front, under each service's own names.

use serde_json::Value;
use viridian_aws_wire::AwsError;

use super::{
    check::{Broken, Constraint, Misfit, Told},
    model::Kind,
};

/// A value with more bytes than this is not repeated, as AWS does not repeat what it holds secret.
const REPEATED: usize = 8192;

/// A member has another type.
pub(super) fn misfit(service: &str, misfit: &Misfit) -> AwsError {
    let by_form = matches!(service, "cloudformation" | "elasticloadbalancingv2" | "iam" | "sns" | "sts");
    let code = if by_form { "MalformedInput" } else { "SerializationException" };
    AwsError::new(code, mismatch(misfit))
}

/// As AWS's front for the JSON protocols says it; clients have seen each of these.
fn mismatch(misfit: &Misfit) -> String {
    let found = match (&misfit.found, misfit.wanted) {
        (Value::Array(_), _) => return "Start of list found where not expected".to_owned(),
        (Value::Object(_), _) => return "Start of structure or map found where not expected.".to_owned(),
        (_, Kind::List) => return "Expected list or null".to_owned(),
        (_, Kind::Structure | Kind::Map | Kind::Document) => return "Expected null".to_owned(),
        (Value::String(_), _) => "STRING_VALUE",
        (Value::Bool(true), _) => "TRUE_VALUE",
        (Value::Bool(false), _) => "FALSE_VALUE",
        (Value::Number(_), _) => "NUMBER_VALUE",
        (Value::Null, _) => "NULL_VALUE",
    };
    let wanted = match misfit.wanted {
        Kind::Boolean => "a Boolean",
        Kind::Integer => "an Integer",
        Kind::Long => "a Long",
        Kind::Float => "a Float",
        Kind::Double => "a Double",
        Kind::Timestamp => "a Timestamp",
        Kind::Blob => "a Blob",
        _ => "a String",
    };
    format!("{found} can not be converted to {wanted}")
}

/// Members break constraints.
pub(super) fn broken(service: &str, operation: &str, broken: &[Broken]) -> AwsError {
    match service {
        "codecommit" => named(&broken[0]),
        "ecr" => invalid(&broken[0]),
        "sqs" => asked_for(&broken[0]),
        _ => {
            let plural = if broken.len() == 1 { "error" } else { "errors" };
            let sentences: Vec<String> = broken.iter().map(sentence).collect();
            let message = format!("{} validation {plural} detected: {}", broken.len(), sentences.join("; "));
            AwsError::new(code(service, operation), message)
        }
    }
}

fn code(service: &str, operation: &str) -> &'static str {
    match (service, operation) {
        ("cloudformation" | "elasticloadbalancingv2" | "iam" | "sns" | "sts", _) => "ValidationError",
        ("ecs", "RegisterTaskDefinition") => "ClientException",
        ("ecs" | "logs", _) => "InvalidParameterException",
        ("codebuild", _) => "InvalidInputException",
        _ => "ValidationException",
    }
}

fn sentence(broken: &Broken) -> String {
    let value = match &broken.value {
        None => " null".to_owned(),
        Some(Told::Hidden) => String::new(),
        Some(Told::Value(value)) if value.len() > REPEATED => String::new(),
        Some(Told::Value(value)) => format!(" '{value}'"),
    };
    let rule = rule(&broken.constraint);
    format!("Value{value} at '{}' failed to satisfy constraint: {rule}", broken.path)
}

fn rule(constraint: &Constraint) -> String {
    match constraint {
        Constraint::NotNull => "Member must not be null".to_owned(),
        Constraint::Shortest(min) => format!("Member must have length greater than or equal to {min}"),
        Constraint::Longest(max) => format!("Member must have length less than or equal to {max}"),
        Constraint::Least(min) => format!("Member must have value greater than or equal to {min}"),
        Constraint::Most(max) => format!("Member must have value less than or equal to {max}"),
        Constraint::Pattern(pattern) => format!("Member must satisfy regular expression pattern: {pattern}"),
        Constraint::Values(values) => format!("Member must satisfy enum value set: [{}]", values.join(", ")),
        Constraint::One(names) => format!("Exactly one member must be set of: [{}]", names.join(", ")),
        Constraint::Each(all) => format!("Member must satisfy constraint: [{}]", rules(all)),
        Constraint::Keys(all) => format!("Map keys must satisfy constraint: [{}]", rules(all)),
        Constraint::EachValue(all) => format!("Map value must satisfy constraint: [{}]", rules(all)),
    }
}

fn rules(all: &[Constraint]) -> String {
    all.iter().map(rule).collect::<Vec<_>>().join(", ")
}

/// ECR says it in words of its own.
fn invalid(broken: &Broken) -> AwsError {
    let rule = match &broken.constraint {
        Constraint::Pattern(pattern) => format!("must satisfy regular expression '{pattern}'"),
        other => rule(other),
    };
    AwsError::new(
        "InvalidParameterException",
        format!("Invalid parameter at '{}' failed to satisfy constraint: '{rule}'", broken.path),
    )
}

/// SQS names the parameter.
fn asked_for(broken: &Broken) -> AwsError {
    let name = upper_first(broken.path.split('.').next().unwrap_or_default());
    match broken.constraint {
        Constraint::NotNull => {
            AwsError::new("MissingParameter", format!("The request must contain the parameter {name}."))
        }
        _ => AwsError::new("InvalidParameterValue", sentence(broken)),
    }
}

/// CodeCommit has an error for each member.
fn named(broken: &Broken) -> AwsError {
    let name = upper_first(broken.path.split('.').next().unwrap_or_default());
    let code = match broken.constraint {
        Constraint::NotNull => format!("{name}RequiredException"),
        _ => format!("Invalid{name}Exception"),
    };
    AwsError::new(code, format!("1 validation error detected: {}", sentence(broken)))
}

fn upper_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().iter().flat_map(|first| first.to_uppercase()).chain(letters).collect()
}
