//! Answers and errors in the shape of each protocol.

use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::{
    body::{Body, whole},
    request::{Asked, Protocol},
    xml,
};
use crate::error::AwsError;

pub(super) fn success(asked: &Asked, id: &str, value: &Value) -> Response<Body> {
    match asked.protocol {
        Protocol::Json(version) => document(200, &json_type(version), id, value.to_string()),
        Protocol::Query(namespace) => {
            document(200, "text/xml", id, xml::response(&asked.operation, namespace, id, value))
        }
    }
}

/// The error of a request; one that could not be understood is answered in JSON.
pub(super) fn error(asked: Option<&Asked>, id: &str, error: &AwsError) -> Response<Body> {
    let protocol = asked.map_or(Protocol::Json("1.1"), |asked| asked.protocol);
    match protocol {
        Protocol::Json(version) => {
            let mut shape = json!({ "__type": error.code, "message": error.message });
            if let (Some(shape), Some(detail)) =
                (shape.as_object_mut(), error.detail.as_ref().and_then(|it| it.as_object()))
            {
                shape.extend(detail.clone());
            }
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
    }
}

/// The answer to Smithy's CBOR protocol, which AWS clients may come to prefer.
pub(super) fn cbor(path: &str) -> Response<Body> {
    let message = format!("The sandbox speaks AWS JSON and query, not CBOR, so it cannot answer {path}.");
    tracing::warn!(path, "a client speaks the CBOR protocol, which the sandbox does not");
    let mut answer = error(None, "", &AwsError::new("UnknownOperationException", message).with_status(404));
    answer.headers_mut().insert("smithy-protocol", HeaderValue::from_static("rpc-v2-cbor"));
    answer
}

/// A JSON answer of the sandbox itself.
pub(crate) fn json(status: u16, value: &Value) -> Response<Body> {
    document(status, "application/json", "", value.to_string())
}

fn json_type(version: &str) -> String {
    format!("application/x-amz-json-{version}")
}

fn document(status: u16, kind: &str, id: &str, text: String) -> Response<Body> {
    let mut answer = Response::new(whole(text));
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
