//! Which operation a request asks for, and with what input.

use http::{header, request::Parts};
use serde_json::Value;

use crate::error::AwsError;
use crate::{cbor, query};

/// How a request is written, and so its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// JSON, with the version in its content type.
    Json(&'static str),
    /// A form answered in XML, with the namespace of its answers.
    Query(&'static str),
    /// Smithy's RPC v2 in CBOR.
    Cbor,
}

/// A request that has been understood.
#[derive(Debug)]
pub struct Request {
    /// In which it was written, and is to be answered.
    pub protocol: Protocol,
    /// The service as the SDKs call it: `sfn`.
    pub service: &'static str,
    /// AWS's name of it: `GetPipelineState`.
    pub operation: String,
    /// Its input as JSON, whatever it was written in.
    pub input: Value,
}

impl Protocol {
    /// In what a request is written by the looks of its head: also one that cannot be understood is to be
    /// refused in the client's own language.
    pub fn of(head: &Parts) -> Self {
        let is = |name: header::HeaderName, start: &str| {
            head.headers.get(name).is_some_and(|value| value.as_bytes().starts_with(start.as_bytes()))
        };
        if head.uri.path().starts_with("/service/") {
            return Self::Cbor;
        }
        let by_form = !head.headers.contains_key("x-amz-target")
            && is(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if by_form {
            return Self::Query(
                query_service("", scope(head).unwrap_or_default()).map_or("", |known| known.1),
            );
        }
        Self::Json("1.1")
    }
}

/// The largest body that a request may have. Only a file for a repository is long.
pub fn largest(head: &Parts) -> usize {
    let target = head.headers.get("x-amz-target").map(http::HeaderValue::as_bytes).unwrap_or_default();
    if target.starts_with(b"CodeCommit_") { 9 * 1024 * 1024 } else { 2 * 1024 * 1024 }
}

impl Request {
    /// Reads a request of any of the protocols; the error is what the caller is to be answered.
    pub fn read(head: &Parts, body: &[u8]) -> Result<Self, AwsError> {
        if head.uri.path().starts_with("/service/") {
            return Self::cbor(head.uri.path(), body);
        }
        if let Some(target) = head.headers.get("x-amz-target") {
            return Self::json(target.to_str().unwrap_or_default(), body);
        }
        let form = query::nest(body)?;
        let action = form.get("Action").and_then(Value::as_str).map(str::to_owned);
        let Some(operation) = action else {
            return Err(AwsError::new(
                "MissingAction",
                "The request names neither an X-Amz-Target nor an Action.",
            ));
        };
        // The name stands in the answer as an element's.
        if operation.is_empty() || !operation.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(AwsError::new("InvalidAction", format!("There is no action {operation:?}.")));
        }
        let version = form.get("Version").and_then(Value::as_str).unwrap_or_default();
        let scope = scope(head).unwrap_or_default();
        let (service, namespace) = query_service(version, scope).ok_or_else(|| {
            AwsError::new(
                "InvalidAction",
                format!("This endpoint serves no query API of version {version:?}."),
            )
        })?;
        Ok(Self { protocol: Protocol::Query(namespace), service, operation, input: form })
    }

    fn json(target: &str, body: &[u8]) -> Result<Self, AwsError> {
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

    /// `/service/NAME/operation/NAME`, for the services whose models offer it.
    fn cbor(path: &str, body: &[u8]) -> Result<Self, AwsError> {
        let unknown = || {
            let message = format!("This endpoint does not serve {path} in CBOR.");
            AwsError::new("UnknownOperationException", message).with_status(404)
        };
        let names = path.strip_prefix("/service/").and_then(|rest| rest.split_once("/operation/"));
        let (prefix, operation) = names.ok_or_else(unknown)?;
        let service = json_service(prefix)
            .map(|(service, _)| service)
            .filter(|service| ["codepipeline", "codebuild"].contains(service))
            .ok_or_else(unknown)?;
        let input = if body.is_empty() { Ok(serde_json::json!({})) } else { cbor::read(body) };
        let input = input.map_err(|error| {
            AwsError::new("SerializationException", format!("The body is not CBOR: {error}."))
        })?;
        if !input.is_object() {
            return Err(AwsError::new("SerializationException", "The body must be a map."));
        }
        Ok(Self { protocol: Protocol::Cbor, service, operation: operation.to_owned(), input })
    }
}

/// The access key with which a request is signed. The signature itself is not verified.
pub fn access_key(head: &Parts) -> Result<&str, AwsError> {
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

/// The service that a request is signed for, by its head or, where its address is signed, by its query.
pub fn signed_for(head: &Parts) -> Option<&str> {
    scope(head).or_else(|| {
        let query = head.uri.query()?;
        let scope = query.split('&').find_map(|pair| pair.strip_prefix("X-Amz-Credential="))?;
        let mut parts = scope.split("%2F").flat_map(|part| part.split('/'));
        parts.nth(3)
    })
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
        ("2010-05-08", _) | ("", "iam") => ("iam", "https://iam.amazonaws.com/doc/2010-05-08/"),
        ("2010-03-31", _) | ("", "sns") => ("sns", "http://sns.amazonaws.com/doc/2010-03-31/"),
        ("2011-06-15", _) | ("", "sts") => ("sts", "https://sts.amazonaws.com/doc/2011-06-15/"),
        _ => return None,
    })
}
