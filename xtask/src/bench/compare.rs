//! `cargo xtask bench compare`: the comparison beside tools that others use, on the same documents in the same
//! run, and what a run of a suite takes. Writes the tables into the README of `backend/compare`.

mod cell;
mod document;
mod machine;
mod peer;
mod table;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use clap::Args;

use crate::{
    command::{self, Done, During, cargo, fail},
    paths,
};
use cell::Cell;
use document::{CASES, Case, SIZES, Size};
use peer::Peer;
use table::Table;

#[derive(Args)]
pub(crate) struct Options {
    /// How long a tool may take for one pair of documents, in seconds.
    #[arg(long, default_value_t = 30)]
    patience: u64,
    /// How often each pair is compared; the quickest counts.
    #[arg(long, default_value_t = 5)]
    times: usize,
    /// Only up to this size, in kilobytes.
    #[arg(long, default_value_t = 16 << 10)]
    up_to: usize,
}

/// A tool that has taken so long for one pair is not asked again.
const ENOUGH: Duration = Duration::from_secs(15);
/// The size at which the aim is held.
const AIM_AT: usize = 4 << 20;
const AIM_FACTOR: f64 = 10.0;
const AIM_VIEW_MS: f64 = 300.0;
const AIM_RUN_MS: f64 = 10_000.0;

pub(super) fn run(options: &Options) -> Done {
    let build = ["build", "--release", "--package", "viridian-compare", "--examples"];
    command::run(&mut cargo(&build), "build the comparison for release")?;
    let examples = paths::target().join("release").join("examples");
    let peers = peer::all(&examples.join("measure"))?;
    let folder = paths::cache().join("bench-documents");
    fs::create_dir_all(&folder).during("make a folder for the documents")?;
    let mut table = Table::of(&peers);
    let mut sizes = SIZES.iter().filter(|size| size.bytes <= options.up_to << 10);
    for size in sizes.clone() {
        for case in CASES {
            let pair = document::write(&folder, *size, case)?;
            table.push(*size, case, row(&peers, &pair, &table, (*size, case), options));
        }
    }
    let view = largest_view(&examples, &folder, sizes.next_back(), options)?;
    let suite = cell::run(&mut std::process::Command::new(examples.join("rounds")), Duration::from_mins(2));
    let written = table.write(&peers, (&view, &suite), &machine::words(&peers));
    eprintln!("{written}");
    put(&written)?;
    judge(&table, &view, &suite)
}

/// Every peer on one pair of documents, in turn, so that all of them meet the same machine.
fn row(
    peers: &[Peer],
    pair: &[PathBuf; 2],
    table: &Table,
    (size, case): (Size, Case),
    options: &Options,
) -> Vec<Cell> {
    let mut cells = vec![(Cell::Skipped, Duration::ZERO); peers.len()];
    for _ in 0..options.times {
        for (peer, (cell, spent)) in peers.iter().zip(&mut cells) {
            let is_over = matches!(cell, Cell::GaveUp(_) | Cell::Failed(_)) || *spent > ENOUGH;
            if is_over || table.has_given_up(peer.name(), case) {
                continue;
            }
            let begins = Instant::now();
            let measured = peer.compare(pair, Duration::from_secs(options.patience));
            *spent += begins.elapsed();
            *cell = std::mem::take(cell).better(measured);
        }
    }
    eprintln!("── {} {}", size.name, case.name());
    cells.into_iter().map(|(cell, _)| cell).collect()
}

/// The rows of the tree of the largest pair, one leaf apart.
fn largest_view(examples: &Path, folder: &Path, size: Option<&Size>, options: &Options) -> Done<Cell> {
    let Some(size) = size else { return Ok(Cell::Skipped) };
    let pair = document::write(folder, *size, Case::OneLeaf)?;
    let mut best = Cell::Skipped;
    for _ in 0..options.times {
        let mut measure = std::process::Command::new(examples.join("measure"));
        best = best.better(cell::run(measure.arg("view").args(&pair), Duration::from_secs(options.patience)));
    }
    Ok(best)
}

/// Puts the tables between their marks in the README.
fn put(tables: &str) -> Done {
    const BEGIN: &str = "<!-- written by cargo xtask bench compare -->\n";
    const END: &str = "<!-- to here -->";
    let path = paths::root().join("backend").join("compare").join("README.md");
    let text = fs::read_to_string(&path).during("read the README of the comparison")?;
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts else {
        return fail("The README of the comparison has no place for tables.");
    };
    fs::write(&path, format!("{before}{BEGIN}{tables}{END}{after}"))
        .during("write the README of the comparison")
}

/// Fails when an aim is missed.
fn judge(table: &Table, view: &Cell, suite: &Cell) -> Done {
    if let Some(untrue) = table.untrue() {
        return fail(untrue);
    }
    if let Some(factor) = table.factor(AIM_AT).filter(|factor| *factor < AIM_FACTOR) {
        return fail(format!("It is only {factor:.1} times as fast as the fastest structural peer."));
    }
    for (cell, aim, what) in [
        (view, AIM_VIEW_MS, "The rows of the largest pair"),
        (suite, AIM_RUN_MS, "200 probes, 5 samples, 2 colours"),
    ] {
        match cell.milliseconds() {
            Some(took) if took <= aim => {}
            Some(took) => return fail(format!("{what} took {took:.0} ms; {aim:.0} ms is the aim.")),
            None => return fail(format!("{what} could not be measured.")),
        }
    }
    Ok(())
}
