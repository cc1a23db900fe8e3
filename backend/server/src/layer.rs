//! The middleware in its order, outermost last, with a reason for each.

pub(crate) mod body;
mod count;
mod headers;
mod host;
mod origin;
pub(crate) mod problem;
mod request_id;

use axum::{Router, extract::DefaultBodyLimit, middleware};
use tower_http::{
    request_id::{MakeRequestUuid, SetRequestIdLayer},
    trace::TraceLayer,
};

use crate::App;

/// Marks an answer that carries what a colour served, with a policy of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Captured;

/// Larger than any input of a state machine with its quoting.
const LARGEST_BODY: usize = 512 * 1024;

pub(crate) fn wrap(router: Router, app: &App) -> Router {
    router
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        // A body that drips holds its connection only for a while.
        .layer(middleware::from_fn(body::hurry))
        // Nothing acts for another site's page.
        .layer(middleware::from_fn(origin::check))
        // A name that somebody points at this address does not make their page ours.
        .layer(middleware::from_fn_with_state(app.clone(), host::check))
        // Knows the request's id, and so writes the body of every problem.
        .layer(middleware::from_fn(problem::write))
        .layer(middleware::from_fn_with_state(app.clone(), headers::put))
        .layer(middleware::from_fn_with_state(app.clone(), count::count))
        .layer(TraceLayer::new_for_http())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        // What a client calls its request is written into logs and answers.
        .layer(middleware::from_fn(request_id::tame))
}
