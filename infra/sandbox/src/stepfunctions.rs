//! Step Functions: state machines, and executions as machines that are moved on by the virtual clock.
//!
//! An execution is data: its branches, each with its state and input, lie in tables, and every event of its
//! history is a record of its own. Nothing runs while an execution waits; a timer moves it on.

mod advance;
mod choice;
mod cursor;
mod definition;
mod execution;
mod failure;
mod history;
mod integration;
mod intrinsic;
mod jsonata;
mod limit;
mod machine;
mod operation;
mod path;
mod publish;
mod references;
mod retry;
mod scope;
mod template;
mod turn;

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use self::{
    definition::Definition,
    execution::{Branch, Execution, Run},
    history::Entry,
    machine::{Machine, Revision},
};
use crate::{
    error::AwsError,
    table::{Saved, Table},
    world::{Caller, World},
};

/// Everything that Step Functions knows.
#[derive(Debug, Default)]
pub struct StepFunctions {
    /// By ARN.
    machines: Table<Machine>,
    /// Every definition that a machine has had, by its number.
    revisions: Table<Revision>,
    /// The texts of definitions, by their digests.
    definitions: Table<String>,
    /// By ARN.
    executions: Table<Execution>,
    /// By the execution's ARN.
    runs: Table<Run>,
    /// By the execution's ARN and the branch's number.
    branches: Table<Branch>,
    /// Elements of Map states, by branch.
    items: Table<Vec<Value>>,
    /// By the execution's ARN and the event's id.
    events: Table<Entry>,
    /// Definitions as they were read, by digest.
    plans: HashMap<String, Arc<Definition>>,
    /// The number of the next execution, and how many are running; counted when they are first asked for.
    next: Option<u64>,
    open: Option<usize>,
}

impl StepFunctions {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![
            ("stepfunctions.machines", &mut self.machines),
            ("stepfunctions.revisions", &mut self.revisions),
            ("stepfunctions.definitions", &mut self.definitions),
            ("stepfunctions.executions", &mut self.executions),
            ("stepfunctions.runs", &mut self.runs),
            ("stepfunctions.branches", &mut self.branches),
            ("stepfunctions.items", &mut self.items),
            ("stepfunctions.events", &mut self.events),
        ]
    }

    /// A number higher than that of any execution.
    fn next_number(&mut self) -> u64 {
        let highest = || self.executions.values().map(|execution| execution.number + 1).max().unwrap_or(0);
        let next = self.next.unwrap_or_else(highest);
        self.next = Some(next + 1);
        next
    }

    /// How many executions are running.
    fn open(&mut self) -> usize {
        let is_open = |execution: &&Execution| execution.status == execution::Status::Running;
        *self.open.get_or_insert_with(|| self.executions.values().filter(is_open).count())
    }

    /// Notes that executions began to run (1) or ended (-1).
    fn count_open(&mut self, change: isize) {
        if let Some(open) = &mut self.open {
            *open = open.saturating_add_signed(change);
        }
    }

    /// Removes everything about an execution.
    fn forget(&mut self, arn: &str) {
        self.executions.remove(arn);
        self.runs.remove(arn);
        let (from, to) = (format!("{arn}/"), format!("{arn}0"));
        let branches: Vec<String> = self.branches.range(&from, &to).map(|(key, _)| key.to_owned()).collect();
        for branch in branches {
            self.branches.remove(&branch);
            self.items.remove(&branch);
        }
        let events: Vec<String> = self.events.range(&from, &to).map(|(key, _)| key.to_owned()).collect();
        for event in events {
            self.events.remove(&event);
        }
    }

    /// Removes a machine that is to go, once none of its executions is running.
    fn let_go(&mut self, machine: &str) {
        let is_deleting = self.machines.get(machine).is_some_and(|machine| machine.is_deleting);
        let is_busy = |execution: &Execution| {
            execution.machine == machine && execution.status == execution::Status::Running
        };
        if is_deleting && !self.executions.values().any(is_busy) {
            self.machines.remove(machine);
        }
    }

    /// The text of a revision's definition.
    fn definition(&self, revision: &str) -> Option<&str> {
        let key = &self.revisions.get(revision)?.definition;
        self.definitions.get(key).map(String::as_str)
    }

    /// Keeps the text of a definition, once; gives its key.
    fn keep_definition(&mut self, text: &str) -> String {
        let key = format!("{:x}", Sha256::digest(text));
        if !self.definitions.contains(&key) {
            self.definitions.insert(key.clone(), text.to_owned());
        }
        key
    }

    /// The definition of a revision, read at most once.
    fn plan(&mut self, revision: &str) -> Option<Arc<Definition>> {
        let key = &self.revisions.get(revision)?.definition;
        if let Some(plan) = self.plans.get(key) {
            return Some(Arc::clone(plan));
        }
        let plan = Arc::new(definition::read(self.definitions.get(key)?, false).ok()?);
        self.plans.insert(key.clone(), Arc::clone(&plan));
        Some(plan)
    }
}

pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    operation::call(world, caller, operation, &input)
}

/// What falls due for an execution.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Event {
    /// Something for one of its branches.
    Due { execution: String, branch: u32, due: Due },
    /// The machine's own timeout.
    Deadline { execution: String },
    /// It has ended, and the task that waits for it is told.
    Awaited { execution: String },
    /// The task that waited for it is gone.
    Unwanted { execution: String },
}

/// What falls due for a branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Due {
    /// It goes on to the state before it.
    Start,
    /// Its Wait state is over.
    Wait,
    /// Its state is tried again.
    Retry,
    /// Its task's call is made and answered.
    Call,
    /// Its task has taken too long.
    Timeout,
}

pub(crate) fn on_event(world: &mut World, event: Event) {
    match event {
        Event::Due { execution, branch, due } => advance::due(world, &execution, branch, &due),
        Event::Deadline { execution } => advance::deadline(world, &execution),
        Event::Awaited { execution } => advance::child_ended(world, &execution),
        Event::Unwanted { execution } => advance::abort(world, &execution, None, None),
    }
}
