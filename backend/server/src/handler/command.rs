//! One generic handler for every command.

use axum::{
    Extension, Json,
    extract::{Path, State},
};
use http::{HeaderMap, StatusCode};
use tower_http::request_id::RequestId;
use tracing::Instrument;
use viridian_domain::{
    Context,
    command::{Act, carry_out},
};
use viridian_shared::{command::Receipt, problem::ProblemCode};

use crate::{
    App,
    extract::{body::Body, signed::Signed},
    reply::{Failure, Reply},
};

/// Names one press of a button.
pub(crate) const KEY: &str = "idempotency-key";
pub(crate) const LONGEST_KEY: usize = 100;

pub(crate) async fn run<C: Act>(
    State(app): State<App>,
    signed: Signed,
    Path(service): Path<String>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    Body(command, _place): Body<C>,
) -> Reply<(StatusCode, Json<Receipt>)> {
    let served = app.find(&service).ok_or_else(|| Failure::missing_service(&service))?;
    let ctx = Context {
        person: signed.person,
        request_id: id.header_value().to_str().unwrap_or_default().to_owned(),
        at: served.service.ports.clock.now(),
        key: key(&headers)?,
    };
    let name = ctx.person.name.clone();
    // A browser that goes away must not leave a command half done: it runs to its end by itself.
    let service = std::sync::Arc::clone(&served.service);
    let span = tracing::info_span!("command", otel.name = C::NAME, service.id = served.service.name());
    let running = tokio::spawn(async move { carry_out(&service, &ctx, command).await }.instrument(span));
    let ended = running.await.map_err(|error| {
        tracing::error!(%error, command.name = C::NAME, "command broke off");
        Failure::new(ProblemCode::Internal, "The command broke off; what became of it is found out.")
    })?;
    app.metrics.command(C::NAME, ended.is_ok());
    tracing::info!(
        command.name = C::NAME,
        service.id = served.service.name(),
        person = name,
        ok = ended.is_ok(),
        "command"
    );
    Ok((StatusCode::ACCEPTED, Json(ended?)))
}

fn key(headers: &HeaderMap) -> Reply<Option<String>> {
    let Some(value) = headers.get(KEY) else { return Ok(None) };
    let is_visible = |key: &&str| key.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let key = value.to_str().ok().filter(is_visible).filter(|key| (1..=LONGEST_KEY).contains(&key.len()));
    let wrong = || {
        let text = format!("Idempotency-Key takes 1 to {LONGEST_KEY} visible characters.");
        Failure::new(ProblemCode::BadRequest, text)
    };
    key.map(|key| Some(key.to_owned())).ok_or_else(wrong)
}
