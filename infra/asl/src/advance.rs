//! Moves an execution on: from state to state until every branch waits for something.

mod arrive;
mod call;
mod container;
mod end;
mod fail;
mod finish;
mod nested;
mod pause;
mod redrive;
mod start;
mod work;

use std::collections::VecDeque;

use jiff::SignedDuration;
use serde_json::{Map, Value};

use crate::{
    execution::Doing,
    failure::Failure,
    history::Note,
    host::{Due, Host, Wake},
    limit::{MAX_DATA, MAX_DEPTH, MAX_EVENTS, MAX_HISTORY, is_shallow},
    turn::Turn,
};

pub use end::abort;
pub use redrive::redrive;
pub use start::start;

/// What a state did when it was worked on.
#[derive(Debug)]
pub(crate) enum Step {
    /// It waits for a timer or an answer.
    Rest,
    /// These branches, the state's own or others, go on.
    Go(Vec<u32>),
    Leave(Exit),
}

/// How a state is left.
#[derive(Debug)]
pub(crate) struct Exit {
    pub(crate) output: Value,
    /// Where to; `None` ends the block.
    pub(crate) next: Option<String>,
    pub(crate) assigned: Map<String, Value>,
}

/// States entered in one go before others get a turn.
const PATIENCE: usize = 100;
/// How long the states of one go take together.
const GO: SignedDuration = SignedDuration::from_millis(25);

/// Does what was scheduled for now.
pub fn wake(host: &mut dyn Host, wake: Wake) {
    match wake {
        Wake::Due { execution, branch, due } => self::due(host, &execution, branch, &due),
        Wake::Deadline { execution } => deadline(host, &execution),
        Wake::Awaited { execution } => nested::child_ended(host, &execution),
        Wake::Unwanted { execution } => abort(host, &execution, None, None),
    }
}

/// Something that was scheduled for a branch falls due.
fn due(host: &mut dyn Host, execution: &str, branch: u32, due: &Due) {
    let Some(mut turn) = Turn::open(host, execution) else { return };
    let ready = match due {
        Due::Start => vec![branch],
        Due::Wait if turn.is_doing(branch, |doing| *doing == Doing::Resting) => turn.wait_is_over(branch),
        Due::Retry if turn.is_doing(branch, |doing| *doing == Doing::Resting) => turn.work_again(branch),
        Due::Call if turn.is_doing(branch, |doing| matches!(doing, Doing::Calling { .. })) => {
            turn.answer(branch)
        }
        Due::Timeout => turn.task_timed_out(branch),
        _ => Vec::new(),
    };
    turn.go(ready);
}

/// The machine's own timeout falls due.
fn deadline(host: &mut dyn Host, execution: &str) {
    if let Some(mut turn) = Turn::open(host, execution) {
        turn.time_out();
    }
}

impl Turn<'_> {
    /// Lets branches go on until each of them waits or has ended.
    pub(crate) fn go(&mut self, ready: Vec<u32>) {
        let mut ready = VecDeque::from(ready);
        let mut patience = PATIENCE;
        while let Some(branch) = ready.pop_front() {
            if !self.is_running() {
                return;
            }
            if self.is_too_long() {
                self.fail_execution(
                    0,
                    &Failure::said(
                        crate::failure::RUNTIME,
                        format!("The execution reached the maximum number of history events ({MAX_EVENTS})."),
                    ),
                );
                return;
            }
            if patience == 0 {
                self.after(branch, GO, Due::Start);
                continue;
            }
            patience -= 1;
            ready.extend(self.arrive(branch));
        }
    }

    fn is_too_long(&self) -> bool {
        let run = self.host.run(&self.arn);
        // A few events are left for the ends of what is open.
        run.is_some_and(|run| run.last_event + 10 > MAX_EVENTS || run.size > MAX_HISTORY)
    }

    /// Whether the history takes more than the event of its end.
    fn has_room(&self) -> bool {
        self.host.run(&self.arn).is_some_and(|run| run.last_event + 3 < MAX_EVENTS)
    }

    /// Goes on from what the state of a branch did; gives the branches that are ready.
    pub(crate) fn settle(&mut self, branch: u32, step: Result<Step, Failure>) -> Vec<u32> {
        match step {
            Ok(Step::Rest) => Vec::new(),
            Ok(Step::Go(branches)) => branches,
            Ok(Step::Leave(exit)) => self.leave(branch, exit),
            Err(failure) => self.fail(branch, failure),
        }
    }

    /// Leaves the state of a branch.
    fn leave(&mut self, id: u32, exit: Exit) -> Vec<u32> {
        let text = exit.output.to_string();
        let state = self.branch(id).map(|branch| branch.state.clone()).unwrap_or_default();
        if let Err(failure) = check_size(&state, &exit.output, &text) {
            return self.fail(id, failure);
        }
        self.cancel_timers(id);
        let note = self
            .with_state(id, |_, state| Note::exited(state.kind.name(), &state.name, &text, &exit.assigned));
        if let Some(note) = note {
            self.note_in(id, note);
        }
        self.keep_variables(id, exit.assigned);
        let Some(branch) = self.branch_mut(id) else { return Vec::new() };
        branch.raw = None;
        branch.retries.clear();
        match exit.next {
            Some(next) => {
                branch.state = next;
                branch.input = exit.output;
                branch.doing = Doing::Arriving;
                vec![id]
            }
            None => self.finish(id, exit.output, text),
        }
    }
}

/// What a state or a task gives must fit.
pub(crate) fn check_size(giver: &str, output: &Value, text: &str) -> Result<(), Failure> {
    if text.len() > MAX_DATA {
        return Err(Failure::said(
            crate::failure::DATA_LIMIT,
            format!(
                "The state/task '{giver}' returned a result with a size exceeding the maximum number of bytes service \
                 limit."
            ),
        ));
    }
    if !is_shallow(output, MAX_DEPTH) {
        return Err(Failure::runtime(format!("The output is nested deeper than {MAX_DEPTH} levels.")));
    }
    Ok(())
}
