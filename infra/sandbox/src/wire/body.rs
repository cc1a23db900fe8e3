//! Bodies of requests and answers.

use bytes::Bytes;
use http::Response;
use http_body_util::{BodyExt, Full, Limited, combinators::UnsyncBoxBody};
use hyper::body::Incoming;

use crate::error::AwsError;

/// The body of every answer.
pub type Body = UnsyncBoxBody<Bytes, std::io::Error>;

/// A whole body.
pub fn whole(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// An answer of plain text.
pub fn plain(status: u16, text: &str) -> Response<Body> {
    let mut answer = Response::new(whole(text.to_owned()));
    *answer.status_mut() =
        http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let plain = http::HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(http::header::CONTENT_TYPE, plain);
    answer
}

/// Reads a request's body, unless it is larger than `limit` or takes too long.
pub(crate) async fn read(body: Incoming, limit: usize) -> Result<Bytes, AwsError> {
    match tokio::time::timeout(super::BODY, Limited::new(body, limit).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        _ => Err(AwsError::new(
            "RequestEntityTooLargeException",
            format!("The request's body could not be read in time, or is larger than {limit} bytes."),
        )
        .with_status(413)),
    }
}
