//! Who is signed in; sign out.

use std::net::IpAddr;

use axum::{
    Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use viridian_shared::people::{Person, Session};

use crate::{
    App,
    extract::signed::{cookie_name, find},
    listen::Peer,
    people::People,
    reply::{Reply, store},
};

pub(crate) async fn show(State(app): State<App>, request: Request) -> Reply<Json<Session>> {
    let signed = find(&app, request.headers(), Peer::of(request.extensions())).await?;
    Ok(Json(session(&app, signed.map(|signed| signed.person))))
}

pub(crate) async fn sign_out(State(app): State<App>, request: Request) -> Reply<Response> {
    let headers = request.headers();
    end(&app, headers, Peer::of(request.extensions())).await?;
    let mut response =
        with_cookie(StatusCode::NO_CONTENT.into_response(), &cookie(app.doors.is_https(headers), "", 0));
    if matches!(app.people, People::Vouched(_)) {
        // The balancer's own session ends with its cookies; the identity provider's is the provider's.
        for part in 0..4 {
            let ended = format!("AWSELBAuthSessionCookie-{part}=; Path=/; Max-Age=0; HttpOnly; Secure");
            if let Ok(value) = HeaderValue::from_str(&ended) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
    }
    Ok(response)
}

pub(crate) fn session(app: &App, person: Option<Person>) -> Session {
    Session { person, choices: app.people.choices(), elsewhere: matches!(app.people, People::Vouched(_)) }
}

/// Ends the session of a request, and the streams that belong to it.
pub(super) async fn end(app: &App, headers: &HeaderMap, from: Option<IpAddr>) -> Reply<()> {
    if let Some(signed) = find(app, headers, from).await? {
        app.store.sign_out(&signed.session).await.map_err(store)?;
        // Nobody listens if no stream is open.
        let _ = app.signed_out.send(signed.session);
    }
    Ok(())
}

pub(super) fn cookie(is_https: bool, token: &str, seconds: i64) -> String {
    let (name, secure) = (cookie_name(is_https), if is_https { "; Secure" } else { "" });
    format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

pub(super) fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
