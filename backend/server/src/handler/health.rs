//! Whether the process lives, whether it can serve, and its numbers.

use axum::{Json, extract::State};
use serde_json::{Value, json};
use viridian_shared::{problem::ProblemCode, snapshot::Freshness};

use crate::{
    App,
    reply::{Failure, Reply, store},
};

pub(crate) async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Ready once the store can be written and every service was read, or tried, once.
pub(crate) async fn ready(State(app): State<App>) -> Reply<Json<Value>> {
    app.store.ready().await.map_err(store)?;
    let waits = |name: &str| {
        let snapshot = app.find(name).map(|served| served.service.snapshot());
        snapshot.is_some_and(|snapshot| snapshot.pipeline.freshness == Freshness::Waiting)
    };
    let names = app.served.iter().map(|served| served.service.name());
    if let Some(waiting) = names.into_iter().find(|name| waits(name)) {
        let text = format!("The service {waiting} was not read yet.");
        return Err(Failure::new(ProblemCode::Unavailable, text));
    }
    Ok(Json(json!({ "status": "ready" })))
}

pub(crate) async fn metrics(State(app): State<App>) -> ([(http::HeaderName, &'static str); 1], String) {
    let kind = (http::header::CONTENT_TYPE, "text/plain; version=0.0.4");
    ([kind], app.metrics.text(&app))
}
