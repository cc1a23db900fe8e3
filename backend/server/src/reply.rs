//! From errors to answers: the only status table, and problem+json for every one of them.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use viridian_domain::{
    Error,
    port::{Fault, PortError, error::chain},
};
use viridian_shared::problem::{Problem, ProblemCode};

/// What a handler gives.
pub(crate) type Reply<T> = Result<T, Failure>;

/// A problem on its way out. Its body is written by [`crate::layer`], which knows the request's id.
#[derive(Debug, Clone)]
pub(crate) struct Failure(pub(crate) Box<Problem>);

impl Failure {
    pub(crate) fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self(Box::new(Problem::new(code, detail)))
    }

    pub(crate) fn missing_service(name: &str) -> Self {
        Self::new(ProblemCode::NotFound, format!("There is no service {name}."))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(*self.0);
        response
    }
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
