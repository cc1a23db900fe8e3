//! `cargo xtask shots`: every page in its main states, at five widths and in both themes, and a page that shows the
//! pictures side by side, for people to look at.

use std::{path::PathBuf, process::Command};

use clap::Args;

use crate::{
    command::{self, Done},
    demo, paths, tools,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Where the pictures go.
    #[arg(long, default_value = "shots")]
    out: PathBuf,
    /// Take them of what was built before.
    #[arg(long)]
    no_build: bool,
}

pub(crate) fn run(options: &Options) -> Done {
    let folder = paths::root().join("tests").join("e2e");
    tools::prepare_cache()?;
    tools::for_browser_tests(&folder)?;
    if !options.no_build {
        demo::build()?;
    }
    let out = std::path::absolute(&options.out).unwrap_or_else(|_| options.out.clone());
    let mut node = Command::new("node");
    node.arg("shots.mjs").arg(&out).current_dir(&folder).env("VIRIDIAN", demo::binary());
    command::run(&mut node, "take the screenshots")?;
    eprintln!("Side by side: {}", out.join("index.html").display());
    Ok(())
}
