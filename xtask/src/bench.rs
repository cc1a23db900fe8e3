//! `cargo xtask bench`: figures that the documents state, measured in a release build; the doors in that of the tests.

mod balancer;
mod compare;
mod doors;
mod figures;
mod http;
mod page;
mod process;
mod sandbox;

use clap::{Args, Subcommand};

use crate::command::Done;

#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The sandbox's balancer beside nginx: throughput, tail, and a swap under load.
    Balancer,
    /// The comparison: beside other tools on the same documents, and a run of a suite.
    Compare(compare::Options),
    /// The console’s doors: what a thousand streams and ten thousand invented requests leave in memory.
    Doors,
    /// The page in Chromium: a large comparison, two tabs, a started execution, the first load.
    Page(page::Options),
    /// The sandbox: how soon it answers, what it holds, how fast a week goes by.
    Sandbox,
}

pub(crate) fn run(options: &Options) -> Done {
    match &options.what {
        What::Balancer => balancer::run(),
        What::Compare(options) => compare::run(options),
        What::Doors => doors::run(),
        What::Page(options) => page::run(options),
        What::Sandbox => sandbox::run(),
    }
}
