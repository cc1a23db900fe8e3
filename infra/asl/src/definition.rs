//! A state machine's definition, read once: every path parsed, every name resolved.

mod choice;
mod diagnostic;
mod fields;
mod flow;
mod handler;
mod machine;
mod task;
mod timer;

use std::collections::HashMap;

use serde_json::Value;

pub use diagnostic::{Code, Diagnostic};

use crate::{choice::Condition, path::Path, template::Template};
use machine::container;

/// The longest time that a definition may name, in seconds.
pub(crate) const MAX_SECONDS: i64 = 99_999_999;
/// How long an execution may run, in seconds: a year, by the quotas of Step Functions.
pub(crate) const MAX_EXECUTION: i64 = 31_536_000;

/// A whole definition: valid, and ready to run.
#[derive(Debug)]
pub struct Definition {
    pub(crate) block: Block,
    /// Seconds that an execution may take, where it says so.
    timeout: Option<i64>,
    /// What AWS would run and this interpreter does not.
    refusals: Vec<Diagnostic>,
}

impl Definition {
    /// Reads a definition that can be run. The errors are what AWS would say of it or, if AWS would run it, what
    /// this interpreter does not.
    pub fn read(text: &str) -> Result<Self, Vec<Diagnostic>> {
        let definition = machine::read(text, false)?;
        if definition.refusals.is_empty() { Ok(definition) } else { Err(definition.refusals) }
    }

    /// Seconds that an execution may take.
    pub(crate) fn seconds(&self) -> i64 {
        self.timeout.unwrap_or(MAX_EXECUTION).min(MAX_EXECUTION)
    }

    /// Reads what was accepted before, whatever of it cannot be run.
    pub fn reread(text: &str) -> Option<Self> {
        machine::read(text, false).ok()
    }
}

/// What AWS finds wrong with a definition; of an Express machine if it `is_express`.
pub fn diagnose(text: &str, is_express: bool) -> Vec<Diagnostic> {
    machine::read(text, is_express).err().unwrap_or_default()
}

/// States that lead to each other: those of the machine, of a branch, of an item processor.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(crate) start_at: String,
    pub(crate) states: HashMap<String, State>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Paths,
    Queries,
}

/// One state. Fields that its type or language does not have are empty.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) name: String,
    pub(crate) language: Language,
    /// Where it leads; `None` where it ends its block.
    pub(crate) next: Option<String>,
    pub(crate) input_path: Slot,
    pub(crate) output_path: Slot,
    pub(crate) result_path: Slot,
    /// `Parameters` or `Arguments`.
    pub(crate) parameters: Option<Template>,
    pub(crate) result_selector: Option<Template>,
    pub(crate) output: Option<Template>,
    pub(crate) assign: Vec<(String, Template)>,
    pub(crate) retry: Vec<Retrier>,
    pub(crate) catch: Vec<Catcher>,
    pub(crate) kind: Kind,
}

/// A field that holds a path, or null, or is left out.
#[derive(Debug, Default, PartialEq)]
pub(crate) enum Slot {
    #[default]
    Whole,
    Nothing,
    At(Path),
}

#[derive(Debug)]
pub(crate) enum Kind {
    Pass { result: Option<Value> },
    Task(Task),
    Choice { rules: Vec<Rule>, default: Option<String> },
    Wait(Until),
    Succeed,
    Fail { error: Option<Template>, cause: Option<Template> },
    Parallel { branches: Vec<Block> },
    Map(Box<Map>),
}

impl Kind {
    /// The name of the type as it stands in event types: `PassStateEntered`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Pass { .. } => "Pass",
            Self::Task(_) => "Task",
            Self::Choice { .. } => "Choice",
            Self::Wait(_) => "Wait",
            Self::Succeed => "Succeed",
            Self::Fail { .. } => "Fail",
            Self::Parallel { .. } => "Parallel",
            Self::Map(_) => "Map",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) resource: String,
    pub(crate) timeout: Option<Amount>,
    pub(crate) heartbeat: Option<Amount>,
}

/// A rule of a Choice state.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) condition: Condition,
    pub(crate) next: String,
    pub(crate) output: Option<Template>,
    pub(crate) assign: Vec<(String, Template)>,
}

/// How long a Wait state waits.
#[derive(Debug)]
pub(crate) enum Until {
    Seconds(Amount),
    Timestamp(Amount),
}

/// A number or a text that is written out or computed.
#[derive(Debug, PartialEq)]
pub(crate) enum Amount {
    Fixed(Value),
    Path(Path),
    /// A JSONata expression without its marks.
    Query(String),
}

#[derive(Debug)]
pub(crate) struct Map {
    pub(crate) processor: Block,
    /// `ItemsPath`, or `Items` of JSONata.
    pub(crate) items: Option<Items>,
    pub(crate) selector: Option<Template>,
    pub(crate) concurrency: Option<Amount>,
    /// Read and checked in inline mode too, without further effect.
    pub(crate) tolerated: Vec<(&'static str, Amount)>,
}

#[derive(Debug)]
pub(crate) enum Items {
    Path(Path),
    Template(Template),
}

#[derive(Debug)]
pub(crate) struct Retrier {
    pub(crate) errors: Vec<String>,
    pub(crate) interval: f64,
    pub(crate) attempts: u32,
    pub(crate) backoff: f64,
    pub(crate) max_delay: Option<f64>,
    pub(crate) jitter: bool,
}

#[derive(Debug)]
pub(crate) struct Catcher {
    pub(crate) errors: Vec<String>,
    pub(crate) next: String,
    pub(crate) result_path: Slot,
    pub(crate) output: Option<Template>,
    pub(crate) assign: Vec<(String, Template)>,
}

impl Block {
    /// The block inside a state: the branch with this number, or the item processor.
    pub(crate) fn inner(&self, state: &str, number: usize) -> Option<&Self> {
        match &self.states.get(state)?.kind {
            Kind::Parallel { branches } => branches.get(number),
            Kind::Map(map) => Some(&map.processor),
            _ => None,
        }
    }
}

impl State {
    pub(crate) fn is_queries(&self) -> bool {
        self.language == Language::Queries
    }

    pub(crate) fn is_wait(&self) -> bool {
        matches!(self.kind, Kind::Wait(_))
    }
}
