//! The person who is signed in, or 401.

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};
use jiff::{SignedDuration, Timestamp};
use viridian_domain::digest;
use viridian_shared::{people::Person, problem::ProblemCode};

use crate::{
    App,
    identity::{Gate, Known},
    people::People,
    reply::{Failure, store},
};

pub(crate) const COOKIE: &str = "viridian-session";
/// A session ends by itself after two weeks: longer than most test windows.
const LIFE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Somebody with a session.
pub(crate) struct Signed {
    pub(crate) person: Person,
    /// Digest of the session's cookie.
    pub(crate) session: String,
}

impl FromRequestParts<App> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let signed = find(app, &parts.headers).await?;
        signed.ok_or_else(|| {
            let mut failure = Failure::new(ProblemCode::SignedOut, "Sign in first.");
            failure.0.hint = Some("Open the console in a browser and choose who you are.".to_owned());
            failure
        })
    }
}

/// Who a request stands for, if for anybody: by the load balancer's token, or by our own cookie. The wall clock counts here: sessions are not of the
/// sandbox's world.
pub(crate) async fn find(app: &App, headers: &HeaderMap) -> Result<Option<Signed>, Failure> {
    if let People::Vouched(gate) = &app.people {
        return Ok(vouched(gate, headers).await);
    }
    let Some(session) = cookie(headers).map(digest::hex) else { return Ok(None) };
    let earliest = Timestamp::now().checked_sub(LIFE).unwrap_or(Timestamp::MIN);
    let name = app.store.signed_in(&session, earliest).await.map_err(store)?;
    let person = name.and_then(|name| app.people.find(&name));
    Ok(person.map(|person| Signed { person, session }))
}

/// A token that is not believed is nobody's; why not is for the operator's log.
async fn vouched(gate: &Gate, headers: &HeaderMap) -> Option<Signed> {
    match gate.know(headers, Timestamp::now()).await {
        Ok(known) => known.map(|Known { person, session }| Signed { person, session }),
        Err(doubt) => {
            tracing::warn!(%doubt, "the load balancer's token is not believed");
            None
        }
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}
