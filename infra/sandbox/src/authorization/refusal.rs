//! How AWS says no: the code, the status and the sentence of each service.

use viridian_aws_wire::AwsError;
use viridian_iam_policy::{Need, Verdict};

/// The error of a call that policies do not allow. Most services name user, action and resource in the same
/// sentence; they differ in code and status, and two of them in how they write the action.
pub(super) fn error(service: &str, user: &str, need: &Need, verdict: Verdict) -> AwsError {
    let action = match service {
        "sns" => need.action.replacen("sns:", "SNS:", 1),
        "sqs" => need.action.to_lowercase(),
        _ => need.action.clone(),
    };
    let reason = match verdict {
        Verdict::Denied => "with an explicit deny in an identity-based policy".to_owned(),
        _ => format!("because no identity-based policy allows the {action} action"),
    };
    let resource = &need.resource;
    let message =
        format!("User: {user} is not authorized to perform: {action} on resource: {resource} {reason}");
    match service {
        "sns" => AwsError::new("AuthorizationError", message).with_status(403),
        // The services that answer in XML, and SQS in their tradition.
        "cloudformation" | "elasticloadbalancingv2" | "iam" | "s3" | "sqs" | "sts" => {
            AwsError::new("AccessDenied", message).with_status(403)
        }
        _ => AwsError::new("AccessDeniedException", message),
    }
}

/// A role that is not there, or does not trust who wants to take it: STS says the same of both.
pub(super) fn not_trusted(user: &str, role: &str) -> AwsError {
    let message = format!("User: {user} is not authorized to perform: sts:AssumeRole on resource: {role}");
    AwsError::new("AccessDenied", message).with_status(403)
}

/// The session of a role that does not exist, or no longer.
pub(super) fn unknown_role() -> AwsError {
    AwsError::new("UnrecognizedClientException", "The security token included in the request is invalid.")
        .with_status(403)
}

/// A role that does not let a service take it.
pub(super) fn not_taken(service: &str, role: &str, by: &str) -> AwsError {
    match service {
        "sfn" => AwsError::new(
            "AccessDeniedException",
            format!(
                "Neither the global service principal {by}, nor the regional one is authorized to assume the provided \
                 role."
            ),
        ),
        "codebuild" => AwsError::new(
            "InvalidInputException",
            format!("CodeBuild is not authorized to perform: sts:AssumeRole on {role}"),
        ),
        _ => AwsError::new(
            "InvalidStructureException",
            format!("CodePipeline is not authorized to perform AssumeRole on role {role}"),
        ),
    }
}
