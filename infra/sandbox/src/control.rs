//! The sandbox's own controls under `/_sandbox/`: clock, faults, events, the health of targets, traffic.

use http::{Method, Request, Response};
use hyper::body::Incoming;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Sandbox, World, catalogue,
    elb::{self, HealthFault},
    event_log,
    faults::{self, Fault},
    http_body::{self, Body},
};

/// The largest body that a control takes.
const LARGEST: usize = 64 * 1024;

/// Why a control was refused: a status and a sentence.
type Refusal = (u16, String);

pub(crate) async fn serve(sandbox: &Sandbox, path: &str, request: Request<Incoming>) -> Response<Body> {
    let method = request.method().clone();
    if let (Some(id), &Method::GET) = (path.strip_prefix("elb-keys/"), &method) {
        return key(sandbox, id);
    }
    let query = request.uri().query().unwrap_or_default().to_owned();
    let body = match http_body::read(request.into_body(), LARGEST).await {
        Ok(body) => body,
        Err(error) => return refusal(error.status, &error.message),
    };
    if (path, &method) == ("clock", &Method::POST) {
        return match turn_clock(sandbox, &body).await {
            Ok(shown) => http_body::json(200, &shown),
            Err((status, message)) => refusal(status, &message),
        };
    }
    match sandbox.with(|world| control(world, &method, path, &query, &body)) {
        Ok(None) => match traffic(sandbox, path) {
            Some(shown) => http_body::json(200, &shown),
            None => refusal(
                404,
                &format!(
                    "There is no control {method} {path:?}; there are health, clock, events, faults, operations, health-fault, permissions, traffic and elb-keys."
                ),
            ),
        },
        Ok(Some(shown)) => http_body::json(200, &shown),
        Err((status, message)) => refusal(status, &message),
    }
}

fn control(
    world: &mut World,
    method: &Method,
    path: &str,
    query: &str,
    body: &[u8],
) -> Result<Option<Value>, Refusal> {
    let shown = match (path, method.as_str()) {
        ("health", "GET") => json!({ "status": "ok", "now": world.now().to_string() }),
        ("clock", "GET") => clock(world),
        ("events", "GET") => events(world, query)?,
        ("operations", "GET") => catalogue::show(),
        ("permissions", "GET") => world.usage.show(),
        ("faults", "GET") => faults::list(world),
        ("faults", "POST") => {
            for fault in read_faults(body)? {
                faults::add(world, fault).map_err(|sentence| (400, sentence))?;
            }
            faults::list(world)
        }
        ("faults", "DELETE") => {
            faults::clear(world, None);
            faults::list(world)
        }
        ("health-fault", "POST") => {
            let wish: WantedHealth = read(body)?;
            elb::set_health_fault(world, &wish.target_group, wish.checks);
            json!({ "target_group": wish.target_group, "checks": wish.checks })
        }
        (path, "DELETE") if path.starts_with("faults/") => {
            faults::clear(world, path.strip_prefix("faults/"));
            faults::list(world)
        }
        _ => return Ok(None),
    };
    Ok(Some(shown))
}

/// How the clock is to be turned; what is left out stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    rate: Option<f64>,
    paused: Option<bool>,
    /// Where the clock is to pause by itself: a moment in ISO 8601.
    pause_at: Option<Timestamp>,
    advance_seconds: Option<f64>,
    #[serde(default)]
    jump_to_next_event: bool,
}

/// What the health checks of a group get instead of its targets' answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedHealth {
    target_group: String,
    checks: Option<HealthFault>,
}

fn clock(world: &World) -> Value {
    let now = world.now();
    // A clock that has stopped where it was told to rests only when what was due there is done.
    let done = world.timers.next_due().is_none_or(|due| due > now);
    json!({
        "now": now.to_string(),
        "rate": world.clock.rate(),
        "paused": world.clock.is_paused() && done,
        "pause_at": world.clock.pauses_at().map(|at| at.to_string()),
        "waits_for_build": world.clock.horizon().is_some_and(|horizon| horizon <= now),
        "next_event": world.timers.next_due().map(|due| due.to_string()),
        "events": world.event_log.handled(),
    })
}

/// The last events that were handled: `?after=NUMBER` gives those since one.
fn events(world: &World, query: &str) -> Result<Value, Refusal> {
    let refused = || (400, "The question is ?after=NUMBER, with an event's number.".to_owned());
    let after = match query.strip_prefix("after=") {
        Some(number) => number.parse().map_err(|_| refused())?,
        None if query.is_empty() => 0,
        None => return Err(refused()),
    };
    let events: Vec<Value> = world.event_log.after(after).map(event_log::Entry::show).collect();
    Ok(json!({ "handled": world.event_log.handled(), "events": events }))
}

async fn turn_clock(sandbox: &Sandbox, body: &[u8]) -> Result<Value, Refusal> {
    let turn: Turn = read(body)?;
    if turn.rate.is_some_and(|rate| !(0.001..=1_000_000.0).contains(&rate)) {
        return Err((400, "The rate must lie between 0.001 and 1000000.".to_owned()));
    }
    let advance = turn.advance_seconds.unwrap_or(0.0);
    if !(0.0..=31_622_400.0).contains(&advance) {
        return Err((400, "The clock advances by at most a year at once, and never goes back.".to_owned()));
    }
    sandbox.with(|world| {
        if let Some(rate) = turn.rate {
            world.clock.set_rate(rate);
        }
        if turn.pause_at.is_some() {
            world.clock.pause_at(turn.pause_at);
        }
        match turn.paused {
            Some(true) => world.clock.pause(),
            Some(false) => world.clock.resume(),
            None => {}
        }
    });
    if turn.jump_to_next_event {
        sandbox.next_event().await;
    }
    if advance > 0.0 {
        // Event by event, so that what a build or a socket does in between is not skipped.
        sandbox.run_until(|_| false, SignedDuration::from_secs_f64(advance)).await;
    }
    Ok(sandbox.with(|world| clock(world)))
}

/// One fault, or a list of them.
fn read_faults(body: &[u8]) -> Result<Vec<Fault>, Refusal> {
    let value: Value = read(body)?;
    let list = if value.is_array() { value } else { json!([value]) };
    serde_json::from_value(list).map_err(|error| (400, format!("This is no list of faults: {error}.")))
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| (400, format!("The body cannot be read: {error}.")))
}

/// The public key with which the load balancers sign who somebody is, where AWS publishes it by region.
fn key(sandbox: &Sandbox, id: &str) -> Response<Body> {
    match sandbox.plane().public_key(id) {
        Some(pem) => Response::new(http_body::whole(pem.into_bytes())),
        None => refusal(404, "There is no such key."),
    }
}

/// Where listeners answer and what flowed to each group.
fn traffic(sandbox: &Sandbox, path: &str) -> Option<Value> {
    if path != "traffic" {
        return None;
    }
    let listeners: Vec<Value> = sandbox
        .plane()
        .listeners()
        .into_iter()
        .map(|(arn, port, address)| json!({ "listener": arn, "port": port, "url": format!("http://{address}") }))
        .collect();
    Some(json!({ "listeners": listeners, "target_groups": sandbox.with(|world| elb::traffic(world)) }))
}

fn refusal(status: u16, message: &str) -> Response<Body> {
    http_body::json(status, &json!({ "message": message }))
}
