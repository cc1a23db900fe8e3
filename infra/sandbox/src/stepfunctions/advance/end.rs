//! The end of an execution, and who is told of it.

use jiff::SignedDuration;
use serde_json::json;

use crate::{
    codepipeline,
    stepfunctions::{Event, execution::Status, failure::Failure, history::Note, publish, turn::Turn},
    world::World,
};

impl Turn<'_> {
    pub(super) fn succeed(&mut self, output: String) {
        let details = json!({"output": output, "outputDetails": {"truncated": false}});
        self.note_in(0, Note::own("ExecutionSucceeded", details));
        self.close(Status::Succeeded, Some(output), None);
    }

    pub(super) fn fail_execution(&mut self, previous: u64, failure: &Failure) {
        self.stop_children(0, Some(previous));
        self.note(previous, Note::failed("ExecutionFailed", failure, json!({})));
        self.close(Status::Failed, None, Some(failure));
    }

    /// The execution has taken longer than its machine allows.
    pub(super) fn time_out(&mut self) {
        self.cut_off();
        let failure =
            Failure { error: None, cause: None, origin: crate::stepfunctions::failure::Origin::Said };
        self.note(0, Note::failed("ExecutionTimedOut", &failure, json!({})));
        self.close(Status::TimedOut, None, Some(&failure));
    }

    /// Ends everything from outside. Of that the history says only that the execution ended, after no event of
    /// its own (recorded for a Wait state in May 2024).
    fn cut_off(&mut self) {
        self.stop_children(0, None);
        self.stop_branch(0, None);
    }

    fn close(&mut self, status: Status, output: Option<String>, failure: Option<&Failure>) {
        self.cancel_timers(0);
        if let Some(branch) = self.branch_mut(0)
            && status != Status::Succeeded
        {
            branch.stopped = true;
        }
        let deadline = self.run_mut().and_then(|run| run.deadline.take());
        if let Some(timer) = deadline {
            self.world.timers.cancel(timer);
        }
        let now = self.world.now();
        if let Some(execution) = self.world.stepfunctions.executions.get_mut(&self.arn) {
            execution.status = status;
            execution.output = output;
            execution.error = failure.and_then(|failure| failure.error.clone());
            execution.cause = failure.and_then(|failure| failure.cause.clone());
            execution.stopped = Some(now);
            self.world.stepfunctions.count_open(-1);
        }
        if status == Status::Succeeded {
            self.remove_branch(0);
        }
        ended(self.world, &self.arn);
    }
}

/// Stops an execution from outside.
pub(crate) fn abort(world: &mut World, arn: &str, error: Option<String>, cause: Option<String>) {
    let Some(mut turn) = Turn::open(world, arn) else { return };
    turn.cut_off();
    let failure = Failure { error, cause, origin: crate::stepfunctions::failure::Origin::Said };
    turn.note(0, Note::failed("ExecutionAborted", &failure, json!({})));
    turn.close(Status::Aborted, None, Some(&failure));
}

/// Tells those who wait for an execution that it has ended.
fn ended(world: &mut World, arn: &str) {
    publish::execution(world, arn);
    let awaited =
        world.stepfunctions.executions.get(arn).is_some_and(|execution| !execution.waiters.is_empty());
    if awaited {
        // An event of its own, so that a long chain of executions does not end within one call.
        let event = Event::Awaited { execution: arn.to_owned() };
        world.after(SignedDuration::ZERO, crate::Event::StepFunctions(event));
    }
    if let Some(machine) = world.stepfunctions.executions.get(arn).map(|execution| execution.machine.clone())
    {
        world.stepfunctions.let_go(&machine);
    }
    codepipeline::execution_ended(world, arn);
}
