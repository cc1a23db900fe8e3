//! `viridian-fuzz TARGET --seconds 60 --seed 1`: tries a target; `--input FILE` tries one input again.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::Parser;
use viridian_fuzz::{
    target,
    watch::{self, Wish},
    worker,
};

/// Throws invented inputs at a parser or evaluator, and keeps those that break it.
#[derive(Debug, Parser)]
struct Arguments {
    /// The target; without one, all of them.
    target: Option<String>,
    /// How long each target is tried.
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// The same seed invents the same inputs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Try one input only.
    #[arg(long)]
    input: Option<PathBuf>,
    /// Where a worker notes what it tries.
    #[arg(long, hide = true)]
    worker: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let time = Duration::try_from_secs_f64(arguments.seconds)
        .map_err(|error| format!("--seconds cannot be {}: {error}.", arguments.seconds))?;
    let targets: Vec<String> = match &arguments.target {
        Some(target) => vec![target.clone()],
        None => target::names().into_iter().map(str::to_owned).collect(),
    };
    for target in targets {
        let wish = Wish { target, seed: arguments.seed, time, input: arguments.input.clone() };
        if let Some(note) = &arguments.worker {
            work(&wish, note)?;
        } else {
            let program = std::env::current_exe().map_err(|error| error.to_string())?;
            watch::run(&program, &wish).map_err(|failure| failure.to_string())?;
        }
    }
    Ok(())
}

fn work(wish: &Wish, note: &std::path::Path) -> Result<(), String> {
    let target = target::find(&wish.target).ok_or_else(|| format!("There is no target {}.", wish.target))?;
    let cannot = |error: std::io::Error| format!("The corpus or the note cannot be used: {error}.");
    if let Some(path) = &wish.input {
        let input = std::fs::read(path).map_err(cannot)?;
        return worker::once(target, &input, note).map_err(cannot);
    }
    let done = worker::run(target, wish.seed, wish.time, note).map_err(cannot)?;
    eprintln!(
        "{}: {} inputs, {} kinds of answer (seed {})",
        target.name, done.tries, done.outlines, wish.seed
    );
    Ok(())
}
