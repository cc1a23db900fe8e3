//! `cargo xtask bench sandbox`: measures the sandbox from outside, and writes the table of its README.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{figures, process::Process};
use crate::{
    command::{self, Done, During, cargo, fail},
    paths,
};

/// How often a start is measured; the median counts.
const STARTS: usize = 9;
const SERVICES: usize = 500;

/// A figure with the aim it is held against.
struct Figure {
    what: String,
    measured: f64,
    aim: f64,
    unit: &'static str,
}

pub(super) fn run() -> Done {
    let build = ["build", "--release", "--package", "viridian-sandbox"];
    command::run(&mut cargo(&build), "build the sandbox for release")?;
    let binary = paths::target().join("release").join("viridian-sandbox");
    let folder = std::env::temp_dir().join(format!("viridian-bench-{}", std::process::id()));
    let measured = measure(&binary, &folder);
    let _ = fs::remove_dir_all(&folder);
    let figures = measured?;
    let table = table(&figures);
    eprintln!("{table}");
    figures::write("figures", &table)?;
    match figures.iter().find(|figure| figure.measured > figure.aim) {
        Some(missed) => fail(format!(
            "{}: {:.1} {} is more than it should be.",
            missed.what, missed.measured, missed.unit
        )),
        None => Ok(()),
    }
}

fn measure(binary: &Path, folder: &Path) -> Done<Vec<Figure>> {
    let mut starts = Vec::new();
    for number in 0..STARTS {
        let mut process = Process::start(binary, &folder.join(format!("bare-{number}")), &["--bare"])?;
        starts.push(process.first_answer()?.as_secs_f64() * 1000.0);
        drop(process);
    }
    starts.sort_by(f64::total_cmp);
    let mut figures = vec![figure("start to first answered request", starts[STARTS / 2], 100.0, "ms")];

    let demo = folder.join("demo");
    let mut process = Process::start(binary, &demo, &[])?;
    process.greeting()?;
    std::thread::sleep(Duration::from_secs(5));
    figures.push(figure("idle memory, the demo's world booted", process.memory()?, 40.0, "MB"));
    let outputs = fs::read_to_string(demo.join("outputs.json")).during("read the outputs of the world")?;
    let outputs: Value = serde_json::from_str(&outputs).unwrap_or_default();
    figures.push(figure("a seven-day window with its two gates", week(&process, &outputs)?, 30.0, "s"));
    drop(process);

    let begun = Instant::now();
    let mut process = Process::start(binary, &demo, &["--services", &SERVICES.to_string()])?;
    process.greeting()?;
    let took = begun.elapsed().as_secs_f64();
    figures.push(figure(&format!("{SERVICES} services: start to booted"), took, 2.0, "s"));
    std::thread::sleep(Duration::from_secs(5));
    figures.push(figure(&format!("{SERVICES} services: memory"), process.memory()?, 300.0, "MB"));
    drop(process);
    Ok(figures)
}

fn figure(what: &str, measured: f64, aim: f64, unit: &'static str) -> Figure {
    Figure { what: what.to_owned(), measured, aim, unit }
}

/// Seconds that a release of a week takes at the top rate: a push, the swap after a day, clean-up after four.
fn week(process: &Process, outputs: &Value) -> Done<f64> {
    let (pipeline, repository) = (&outputs["PipelineName"], &outputs["ConsoleServiceName"]);
    let clock = process.control("clock", Some(&json!({"rate": 1_000_000, "paused": true})))?;
    let now = clock["now"].as_str().unwrap_or_default().to_owned();
    let begun = Instant::now();
    process.push(repository, "note.txt", "Hello.\n")?;
    reach(process, &later(&now, 1)?)?;
    process.approve(pipeline, "ApproveSwap")?;
    reach(process, &later(&now, 4)?)?;
    process.approve(pipeline, "ApproveCleanUp")?;
    reach(process, &later(&now, 7)?)?;
    let took = begun.elapsed().as_secs_f64();
    let status = process.status(pipeline)?;
    if status != "Succeeded" {
        return fail(format!("The release of a week did not succeed: it is {status}."));
    }
    process.control("clock", Some(&json!({"rate": 1, "paused": false})))?;
    Ok(took)
}

/// A moment some days after another: both as the sandbox writes them.
fn later(moment: &str, days: u64) -> Done<String> {
    let text =
        command::output("date", &["-u", "-d", &format!("{moment} + {days} days"), "+%Y-%m-%dT%H:%M:%SZ"]);
    text.map_or_else(|| fail("Cannot reckon with dates: GNU's `date` is missing."), Ok)
}

/// Lets time run until a moment, where it stands.
fn reach(process: &Process, moment: &str) -> Done {
    process.control("clock", Some(&json!({"pause_at": moment, "paused": false})))?;
    for _ in 0..120_000 {
        let clock = process.control("clock", None)?;
        if clock["paused"] == true {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    fail(format!("The clock never got to {moment}."))
}

fn table(figures: &[Figure]) -> String {
    let mut rows = vec!["| | Measured | Aim |".to_owned(), "| --- | --- | --- |".to_owned()];
    for figure in figures {
        let digits = usize::from(figure.unit == "s");
        rows.push(format!(
            "| {} | {:.digits$} {unit} | < {} {unit} |",
            figure.what,
            figure.measured,
            figure.aim,
            unit = figure.unit
        ));
    }
    rows.join("\n")
}
