//! Measures one comparison of two JSON files in a process of its own, for `cargo xtask bench compare`.
//!
//! `measure json LEFT RIGHT` compares by structure, `measure view LEFT RIGHT` builds the rows of the tree and
//! writes out the window around the first difference. One line of JSON tells what it took.

#![expect(clippy::print_stdout, reason = "an example that prints what it measured")]

use std::{error::Error, fs, time::Instant};

use viridian_compare::{
    answer::{Body, Elapsed, Header, WholeAnswer},
    difference::rule::Rules,
    json::{self, Policy},
    view::{Pair, View},
    work::Limits,
};

/// As many rows as a screen asks for.
const WINDOW: usize = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [what, left, right] = arguments.as_slice() else {
        return Err("usage: measure json|view LEFT RIGHT".into());
    };
    let (left, right) = (fs::read(left)?, fs::read(right)?);
    match what.as_str() {
        "json" => compare(&left, &right)?,
        "view" => show(left, right)?,
        other => return Err(format!("`{other}` is neither json nor view").into()),
    }
    Ok(())
}

fn compare(left: &[u8], right: &[u8]) -> Result<(), Box<dyn Error>> {
    let begins = Instant::now();
    let found = json::compare(left, right, &Policy::default())?;
    let took = begins.elapsed().as_secs_f64() * 1000.0;
    println!(r#"{{"ms":{took:.3},"differences":{},"peak_kb":{}}}"#, found.total, peak());
    Ok(())
}

fn show(left: Vec<u8>, right: Vec<u8>) -> Result<(), Box<dyn Error>> {
    let (left, right) = (answer(left), answer(right));
    let before = peak();
    let begins = Instant::now();
    let pair = Pair::of([&left, &right], Limits::default());
    let view = pair.view(View::Tree, &Rules::default(), &[])?;
    let first = view.differences().first().map_or(0, |it| it.row as usize);
    let folds = view.folds(3).len();
    let rows = view.rows(first.saturating_sub(WINDOW / 2), WINDOW).len();
    let took = begins.elapsed().as_secs_f64() * 1000.0;
    let scrolled = Instant::now();
    let steps = 200;
    for step in 0..steps {
        view.rows(view.len() / steps * step, WINDOW);
    }
    let window = scrolled.elapsed().as_secs_f64() * 1000.0 / 200.0;
    println!(
        r#"{{"ms":{took:.3},"window_ms":{window:.3},"rows":{},"shown":{rows},"differences":{},"folds":{folds},"held_kb":{},"before_kb":{before},"peak_kb":{}}}"#,
        view.len(),
        view.differences().len(),
        view.memory() / 1024,
        peak()
    );
    Ok(())
}

fn answer(body: Vec<u8>) -> WholeAnswer {
    WholeAnswer {
        status: 200,
        version: "HTTP/1.1".into(),
        headers: vec![Header { name: "content-type".into(), value: "application/json".into() }],
        body: Body { length: body.len() as u64, kept: body.into(), ..Body::default() },
        timing: Elapsed::default(),
        at: jiff::Timestamp::UNIX_EPOCH,
        tls: None,
        names: viridian_compare::answer::Names::default(),
    }
}

/// The most memory that the process has had, in kilobytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|it| it.trim().split(' ').next()?.parse().ok()).unwrap_or_default()
}
