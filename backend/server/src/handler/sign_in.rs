//! Sign in: guessing is slow and written down, whether a name is known or not.

use std::{net::IpAddr, time::Duration};

use axum::{
    Extension, Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use viridian_domain::{
    bounds, digest,
    port::{Journal, NewEntry, error::chain},
};
use viridian_shared::{
    journal::{Deed, Fact, fact::SignInRefused},
    people::{Person, SignIn},
    problem::ProblemCode,
};
use viridian_store::Session;

use super::session::{cookie, end, session, with_cookie};
use crate::{
    App,
    extract::{body::Body, signed::LIFE},
    listen::Peer,
    people::People,
    reply::{Failure, Reply, store},
};

/// How long a wrong key takes.
const SLOWNESS: Duration = Duration::from_millis(300);
/// How often repeats of failed sign-ins are written.
const PERIOD: Duration = Duration::from_secs(5);

pub(crate) async fn sign_in(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Body(ask, _): Body<SignIn>,
) -> Reply<Response> {
    bounds::check(&ask).map_err(|refusal| Failure::new(ProblemCode::Invalid, refusal.reason))?;
    let slowed = |wait| {
        app.metrics.slowed();
        Failure::slow_down("There were too many sign-ins.", wait)
    };
    let now = std::time::Instant::now();
    let from = peer.map(|Extension(Peer(address))| address);
    let guess = digest::hex(format!("{}\n{}", from.map(|it| it.to_string()).unwrap_or_default(), ask.name));
    // Names that nobody has are counted by themselves: a flood of them keeps out none of those who are known.
    let is_known = app.people.find(&ask.name).is_some();
    let counted = if is_known { &app.limits.failures } else { &app.limits.strangers };
    counted.take(guess.clone(), now).map_err(slowed)?;
    let Some(person) = app.people.admit(&ask) else {
        let failure = failed(&app, &ask.name, from).await;
        // In such a flood a wrong key is answered like a name that nobody has, so that neither tells of the other.
        app.limits.strangers.has_room(now).map_err(slowed)?;
        return Err(failure);
    };
    counted.give_back(&guess);
    app.limits.sign_ins.take(ask.name.clone(), now).map_err(slowed)?;
    end(&app, &headers, from).await?;
    let token = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    let stamp = app.people.stamp(&person.name).unwrap_or_default();
    let kept = Session { person: person.name.clone(), stamp };
    app.store.sign_in(&digest::hex(&token), &kept, Timestamp::now()).await.map_err(store)?;
    succeeded(&app, &person, from).await;
    let shown = Json(session(&app, Some(person)));
    let cookie = cookie(app.doors.is_https(&headers), &token, LIFE.as_secs());
    Ok(with_cookie(shown.into_response(), &cookie))
}

async fn failed(app: &App, name: &str, from: Option<IpAddr>) -> Failure {
    app.metrics.sign_in(false);
    let known = app.people.find(name).map(|person| person.name).unwrap_or_default();
    tracing::warn!(person = known, ?from, "sign-in refused");
    if let Some(name) = app.sign_ins.tell(known, String::new(), Instant::now()) {
        write(app, None, refused(name, 0)).await;
    }
    tokio::time::sleep(SLOWNESS).await;
    let mut failure = Failure::new(ProblemCode::SignedOut, "This name and key do not belong together.");
    failure.0.hint = app.people.hint().map(str::to_owned);
    failure
}

async fn succeeded(app: &App, person: &Person, from: Option<IpAddr>) {
    app.metrics.sign_in(true);
    tracing::info!(person = person.name, ?from, "signed in");
    // Where a person is chosen freely a sign-in proves nothing.
    if matches!(app.people, People::Keyed(_)) {
        write(app, Some(person.name.clone()), Fact::Done(Box::new(Deed::SignIn {}))).await;
    }
}

fn refused(name: String, more: u64) -> Fact {
    Fact::SignInRefused(SignInRefused { name: Some(name).filter(|name| !name.is_empty()), more })
}

/// An entry that belongs to no service.
async fn write(app: &App, person: Option<String>, fact: Fact) {
    let (service, at) = (String::new(), Timestamp::now());
    let entry = NewEntry { at, service, release: None, person, fact, closes: None };
    if let Err(error) = app.store.append(entry).await {
        tracing::error!(error = %chain(&error), "a sign-in is not written down");
    }
}

/// Writes down how often sign-ins were refused again, until `stop`, and then whatever is left.
pub(crate) async fn tell_repeats(app: App, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(PERIOD)).await.is_some() {
        write_repeats(&app, app.sign_ins.due(Instant::now())).await;
    }
    write_repeats(&app, app.sign_ins.rest()).await;
}

async fn write_repeats(app: &App, repeats: Vec<(String, u64)>) {
    for (name, number) in repeats {
        write(app, None, refused(name, number)).await;
    }
}
