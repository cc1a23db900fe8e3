//! A query of a known type, or a problem.

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use serde::de::DeserializeOwned;
use viridian_shared::problem::ProblemCode;

use crate::reply::Failure;

pub(crate) struct Ask<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Ask<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        Query::from_request_parts(parts, state).await.map(|Query(value)| Self(value)).map_err(|rejection| {
            Failure::new(
                ProblemCode::BadRequest,
                format!("The query is not right: {}.", rejection.body_text()),
            )
        })
    }
}
