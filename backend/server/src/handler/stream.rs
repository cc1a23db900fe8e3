//! The event stream: everything on connect, then whole sections as they change.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use serde::Deserialize;
use utoipa::IntoParams;
use viridian_domain::port::Journal;
use viridian_shared::event::Hello;

use super::{encoding::accepts, session::session};
use crate::{
    App,
    extract::{query::Ask, signed::Signed},
    live::{
        feed::framed,
        packed::packed,
        viewer::{self, Cursor, ServiceView, Viewer},
        watchers::Watching,
    },
    reply::{Failure, Reply, store},
    state::Served,
};

/// Entries that a page gets on its first connection.
const BACKLOG: usize = 50;
/// Entries that a page gets after a break at most.
const MISSED: usize = 200;
/// How long somebody looks on of whom it cannot be found out what they may do.
const UNSURE: Duration = Duration::from_secs(30);
/// When a page that found no place may try again.
const FULL: Duration = Duration::from_secs(10);

#[derive(Deserialize, IntoParams)]
pub(crate) struct Which {
    /// Adds this service’s snapshot.
    service: Option<String>,
}

pub(crate) async fn open(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Ask(Which { service }): Ask<Which>,
) -> Reply<Response> {
    let Some(place) = app.limits.streams.enter(&signed.person.name) else {
        app.metrics.slowed();
        return Err(Failure::slow_down("As many pages are open as may be: close some.", FULL));
    };
    let sessions = app.signed_out.subscribe();
    let hello = hello(&app, &signed, service.as_deref());
    let served = match &service {
        Some(name) => Some(app.find(name).ok_or_else(|| Failure::missing_service(name))?),
        None => None,
    };
    let clock = served.or(app.served.first()).and_then(|served| served.clock.as_ref());
    let clock = clock.map(|clock| clock.watch());
    let view = match served {
        Some(served) => {
            let watching = app.watchers.begin(&Arc::clone(&served.service), &signed.person.name);
            let last_id = headers.get("last-event-id").and_then(|value| value.to_str().ok());
            Some(view(&app, served, last_id, Some(watching)).await?)
        }
        None => None,
    };
    let viewer = Viewer {
        hello,
        rows: app.rows.watch(),
        service: view,
        clock,
        session: (signed.session, sessions),
        until: tokio::time::Instant::now() + if signed.is_sure { app.people.patience() } else { UNSURE },
        stop: app.stop.clone(),
        _place: place,
    };
    let heads = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept-encoding"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok(if accepts(&headers, "gzip") {
        let body = Body::from_stream(packed(viewer.stream()));
        (heads, [(header::CONTENT_ENCODING, "gzip")], body).into_response()
    } else {
        (heads, Body::from_stream(viewer.stream())).into_response()
    })
}

/// What a stream of this person would begin with, as its text; without the service where there is none of that name.
pub(super) async fn beginning(app: &App, signed: &Signed, service: Option<&str>) -> Reply<Vec<u8>> {
    let rows = app.rows.watch().borrow().1.clone();
    let mut view = match service.and_then(|name| app.find(name)) {
        Some(served) => Some(view(app, served, None, None).await?),
        None => None,
    };
    let told = viewer::beginning(&hello(app, signed, service), rows, view.as_mut());
    Ok(told.into_iter().flatten().collect())
}

fn hello(app: &App, signed: &Signed, service: Option<&str>) -> Hello {
    Hello {
        build: app.build.clone(),
        clock: app.clock(service),
        session: session(app, Some(signed.person.clone())),
    }
}

async fn view(
    app: &App,
    served: &Served,
    last_id: Option<&str>,
    watching: Option<Watching>,
) -> Reply<ServiceView> {
    let resumed = Cursor::resume(&served.feed.epoch, last_id);
    let limit = if resumed.is_some() { MISSED } else { BACKLOG };
    let mut cursor = resumed.unwrap_or_default();
    // An entry that the journal never had is somebody's invention: it would hide every entry up to it.
    cursor.entry = cursor.entry.min(*served.service.ports.journal.newest().borrow());
    let frames = served.feed.watch();
    // Mostly they are at hand: a look at the page does not wake a database that sleeps.
    let held = frames.borrow().since(cursor.entry, limit);
    let backlog = if let Some(held) = held {
        held
    } else {
        let entries = app.store.since(served.service.name(), cursor.entry, limit).await.map_err(store)?;
        entries.iter().map(framed).collect()
    };
    // A revision that we never had is somebody's invention.
    let latest = frames.borrow().snapshot.revision;
    cursor.revision = cursor.revision.filter(|revision| *revision <= latest);
    Ok(ServiceView { epoch: served.feed.epoch.clone(), frames, backlog, cursor, _watching: watching })
}
