//! `cargo xtask bench balancer`: the sandbox's balancer and nginx, loaded by the same tool in the same run, and a
//! swap under load; writes the table of the sandbox's README.

mod load;
mod nginx;
mod swap;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{figures, http, process::Process};
use crate::{
    command::{self, Done, During, cargo, fail},
    paths, tools,
};
use load::Load;
use nginx::Nginx;

/// Rounds of each, one after the other; the medians count.
const ROUNDS: usize = 7;
const SECONDS: u32 = 8;
/// What the swap must at least be loaded with.
const REQUESTS: u64 = 100_000;
/// The least part of nginx's throughput, and the most of its tail.
const THROUGHPUT: f64 = 0.5;
const TAIL: f64 = 2.0;

pub(super) fn run() -> Done {
    tools::for_load_tests()?;
    let build = ["build", "--release", "--package", "viridian-sandbox"];
    command::run(&mut cargo(&build), "build the sandbox for release")?;
    let folder = std::env::temp_dir().join(format!("viridian-bench-{}", std::process::id()));
    let measured = measure(&paths::target().join("release").join("viridian-sandbox"), &folder);
    let _ = fs::remove_dir_all(&folder);
    let (balancer, nginx, swap) = measured?;
    let table = table(&balancer, &nginx, &swap);
    eprintln!("{table}");
    figures::write("balancer", &table)?;
    judge(&balancer, &nginx, &swap)
}

fn measure(binary: &Path, folder: &Path) -> Done<(Load, Load, Load)> {
    let world = folder.join("world");
    let mut sandbox = Process::start(binary, &world, &[])?;
    sandbox.greeting()?;
    let outputs = fs::read_to_string(world.join("outputs.json")).during("read the outputs of the world")?;
    let outputs: Value = serde_json::from_str(&outputs).unwrap_or_default();
    let balancer = outputs["AlbProdUrl"].as_str().unwrap_or_default().to_owned() + "/";
    let Some(page) = http::page(&balancer) else { return fail("The balancer answers no page.") };
    let nginx = Nginx::start(&folder.join("nginx"), &site(), &page)?;
    if http::page(nginx.address()).as_ref() != Some(&page) {
        return fail("nginx and the balancer do not serve the same page.");
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        eprintln!("Round {round} of {ROUNDS} …");
        ours.push(load::put(&balancer, SECONDS)?);
        theirs.push(load::put(nginx.address(), SECONDS)?);
    }
    drop(nginx);
    eprintln!("A swap under load …");
    let swap = swap::under_load(&sandbox, &outputs, &balancer)?;
    Ok((load::median(&ours), load::median(&theirs), swap))
}

/// The files that the demo's tasks serve.
fn site() -> PathBuf {
    paths::root().join("assets").join("demo-app-repository")
}

fn table(balancer: &Load, nginx: &Load, swap: &Load) -> String {
    let share = balancer.rate / nginx.rate;
    let tail = balancer.tail / nginx.tail;
    let rows = [
        "| | Sandbox | nginx | Sandbox to nginx | Aim |".to_owned(),
        "| --- | --- | --- | --- | --- |".to_owned(),
        format!(
            "| requests a second | {:.0} | {:.0} | {share:.2} | ≥ {THROUGHPUT} |",
            balancer.rate, nginx.rate
        ),
        format!(
            "| 99 % are answered within | {:.1} ms | {:.1} ms | {tail:.2} | ≤ {TAIL} |",
            balancer.tail, nginx.tail
        ),
        format!(
            "| a swap and the end of blue under load: dropped | {} of {} | | | 0 of ≥ {REQUESTS} |",
            swap.failures, swap.requests
        ),
    ];
    rows.join("\n")
}

fn judge(balancer: &Load, nginx: &Load, swap: &Load) -> Done {
    if balancer.failures + nginx.failures > 0 {
        return fail(format!("Of the rounds, {} and {} failed.", balancer.failures, nginx.failures));
    }
    if balancer.rate < nginx.rate * THROUGHPUT {
        return fail("The balancer answers less than half of what nginx answers.");
    }
    if balancer.tail > nginx.tail * TAIL {
        return fail("The balancer's slowest are more than twice as slow as nginx's.");
    }
    if swap.failures > 0 || swap.requests < REQUESTS {
        return fail(format!("The swap dropped {} of {} requests.", swap.failures, swap.requests));
    }
    Ok(())
}
