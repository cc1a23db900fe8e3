//! A JSON body of a known type, or a problem that says what is wrong with it.

use std::time::Duration;

use axum::{
    Json,
    extract::{FromRequest, Request, rejection::JsonRejection},
};
use serde::de::DeserializeOwned;
use viridian_shared::{people::Person, problem::ProblemCode};

use crate::{App, limit::Place, reply::Failure};

/// When somebody for whose large body there was no place may try again.
const FULL: Duration = Duration::from_secs(5);

/// Marks a request whose body may be large, before it is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MayBeLarge;

/// What was sent; where it may be large, with its place among the few that are in memory at once.
pub(crate) struct Body<T>(pub(crate) T, pub(crate) Option<Place>);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let place = match request.extensions().get::<MayBeLarge>() {
            Some(MayBeLarge) => Some(place(app, &request)?),
            None => None,
        };
        Json::from_request(request, app).await.map(|Json(value)| Self(value, place)).map_err(failure)
    }
}

/// A large body takes many times its size while it is read.
fn place(app: &App, request: &Request) -> Result<Place, Failure> {
    let person = request.extensions().get::<Person>().map(|person| person.name.as_str()).unwrap_or_default();
    app.limits.large.enter(person).ok_or_else(|| {
        app.metrics.slowed();
        Failure::slow_down("An import of yours is under way, or several of others.", FULL)
    })
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
