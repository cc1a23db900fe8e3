//! The AWS wire protocols: one endpoint, dispatched by `X-Amz-Target`, by `Action` or by path.

use std::{io, time::Duration};

use http::{Method, Request, Response, StatusCode, header, request::Parts};
use hyper::body::Incoming;
use serde_json::Value;
use tokio::net::TcpListener;
pub use viridian_aws_wire::WireAnswer;
use viridian_aws_wire::{AwsError, Protocol, Request as Asked, access_key, answer, largest, signed_for};
use viridian_listen::{Crowd, Room};

use crate::{
    Sandbox, World, catalogue, codecommit, control, door,
    faults::{self, Kind},
    http_body::{self, Body, plain, whole},
    iam, sqs,
};

/// Clients of AWS keep connections for later; a console with hundreds of services has dozens.
const CROWD: Crowd = Crowd::of(1_024, 1_024);
/// How long what is under way may take once the sandbox stops. Who stops it waits less.
const PATIENCE: Duration = Duration::from_mins(1);

/// Serves every AWS API, git and the sandbox's own controls on one listener, until the sandbox stops.
pub fn serve(sandbox: &Sandbox, listener: TcpListener) -> io::Result<()> {
    let address = listener.local_addr()?;
    sandbox.with(|world| world.endpoint = format!("http://{address}"));
    let stop = sandbox.stopping();
    let tasks = sandbox.tasks().clone();
    let sandbox = sandbox.clone();
    let answer = move |request: Request<Incoming>, _| {
        let sandbox = sandbox.clone();
        async move { Box::pin(route(&sandbox, request)).await }
    };
    tasks.spawn(viridian_listen::listen(listener, Room::new(CROWD), stop, PATIENCE, answer));
    Ok(())
}

/// A connection that breaks on purpose.
#[derive(Debug, thiserror::Error)]
#[error("the connection breaks on request")]
struct Reset;

async fn route(sandbox: &Sandbox, request: Request<Incoming>) -> Result<Response<Body>, Reset> {
    if foreign_page(&request) {
        return Ok(plain(403, "The sandbox does not answer pages of other sites.\n"));
    }
    let path = request.uri().path();
    if path.starts_with("/v1/repos/") {
        return Ok(codecommit::serve_http(sandbox, request).await);
    }
    if let Some(rest) = path.strip_prefix("/_sandbox/") {
        let rest = rest.to_owned();
        return Ok(control::serve(sandbox, &rest, request).await);
    }
    let (head, body) = request.into_parts();
    let service = signed_for(&head).unwrap_or_default();
    if head.method == Method::POST && (is_spoken(head.uri.path()) && !service.starts_with("s3")) {
        return aws(sandbox, head, body).await;
    }
    if service.is_empty() && head.uri.path() == "/" {
        return Ok(greeting());
    }
    let answer = elsewhere(&head, service);
    // A client that is still sending would not hear the answer.
    let _ = http_body::read(body, largest(&head)).await;
    Ok(answer.map(whole))
}

/// Whether an address is one of the protocols that are spoken here.
fn is_spoken(path: &str) -> bool {
    path == "/" || path.starts_with("/service/")
}

/// S3, Lambda and whatever else is asked by method and path: nothing of it is here, and nothing is pretended.
fn elsewhere(head: &Parts, service: &str) -> WireAnswer {
    let (method, path) = (&head.method, head.uri.path());
    let error = if service.is_empty() {
        let message = format!("Nothing answers {method} {path} here.");
        AwsError::new("UnknownOperationException", message).with_status(404)
    } else {
        AwsError::not_implemented(service, &format!("{method} {path}"))
    };
    answer::foreign_error(service, &request_id(), &error)
}

async fn aws(sandbox: &Sandbox, head: Parts, incoming: Incoming) -> Result<Response<Body>, Reset> {
    let asked = match http_body::read(incoming, largest(&head)).await {
        Ok(body) => Asked::read(&head, &body),
        Err(error) => Err(error),
    };
    let asked = match asked {
        Ok(asked) => asked,
        Err(error) => return Ok(refusal(&head, &error).map(whole)),
    };
    let disturbance = sandbox.with(|world| faults::disturb(world, asked.service, &asked.operation));
    let kind = disturbance.as_ref().map(|fault| fault.kind);
    match kind {
        Some(Kind::Hang) => {
            sandbox.stopping().cancelled().await;
            return Err(Reset);
        }
        Some(Kind::ResetBefore) => return Err(Reset),
        _ => {}
    }
    let result = patiently(sandbox, &head, &asked).await;
    match kind {
        Some(Kind::ResetAfter) => return Err(Reset),
        Some(Kind::Delay) => {
            let seconds = disturbance.map_or(0.0, |fault| fault.seconds.clamp(0.0, 600.0));
            tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
        }
        _ => {}
    }
    Ok(finish(&asked, result).map(whole))
}

/// Answers one request for AWS, as the endpoint does, without a socket and without faults of the network.
pub fn answer(world: &mut World, head: &Parts, body: &[u8]) -> WireAnswer {
    match Asked::read(head, body) {
        Ok(asked) => {
            let result = carry_out(world, head, &asked);
            finish(&asked, result)
        }
        Err(error) => refusal(head, &error),
    }
}

fn refusal(head: &Parts, error: &AwsError) -> WireAnswer {
    answer::error(Protocol::of(head), &request_id(), error)
}

/// A request's id says nothing about the world, so it does not draw from the seed.
fn request_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Carries out an operation; a poll of an empty queue waits for a message, as long as its reader would.
async fn patiently(sandbox: &Sandbox, head: &Parts, asked: &Asked) -> Result<Value, AwsError> {
    let (mut arrivals, patience) = sandbox.with(|world| {
        let polls = asked.service == "sqs";
        let patience = polls.then(|| sqs::patience(world, &asked.operation, &asked.input));
        (world.sqs.arrivals(), patience.unwrap_or_default())
    });
    let (end, stop) = (tokio::time::Instant::now() + patience, sandbox.stopping());
    loop {
        let done = sandbox.with(|world| carry_out(world, head, asked));
        let now = tokio::time::Instant::now();
        if now >= end || !sqs::is_empty(&done) || stop.is_cancelled() {
            return done;
        }
        // A message that another reader held comes back without arriving anew.
        let next = end.min(now + Duration::from_secs(1));
        tokio::select! {
            _ = arrivals.changed() => {}
            () = tokio::time::sleep_until(next) => {}
            () = stop.cancelled() => {}
        }
    }
}

fn carry_out(world: &mut World, head: &Parts, asked: &Asked) -> Result<Value, AwsError> {
    if !catalogue::has(asked.service, &asked.operation) {
        // Said before anything else, because it is what the caller can do nothing about.
        return Err(AwsError::not_implemented(asked.service, &asked.operation));
    }
    let caller = access_key(head).and_then(|key| iam::caller(world, key));
    let caller = caller.map_err(|error| match asked.protocol {
        // The same refusals have shorter names in the query protocol.
        Protocol::Query(_) => AwsError { code: error.code.replace("Exception", ""), ..error },
        _ => error,
    })?;
    let mut input = asked.input.clone();
    if matches!(asked.protocol, Protocol::Query(_)) {
        input = door::typed(asked.service, &asked.operation, input);
    }
    world.call(&caller, asked.service, &asked.operation, input)
}

fn finish(asked: &Asked, result: Result<Value, AwsError>) -> WireAnswer {
    let id = request_id();
    match result {
        Ok(value) => answer::success(asked, &id, &value),
        Err(error) => {
            tracing::debug!(service = asked.service, operation = %asked.operation, code = %error.code, "refused");
            let mut answer = answer::error(asked.protocol, &id, &error);
            if asked.service == "sqs" {
                answer::name_as_query(&mut answer, &error.code);
            }
            answer
        }
    }
}

/// Whether a page of another site asks: by its origin, by what the browser says of it, or by a name of its own that
/// leads here. Other local pages are other sites too: each port is a site of its own. Programs send none of this.
fn foreign_page<B>(request: &Request<B>) -> bool {
    let text = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    let hosts = request.headers().get_all(header::HOST).iter().count();
    let host = text(header::HOST.as_str()).unwrap_or_default();
    let target = request.uri().authority().map(http::uri::Authority::as_str);
    if hosts != 1 || !is_own(host) || target.is_some_and(|target| !is_own(target)) {
        return true;
    }
    if text("origin").is_some_and(|origin| origin.split_once("://").map(|(_, rest)| rest) != Some(host)) {
        return true;
    }
    // Whoever follows a link sees the answer; the page that holds the link does not.
    let is_followed = request.method() == Method::GET && text("sec-fetch-mode") == Some("navigate");
    !is_followed && text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"))
}

/// Whether a host's name is one of this machine's own.
fn is_own(host: &str) -> bool {
    host.parse::<http::uri::Authority>().is_ok_and(|authority| {
        let name = authority.host().to_ascii_lowercase();
        !authority.as_str().contains('@')
            && (matches!(name.as_str(), "localhost" | "127.0.0.1" | "[::1]") || name.ends_with(".localhost"))
    })
}

fn greeting() -> Response<Body> {
    let mut answer = plain(200, "The Viridian sandbox: point an AWS client's endpoint URL here.\n");
    *answer.status_mut() = StatusCode::OK;
    answer
}

#[cfg(test)]
mod flood;
#[cfg(test)]
mod tests;
