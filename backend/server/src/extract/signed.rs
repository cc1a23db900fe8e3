//! The person who is signed in, or 401.

use std::{net::IpAddr, time::Instant};

use axum::extract::FromRequestParts;
use http::{HeaderMap, Method, header, request::Parts};
use jiff::{SignedDuration, Timestamp};
use viridian_domain::digest;
use viridian_shared::{people::Person, problem::ProblemCode, route::STREAM};

use crate::{
    App,
    identity::{Doubt, Gate, Known},
    listen::Peer,
    people::People,
    reply::{Failure, store},
};

/// Over https a browser keeps a name that begins so only where it was set by this very host, for all its paths.
const SECURE_COOKIE: &str = "__Host-viridian-session";
const COOKIE: &str = "viridian-session";
/// A session ends by itself after two weeks: longer than most test windows.
pub(crate) const LIFE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The balancer's token cannot be checked.
const UNCHECKED: &str = "Who you are cannot be checked now: the load balancer’s keys are not reached. The console tries \
                         again by itself.";
/// The provider's token cannot be checked.
const UNSURE: &str = "What you may do cannot be checked now: the identity provider’s keys are not reached. Nothing was \
                      done; try again in a minute.";

/// Somebody with a session.
pub(crate) struct Signed {
    pub(crate) person: Person,
    /// Digest of the session's cookie.
    pub(crate) session: String,
    /// Whether what they may do is known.
    pub(crate) is_sure: bool,
}

impl FromRequestParts<App> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let Some(signed) = find(app, &parts.headers, Peer::of(&parts.extensions)).await? else {
            let mut failure = Failure::new(ProblemCode::SignedOut, "Sign in first.");
            failure.0.hint = Some("Open the console in a browser and choose who you are.".to_owned());
            return Err(failure);
        };
        if !signed.is_sure && !parts.method.is_safe() {
            return Err(Failure::new(ProblemCode::Unavailable, UNSURE));
        }
        // A stream has a place of its own for as long as it lives.
        if parts.uri.path() != STREAM {
            admit(app, &signed.person.name, &parts.method)?;
        }
        parts.extensions.insert(signed.person.clone());
        Ok(signed)
    }
}

/// Whether somebody has not asked for too much already.
pub(crate) fn admit(app: &App, name: &str, method: &Method) -> Result<(), Failure> {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let (throttle, what) = if reads {
        (&app.limits.views, "This was asked for too often.")
    } else {
        (&app.limits.commands, "Too many commands were given.")
    };
    throttle.take(name.to_owned(), Instant::now()).map_err(|wait| {
        app.metrics.slowed();
        Failure::slow_down(what, wait)
    })
}

/// The name of the cookie that holds a session.
pub(crate) fn cookie_name(is_https: bool) -> &'static str {
    if is_https { SECURE_COOKIE } else { COOKIE }
}

/// Who a request stands for, if for anybody: by the load balancer's token, or by our own cookie. The wall
/// clock counts here: sessions are not of the sandbox's world.
pub(crate) async fn find(
    app: &App,
    headers: &HeaderMap,
    from: Option<IpAddr>,
) -> Result<Option<Signed>, Failure> {
    if let People::Vouched(gate) = &app.people {
        return vouched(gate, headers, from).await;
    }
    let name = cookie_name(app.doors.is_https(headers));
    let Some(session) = cookie(headers, name).map(digest::hex) else { return Ok(None) };
    let earliest = Timestamp::now().checked_sub(LIFE).unwrap_or(Timestamp::MIN);
    let Some(known) = app.store.signed_in(&session, earliest).await.map_err(store)? else { return Ok(None) };
    // Another key, other roles, or nobody of that name any more: whoever began this session signs in anew.
    if app.people.stamp(&known.person) != Some(known.stamp) {
        app.store.sign_out(&session).await.map_err(store)?;
        return Ok(None);
    }
    Ok(app.people.find(&known.person).map(|person| Signed { person, session, is_sure: true }))
}

/// A token that is not believed is nobody's; why not is for the operator's log. Where that cannot be found out, to sign
/// in again would not help.
async fn vouched(gate: &Gate, headers: &HeaderMap, from: Option<IpAddr>) -> Result<Option<Signed>, Failure> {
    let known = match gate.know(headers, from, Timestamp::now()).await {
        Ok(known) => known,
        Err(doubt) => {
            tracing::warn!(%doubt, "the load balancer's token is not believed");
            if matches!(doubt, Doubt::Unreached(_)) {
                return Err(Failure::new(ProblemCode::Unavailable, UNCHECKED));
            }
            None
        }
    };
    Ok(known.map(|Known { person, session, is_sure }| Signed { person, session, is_sure }))
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}
