//! A host of its own: executions in memory, on a clock that jumps from event to event.

mod memory;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::{
    advance,
    definition::{Definition, Diagnostic},
    execution::{Branch, Execution, Run, TimerId},
    failure::Failure,
    history::HistoryEvent,
    host::{CallAnswer, Host, Store, Wake},
    input::read_input,
    resource::Resource,
};
use memory::Memory;

/// Runs definitions, with a function for the calls of their Task states.
///
/// Time is virtual: it stands still while states work, and jumps to what falls due next. The same seed gives the
/// same run.
#[derive(Debug)]
pub struct Runner<C> {
    now: Timestamp,
    rng: fastrand::Rng,
    names: Names,
    call: C,
    memory: Memory,
    definitions: HashMap<String, Arc<Definition>>,
    timers: BTreeMap<(Timestamp, TimerId), Wake>,
    due: HashMap<TimerId, Timestamp>,
    last: TimerId,
    started: u64,
}

/// What executions and their context objects are called by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// As in `us-east-1`.
    pub region: String,
    /// Twelve digits.
    pub account: String,
    /// The name of the state machine.
    pub machine: String,
    /// The name of the role.
    pub role: String,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            region: "us-east-1".to_owned(),
            account: "123456789012".to_owned(),
            machine: "machine".to_owned(),
            role: "states".to_owned(),
        }
    }
}

/// Why an execution did not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each says what it is")]
pub enum Unstarted {
    #[error("Invalid State Machine Definition: '{}'", list(.0))]
    Definition(Vec<Diagnostic>),
    #[error("Invalid State Machine Execution Input: '{0}'")]
    Input(String),
}

fn list(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl<C: FnMut(&Resource, Value) -> Result<Value, Failure>> Runner<C> {
    /// A runner at the beginning of 2026. `call` answers for the services that Task states call.
    pub fn new(call: C) -> Self {
        Self {
            now: Timestamp::constant(1_767_225_600, 0),
            rng: fastrand::Rng::with_seed(1),
            names: Names::default(),
            call,
            memory: Memory::default(),
            definitions: HashMap::new(),
            timers: BTreeMap::new(),
            due: HashMap::new(),
            last: 0,
            started: 0,
        }
    }

    /// The same with another seed.
    #[must_use]
    pub fn seeded(mut self, seed: u64) -> Self {
        self.rng = fastrand::Rng::with_seed(seed);
        self
    }

    /// The same at another moment.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// The same with other names.
    #[must_use]
    pub fn named(mut self, names: Names) -> Self {
        self.names = names;
        self
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Starts an execution; gives its ARN. It moves by [`Runner::step`].
    pub fn start(&mut self, definition: &str, input: &str) -> Result<String, Unstarted> {
        let definition = Definition::read(definition).map_err(Unstarted::Definition)?;
        let data = read_input(input).map_err(Unstarted::Input)?;
        self.started += 1;
        let Names { region, account, machine, role } = &self.names;
        let of = |kind: &str| format!("arn:aws:states:{region}:{account}:{kind}:{machine}");
        let arn = format!("{}:execution-{}", of("execution"), self.started);
        let role = format!("arn:aws:iam::{account}:role/{role}");
        let execution = Execution::new(&arn, &of("stateMachine"), &role, input, self.now);
        self.definitions.insert(arn.clone(), Arc::new(definition));
        advance::start(self, execution, data);
        Ok(arn)
    }

    /// Lets the next thing happen that falls due. Gives whether there was one.
    pub fn step(&mut self) -> bool {
        let Some(((due, timer), wake)) = self.timers.pop_first() else { return false };
        self.due.remove(&timer);
        self.now = self.now.max(due);
        advance::wake(self, wake);
        true
    }

    /// Starts an execution and lets it run to its end.
    pub fn run(&mut self, definition: &str, input: &str) -> Result<Execution, Unstarted> {
        let arn = self.start(definition, input)?;
        while self.execution(&arn).is_some_and(|execution| execution.stopped.is_none()) && self.step() {}
        Ok(self.execution(&arn).cloned().unwrap_or_else(|| Execution::new(&arn, "", "", input, self.now)))
    }

    /// An execution by its ARN.
    pub fn execution(&self, arn: &str) -> Option<&Execution> {
        self.memory.execution(arn)
    }

    /// The history of an execution.
    pub fn history(&self, arn: &str) -> &[HistoryEvent] {
        self.memory.history(arn)
    }
}

impl<C: FnMut(&Resource, Value) -> Result<Value, Failure>> Host for Runner<C> {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn rng(&mut self) -> &mut fastrand::Rng {
        &mut self.rng
    }

    fn region(&self) -> &str {
        &self.names.region
    }

    fn schedule(&mut self, after: SignedDuration, wake: Wake) -> TimerId {
        self.last += 1;
        let due = self.now.checked_add(after).unwrap_or(Timestamp::MAX);
        self.timers.insert((due, self.last), wake);
        self.due.insert(self.last, due);
        self.last
    }

    fn cancel(&mut self, timer: TimerId) {
        if let Some(due) = self.due.remove(&timer) {
            self.timers.remove(&(due, timer));
        }
    }

    fn call(&mut self, _role: &str, resource: &Resource, parameters: Value) -> Result<CallAnswer, Failure> {
        (self.call)(resource, parameters).map(CallAnswer::Done)
    }

    fn definition(&mut self, arn: &str) -> Option<Arc<Definition>> {
        self.definitions.get(arn).cloned()
    }
}

impl<C> Store for Runner<C> {
    fn execution(&self, arn: &str) -> Option<&Execution> {
        self.memory.execution(arn)
    }

    fn execution_mut(&mut self, arn: &str) -> Option<&mut Execution> {
        self.memory.execution_mut(arn)
    }

    fn insert_execution(&mut self, execution: Execution, run: Run) {
        self.memory.insert_execution(execution, run);
    }

    fn run(&self, arn: &str) -> Option<&Run> {
        self.memory.run(arn)
    }

    fn run_mut(&mut self, arn: &str) -> Option<&mut Run> {
        self.memory.run_mut(arn)
    }

    fn branch(&self, arn: &str, branch: u32) -> Option<&Branch> {
        self.memory.branch(arn, branch)
    }

    fn branch_mut(&mut self, arn: &str, branch: u32) -> Option<&mut Branch> {
        self.memory.branch_mut(arn, branch)
    }

    fn insert_branch(&mut self, arn: &str, branch: u32, record: Branch) {
        self.memory.insert_branch(arn, branch, record);
    }

    fn remove_branch(&mut self, arn: &str, branch: u32) -> Option<Branch> {
        self.memory.remove_branch(arn, branch)
    }

    fn branches(&self, arn: &str) -> Vec<(u32, &Branch)> {
        self.memory.branches(arn)
    }

    fn items(&self, arn: &str, branch: u32) -> Option<&[Value]> {
        self.memory.items(arn, branch)
    }

    fn set_items(&mut self, arn: &str, branch: u32, items: Vec<Value>) {
        self.memory.set_items(arn, branch, items);
    }

    fn remove_items(&mut self, arn: &str, branch: u32) {
        self.memory.remove_items(arn, branch);
    }

    fn append(&mut self, arn: &str, entry: HistoryEvent) {
        self.memory.append(arn, entry);
    }
}
