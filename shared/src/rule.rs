//! Whether a command may be given now: pure functions over a snapshot, asked by the page to draw its buttons
//! and by the server to refuse. They cannot disagree.
//!
//! Each rule answers with the effect in the world, as the confirmation names it, or with why not and what would
//! help. Who may is a separate question, answered by [`permitted`]; a page asks both through [`verdict`].

use serde::{Deserialize, Serialize};

use crate::{
    colour::{Colour, Phase, coloured, phase},
    command::{
        AbandonGreen, COMMENT_LIMIT, Command, DESIRED_COUNT_LIMIT, INPUT_LIMIT, REASON_LIMIT, RetryStep,
        SetDesiredCount, StartExecution, StartPipeline, StopExecution, StopPipeline, SwapBack, VoteOnGate,
    },
    machine::{ExecutionStatus, Machine, MachineKind},
    people::{Person, Role},
    pipeline::{GateKind, Pipeline, Release, StepStatus},
    snapshot::Snapshot,
    source::short,
    vote::Choice,
};

/// What would happen, in a sentence: "Production :80 will send 100% to green, 9c9f1d2. Blue stays warm."
pub type Consequence = String;

/// Why a command is not allowed now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// A sentence for a person.
    pub reason: String,
    /// Whether it is a field of the command that is wrong, and not the state of the world.
    pub is_field: bool,
}

fn refuse<T>(reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { reason: reason.into(), is_field: false })
}

fn invalid<T>(reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { reason: reason.into(), is_field: true })
}

/// A command whose present sense can be judged.
pub trait Rule: Command {
    /// What it would do now, or why it may not be given.
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal>;
}

/// Whether the person's roles allow the command at all, and if not who could.
pub fn permitted<C: Command>(person: Option<&Person>) -> Result<(), Refusal> {
    match person {
        None => refuse("Sign in first."),
        Some(person) if person.has(C::ROLE) => Ok(()),
        Some(_) => refuse(format!("Only {} can do this.", C::ROLE.with_article())),
    }
}

/// Permission and rule in one: what a button shows.
pub fn verdict<C: Rule>(
    command: &C,
    snapshot: &Snapshot,
    person: Option<&Person>,
) -> Result<Consequence, Refusal> {
    permitted::<C>(person)?;
    command.judge(snapshot)
}

impl Rule for VoteOnGate {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let pipeline = read(snapshot)?;
        present(pipeline, &self.release)?;
        let Some(step) = pipeline.step(&self.stage, &self.action) else {
            return refuse("The pipeline no longer has this gate. Reload the page.");
        };
        let Some(gate) = &step.gate else { return refuse(format!("{} is not a gate.", step.title)) };
        match step.status {
            StepStatus::Waiting => {}
            StepStatus::Todo | StepStatus::Running => {
                return refuse(format!("{} is not open yet.", step.title));
            }
            StepStatus::Expired => return refuse("The window has closed without a decision."),
            _ => return refuse("This gate was already answered."),
        }
        if gate.request.as_deref() != Some(self.request.as_str()) {
            return refuse("This is another request than the one you saw. Look again before you decide.");
        }
        limit(&self.comment, COMMENT_LIMIT, "comment")?;
        if self.choice == Choice::Reject && self.comment.trim().is_empty() {
            return invalid("Say why: a rejection needs a comment.");
        }
        if self.choice == Choice::Approve && gate.kind == GateKind::ApproveSwap {
            ready(snapshot)?;
        }
        Ok(vote_consequence(snapshot, gate.kind, self.choice))
    }
}

impl Rule for StartPipeline {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let pipeline = read(snapshot)?;
        if snapshot.tasks().is_some_and(|tasks| tasks.desired_count == 0) {
            return refuse("The desired count is 0: green would have no tasks. Raise it first.");
        }
        Ok(match &pipeline.release {
            Some(release) if !release.status.is_ended() => {
                "The newest commit is built and waits for the present release to end.".to_owned()
            }
            _ => "The newest commit is built and stands up as green beside production.".to_owned(),
        })
    }
}

impl Rule for StopPipeline {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let pipeline = read(snapshot)?;
        let release = present(pipeline, &self.release)?;
        if release.status.is_ended() {
            return refuse("This release has already ended.");
        }
        limit(&self.reason, REASON_LIMIT, "reason")?;
        Ok(if self.abandon {
            "The release ends at once. Production and green stay as they are; a running state machine goes on."
        } else {
            "The release ends after the step that is running. A gate that is open still waits for its answer."
        }
        .to_owned())
    }
}

impl Rule for RetryStep {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let pipeline = read(snapshot)?;
        present(pipeline, &self.release)?;
        let Some(step) = pipeline.step(&self.stage, &self.action) else {
            return refuse("The pipeline no longer has this step. Reload the page.");
        };
        if !step.status.is_unsuccessful() {
            return refuse(format!("{} has not failed.", step.title));
        }
        if pipeline.steps.iter().any(|other| other.stage == step.stage && other.status == StepStatus::Running)
        {
            return refuse("Another step of this stage is still running.");
        }
        Ok(if step.gate.is_some() {
            format!("{} opens again, with a new window.", step.title)
        } else {
            format!("{} runs again from its beginning, with the same input.", step.title)
        })
    }
}

impl Rule for SetDesiredCount {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let Some(tasks) = snapshot.tasks() else { return refuse("The service was not read yet.") };
        if self.to > DESIRED_COUNT_LIMIT {
            return invalid(format!("At most {DESIRED_COUNT_LIMIT} tasks."));
        }
        if tasks.desired_count != self.from {
            return refuse(format!("The desired count is {} by now. Look again.", tasks.desired_count));
        }
        if self.to == self.from {
            return refuse(format!("The desired count is already {}.", self.to));
        }
        if self.to == 0 && tasks.primary().is_some() {
            return Ok("Every task stops: production answers 503.".to_owned());
        }
        let colours = tasks.present_sets().count();
        Ok(match colours {
            0 => format!("A release will run {} tasks.", self.to),
            1 => format!("Production runs {} tasks instead of {}.", self.to, self.from),
            _ => format!("Blue and green each run {} tasks instead of {}.", self.to, self.from),
        })
    }
}

impl Rule for StartExecution {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let machine = machine(snapshot, &self.machine)?;
        if self.input.len() > INPUT_LIMIT {
            return invalid("The input is larger than 256 KiB.");
        }
        if let Some(problem) = &machine.problem {
            return refuse(problem.clone());
        }
        if let Some(other) = busy(snapshot) {
            return refuse(format!(
                "{other} is running and changes the same things. Wait, or stop it first."
            ));
        }
        Ok(machine_consequence(snapshot, machine))
    }
}

impl Rule for StopExecution {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let machine = machine(snapshot, &self.machine)?;
        let Some(execution) = machine.executions.iter().find(|it| it.arn == self.execution_arn) else {
            return refuse("This execution is not among the latest ones.");
        };
        if execution.status != ExecutionStatus::Running {
            return refuse("This execution has already ended.");
        }
        limit(&self.reason, REASON_LIMIT, "reason")?;
        Ok(format!("{} stops where it is. What it has changed so far stays.", machine.name))
    }
}

impl Rule for AbandonGreen {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        roll_back(snapshot, &self.release)?;
        limit(&self.reason, REASON_LIMIT, "reason")?;
        match phase(snapshot) {
            Phase::NoGreen => refuse("There is no green to abandon."),
            Phase::Swapped => refuse("Production already serves green. Swap back instead."),
            Phase::Testing => {
                Ok("The test port closes and green’s tasks stop. Production does not change.".to_owned())
            }
        }
    }
}

impl Rule for SwapBack {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        roll_back(snapshot, &self.release)?;
        limit(&self.reason, REASON_LIMIT, "reason")?;
        match phase(snapshot) {
            Phase::NoGreen => refuse("There is nothing to swap back: no release is under way."),
            Phase::Testing => refuse("Production still serves blue. Abandon green instead."),
            Phase::Swapped => {
                let blue = coloured(snapshot).into_iter().find(|it| it.colour == Colour::Blue);
                let Some(blue) = blue else { return refuse("There is no blue to go back to.") };
                let commit =
                    blue.set.commit.as_deref().map(|id| format!(", {}", short(id))).unwrap_or_default();
                Ok(format!("Production will send 100% to blue{commit} again. Green’s tasks stop."))
            }
        }
    }
}

/// The roll-back machine serves both ways back, and neither while something else is at work.
fn roll_back(snapshot: &Snapshot, release: &str) -> Result<(), Refusal> {
    present(read(snapshot)?, release)?;
    let Some(machine) = snapshot.machines().iter().find(|machine| machine.kind == MachineKind::RollBack)
    else {
        return refuse("This service has no roll-back state machine.");
    };
    if let Some(problem) = &machine.problem {
        return refuse(problem.clone());
    }
    match busy(snapshot) {
        Some(other) => refuse(format!("{other} is running. Wait for it, or stop it first.")),
        None => Ok(()),
    }
}

/// Green may be swapped in: steady, and every target healthy.
pub fn ready(snapshot: &Snapshot) -> Result<(), Refusal> {
    let sets = coloured(snapshot);
    let Some(green) = sets.iter().find(|it| it.colour == Colour::Green) else {
        return refuse("There is no green to swap in.");
    };
    if !green.set.is_steady {
        return refuse("Green is not steady.");
    }
    let Some(group) = green.group else { return refuse("The health of green’s targets is not known.") };
    match (group.healthy(), group.present()) {
        (_, 0) => refuse("Green has no targets."),
        (healthy, present) if healthy < present => {
            refuse(format!("Green has {healthy} of {present} targets healthy."))
        }
        _ => Ok(()),
    }
}

fn vote_consequence(snapshot: &Snapshot, gate: GateKind, choice: Choice) -> Consequence {
    let port = snapshot.traffic().map_or(String::new(), |traffic| format!(" :{}", traffic.production.port));
    let commit = |colour| {
        let sets = coloured(snapshot);
        let set = sets.iter().find(|it| it.colour == colour);
        set.and_then(|it| it.set.commit.as_deref()).map(|id| format!(", {}", short(id))).unwrap_or_default()
    };
    match (gate, choice) {
        (GateKind::ApproveSwap, Choice::Approve) => {
            format!("Production{port} will send 100% to green{}. Blue stays warm.", commit(Colour::Green))
        }
        (GateKind::ApproveSwap, Choice::Reject) => {
            "The release ends here. Production does not change; green stays until it is abandoned.".to_owned()
        }
        (GateKind::ApproveCleanUp, Choice::Approve) => {
            format!("Blue’s tasks stop{} and the test port closes. There is no way back to blue.", commit(Colour::Blue))
        }
        (GateKind::ApproveCleanUp, Choice::Reject) => {
            "The release ends here. Production keeps serving green; blue stays until it is swapped back or cleaned up."
                .to_owned()
        }
        (GateKind::Other, Choice::Approve) => "The release goes on with its next step.".to_owned(),
        (GateKind::Other, Choice::Reject) => "The release ends here.".to_owned(),
    }
}

fn machine_consequence(snapshot: &Snapshot, machine: &Machine) -> Consequence {
    match machine.kind {
        MachineKind::DeployGreen => "A green is stood up beside production, outside the pipeline.".to_owned(),
        MachineKind::Swap => vote_consequence(snapshot, GateKind::ApproveSwap, Choice::Approve),
        MachineKind::CleanUp => vote_consequence(snapshot, GateKind::ApproveCleanUp, Choice::Approve),
        MachineKind::RollBack => {
            "Production goes back to blue if it serves green, and green’s tasks stop.".to_owned()
        }
        MachineKind::Other => format!("{} starts with this input.", machine.name),
    }
}

/// The machine that is at work now, if one is.
pub fn busy(snapshot: &Snapshot) -> Option<&str> {
    snapshot
        .machines()
        .iter()
        .find(|machine| machine.running().is_some())
        .map(|machine| machine.name.as_str())
}

fn read(snapshot: &Snapshot) -> Result<&Pipeline, Refusal> {
    snapshot
        .pipeline()
        .ok_or(Refusal { reason: "The pipeline was not read yet.".to_owned(), is_field: false })
}

fn present<'a>(pipeline: &'a Pipeline, release: &str) -> Result<&'a Release, Refusal> {
    match &pipeline.release {
        Some(present) if present.id == release => Ok(present),
        Some(_) => refuse("Another release is on the rail by now. Look again."),
        None => refuse("There is no release."),
    }
}

fn machine<'a>(snapshot: &'a Snapshot, name: &str) -> Result<&'a Machine, Refusal> {
    let machine = snapshot.machines().iter().find(|machine| machine.name == name);
    machine.ok_or(Refusal { reason: format!("This service has no state machine {name}."), is_field: false })
}

fn limit(text: &str, limit: usize, what: &str) -> Result<(), Refusal> {
    let length = text.chars().count();
    if length > limit { invalid(format!("The {what} has {length} characters; {limit} fit.")) } else { Ok(()) }
}

/// The roles that may give a command, for a table of who may do what.
pub fn needed<C: Command>() -> Role {
    C::ROLE
}
