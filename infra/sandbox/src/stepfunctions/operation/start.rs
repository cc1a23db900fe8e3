//! Starting executions.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    complaint::complaint,
    machine,
    request::{self, Request},
};
use crate::{
    error::AwsError,
    stepfunctions::{
        Due, Event,
        execution::{Branch, Execution, Run, Status},
        history::{Note, seconds},
        limit::{MAX_DATA, MAX_DEPTH, is_shallow},
        publish,
        turn::{Turn, branch_key},
    },
    world::World,
};

/// Executions that may be open at one time. AWS allows a million.
const MAX_OPEN: usize = 2000;
/// How long after its start an execution enters its first state.
const LATENCY: SignedDuration = SignedDuration::from_millis(15);

pub(super) fn start(world: &mut World, request: Request<'_>) -> Result<Value, AwsError> {
    let machine = machine::find_active(world, request.text("stateMachineArn")?)?.clone();
    let input = request.maybe_text("input")?.unwrap_or("{}");
    let data = data(input)?;
    let name = match request.maybe_text("name")? {
        Some(name) => request::name(name)?.to_owned(),
        None => world.ids.uuid(),
    };
    let arn = format!("{}:{name}", machine.arn.replacen(":stateMachine:", ":execution:", 1));
    if let Some(existing) = world.stepfunctions.executions.get(&arn) {
        if existing.is_kept(world.now()) {
            return again(existing, input);
        }
        world.stepfunctions.forget(&arn);
    }
    check_open(world)?;
    let plan = world.stepfunctions.plan(&machine.revision);
    let plan = plan.ok_or_else(|| AwsError::internal("the machine's definition cannot be read"))?;
    let role = world.stepfunctions.revisions.get(&machine.revision).map(|revision| revision.role.clone());
    let started = world.now();
    let execution = Execution {
        arn: arn.clone(),
        name,
        machine: machine.arn,
        revision: machine.revision,
        role: role.unwrap_or_default(),
        input: input.to_owned(),
        status: Status::Running,
        output: None,
        error: None,
        cause: None,
        started,
        stopped: None,
        redrives: 0,
        redriven: None,
        number: world.stepfunctions.next_number(),
        waiters: Vec::new(),
        redrive_tokens: Vec::new(),
    };
    let note = Note::execution_started(input, &execution.role);
    world.stepfunctions.executions.insert(arn.clone(), execution);
    world.stepfunctions.count_open(1);
    world.stepfunctions.runs.insert(arn.clone(), Run { next_branch: 1, ..Run::default() });
    let branch = Branch {
        state: plan.block.start_at.clone(),
        input: data,
        raw: Some(input.to_owned()),
        ..Branch::default()
    };
    world.stepfunctions.branches.insert(branch_key(&arn, 0), branch);
    begin(world, &arn, note, plan.timeout);
    publish::execution(world, &arn);
    Ok(json!({"executionArn": arn, "startDate": seconds(started)}))
}

/// A machine that starts itself again and again comes to an end here.
fn check_open(world: &mut World) -> Result<(), AwsError> {
    if world.stepfunctions.open() < MAX_OPEN {
        return Ok(());
    }
    let message = format!("The limit of {MAX_OPEN} open executions in the sandbox has been reached");
    Err(AwsError::new("ExecutionLimitExceeded", message))
}

/// Writes the first event, and sets the timers.
fn begin(world: &mut World, arn: &str, note: Note, timeout: Option<i64>) {
    let Some(mut turn) = Turn::open(world, arn) else { return };
    turn.note(0, note);
    turn.after(0, LATENCY, Due::Start);
    if let Some(timeout) = timeout {
        turn.set_deadline(SignedDuration::from_secs(timeout));
    }
}

impl Turn<'_> {
    /// Lets the machine's own timeout fall due.
    pub(crate) fn set_deadline(&mut self, after: SignedDuration) {
        let event = Event::Deadline { execution: self.arn.clone() };
        let timer = self.world.after(after, crate::Event::StepFunctions(event));
        if let Some(run) = self.run_mut() {
            run.deadline = Some(timer);
        }
    }
}

/// The input as JSON.
fn data(input: &str) -> Result<Value, AwsError> {
    let invalid = |reason: String| {
        AwsError::new("InvalidExecutionInput", format!("Invalid State Machine Execution Input: '{reason}'"))
    };
    if input.len() > MAX_DATA {
        return Err(invalid(format!("The input must not be larger than {MAX_DATA} bytes")));
    }
    let data: Value = serde_json::from_str(input)
        .map_err(|error| invalid(complaint(input).unwrap_or_else(|| error.to_string())))?;
    if !is_shallow(&data, MAX_DEPTH) {
        return Err(invalid(format!("The input must not be nested deeper than {MAX_DEPTH} levels")));
    }
    Ok(data)
}

/// Starting a running execution again with the same input is one start.
fn again(existing: &Execution, input: &str) -> Result<Value, AwsError> {
    if existing.status == Status::Running && existing.input == input {
        return Ok(json!({"executionArn": existing.arn, "startDate": seconds(existing.started)}));
    }
    let message = format!("Execution Already Exists: '{}'", existing.arn);
    Err(AwsError::new("ExecutionAlreadyExists", message))
}

pub(super) fn refuse_sync(world: &World, request: Request<'_>) -> Result<Value, AwsError> {
    machine::find(world, request.text("stateMachineArn")?)?;
    Err(AwsError::new(
        "StateMachineTypeNotSupported",
        "This operation is not supported by this type of state machine",
    ))
}
