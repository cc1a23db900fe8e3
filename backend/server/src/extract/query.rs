//! A query of a known type, or a problem.

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use serde::{Deserialize, de::DeserializeOwned};
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

/// A whole number as far as every JSON parser and every database keeps it: up to 2^53 − 1.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "u64")]
pub(crate) struct Whole(pub(crate) u64);

impl Whole {
    const MOST: u64 = 9_007_199_254_740_991;

    /// As a number of things.
    pub(crate) fn count(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl TryFrom<u64> for Whole {
    type Error = String;

    fn try_from(value: u64) -> Result<Self, String> {
        if value > Self::MOST { Err(format!("{value} is more than {}", Self::MOST)) } else { Ok(Self(value)) }
    }
}
