//! The process that watches a worker: its time, its memory, and what it was doing when it died.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{corpus, target, trace};

/// The longest that one input may keep the processor busy.
const LONGEST: Duration = Duration::from_secs(1);
/// The longest without a new input, however busy the machine is.
const PATIENCE: Duration = Duration::from_mins(1);
/// The most memory that a worker may hold, in KiB.
const MOST: u64 = 512 * 1024;

/// Why a run did not end well.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("there is no target {0:?}; there are {names}", names = target::names().join(", "))]
    Unknown(String),
    #[error("the target {target} {why} at try {number} (seed {seed}); the input lies in {}:\n{shown}", path.display())]
    Broken { target: String, why: String, number: u64, seed: u64, path: PathBuf, shown: String },
    #[error("the worker cannot be watched: {0}")]
    Watch(#[from] io::Error),
}

/// What is to be tried.
#[derive(Debug, Clone)]
pub struct Wish {
    pub target: String,
    pub seed: u64,
    pub time: Duration,
    /// One input only.
    pub input: Option<PathBuf>,
}

/// Runs `program` as the worker of a target until its time is over.
pub fn run(program: &Path, wish: &Wish) -> Result<(), Failure> {
    if target::find(&wish.target).is_none() {
        return Err(Failure::Unknown(wish.target.clone()));
    }
    let note = std::env::temp_dir().join(format!("viridian-fuzz-{}-{}", wish.target, std::process::id()));
    let result = watched(program, wish, &note);
    let _ = fs::remove_file(&note);
    result
}

fn watched(program: &Path, wish: &Wish, note: &Path) -> Result<(), Failure> {
    let mut worker = start(program, wish, note)?;
    let ended = follow(&mut worker, note);
    let _ = worker.kill();
    let _ = worker.wait();
    let Some(why) = ended? else { return Ok(()) };
    let last = trace::read(note);
    let path = match &wish.input {
        Some(path) => path.clone(),
        None => corpus::keep(&wish.target, &last.input)?,
    };
    let shown = last.input.escape_ascii().to_string().chars().take(2000).collect();
    Err(Failure::Broken {
        target: wish.target.clone(),
        why,
        number: last.number,
        seed: wish.seed,
        path,
        shown,
    })
}

fn start(program: &Path, wish: &Wish, note: &Path) -> io::Result<Child> {
    let mut worker = Command::new(program);
    worker.args([&wish.target, "--seed", &wish.seed.to_string(), "--worker"]).arg(note);
    worker.args(["--seconds", &wish.time.as_secs_f64().to_string()]).stdin(Stdio::null());
    if let Some(input) = &wish.input {
        worker.arg("--input").arg(input);
    }
    worker.spawn()
}

/// Waits for the worker's end. Gives why it is no good one, if it is not.
fn follow(worker: &mut Child, note: &Path) -> io::Result<Option<String>> {
    let mut number = 0;
    let mut since = (Instant::now(), Duration::ZERO);
    loop {
        if let Some(status) = worker.try_wait()? {
            return Ok((!status.success()).then(|| format!("ended its worker ({status})")));
        }
        let busy = busy(worker.id());
        let now = trace::read(note).number;
        if now != number {
            number = now;
            since = (Instant::now(), busy.unwrap_or_default());
        }
        let took = busy.map_or(Duration::ZERO, |busy| busy.saturating_sub(since.1));
        if number > 0 && (took > LONGEST || since.0.elapsed() > PATIENCE) {
            return Ok(Some(format!("did not end within {LONGEST:?}")));
        }
        if memory(worker.id()).is_some_and(|held| held > MOST) {
            return Ok(Some(format!("held more than {} MiB", MOST / 1024)));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// How long a process has kept the processor busy; `None` where the system does not tell.
fn busy(process: u32) -> Option<Duration> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in parentheses, may hold spaces; time in user mode and in the kernel are fields 14 and 15.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

/// The memory that a process holds, in KiB; `None` where the system does not tell.
fn memory(process: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
