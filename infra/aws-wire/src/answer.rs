//! Answers and errors in the shape of each protocol.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::error::AwsError;
use crate::{
    cbor,
    request::{Protocol, Request},
    xml,
};

/// An answer as a whole.
pub type WireAnswer = Response<Bytes>;

/// What an operation answers, in the protocol of its request. `id` is the request's, for the log of a client.
pub fn success(request: &Request, id: &str, value: &Value) -> WireAnswer {
    match request.protocol {
        Protocol::Json(version) => document(200, &json_type(version), id, value.to_string()),
        Protocol::Query(namespace) => {
            document(200, "text/xml", id, xml::response(&request.operation, namespace, id, value))
        }
        Protocol::Cbor => in_cbor(200, id, value),
    }
}

/// An error in a protocol: also to a request that could not be read.
pub fn error(protocol: Protocol, id: &str, error: &AwsError) -> WireAnswer {
    let mut shape = json!({ "__type": error.code, "message": error.message });
    if let (Some(shape), Some(detail)) =
        (shape.as_object_mut(), error.detail.as_ref().and_then(|it| it.as_object()))
    {
        shape.extend(detail.clone());
    }
    match protocol {
        Protocol::Json(version) => {
            let mut answer = document(error.status, &json_type(version), id, shape.to_string());
            if let Ok(code) = HeaderValue::from_str(&error.code) {
                answer.headers_mut().insert("x-amzn-errortype", code);
            }
            answer
        }
        Protocol::Query(namespace) => {
            let text = xml::error(namespace, id, &error.code, &error.message, error.status < 500);
            document(error.status, "text/xml", id, text)
        }
        Protocol::Cbor => in_cbor(error.status, id, &shape),
    }
}

/// An error for a request of a protocol that is not spoken here, in the shape that the clients of its service read.
pub fn foreign_error(service: &str, id: &str, error: &AwsError) -> WireAnswer {
    match service {
        "s3" | "s3express" | "s3-outposts" | "s3-object-lambda" => {
            document(error.status, "application/xml", id, xml::bare_error(id, &error.code, &error.message))
        }
        "route53" | "cloudfront" => self::error(Protocol::Query(""), id, error),
        _ => self::error(Protocol::Json("1.1"), id, error),
    }
}

/// SQS spoke the query protocol once: a header tells its clients the code that they knew then.
pub fn name_as_query(answer: &mut WireAnswer, code: &str) {
    let before = match code {
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue",
        "QueueNameExists" => "QueueAlreadyExists",
        other => other.strip_suffix("Exception").unwrap_or(other),
    };
    if let Ok(value) = HeaderValue::from_str(&format!("{before};Sender")) {
        answer.headers_mut().insert("x-amzn-query-error", value);
    }
}

fn in_cbor(status: u16, id: &str, value: &Value) -> WireAnswer {
    let mut answer = document(status, "application/cbor", id, cbor::write(value, is_moment));
    answer.headers_mut().insert("smithy-protocol", HeaderValue::from_static("rpc-v2-cbor"));
    answer
}

/// Whether a member of an answer of CodePipeline or CodeBuild is a moment, by their API models. In JSON a
/// moment is a bare number; in CBOR it bears a tag.
fn is_moment(member: &str) -> bool {
    matches!(
        member,
        "approvedAt"
            | "created"
            | "endTime"
            | "expired"
            | "lastChangedAt"
            | "lastModified"
            | "lastModifiedSecret"
            | "lastStatusChange"
            | "lastTriggered"
            | "lastUpdateTime"
            | "pollingDisabledAt"
            | "requestTime"
            | "requestedOn"
            | "startTime"
            | "submitTime"
            | "updated"
    )
}

fn json_type(version: &str) -> String {
    format!("application/x-amz-json-{version}")
}

fn document(status: u16, kind: &str, id: &str, body: impl Into<Bytes>) -> WireAnswer {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = answer.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if let (false, Ok(id)) = (id.is_empty(), HeaderValue::from_str(id)) {
        headers.insert("x-amzn-requestid", id);
    }
    answer
}
