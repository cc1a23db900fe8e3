//! Step Functions: state machines, and executions as machines that are moved on by the virtual clock.
//!
//! An execution is data: its branches, each with its state and input, lie in tables, and every event of its
//! history is a record of its own. Nothing runs while an execution waits; a timer moves it on.

mod host;
mod integration;
mod machine;
mod operation;
mod publish;

use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use viridian_asl::{Definition, Execution, Status};
use viridian_aws_wire::AwsError;

use crate::world::{Caller, World};

impl StepFunctions {
    /// A number higher than that of any execution.
    fn next_number(&mut self) -> u64 {
        let highest = || self.executions.values().map(|execution| execution.number + 1).max().unwrap_or(0);
        let next = self.next.unwrap_or_else(highest);
        self.next = Some(next + 1);
        next
    }

    /// How many executions are running.
    fn open(&mut self) -> usize {
        let is_open = |execution: &&Execution| execution.status == Status::Running;
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
        let is_busy =
            |execution: &Execution| execution.machine == machine && execution.status == Status::Running;
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
        let plan = Arc::new(Definition::reread(self.definitions.get(key)?)?);
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

pub use crate::records::stepfunctions::StepFunctions;
/// What falls due for an execution.
pub use viridian_asl::Wake as Event;

pub(crate) fn on_event(world: &mut World, event: Event) {
    viridian_asl::wake(world, event);
}
