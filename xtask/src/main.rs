//! The toolbox of the repository: `cargo xtask demo | test | image | fuzz | bench | shots | page | serve | cdk | api | tidy`.

mod api;
mod audit;
mod bench;
mod cdk;
mod command;
mod demo;
mod fuzz;
mod host;
mod image;
mod lane;
mod page;
mod paths;
mod prebuilt;
mod progress;
mod shots;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The toolbox of Viridian")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the page and the server, and start both with the sandbox.
    Demo(demo::Options),
    /// Every check that CI runs, with its own set-up.
    Test(test::Options),
    /// Throw invented inputs at every parser and evaluator.
    Fuzz(fuzz::Options),
    /// Measure what the documents state.
    Bench(bench::Options),
    /// The console as a container image: an OCI layout, made without a daemon.
    Image(image::Options),
    /// A screenshot of every page in its main states, for people to look at.
    Shots(shots::Options),
    /// Build the page only, and say what a visit loads.
    Page,
    /// Serve the page by trunk as it is being changed, in its parts; the API comes from a running console.
    Serve(page::ServeOptions),
    /// The checks of infra/cdk only.
    Cdk,
    /// Ask a console that runs everything that its API document allows, and what it forbids.
    Api,
    /// The checks of the tree itself: sizes, headers, who depends on whom.
    Tidy,
}

fn main() -> ExitCode {
    if page::split::is_called() {
        return page::split::stand_in();
    }
    let done = match Arguments::parse().task {
        Task::Demo(options) => demo::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Image(options) => image::run(&options),
        Task::Shots(options) => shots::run(&options),
        Task::Page => page::build().and_then(|sizes| sizes.check()),
        Task::Serve(options) => page::serve(&options),
        Task::Cdk => cdk::check(),
        Task::Api => api::check(),
        Task::Tidy => tidy::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
