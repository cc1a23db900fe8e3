//! What happens when a state fails: Retry, Catch, or up to the state around it.

use jiff::SignedDuration;
use serde_json::json;

use super::{Exit, work::place};
use crate::{
    definition::{Catcher, Retrier, State},
    execution::{Doing, Waiter},
    failure::{Failure, Origin},
    history::Note,
    host::{Due, Wake},
    retry,
    turn::Turn,
};

impl Turn<'_> {
    /// The state of a branch has failed.
    pub(crate) fn fail(&mut self, id: u32, failure: Failure) -> Vec<u32> {
        self.cancel_timers(id);
        let last = self.branch(id).map(|branch| branch.last);
        self.stop_children(id, last);
        self.note_evaluation(id, &failure);
        let Some(branch) = self.branch(id) else { return Vec::new() };
        let failure = failure.in_state(&branch.state, branch.entered).bounded();
        if let Some(delay) =
            self.with_state(id, |turn, state| turn.retry_after(id, state, &failure)).flatten()
        {
            self.drop_children(id);
            if let Some(branch) = self.branch_mut(id) {
                branch.doing = Doing::Resting;
            }
            self.after(id, delay, Due::Retry);
            return Vec::new();
        }
        let container = self.with_state(id, |_, state| match state.kind.name() {
            kind @ ("Map" | "Parallel") => Some(format!("{kind}StateFailed")),
            _ => None,
        });
        if let Some(kind) = container.flatten() {
            self.note_in(id, Note::plain(kind));
        }
        match self.with_state(id, |turn, state| turn.catch(id, state, &failure)).flatten() {
            Some(Ok(exit)) => {
                self.drop_children(id);
                self.leave(id, exit)
            }
            Some(Err(failure)) => self.pass_up(id, failure),
            None => self.pass_up(id, failure),
        }
    }

    /// An error in JSONata is an event of its own.
    fn note_evaluation(&mut self, id: u32, failure: &Failure) {
        let Origin::Evaluated { location } = &failure.origin else { return };
        let Some(branch) = self.branch(id) else { return };
        let mut details = json!({"state": branch.state});
        if let (Some(location), Some(members)) = (location, details.as_object_mut()) {
            members.insert("location".to_owned(), json!(location));
        }
        // Right after the entry, the event points to what was before the entry; not so in a Wait state.
        let is_wait =
            self.block(id).and_then(|block| block.states.get(&branch.state)).is_some_and(State::is_wait);
        let at_entry = branch.last == branch.entered && !is_wait;
        let previous = if at_entry { branch.before } else { branch.last };
        let worded = failure.clone().in_state(&branch.state, branch.entered).bounded();
        let event = self.note(previous, Note::failed("EvaluationFailed", &worded, details));
        if let Some(branch) = self.branch_mut(id) {
            branch.last = event;
        }
    }

    /// How long until the state is tried again, if it is.
    fn retry_after(&mut self, id: u32, state: &State, failure: &Failure) -> Option<SignedDuration> {
        let found = state.retry.iter().enumerate().find(|(_, retrier)| failure.matches(&retrier.errors));
        let (number, retrier): (usize, &Retrier) = found?;
        let chance = self.host.rng().f64();
        let used = self.branch_mut(id)?.retries.get_mut(number)?;
        let delay = retry::delay(retrier, *used, chance)?;
        *used += 1;
        Some(delay)
    }

    /// How the state is left, if one of its catchers takes the failure.
    fn catch(&mut self, id: u32, state: &State, failure: &Failure) -> Option<Result<Exit, Failure>> {
        let catcher = state.catch.iter().find(|catcher| failure.matches(&catcher.errors))?;
        Some(self.caught(id, state, catcher, failure))
    }

    fn caught(
        &mut self,
        id: u32,
        state: &State,
        catcher: &Catcher,
        failure: &Failure,
    ) -> Result<Exit, Failure> {
        let error = failure.output();
        let input = self.branch(id).map(|branch| branch.input.clone()).unwrap_or_default();
        let over = if state.is_queries() { &input } else { &error };
        let assigned = self.assign(id, &catcher.assign, over, None, Some(&error))?;
        let output = match &catcher.output {
            Some(template) => self.say(id, template, &input, None, Some(&error))?,
            None => place(&catcher.result_path, input, error)?,
        };
        Ok(Exit { output, next: Some(catcher.next.clone()), assigned })
    }

    /// Nobody in the branch takes the failure: it fails what is around the branch.
    fn pass_up(&mut self, id: u32, failure: Failure) -> Vec<u32> {
        let failure = match self.branch(id) {
            Some(branch) => failure.in_state(&branch.state, branch.entered),
            None => failure,
        };
        let Some(branch) = self.branch_mut(id) else { return Vec::new() };
        branch.stopped = true;
        let (parent, index, last) = (branch.parent, branch.index, branch.last);
        let Some(parent) = parent else {
            self.fail_execution(last, &failure);
            return Vec::new();
        };
        let name = self.branch(parent).map(|branch| branch.state.clone()).unwrap_or_default();
        if self.branch(id).is_some_and(|branch| branch.item.is_some()) {
            self.note(last, Note::iteration("Failed", &name, index));
        }
        // What fails the state is the last event inside, not the end of the iteration.
        if let Some(branch) = self.branch_mut(parent) {
            branch.last = last;
        }
        self.fail(parent, failure)
    }

    /// Cuts off everything that still runs inside a branch. It stays where it is, for a redrive. What failed the
    /// branch by the event `failed` is what the events of the cut follow; an end from outside leaves none.
    pub(crate) fn stop_children(&mut self, id: u32, failed: Option<u64>) {
        let children: Vec<u32> = self.children(id).into_iter().map(|(child, _)| child).collect();
        for child in children {
            self.stop_children(child, failed);
            self.stop_branch(child, failed);
        }
    }

    /// Forgets everything inside a branch, which has been cut off before.
    pub(crate) fn drop_children(&mut self, id: u32) {
        let children: Vec<u32> = self.children(id).into_iter().map(|(child, _)| child).collect();
        for child in children {
            self.drop_children(child);
            self.remove_branch(child);
        }
        self.host.remove_items(&self.arn, id);
    }

    /// What is cut off in the middle by a failure says so, and what it waits for is stopped with it.
    pub(crate) fn stop_branch(&mut self, id: u32, failed: Option<u64>) {
        self.cancel_timers(id);
        let Some(branch) = self.branch(id) else { return };
        if branch.stopped || matches!(branch.doing, Doing::Ended { .. }) {
            return;
        }
        let is_inside = branch.doing != Doing::Arriving;
        let (item, index, parent) = (branch.item.is_some(), branch.index, branch.parent);
        // The last events of a full history are kept for its own end.
        if let Some(failed) = failed.filter(|_| self.has_room()) {
            let kind = self.with_state(id, |_, state| state.kind.name()).filter(|_| is_inside);
            if let Some(kind @ ("Task" | "Wait" | "Map" | "Parallel")) = kind {
                self.note(failed, Note::plain(format!("{kind}StateAborted")));
            }
            let name = parent.and_then(|parent| self.branch(parent)).map(|branch| branch.state.clone());
            if let (true, Some(name)) = (item, name) {
                self.note(failed, Note::iteration("Aborted", &name, index));
            }
        }
        if let Some(branch) = self.branch_mut(id) {
            branch.stopped = true;
        }
        self.stop_awaited(id);
    }

    /// Stops the execution that a task waits for, as Step Functions does at its best effort.
    pub(crate) fn stop_awaited(&mut self, id: u32) {
        let Some(Doing::Awaiting { execution }) = self.branch(id).map(|branch| branch.doing.clone()) else {
            return;
        };
        let me = Waiter { execution: self.arn.clone(), branch: id };
        if let Some(awaited) = self.host.execution_mut(&execution) {
            awaited.waiters.retain(|waiter| *waiter != me);
            // A chain of executions is stopped one event after the other.
            self.host.schedule(SignedDuration::ZERO, Wake::Unwanted { execution });
        }
    }
}
