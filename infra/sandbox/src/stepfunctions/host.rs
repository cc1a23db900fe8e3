//! The world as the host of executions: its clock, its chance, its tables, and calls into its services.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use viridian_asl::{
    Branch, CallAnswer, Definition, Execution, ExecutionChange, Failure, HistoryEvent, Host, Resource, Run,
    Store, TimerId, Wake,
};

use super::{integration, publish};
use crate::{
    signal::Signal,
    world::{Event, World},
};

/// Key of a branch.
fn branch_key(execution: &str, branch: u32) -> String {
    format!("{execution}/{branch:06}")
}

/// Key of an event.
pub(super) fn event_key(execution: &str, id: u64) -> String {
    format!("{execution}/{id:08}")
}

impl Store for World {
    fn execution(&self, arn: &str) -> Option<&Execution> {
        self.stepfunctions.executions.get(arn)
    }

    fn execution_mut(&mut self, arn: &str) -> Option<&mut Execution> {
        self.stepfunctions.executions.get_mut(arn)
    }

    fn insert_execution(&mut self, execution: Execution, run: Run) {
        let arn = execution.arn.clone();
        self.stepfunctions.runs.insert(arn.clone(), run);
        self.stepfunctions.executions.insert(arn, execution);
    }

    fn run(&self, arn: &str) -> Option<&Run> {
        self.stepfunctions.runs.get(arn)
    }

    fn run_mut(&mut self, arn: &str) -> Option<&mut Run> {
        self.stepfunctions.runs.get_mut(arn)
    }

    fn branch(&self, arn: &str, branch: u32) -> Option<&Branch> {
        self.stepfunctions.branches.get(&branch_key(arn, branch))
    }

    fn branch_mut(&mut self, arn: &str, branch: u32) -> Option<&mut Branch> {
        self.stepfunctions.branches.get_mut(&branch_key(arn, branch))
    }

    fn insert_branch(&mut self, arn: &str, branch: u32, record: Branch) {
        self.stepfunctions.branches.insert(branch_key(arn, branch), record);
    }

    fn remove_branch(&mut self, arn: &str, branch: u32) -> Option<Branch> {
        self.stepfunctions.branches.remove(&branch_key(arn, branch))
    }

    fn branches(&self, arn: &str) -> Vec<(u32, &Branch)> {
        let (from, to) = (format!("{arn}/"), format!("{arn}0"));
        let all = self.stepfunctions.branches.range(&from, &to);
        all.filter_map(|(key, branch)| Some((key.rsplit('/').next()?.parse().ok()?, branch))).collect()
    }

    fn items(&self, arn: &str, branch: u32) -> Option<&[Value]> {
        self.stepfunctions.items.get(&branch_key(arn, branch)).map(Vec::as_slice)
    }

    fn set_items(&mut self, arn: &str, branch: u32, items: Vec<Value>) {
        self.stepfunctions.items.insert(branch_key(arn, branch), items);
    }

    fn remove_items(&mut self, arn: &str, branch: u32) {
        self.stepfunctions.items.remove(&branch_key(arn, branch));
    }

    fn append(&mut self, arn: &str, entry: HistoryEvent) {
        self.stepfunctions.events.insert(event_key(arn, entry.id), entry);
    }
}

impl Host for World {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    fn rng(&mut self) -> &mut fastrand::Rng {
        self.ids.rng()
    }

    fn region(&self) -> &str {
        &self.place.region
    }

    fn schedule(&mut self, after: SignedDuration, wake: Wake) -> TimerId {
        self.after(after, Event::StepFunctions(wake))
    }

    fn cancel(&mut self, timer: TimerId) {
        self.timers.cancel(timer);
    }

    fn call(&mut self, role: &str, resource: &Resource, parameters: Value) -> Result<CallAnswer, Failure> {
        integration::call(self, role, resource, parameters)
    }

    fn definition(&mut self, arn: &str) -> Option<Arc<Definition>> {
        let revision = self.stepfunctions.executions.get(arn)?.revision.clone();
        self.stepfunctions.plan(&revision)
    }

    fn is_unwanted(&self, execution: &Execution) -> bool {
        self.stepfunctions.machines.get(&execution.machine).is_some_and(|machine| machine.is_deleting)
    }

    fn changed(&mut self, arn: &str, change: ExecutionChange) {
        self.stepfunctions.count_open(if change == ExecutionChange::Ended { -1 } else { 1 });
        publish::execution(self, arn);
        if change == ExecutionChange::Ended {
            let machine = self.stepfunctions.executions.get(arn).map(|execution| execution.machine.clone());
            if let Some(machine) = machine {
                self.stepfunctions.let_go(&machine);
            }
            self.signal(Signal::ExecutionEnded { execution: arn.to_owned() });
        }
    }
}
