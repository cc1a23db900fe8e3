//! Requests of the page: commands, lenses, the session. The only place that fetches, next to the stream.

use std::cell::Cell;

use gloo_net::http::{Request, RequestBuilder, Response};
use leptos::prelude::{Callable, Callback};
use serde::{Serialize, de::DeserializeOwned};
use viridian_shared::{
    command::{Command, Receipt},
    people::{Session, SignIn},
    problem::{Problem, ProblemCode},
    route,
};

use crate::json;

thread_local! {
    static SIGNED_OUT: Cell<Option<Callback<()>>> = const { Cell::new(None) };
}

/// Whom to tell that a request was answered with 401: the session has ended, whatever the request was for.
pub fn when_signed_out(tell: Callback<()>) {
    SIGNED_OUT.set(Some(tell));
}

/// Who is signed in. Whoever stands in front of the console may say that nobody is, by 401 and in words of its own.
pub async fn session() -> Result<Session, Problem> {
    let answer = Request::get(route::SESSION).send().await.map_err(|_| unreachable_server())?;
    if answer.status() == 401 {
        return Ok(Session { person: None, choices: Vec::new(), elsewhere: true });
    }
    decode(&settled(Ok(answer)).await?)
}

/// Sends a command. The key makes a second sending of the same one harmless.
pub async fn send<C: Command>(service: &str, command: &C, key: &str) -> Result<Receipt, Problem> {
    let request = Request::post(&route::command::<C>(service)).header("Idempotency-Key", key);
    post(request, command).await
}

/// Asks for something that is not in the stream.
pub async fn ask<T: DeserializeOwned>(path: &str) -> Result<T, Problem> {
    decode(&text(path).await?)
}

/// The text of an answer.
pub async fn text(path: &str) -> Result<String, Problem> {
    settled(Request::get(path).send().await).await
}

pub async fn sign_in(sign_in: &SignIn) -> Result<Session, Problem> {
    post(Request::post(route::SESSION), sign_in).await
}

pub async fn sign_out() -> Result<(), Problem> {
    settled(Request::delete(route::SESSION).send().await).await.map(drop)
}

async fn post<T: DeserializeOwned>(request: RequestBuilder, body: &impl Serialize) -> Result<T, Problem> {
    let text = json::write(body).ok_or_else(|| unexpected(0))?;
    decode(&posted(request, text).await?)
}

async fn posted(request: RequestBuilder, text: String) -> Result<String, Problem> {
    let request =
        request.header("Content-Type", "application/json").body(text).map_err(|_| unreachable_server())?;
    settled(request.send().await).await
}

/// The text of an answer that says yes, or the problem that it tells.
async fn settled(answer: Result<Response, gloo_net::Error>) -> Result<String, Problem> {
    let response = answer.map_err(|_| unreachable_server())?;
    let text = response.text().await.map_err(|_| unreachable_server())?;
    if response.ok() {
        return Ok(text);
    }
    if response.status() == 401
        && let Some(tell) = SIGNED_OUT.get()
    {
        tell.try_run(());
    }
    Err(json::read(&text).unwrap_or_else(|_| unreadable(response.status())))
}

fn decode<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    json::read(text).map_err(|_| unexpected(200))
}

/// Whether nobody answered, or somebody before the console in words of their own.
pub fn is_unanswered(problem: &Problem) -> bool {
    *problem == unreachable_server()
}

fn unreachable_server() -> Problem {
    Problem::new(ProblemCode::Unavailable, "The console cannot be reached.")
        .with_hint("Trying again is safe: the same request is carried out once.")
}

/// For a refusal in words that are not the console's: of a load balancer, of a proxy.
fn unreadable(status: u16) -> Problem {
    match status {
        401 => Problem::new(ProblemCode::SignedOut, "Your session has ended.").with_hint("Sign in again."),
        502..=504 => unreachable_server(),
        _ => unexpected(status),
    }
}

/// For what this page cannot read.
pub fn unexpected(status: u16) -> Problem {
    Problem::new(
        ProblemCode::Internal,
        format!("The console gave an answer that this page cannot read (status {status})."),
    )
    .with_hint("Reload the page: it may be older than the server.")
}
