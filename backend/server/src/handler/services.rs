//! Every service in brief, and one whole.

use axum::{
    Json,
    extract::{Path, State},
};
use viridian_shared::{
    evidence::{self, Evidence},
    row::ServiceRow,
    snapshot::Snapshot,
};

use crate::{
    App,
    extract::signed::Signed,
    reply::{Failure, Reply},
};

pub(crate) async fn list(State(app): State<App>, _signed: Signed) -> Json<Vec<ServiceRow>> {
    Json(app.rows.rows())
}

pub(crate) async fn show(
    State(app): State<App>,
    _signed: Signed,
    Path(service): Path<String>,
) -> Reply<Json<Snapshot>> {
    let served = app.find(&service).ok_or_else(|| Failure::missing_service(&service))?;
    Ok(Json((*served.service.snapshot()).clone()))
}

pub(crate) async fn evidence(
    State(app): State<App>,
    _signed: Signed,
    Path(service): Path<String>,
) -> Reply<Json<Evidence>> {
    let served = app.find(&service).ok_or_else(|| Failure::missing_service(&service))?;
    Ok(Json(evidence::evidence(&served.service.snapshot())))
}
