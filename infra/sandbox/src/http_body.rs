//! Bodies of requests and answers.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http_body_util::{BodyExt, Full, Limited, combinators::UnsyncBoxBody};
use hyper::body::Incoming;
use viridian_aws_wire::AwsError;

/// How long a body of AWS’s or of a control may take. What git pushes takes as long as it needs.
const BODY: Duration = Duration::from_mins(1);

/// The body of every answer.
pub(crate) type Body = UnsyncBoxBody<Bytes, std::io::Error>;

/// A whole body.
pub(crate) fn whole(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// An answer of plain text.
pub(crate) fn plain(status: u16, text: &str) -> Response<Body> {
    let mut answer = Response::new(whole(text.to_owned()));
    *answer.status_mut() =
        http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let plain = http::HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(http::header::CONTENT_TYPE, plain);
    answer
}

/// An answer in JSON.
pub(crate) fn json(status: u16, value: &serde_json::Value) -> Response<Body> {
    let mut answer = plain(status, "");
    *answer.body_mut() = whole(value.to_string());
    let json = http::HeaderValue::from_static("application/json");
    answer.headers_mut().insert(http::header::CONTENT_TYPE, json);
    answer
}

/// Reads a request's body, unless it is larger than `limit` or takes too long.
pub(crate) async fn read(body: Incoming, limit: usize) -> Result<Bytes, AwsError> {
    match tokio::time::timeout(BODY, Limited::new(body, limit).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        _ => Err(AwsError::new(
            "RequestEntityTooLargeException",
            format!("The request's body could not be read in time, or is larger than {limit} bytes."),
        )
        .with_status(413)),
    }
}
