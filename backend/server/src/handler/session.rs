//! Who is signed in; sign in; sign out.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use viridian_domain::digest;
use viridian_shared::{
    people::{Person, Session, SignIn},
    problem::ProblemCode,
};

use crate::{
    App,
    extract::{
        body::Body,
        signed::{COOKIE, find},
    },
    people::People,
    reply::{Failure, Reply, store},
};

pub(crate) async fn show(State(app): State<App>, headers: HeaderMap) -> Reply<Json<Session>> {
    let signed = find(&app, &headers).await?;
    Ok(Json(session(&app, signed.map(|signed| signed.person))))
}

pub(crate) async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    Body(ask): Body<SignIn>,
) -> Reply<Response> {
    let Some(person) = app.people.admit(&ask) else {
        // Guessing is slow, whether the name is known or not.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let mut failure = Failure::new(ProblemCode::SignedOut, "This name and key do not belong together.");
        failure.0.hint = app.people.hint().map(str::to_owned);
        return Err(failure);
    };
    end(&app, &headers).await?;
    let token = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    app.store.sign_in(&digest::hex(&token), &person.name, Timestamp::now()).await.map_err(store)?;
    let shown = Json(session(&app, Some(person)));
    Ok(with_cookie(shown.into_response(), &cookie(&app, &token, 14 * 86_400)))
}

pub(crate) async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Reply<Response> {
    end(&app, &headers).await?;
    let mut response = with_cookie(StatusCode::NO_CONTENT.into_response(), &cookie(&app, "", 0));
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
    Session { person, choices: app.people.choices() }
}

/// Ends the session of a request, and the streams that belong to it.
async fn end(app: &App, headers: &HeaderMap) -> Reply<()> {
    if let Some(signed) = find(app, headers).await? {
        app.store.sign_out(&signed.session).await.map_err(store)?;
        // Nobody listens if no stream is open.
        let _ = app.signed_out.send(signed.session);
    }
    Ok(())
}

fn cookie(app: &App, token: &str, seconds: u32) -> String {
    let secure = if app.https { "; Secure" } else { "" };
    format!("{COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
