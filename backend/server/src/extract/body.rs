//! A JSON body of a known type, or a problem that says what is wrong with it.

use axum::{
    Json,
    extract::{FromRequest, Request, rejection::JsonRejection},
};
use serde::de::DeserializeOwned;
use viridian_shared::problem::ProblemCode;

use crate::reply::Failure;

pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        Json::from_request(request, state).await.map(|Json(value)| Self(value)).map_err(failure)
    }
}

fn failure(rejection: JsonRejection) -> Failure {
    match rejection {
        JsonRejection::JsonDataError(error) => Failure::new(ProblemCode::Invalid, cause(&error)),
        JsonRejection::JsonSyntaxError(error) => Failure::new(ProblemCode::BadRequest, cause(&error)),
        JsonRejection::MissingJsonContentType(_) => {
            Failure::new(ProblemCode::UnsupportedMediaType, "Send the body as application/json.")
        }
        JsonRejection::BytesRejection(error) if error.status() == http::StatusCode::PAYLOAD_TOO_LARGE => {
            Failure::new(ProblemCode::TooLarge, "The body is larger than 512 KiB, or 32 MiB for an import.")
        }
        _ => Failure::new(
            ProblemCode::BadRequest,
            "The body could not be read, or did not arrive within 30 seconds.",
        ),
    }
}

/// What the parser says, without the frame around it.
fn cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    format!("The body is not right: {cause}.")
}
