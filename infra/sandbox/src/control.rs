//! The sandbox's own controls under `/_sandbox/`: its clock, faults, the health of targets, traffic.

use http::{Method, Request, Response};
use hyper::body::Incoming;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Sandbox, World,
    elb::{self, Sickness},
    faults::{self, Fault},
    wire::{self, Body},
};

/// The largest body that a control takes.
const LARGEST: usize = 64 * 1024;

/// Why a control was refused: a status and a sentence.
type Refusal = (u16, String);

pub(crate) async fn serve(sandbox: &Sandbox, path: &str, request: Request<Incoming>) -> Response<Body> {
    let method = request.method().clone();
    let body = match wire::read(request.into_body(), LARGEST).await {
        Ok(body) => body,
        Err(error) => return refusal(error.status, &error.message),
    };
    if (path, &method) == ("clock", &Method::POST) {
        return match turn_clock(sandbox, &body).await {
            Ok(shown) => wire::json(200, &shown),
            Err((status, message)) => refusal(status, &message),
        };
    }
    match sandbox.with(|world| control(world, &method, path, &body)) {
        Ok(None) => match traffic(sandbox, path) {
            Some(shown) => wire::json(200, &shown),
            None => refusal(
                404,
                &format!("There is no control {path:?}; see clock, faults, health, sickness and traffic."),
            ),
        },
        Ok(Some(shown)) => wire::json(200, &shown),
        Err((status, message)) => refusal(status, &message),
    }
}

fn control(world: &mut World, method: &Method, path: &str, body: &[u8]) -> Result<Option<Value>, Refusal> {
    let shown = match (path, method.as_str()) {
        ("health", "GET") => json!({ "status": "ok", "now": world.now().to_string() }),
        ("clock", "GET") => clock(world),
        ("faults", "GET") => faults::list(world),
        ("faults", "POST") => {
            for fault in read_faults(body)? {
                faults::add(world, fault);
            }
            faults::list(world)
        }
        ("faults", "DELETE") => {
            faults::clear(world, None);
            faults::list(world)
        }
        ("sickness", "POST") => {
            let wish: Sick = read(body)?;
            elb::make_sick(world, &wish.target_group, wish.checks);
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
    advance_seconds: Option<f64>,
    #[serde(default)]
    jump_to_next_event: bool,
}

/// What the health checks of a group get instead of its targets' answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sick {
    target_group: String,
    checks: Option<Sickness>,
}

fn clock(world: &World) -> Value {
    json!({
        "now": world.now().to_string(),
        "rate": world.clock.rate(),
        "paused": world.clock.is_paused(),
        "next_event": world.timers.next_due().map(|due| due.to_string()),
    })
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
        match turn.paused {
            Some(true) => world.clock.pause(),
            Some(false) => world.clock.resume(),
            None => {}
        }
        let next = world.timers.next_due().filter(|_| turn.jump_to_next_event);
        if let Some(due) = next {
            world.clock.jump(due);
        }
        // A paused clock lets nothing fall due by itself, so what the jump reached is handled here.
        while world.step() {}
    });
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
    wire::json(status, &json!({ "message": message }))
}
