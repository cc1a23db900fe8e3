//! Runs a build and says how far it is: cargo draws its bar for terminals only, and two builds at once would fight
//! for one.

use std::{
    io::{BufReader, Read},
    process::{Child, ChildStderr, Command, Stdio},
    time::{Duration, Instant},
};

use crate::command::{Done, During, fail};

/// How often a build that goes on says so.
const PAUSE: Duration = Duration::from_secs(20);

/// A build that came to its end.
pub(crate) struct Built {
    /// Whether the compiler warned of our own crates.
    pub(crate) has_warnings: bool,
}

/// Runs a build to its end. `name` says what is built; `purpose` completes "Cannot …".
pub(crate) fn run(command: &mut Command, name: &str, purpose: &str) -> Done<Built> {
    command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "100");
    command.stdin(Stdio::null()).stderr(Stdio::piped());
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command.spawn().during(&format!("{purpose} by `{program}`"))?;
    let mut reader = Reader::new(name);
    if let Some(stderr) = child.stderr.take() {
        reader.read(stderr);
    }
    ended(&mut child, &program, purpose)?;
    Ok(Built { has_warnings: reader.has_warnings })
}

fn ended(child: &mut Child, program: &str, purpose: &str) -> Done {
    match child.wait().during(&format!("wait for `{program}`"))? {
        status if status.success() => Ok(()),
        status => fail(format!("Cannot {purpose}: `{program}` ended with {status}.")),
    }
}

struct Reader<'a> {
    name: &'a str,
    begun: Instant,
    told: Instant,
    has_warnings: bool,
}

impl<'a> Reader<'a> {
    fn new(name: &'a str) -> Self {
        Self { name, begun: Instant::now(), told: Instant::now(), has_warnings: false }
    }

    /// Bars end with a carriage return, everything else with a line feed.
    fn read(&mut self, stderr: ChildStderr) {
        let mut line = Vec::new();
        for byte in BufReader::new(stderr).bytes().map_while(Result::ok) {
            match byte {
                b'\r' | b'\n' => self.line(String::from_utf8_lossy(&std::mem::take(&mut line)).as_ref()),
                byte => line.push(byte),
            }
        }
        self.line(String::from_utf8_lossy(&line).as_ref());
    }

    fn line(&mut self, line: &str) {
        if let Some(units) = Units::of(line) {
            if self.told.elapsed() >= PAUSE {
                self.told = Instant::now();
                eprintln!("   {}: {}", self.name, units.tell(self.begun.elapsed()));
            }
        } else if !is_routine(line) {
            self.has_warnings |= line.starts_with("warning: `") && line.contains(" generated ");
            eprintln!("{line}");
        }
    }
}

/// What cargo says of its own steps; a line for each crate is more than anybody reads.
fn is_routine(line: &str) -> bool {
    const WORDS: [&str; 12] = [
        "Blocking",
        "Building",
        "Checking",
        "Compiling",
        "Downloaded",
        "Downloading",
        "Executable",
        "Finished",
        "Fresh",
        "Installing",
        "Locking",
        "Updating",
    ];
    let word = line.trim_start();
    word.is_empty() || WORDS.iter().any(|known| word.starts_with(known))
}

/// Units of work, as cargo counts them.
#[derive(Debug, PartialEq)]
struct Units {
    done: u32,
    all: u32,
}

impl Units {
    /// Reads cargo's bar: `Building [=====>    ] 123/480: tokio, hyper`.
    fn of(line: &str) -> Option<Self> {
        let (_, rest) = line.split_once("Building [")?;
        let (counts, _) = rest.split_once("] ")?.1.split_once(':')?;
        let (done, all) = counts.trim().split_once('/')?;
        Some(Self { done: done.parse().ok()?, all: all.parse().ok()? })
    }

    fn tell(&self, since: Duration) -> String {
        let Self { done, all } = self;
        let so_far = minutes(since);
        // The first crates are the small ones.
        let rest = since.mul_f64(1.5 * f64::from(all.saturating_sub(*done)) / f64::from((*done).max(1)));
        if *done * 10 < *all {
            format!("{done} of {all} crates after {so_far}")
        } else {
            format!("{done} of {all} crates after {so_far}, about {} to go", minutes(rest))
        }
    }
}

fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 { format!("{seconds} s") } else { format!("{} min {:02} s", seconds / 60, seconds % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_bar_is_read_and_nothing_else() {
        let units = Units::of("    Building [=====>      ] 123/480: tokio, hyper(build)").unwrap();
        assert_eq!(units, Units { done: 123, all: 480 });
        assert_eq!(Units::of("    Building the page"), None);
        assert_eq!(Units::of("warning: unused variable [1/2]: x"), None);
    }

    #[test]
    fn what_is_left_is_guessed_once_a_tenth_is_done() {
        let units = Units { done: 10, all: 480 };
        assert_eq!(units.tell(Duration::from_secs(20)), "10 of 480 crates after 20 s");
        let units = Units { done: 240, all: 480 };
        assert_eq!(
            units.tell(Duration::from_mins(2)),
            "240 of 480 crates after 2 min 00 s, about 3 min 00 s to go"
        );
    }

    #[test]
    fn warnings_pass_and_routine_does_not() {
        assert!(is_routine("   Compiling tokio v1.53.0"));
        assert!(is_routine("    Finished `dev` profile [unoptimized] target(s) in 3.07s"));
        assert!(!is_routine("warning: unused variable: `x`"));
        assert!(!is_routine("error[E0308]: mismatched types"));
    }
}
