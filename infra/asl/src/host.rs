//! What the interpreter needs from whoever runs it: time, chance, timers, calls, and a place for its records.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    definition::Definition,
    execution::{Branch, Execution, Run, TimerId},
    failure::Failure,
    history::HistoryEvent,
    resource::Resource,
};

/// What falls due for an execution. The host hands it to [`crate::wake`] at its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "what a variant says names its values")]
pub enum Wake {
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

/// What a call gives.
#[derive(Debug, Clone, PartialEq)]
pub enum CallAnswer {
    /// The result of the task.
    Done(Value),
    /// An execution runs, and the task waits for its end.
    Started {
        /// What the call answered.
        output: Value,
        /// The ARN of the execution.
        execution: String,
    },
    /// Nothing is ever heard of the call: the task goes on until its time is up.
    Lost,
}

/// What has become of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExecutionChange {
    /// It has begun.
    Started,
    /// It goes on from where it failed.
    Redriven,
    /// It has come to an end, of whichever status.
    Ended,
}

/// Where executions are kept. Nothing of them is held by the interpreter between two calls.
pub trait Store {
    /// The record of an execution, by its ARN.
    fn execution(&self, arn: &str) -> Option<&Execution>;
    /// The same, to be changed.
    fn execution_mut(&mut self, arn: &str) -> Option<&mut Execution>;
    /// Keeps a new execution with its run.
    fn insert_execution(&mut self, execution: Execution, run: Run);
    /// What changes with every event of an execution.
    fn run(&self, arn: &str) -> Option<&Run>;
    /// The same, to be changed.
    fn run_mut(&mut self, arn: &str) -> Option<&mut Run>;
    /// A branch of an execution, by its number.
    fn branch(&self, arn: &str, branch: u32) -> Option<&Branch>;
    /// The same, to be changed.
    fn branch_mut(&mut self, arn: &str, branch: u32) -> Option<&mut Branch>;
    /// Keeps a branch under its number, in place of one that was there.
    fn insert_branch(&mut self, arn: &str, branch: u32, record: Branch);
    /// Forgets a branch, and gives what was kept of it.
    fn remove_branch(&mut self, arn: &str, branch: u32) -> Option<Branch>;
    /// All branches of an execution with their numbers.
    fn branches(&self, arn: &str) -> Vec<(u32, &Branch)>;
    /// The elements over which a Map state in a branch iterates.
    fn items(&self, arn: &str, branch: u32) -> Option<&[Value]>;
    /// Keeps the elements over which a Map state in a branch iterates.
    fn set_items(&mut self, arn: &str, branch: u32, items: Vec<Value>);
    /// Forgets them.
    fn remove_items(&mut self, arn: &str, branch: u32);
    /// Adds an event to the history of an execution.
    fn append(&mut self, arn: &str, entry: HistoryEvent);
}

/// The world in which executions run.
pub trait Host: Store {
    /// The present.
    fn now(&self) -> Timestamp;
    /// The one source of chance: `States.UUID`, `$random`, jitter, and how long calls take.
    fn rng(&mut self) -> &mut fastrand::Rng;
    /// The region that events name.
    fn region(&self) -> &str;
    /// Has [`crate::wake`] called `after` from now.
    fn schedule(&mut self, after: SignedDuration, wake: Wake) -> TimerId;
    /// Takes a timer back. One that has fired is no error.
    fn cancel(&mut self, timer: TimerId);
    /// Makes the call of a Task state in the name of the machine's role.
    fn call(&mut self, role: &str, resource: &Resource, parameters: Value) -> Result<CallAnswer, Failure>;
    /// The definition that an execution runs, by the execution's ARN.
    fn definition(&mut self, arn: &str) -> Option<Arc<Definition>>;
    /// Whether an execution is to end at its next state, because its machine is being deleted.
    fn is_unwanted(&self, execution: &Execution) -> bool {
        let _ = execution;
        false
    }
    /// Hears what has become of an execution.
    fn changed(&mut self, arn: &str, change: ExecutionChange) {
        let _ = (arn, change);
    }
}
