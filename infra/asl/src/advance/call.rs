//! Task states: scheduling a call, and what becomes of it.

use jiff::SignedDuration;
use serde_json::Value;

use super::{Step, check_size, pause};
use crate::{
    definition::{Amount, State, Task},
    execution::Doing,
    failure::{Failure, TIMEOUT},
    host::{CallAnswer, Due},
    jsonata,
    resource::Resource,
    turn::Turn,
};

/// Milliseconds that a call takes: at least, and how many more at most.
const LATENCY: (i64, u64) = (40, 80);

impl Turn<'_> {
    pub(crate) fn schedule(
        &mut self,
        id: u32,
        state: &State,
        input: &Value,
        task: &Task,
    ) -> Result<Step, Failure> {
        let parameters = match &state.parameters {
            Some(template) => self.evaluate(id, input, |scope| template.value(scope))?,
            None => input.clone(),
        };
        let timeout = self.task_seconds(id, input, "TimeoutSeconds", task.timeout.as_ref())?;
        let heartbeat = self.task_seconds(id, input, "HeartbeatSeconds", task.heartbeat.as_ref())?;
        let resource = Resource::parse(&task.resource)
            .ok_or_else(|| Failure::runtime(format!("The resource {} is not recognized.", task.resource)))?;
        let note = resource.scheduled(&parameters, self.host.region(), [timeout, heartbeat]);
        self.note_in(id, note);
        self.note_in(id, resource.started());
        if let Some(branch) = self.branch_mut(id) {
            branch.doing = Doing::Calling { parameters };
        }
        let spread = i64::try_from(self.host.rng().u64(..LATENCY.1)).unwrap_or_default();
        self.after(id, SignedDuration::from_millis(LATENCY.0 + spread), Due::Call);
        if let Some(seconds) = timeout {
            self.after(id, SignedDuration::from_secs(seconds), Due::Timeout);
        }
        Ok(Step::Rest)
    }

    /// A limit of a task in seconds.
    fn task_seconds(
        &mut self,
        id: u32,
        input: &Value,
        field: &str,
        amount: Option<&Amount>,
    ) -> Result<Option<i64>, Failure> {
        let Some(amount) = amount else { return Ok(None) };
        let value = self.amount(id, input, field, amount)?;
        match pause::number(amount, &value).filter(|seconds| *seconds > 0) {
            Some(seconds) => Ok(Some(seconds)),
            None => Err(match amount {
                Amount::Path(path) => Failure::runtime(format!(
                    "The {field}Path parameter does not reference a positive integer value: {} == {value}",
                    path.text
                )),
                Amount::Query(expression) => jsonata::wrong_type(expression, field, "number", &value),
                Amount::Fixed(_) => Failure::runtime(format!("{field} is not a positive integer")),
            }),
        }
    }

    pub(crate) fn resource(&mut self, id: u32) -> Option<Resource> {
        let resource = self.with_state(id, |_, state| match &state.kind {
            crate::definition::Kind::Task(task) => Resource::parse(&task.resource),
            _ => None,
        });
        resource.flatten()
    }

    /// The time of a call has come: it is made, and its answer is there at once.
    pub(crate) fn answer(&mut self, id: u32) -> Vec<u32> {
        let Some(resource) = self.resource(id) else { return Vec::new() };
        let Some(Doing::Calling { parameters }) = self.branch(id).map(|branch| branch.doing.clone()) else {
            return Vec::new();
        };
        let role = self.execution().map(|execution| execution.role.clone()).unwrap_or_default();
        let answer = match resource.refusal() {
            Some(refusal) => Err(Failure::said("States.Runtime", refusal)),
            None => self.host.call(&role, &resource, parameters),
        };
        // The call may have stopped this very execution.
        if !self.is_running() || !self.is_doing(id, |doing| matches!(doing, Doing::Calling { .. })) {
            return Vec::new();
        }
        match answer {
            Ok(CallAnswer::Done(output)) => self.task_succeeded(id, &resource, output),
            Ok(CallAnswer::Started { output, execution }) => {
                self.await_execution(id, &resource, &output, &execution);
                Vec::new()
            }
            Ok(CallAnswer::Lost) => Vec::new(),
            Err(failure) => self.task_failed(id, &resource, failure),
        }
    }

    pub(crate) fn task_succeeded(&mut self, id: u32, resource: &Resource, output: Value) -> Vec<u32> {
        let text = output.to_string();
        if let Err(failure) = check_size(resource.giver(), &output, &text) {
            return self.task_failed(id, resource, failure.of_task());
        }
        self.cancel_timers(id);
        self.note_in(id, resource.gave("Succeeded", &text));
        let step = self.with_state(id, |turn, state| turn.conclude(id, state, output));
        step.map(|step| self.settle(id, step)).unwrap_or_default()
    }

    pub(crate) fn task_failed(&mut self, id: u32, resource: &Resource, failure: Failure) -> Vec<u32> {
        let failure = failure.bounded();
        self.note_in(id, resource.failed("Failed", &failure));
        self.fail(id, failure)
    }

    pub(crate) fn task_timed_out(&mut self, id: u32) -> Vec<u32> {
        if !self.is_doing(id, |doing| matches!(doing, Doing::Calling { .. } | Doing::Awaiting { .. })) {
            return Vec::new();
        }
        let Some(resource) = self.resource(id) else { return Vec::new() };
        let failure = Failure { cause: None, ..Failure::said(TIMEOUT, "") };
        self.note_in(id, resource.failed("TimedOut", &failure));
        self.stop_awaited(id);
        self.fail(id, failure)
    }

    fn await_execution(&mut self, id: u32, resource: &Resource, output: &Value, execution: &str) {
        self.note_in(id, resource.gave("Submitted", &output.to_string()));
        if let Some(branch) = self.branch_mut(id) {
            branch.doing = Doing::Awaiting { execution: execution.to_owned() };
        }
        let waiter = crate::execution::Waiter { execution: self.arn.clone(), branch: id };
        if let Some(execution) = self.host.execution_mut(execution) {
            execution.waiters.push(waiter);
        }
    }
}
