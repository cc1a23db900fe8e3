//! `cargo xtask bench page`: the page in a real Chromium. A large pair of documents, two tabs, a started execution,
//! the first load. Writes the table into the README of `frontend`.

use std::{fs, process::Command};

use clap::Args;
use serde_json::Value;

use crate::{
    command::{self, Done, During, cargo, fail},
    demo, page, paths, tools,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Measure what `cargo xtask demo` starts, built without optimisation.
    #[arg(long)]
    debug: bool,
    /// Measure what was built before.
    #[arg(long)]
    no_build: bool,
}

const BEGIN: &str = "<!-- written by cargo xtask bench page -->\n";
const END: &str = "<!-- to here -->";

pub(super) fn run(options: &Options) -> Done {
    let folder = paths::root().join("tests").join("e2e");
    tools::prepare_cache()?;
    tools::for_browser_tests(&folder)?;
    if !options.no_build {
        page::build()?.check()?;
        let release: &[&str] = if options.debug { &[] } else { &["--release"] };
        let build = [&["build", "--package", "viridian-server"], release].concat();
        command::run(&mut cargo(&build), "build the server")?;
    }
    let binary = if options.debug {
        demo::binary()
    } else {
        paths::target().join("release").join(format!("viridian{}", std::env::consts::EXE_SUFFIX))
    };
    let mut node = Command::new("node");
    node.arg("bench.mjs").current_dir(&folder).env("VIRIDIAN", binary).stderr(std::process::Stdio::inherit());
    let ran = node.output().during("start the measurement")?;
    if !ran.status.success() {
        return fail("The measurement did not come to its end.");
    }
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    let Ok(Value::Array(figures)) = serde_json::from_str(&text) else {
        return fail("The measurement gave no figures.");
    };
    let build = if options.debug { "without optimisation" } else { "for release" };
    put(&format!("The server was built {build}.\n\n{}\n", table(&figures)))?;
    let missed: Vec<_> = figures.iter().filter(|it| is_missed(it)).map(|it| words(it, "what")).collect();
    if missed.is_empty() { Ok(()) } else { fail(format!("Missed: {}.", missed.join("; "))) }
}

fn words(figure: &Value, name: &str) -> String {
    figure[name].as_str().unwrap_or_default().to_owned()
}

/// More is better of what is counted a second, less of everything else.
fn is_missed(figure: &Value) -> bool {
    let (measured, aim) =
        (figure["measured"].as_f64().unwrap_or(f64::NAN), figure["aim"].as_f64().unwrap_or_default());
    if figure["unit"] == "/s" { measured < aim } else { measured > aim }
}

fn table(figures: &[Value]) -> String {
    let mut rows = vec!["| | Measured | Aim |".to_owned(), "| --- | --- | --- |".to_owned()];
    for figure in figures {
        let unit = words(figure, "unit");
        let sign = if unit == "/s" { ">" } else { "<" };
        let digits = figure["digits"].as_u64().and_then(|it| usize::try_from(it).ok()).unwrap_or_default();
        let (measured, aim) =
            (figure["measured"].as_f64().unwrap_or(f64::NAN), figure["aim"].as_f64().unwrap_or_default());
        rows.push(format!(
            "| {} | {measured:.digits$} {unit} | {sign} {aim} {unit} |",
            words(figure, "what")
        ));
    }
    rows.join("\n")
}

/// Puts the table between its marks in the README.
fn put(written: &str) -> Done {
    let path = paths::root().join("frontend").join("README.md");
    let text = fs::read_to_string(&path).during("read the README of the page")?;
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts else {
        return fail("The README of the page has no place for the figures.");
    };
    fs::write(&path, format!("{before}{BEGIN}{written}{END}{after}")).during("write the README of the page")
}
