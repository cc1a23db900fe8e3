//! Whether the process lives, whether it can serve, and its numbers.
//!
//! All three answer without a session. What names services answers only on a listener of its own or to a token.

use axum::{
    Json, Router,
    extract::State,
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, header};
use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;
use serde_json::{Value, json};
use viridian_shared::{
    problem::ProblemCode,
    route::{HEALTHZ, METRICS, READYZ},
    snapshot::Freshness,
};

use crate::{
    App,
    doors::Sight,
    layer::problem,
    reply::{Failure, Reply, store},
    standing,
};

/// What answers on the listener that is apart.
pub(crate) fn apart(app: &App) -> Router {
    let ready = |State(app): State<App>, headers: HeaderMap| async move {
        let sight = app.doors.sight(&headers, true);
        told_ready(&app, sight).await
    };
    let metrics = |State(app): State<App>, headers: HeaderMap| async move {
        let sight = app.doors.sight(&headers, true);
        told(&app, sight)
    };
    Router::new()
        .route(HEALTHZ, get(live))
        .route(READYZ, get(ready))
        .route(METRICS, get(metrics))
        .layer(middleware::from_fn(problem::write))
        .with_state(app.clone())
}

pub(crate) async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Ready once the store can be written and every service was read, or tried, once.
pub(crate) async fn ready(State(app): State<App>, headers: HeaderMap) -> Reply<Response> {
    told_ready(&app, app.doors.sight(&headers, false)).await
}

pub(crate) async fn metrics(State(app): State<App>, headers: HeaderMap) -> Reply<Response> {
    told(&app, app.doors.sight(&headers, false))
}

async fn told_ready(app: &App, sight: Sight) -> Reply<Response> {
    if let Some(denied) = denied(sight, READYZ) {
        return denied;
    }
    app.readiness.check(&app.store).await.map_err(store)?;
    let waits = |name: &str| {
        let snapshot = app.find(name).map(|served| served.service.snapshot());
        snapshot.is_some_and(|snapshot| snapshot.pipeline.freshness == Freshness::Waiting)
    };
    let names = app.served.iter().map(|served| served.service.name());
    if let Some(waiting) = names.into_iter().find(|name| waits(name)) {
        let which =
            if sight == Sight::Whole { format!("The service {waiting}") } else { "A service".to_owned() };
        return Err(Failure::new(ProblemCode::Unavailable, format!("{which} was not read yet.")));
    }
    Ok(Json(json!({ "status": "ready" })).into_response())
}

fn told(app: &App, sight: Sight) -> Reply<Response> {
    if let Some(denied) = denied(sight, METRICS) {
        return denied;
    }
    let kind = (header::CONTENT_TYPE, CONTENT_TYPE);
    Ok(([kind], standing::text(app, sight)).into_response())
}

/// The answer to those who may see nothing here.
fn denied(sight: Sight, path: &str) -> Option<Reply<Response>> {
    match sight {
        Sight::Whole | Sight::Nameless => None,
        Sight::Elsewhere => {
            Some(Err(Failure::new(ProblemCode::NotFound, format!("There is nothing at {path}."))))
        }
        Sight::Denied => {
            let failure = Failure::new(ProblemCode::SignedOut, "This wants a bearer token.");
            let mut response = failure.into_response();
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            Some(Ok(response))
        }
    }
}
