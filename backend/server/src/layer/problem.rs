//! Writes every problem as problem+json, with the request's id in it.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use tower_http::request_id::RequestId;
use viridian_shared::problem::{Problem, ProblemCode};

pub(crate) async fn write(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.header_value().clone());
    let mut response = next.run(request).await;
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| known(&response));
    if let Some(mut problem) = problem {
        problem.request_id = id.as_ref().and_then(|id| id.to_str().ok()).map(str::to_owned);
        let mut written = (response.status(), axum::Json(problem)).into_response();
        let json = HeaderValue::from_static("application/problem+json");
        written.headers_mut().insert(header::CONTENT_TYPE, json);
        for name in [header::ALLOW, header::RETRY_AFTER, header::WWW_AUTHENTICATE] {
            if let Some(value) = response.headers_mut().remove(&name) {
                written.headers_mut().insert(name, value);
            }
        }
        response = written;
    }
    if let Some(id) = id {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// Answers that the router gives by itself.
fn known(response: &Response) -> Option<Problem> {
    match response.status().as_u16() {
        405 => Some(Problem::new(ProblemCode::MethodNotAllowed, "This cannot be done here by this method.")),
        400 => Some(Problem::new(ProblemCode::BadRequest, "The request cannot be understood.")),
        _ => None,
    }
}
