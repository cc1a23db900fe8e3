//! From errors to answers: the only status table, and problem+json for every one of them.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use viridian_domain::{
    Error,
    port::{Fault, PortError, error::chain},
};
use viridian_shared::problem::{Problem, ProblemCode};

/// What a handler gives.
pub(crate) type Reply<T> = Result<T, Failure>;

/// A problem on its way out, and for how long not to come again. Its body is written by [`crate::layer`], which
/// knows the request's id.
#[derive(Debug, Clone)]
pub(crate) struct Failure(pub(crate) Box<Problem>, Option<Duration>);

impl Failure {
    pub(crate) fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self(Box::new(Problem::new(code, detail)), None)
    }

    /// Too much was asked for; `what` begins the sentence that says so.
    pub(crate) fn slow_down(what: &str, wait: Duration) -> Self {
        let seconds = whole_seconds(wait);
        let unit = if seconds == 1 { "second" } else { "seconds" };
        let detail = format!("{what} Try again in {seconds} {unit}.");
        Self(Box::new(Problem::new(ProblemCode::SlowDown, detail)), Some(wait))
    }

    pub(crate) fn missing_service(name: &str) -> Self {
        Self::new(ProblemCode::NotFound, format!("There is no service {name}."))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Some(wait) = self.1 {
            response.headers_mut().insert(header::RETRY_AFTER, whole_seconds(wait).into());
        }
        response.extensions_mut().insert(*self.0);
        response
    }
}

/// At least one, so that nobody comes again at once.
fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::NotFound(_) => ProblemCode::NotFound,
            Error::Forbidden(_) => ProblemCode::Forbidden,
            Error::Conflict(_) => ProblemCode::Conflict,
            Error::Invalid(_) => ProblemCode::Invalid,
            Error::Aws { .. } => ProblemCode::Aws,
            Error::Unavailable { .. } => ProblemCode::Unavailable,
        };
        Self::new(code, error.to_string())
    }
}

/// A failure of a lens; a failure of the store is ours and not AWS's.
impl From<PortError> for Failure {
    fn from(error: PortError) -> Self {
        tracing::warn!(error = %chain(&error), "request failed");
        Error::from_port(error).into()
    }
}

/// A failure of the store.
pub(crate) fn store(error: PortError) -> Failure {
    tracing::error!(error = %chain(&error), "store failed");
    Error::from_port(PortError { fault: Fault::Store, ..error }).into()
}
