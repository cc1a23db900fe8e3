//! A JSON body of a known type, or a problem that says what is wrong with it.

use std::time::Duration;

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request, rejection::JsonRejection},
};
use serde::{Serialize, de::DeserializeOwned};
use viridian_shared::{people::Person, problem::ProblemCode};

use super::shape::Shape;
use crate::{App, limit::HeldPlace, reply::Failure};

/// When somebody for whose large body there was no place may try again.
const FULL: Duration = Duration::from_secs(5);

/// Marks a request whose body may be large, before it is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MayBeLarge;

/// What was sent; where it may be large, with its place among the few that are in memory at once.
pub(crate) struct Body<T>(pub(crate) T, pub(crate) Option<HeldPlace>);

impl<T: DeserializeOwned + Serialize> FromRequest<App> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let place = match request.extensions().get::<MayBeLarge>() {
            Some(MayBeLarge) => Some(place(app, &request)?),
            None => None,
        };
        let (parts, body) = request.into_parts();
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), app).await;
        let bytes = bytes.map_err(|error| failure(error.into()))?;
        let whole = Request::from_parts(parts, bytes.clone().into());
        let Json(value) = Json::from_request(whole, app).await.map_err(failure)?;
        match Shape::misread(&bytes, &value) {
            Ok(None) => Ok(Self(value, place)),
            Ok(Some(misread)) => {
                Err(Failure::new(ProblemCode::Invalid, format!("The body is not right: {misread}.")))
            }
            Err(error) => Err(Failure::new(ProblemCode::BadRequest, cause(&error))),
        }
    }
}

/// A large body takes many times its size while it is read.
fn place(app: &App, request: &Request) -> Result<HeldPlace, Failure> {
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
