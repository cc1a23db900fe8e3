//! One measurement: what a tool took and found, or why there is nothing to say.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

#[derive(Debug, Clone, Default)]
pub(super) enum Cell {
    /// Not tried: it gave up on a smaller pair.
    #[default]
    Skipped,
    GaveUp(Duration),
    /// What it said last.
    Failed(String),
    Took(Figures),
}

#[derive(Debug, Clone)]
pub(super) struct Figures {
    pub(super) milliseconds: f64,
    /// The most memory that its process had.
    pub(super) kilobytes: u64,
    pub(super) differences: u64,
    /// Everything else that it tells.
    pub(super) told: Value,
}

impl Cell {
    /// The better of two: the quicker time, the smaller memory.
    pub(super) fn better(self, other: Self) -> Self {
        match (self, other) {
            (Self::Took(one), Self::Took(other)) => {
                let kilobytes = one.kilobytes.min(other.kilobytes);
                let quicker = if one.milliseconds <= other.milliseconds { one } else { other };
                Self::Took(Figures { kilobytes, ..quicker })
            }
            (Self::Skipped, other) => other,
            (Self::Took(_), worse) => worse,
            (this, _) => this,
        }
    }

    pub(super) fn milliseconds(&self) -> Option<f64> {
        self.figures().map(|it| it.milliseconds)
    }

    pub(super) fn figures(&self) -> Option<&Figures> {
        if let Self::Took(figures) = self { Some(figures) } else { None }
    }

    pub(super) fn words(&self) -> String {
        match self {
            Self::Skipped => "–".to_owned(),
            Self::GaveUp(after) => format!("gave up after {} s", after.as_secs()),
            Self::Failed(words) => format!("failed: {}", words.chars().take(60).collect::<String>()),
            Self::Took(it) => {
                format!("{} · {} MB · {}", time(it.milliseconds), it.kilobytes.div_ceil(1024), it.differences)
            }
        }
    }
}

pub(super) fn time(milliseconds: f64) -> String {
    match milliseconds {
        few if few < 10.0 => format!("{few:.2} ms"),
        some if some < 1000.0 => format!("{some:.0} ms"),
        many => format!("{:.1} s", many / 1000.0),
    }
}

/// Runs a program that ends with a line of JSON: `ms`, `differences`, and `peak_kb` unless it is watched.
pub(super) fn run(command: &mut Command, patience: Duration) -> Cell {
    let begins = Instant::now();
    let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) => return Cell::Failed(error.to_string()),
    };
    let (mut out, mut errors) = (reader(child.stdout.take()), reader(child.stderr.take()));
    let mut watched = 0;
    let status = loop {
        watched = memory(&child).unwrap_or(watched);
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if begins.elapsed() > patience => {
                let _ = child.kill();
                let _ = child.wait();
                return Cell::GaveUp(patience);
            }
            Ok(None) => std::thread::sleep(Duration::from_millis(2)),
            Err(error) => return Cell::Failed(error.to_string()),
        }
    };
    let took = begins.elapsed().as_secs_f64() * 1000.0;
    let (out, errors) = (take(&mut out), take(&mut errors));
    match serde_json::from_str::<Value>(out.trim().lines().last().unwrap_or_default()) {
        Ok(told) if status.success() && told.is_object() => {
            let number = |key: &str| told.get(key).and_then(Value::as_u64);
            Cell::Took(Figures {
                milliseconds: told.get("ms").and_then(Value::as_f64).unwrap_or(took),
                kilobytes: number("peak_kb").unwrap_or(watched),
                differences: number("differences").unwrap_or_default(),
                told,
            })
        }
        _ => Cell::Failed(reason(&errors)),
    }
}

/// The line that says most.
fn reason(errors: &str) -> String {
    if errors.contains("heap out of memory") {
        return "out of memory".to_owned();
    }
    let named = errors.lines().find(|line| line.contains("Error:"));
    named.or(errors.lines().last()).unwrap_or("it said nothing").trim().to_owned()
}

type Reading = Option<std::thread::JoinHandle<String>>;

/// Reads to the end while the program runs, so that it never waits for a full pipe.
fn reader(source: Option<impl std::io::Read + Send + 'static>) -> Reading {
    source.map(|mut source| {
        std::thread::spawn(move || {
            let mut text = String::new();
            // What is no text is of no use here.
            let _ = source.read_to_string(&mut text);
            text
        })
    })
}

fn take(reading: &mut Reading) -> String {
    reading.take().and_then(|it| it.join().ok()).unwrap_or_default()
}

fn memory(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().split(' ').next()?.parse().ok()
}
