//! Pages of the journal, of one service or of all.

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Deserialize;
use utoipa::IntoParams;
use viridian_domain::port::{Journal, PageRequest};
use viridian_shared::journal::JournalPage;

use crate::{
    App,
    extract::{
        query::{Ask, Whole},
        signed::Signed,
    },
    reply::{Failure, Reply, store},
};

const DEFAULT_LIMIT: usize = 50;

#[derive(Deserialize, IntoParams)]
pub(crate) struct Page {
    /// Entries before this number.
    #[param(value_type = Option<u64>, maximum = 9_007_199_254_740_991_i64)]
    before: Option<Whole>,
    /// At most 500 come; 50 unless told.
    #[param(value_type = Option<u64>, maximum = 9_007_199_254_740_991_i64)]
    limit: Option<Whole>,
}

pub(crate) async fn all(
    State(app): State<App>,
    _signed: Signed,
    Ask(page): Ask<Page>,
) -> Reply<Json<JournalPage>> {
    read(&app, None, page).await
}

pub(crate) async fn of_service(
    State(app): State<App>,
    _signed: Signed,
    Path(service): Path<String>,
    Ask(page): Ask<Page>,
) -> Reply<Json<JournalPage>> {
    app.find(&service).ok_or_else(|| Failure::missing_service(&service))?;
    read(&app, Some(service), page).await
}

async fn read(app: &App, service: Option<String>, page: Page) -> Reply<Json<JournalPage>> {
    let limit = page.limit.map_or(DEFAULT_LIMIT, Whole::count);
    let ask = PageRequest { service, before: page.before.map(|it| it.0), limit };
    Ok(Json(app.store.page(&ask).await.map_err(store)?))
}
