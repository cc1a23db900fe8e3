//! Somebody who looks at what takes work or memory to be shown: a few such views at a time for each person and for all,
//! each until the last of it was sent.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, HttpBody},
    extract::FromRequestParts,
    response::Response,
};
use bytes::Bytes;
use http::request::Parts;
use hyper::body::{Frame, SizeHint};
use viridian_shared::people::Person;

use super::signed::Signed;
use crate::{App, limit::HeldPlace, reply::Failure};

/// When somebody for whom there was no place may try again.
const FULL: Duration = Duration::from_secs(2);

pub(crate) struct Looking {
    pub(crate) person: Person,
    place: HeldPlace,
}

impl FromRequestParts<App> for Looking {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let person = Signed::from_request_parts(parts, app).await?.person;
        let Some(place) = app.limits.looks.enter(&person.name) else {
            app.metrics.slowed();
            return Err(Failure::slow_down("As many views are being made and sent as may be at once.", FULL));
        };
        Ok(Self { person, place })
    }
}

impl Looking {
    /// Keeps the place until all of the answer was taken: a reader that takes it drop by drop holds it in memory.
    pub(crate) fn until_sent(self, response: Response) -> Response {
        response.map(|body| Body::new(Held { body, _place: self.place }))
    }
}

struct Held {
    body: Body,
    _place: HeldPlace,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
