//! `cargo xtask fuzz`: the fuzz targets for longer than the tests try them.

use clap::Args;

use crate::command::{self, Done, cargo};

#[derive(Args)]
pub(crate) struct Options {
    /// The target and its flags; `--help` tells them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

pub(crate) fn run(options: &Options) -> Done {
    let mut fuzz = cargo(&["run", "--quiet", "--package", "viridian-fuzz", "--"]);
    command::run(fuzz.args(&options.words), "pass the fuzz targets")
}
