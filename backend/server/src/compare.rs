//! `viridian compare`: both colours asked once, for a build. The exit code is the verdict.

mod before;
mod colour;
mod out;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use clap::Args;
use jiff::Timestamp;
use viridian_compare::{
    answer::Names,
    finding,
    probe::{self, Plan, Probed, Secrets},
    report::{Of, Report, earlier::Earlier},
    suite::{self, Suite},
    work::Limits,
};

use crate::tls;
use colour::{Colour, Remembered};

const CODES: &str = "\
Exit codes:
  0  clear: nothing is open, nothing is a bug
  1  findings are open
  2  a finding was ruled a bug
  3  nothing was compared: the options, the suite or a file cannot be used
  4  a colour may not be asked, or gave no answer

Headers that hold secrets stand in the suite as env:NAME; NAME is looked up in this environment.";

/// What to compare.
#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub struct Options {
    /// The suite, a TOML file.
    #[arg(long, value_name = "FILE")]
    suite: PathBuf,
    /// Where blue answers: scheme, host and port.
    #[arg(long, value_name = "URL")]
    blue: String,
    /// Where green answers.
    #[arg(long, value_name = "URL")]
    green: String,
    /// Writes a report too: a page as `.html`, all of it as `.json`, for a build server as `.xml`. May be repeated.
    #[arg(long, value_name = "FILE")]
    out: Vec<PathBuf>,
    /// Sends also probes that may change something; without it they are left out.
    #[arg(long)]
    may_change: bool,
    /// Asks this colour although it leads to this machine itself. May be repeated.
    #[arg(long, value_name = "ORIGIN")]
    allow: Vec<String>,
    /// How often each probe is sent to each colour, besides once to warm up.
    #[arg(long, value_name = "NUMBER", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=100))]
    samples: u16,
    /// A report of an earlier run, as JSON: what was ruled in it holds, and what it had found is not new.
    #[arg(long, value_name = "FILE")]
    before: Option<PathBuf>,
    /// The commit that blue runs, for rules that expect it to be named.
    #[arg(long, value_name = "COMMIT")]
    blue_commit: Option<String>,
    /// The commit that green runs.
    #[arg(long, value_name = "COMMIT")]
    green_commit: Option<String>,
    /// The release: what was ruled as intended holds for it alone.
    #[arg(long, value_name = "NAME", default_value = "build")]
    release: String,
}

/// Why there is no verdict: a sentence for a person.
#[derive(Debug)]
enum Failure {
    /// Options, suite or a file.
    Unusable(String),
    /// A colour.
    Unanswered(String),
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Unusable(_) => 3,
            Self::Unanswered(_) => 4,
        }
    }

    fn sentence(&self) -> &str {
        match self {
            Self::Unusable(sentence) | Self::Unanswered(sentence) => sentence,
        }
    }
}

/// The exit code of options that cannot be read.
pub const UNUSABLE: u8 = 3;

/// Compares, prints and writes, and gives the exit code.
#[expect(clippy::print_stderr, reason = "the one sentence a person at a terminal gets")]
pub async fn run(options: &Options) -> u8 {
    match compare(options).await {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{}", failure.sentence());
            failure.code()
        }
    }
}

async fn compare(options: &Options) -> Result<u8, Failure> {
    let outs = out::formats(&options.out)?;
    let (name, suite) = read_suite(&options.suite)?;
    let before = options.before.as_deref().map(before::read).transpose()?.unwrap_or_default();
    let colours = [Colour::of("blue", &options.blue)?, Colour::of("green", &options.green)?];
    let secrets =
        Secrets::of(&suite.probes, |name| std::env::var(name).ok()).map_err(|wrong| match wrong {
            probe::Unusable::Missing(_) => unusable(format!("{wrong}: set it in this environment")),
            probe::Unusable::Short(_) => unusable(format!("{wrong}: use a longer one")),
        })?;
    let names = Remembered::default();
    let guard = colour::guard(&colours, &options.allow, &names).await?;
    let plan =
        Plan { samples: usize::from(options.samples), may_change: options.may_change, ..Plan::default() };
    let tls = tls::trust();
    let origins = [&colours[0].origin, &colours[1].origin];
    let mut answers = probe::run(&suite.probes, origins, &guard, &names, (&secrets, tls.as_ref(), &plan))
        .await
        .map_err(|refused| Failure::Unanswered(sentence(refused)))?;
    let addresses = origins.map(ToString::to_string);
    let addresses = Names::of(addresses.iter().map(String::as_str));
    for answer in &mut answers {
        answer.name(&addresses);
    }
    let report = report(options, (&name, &suite), &colours, &before, &answers)?;
    out::write(&outs, &report)?;
    say(&report.to_text())?;
    if report.is_empty() {
        return Err(unusable("every probe may change something; --may-change sends them"));
    }
    colour::answered(&colours, &answers)?;
    Ok(finding::exit_code(&report.verdict))
}

fn read_suite(path: &Path) -> Result<(String, Suite), Failure> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| unusable(format!("the suite {shown} cannot be read: {error}")))?;
    suite::read(&text).map_err(|error| unusable(format!("in {shown}: {error}")))
}

fn report(
    options: &Options,
    (name, suite): (&str, &Suite),
    colours: &[Colour; 2],
    before: &Earlier,
    answers: &[Probed],
) -> Result<Report, Failure> {
    let now = Timestamp::now();
    let at = now.round(jiff::Unit::Second).unwrap_or(now);
    let of = Of {
        run: &at.to_string(),
        release: &options.release,
        name,
        suite,
        blue: &colours[0].origin,
        green: &colours[1].origin,
        at,
        commits: &[options.blue_commit.clone(), options.green_commit.clone()],
        rulings: &before.rulings,
        previous: &before.findings,
    };
    Report::new(&of, answers, Limits::default()).map_err(|refused| unusable(refused.to_string()))
}

fn say(text: &str) -> Result<(), Failure> {
    std::io::stdout()
        .write_all(text.as_bytes())
        .map_err(|error| unusable(format!("the summary cannot be printed: {error}")))
}

fn unusable(words: impl AsRef<str>) -> Failure {
    Failure::Unusable(sentence(words.as_ref()))
}

/// Words as a sentence: a capital at the beginning, a full stop at the end.
fn sentence(words: impl ToString) -> String {
    let words = words.to_string();
    let mut letters = words.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches(['.', '\n']))
}
