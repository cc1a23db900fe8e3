//! The end of an execution, and who is told of it.

use jiff::SignedDuration;
use serde_json::json;

use crate::{
    execution::Status,
    failure::Failure,
    history::Note,
    host::{ExecutionChange, Host, Wake},
    turn::Turn,
};

impl Turn<'_> {
    pub(crate) fn succeed(&mut self, output: String) {
        let details = json!({"output": output, "outputDetails": {"truncated": false}});
        self.note_in(0, Note::own("ExecutionSucceeded", details));
        self.close(Status::Succeeded, Some(output), None);
    }

    pub(crate) fn fail_execution(&mut self, previous: u64, failure: &Failure) {
        self.stop_children(0, Some(previous));
        self.note(previous, Note::failed("ExecutionFailed", failure, json!({})));
        self.close(Status::Failed, None, Some(failure));
    }

    /// The execution has taken longer than its machine allows.
    pub(crate) fn time_out(&mut self) {
        self.cut_off();
        let failure = Failure { error: None, cause: None, origin: crate::failure::Origin::Said };
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
            self.host.cancel(timer);
        }
        let now = self.host.now();
        if let Some(execution) = self.host.execution_mut(&self.arn) {
            execution.status = status;
            execution.output = output;
            execution.error = failure.and_then(|failure| failure.error.clone());
            execution.cause = failure.and_then(|failure| failure.cause.clone());
            execution.stopped = Some(now);
        }
        if status == Status::Succeeded {
            self.remove_branch(0);
        }
        ended(&mut *self.host, &self.arn);
    }
}

/// Stops an execution from outside.
pub fn abort(host: &mut dyn Host, arn: &str, error: Option<String>, cause: Option<String>) {
    let Some(mut turn) = Turn::open(host, arn) else { return };
    turn.cut_off();
    let failure = Failure { error, cause, origin: crate::failure::Origin::Said };
    turn.note(0, Note::failed("ExecutionAborted", &failure, json!({})));
    turn.close(Status::Aborted, None, Some(&failure));
}

/// Tells those who wait for an execution that it has ended.
fn ended(host: &mut dyn Host, arn: &str) {
    let awaited = host.execution(arn).is_some_and(|execution| !execution.waiters.is_empty());
    host.changed(arn, ExecutionChange::Ended);
    if awaited {
        // An event of its own, so that a long chain of executions does not end within one call.
        host.schedule(SignedDuration::ZERO, Wake::Awaited { execution: arn.to_owned() });
    }
}
