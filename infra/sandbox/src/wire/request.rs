//! Which operation a request asks for, and with what input.

use bytes::Bytes;
use http::{header, request::Parts};
use serde_json::Value;

use super::query;
use crate::error::AwsError;

/// How a request is written, and so its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// JSON, with the version in its content type.
    Json(&'static str),
    /// A form answered in XML, with the namespace of its answers.
    Query(&'static str),
}

/// A request that has been understood.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) protocol: Protocol,
    pub(super) service: &'static str,
    pub(super) operation: String,
    pub(super) input: Value,
}

impl Asked {
    pub(super) fn read(head: &Parts, body: &Bytes) -> Result<Self, AwsError> {
        if let Some(target) = head.headers.get("x-amz-target") {
            return Self::json(target.to_str().unwrap_or_default(), body);
        }
        let form = query::nest(body);
        let action = form.get("Action").and_then(Value::as_str).map(str::to_owned);
        let Some(operation) = action else {
            return Err(AwsError::new(
                "MissingAction",
                "The request names neither an X-Amz-Target nor an Action.",
            ));
        };
        let version = form.get("Version").and_then(Value::as_str).unwrap_or_default();
        let scope = scope(head).unwrap_or_default();
        let (service, namespace) = query_service(version, scope).ok_or_else(|| {
            AwsError::new("InvalidAction", format!("The sandbox serves no query API of version {version:?}."))
        })?;
        Ok(Self { protocol: Protocol::Query(namespace), service, operation, input: form })
    }

    fn json(target: &str, body: &Bytes) -> Result<Self, AwsError> {
        let unknown =
            || AwsError::new("UnknownOperationException", format!("There is no target {target:?} here."));
        let (prefix, operation) = target.rsplit_once('.').ok_or_else(unknown)?;
        let (service, version) = json_service(prefix).ok_or_else(unknown)?;
        let text: &[u8] = if body.iter().all(u8::is_ascii_whitespace) { b"{}" } else { body };
        let input: Value = serde_json::from_slice(text).map_err(|error| {
            AwsError::new("SerializationException", format!("The body is not JSON: {error}"))
        })?;
        if !input.is_object() {
            return Err(AwsError::new("SerializationException", "The body must be a JSON object."));
        }
        Ok(Self { protocol: Protocol::Json(version), service, operation: operation.to_owned(), input })
    }
}

/// The access key with which a request is signed. The signature itself is not verified.
pub(super) fn access_key(head: &Parts) -> Result<&str, AwsError> {
    let missing = || {
        AwsError::new("MissingAuthenticationTokenException", "Request is missing Authentication Token")
            .with_status(403)
    };
    let text =
        head.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(missing)?;
    if !text.starts_with("AWS4-HMAC-SHA256") {
        return Err(missing());
    }
    credential(text).and_then(|scope| scope.split('/').next()).filter(|key| !key.is_empty()).ok_or_else(
        || AwsError::new("IncompleteSignature", "Authorization header requires 'Credential' parameter."),
    )
}

fn credential(text: &str) -> Option<&str> {
    let after = text.split_once("Credential=")?.1;
    after.split([',', ' ']).next()
}

/// The service in the scope of the credential: `KEY/DATE/REGION/SERVICE/aws4_request`.
fn scope(head: &Parts) -> Option<&str> {
    credential(head.headers.get(header::AUTHORIZATION)?.to_str().ok()?)?.split('/').nth(3)
}

fn json_service(prefix: &str) -> Option<(&'static str, &'static str)> {
    Some(match prefix {
        "AmazonEC2ContainerServiceV20141113" => ("ecs", "1.1"),
        "AmazonEC2ContainerRegistry_V20150921" => ("ecr", "1.1"),
        "AWSStepFunctions" => ("sfn", "1.0"),
        "AnyScaleFrontendService" => ("applicationautoscaling", "1.1"),
        "CodePipeline_20150709" => ("codepipeline", "1.1"),
        "CodeBuild_20161006" => ("codebuild", "1.1"),
        "CodeCommit_20150413" => ("codecommit", "1.1"),
        "AmazonSQS" => ("sqs", "1.0"),
        "AWSEvents" => ("events", "1.1"),
        "Logs_20140328" => ("logs", "1.1"),
        _ => return None,
    })
}

fn query_service(version: &str, scope: &str) -> Option<(&'static str, &'static str)> {
    Some(match (version, scope) {
        ("2015-12-01", _) | ("", "elasticloadbalancing") => {
            ("elasticloadbalancingv2", "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/")
        }
        ("2010-05-15", _) | ("", "cloudformation") => {
            ("cloudformation", "http://cloudformation.amazonaws.com/doc/2010-05-15/")
        }
        ("2010-03-31", _) | ("", "sns") => ("sns", "http://sns.amazonaws.com/doc/2010-03-31/"),
        ("2011-06-15", _) | ("", "sts") => ("sts", "https://sts.amazonaws.com/doc/2011-06-15/"),
        _ => return None,
    })
}
