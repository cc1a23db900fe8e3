//! A release from push to clean-up while production is asked without a pause.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    super::{http, process::Process},
    load::{self, Load},
};
use crate::command::{Done, During, fail};

/// Long enough for a hundred thousand requests and all of the release.
const SECONDS: u32 = 30;
/// How much faster than ours the sandbox's time goes by.
const RATE: u32 = 60;

pub(super) fn under_load(sandbox: &Process, outputs: &Value, address: &str) -> Done<Load> {
    sandbox.control("clock", Some(&json!({"rate": RATE, "paused": false})))?;
    let page = fs::read_to_string(super::site().join("index.html")).during("read the demo's page")?;
    let green = page.replace("#99c", "#9c9");
    let pipeline = &outputs["PipelineName"];
    sandbox.push(&outputs["ConsoleServiceName"], "index.html", &green)?;
    open(sandbox, pipeline, "ApproveSwap")?;
    if http::page(address).is_none_or(|body| body.contains("#9c9")) {
        return fail("Production is green before the swap.");
    }
    let loaded = thread::scope(|scope| {
        let load = scope.spawn(|| load::put(address, SECONDS));
        let begun = Instant::now();
        thread::sleep(Duration::from_secs(2));
        sandbox.approve(pipeline, "ApproveSwap")?;
        open(sandbox, pipeline, "ApproveCleanUp")?;
        if http::page(address).is_none_or(|body| !body.contains("#9c9")) {
            return fail("Production is not green after the swap.");
        }
        sandbox.approve(pipeline, "ApproveCleanUp")?;
        until("the release has succeeded", || Ok(sandbox.status(pipeline)? == "Succeeded"))?;
        if begun.elapsed() > Duration::from_secs(u64::from(SECONDS)) {
            return fail("The release took longer than the load.");
        }
        load.join().unwrap_or_else(|_| fail("The load broke off."))
    })?;
    sandbox.control("clock", Some(&json!({"rate": 1, "paused": false})))?;
    Ok(loaded)
}

fn open(sandbox: &Process, pipeline: &Value, gate: &str) -> Done {
    until(&format!("{gate} is open"), || Ok(sandbox.token(pipeline, gate)?.is_some()))
}

fn until(what: &str, mut is_so: impl FnMut() -> Done<bool>) -> Done {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_mins(2) {
        if is_so()? {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    fail(format!("It never came to it that {what}."))
}
