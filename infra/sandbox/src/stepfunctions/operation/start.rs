//! Starting executions.

use serde_json::{Value, json};
use viridian_asl::{Execution, Status, read_input, seconds};
use viridian_aws_wire::AwsError;

use super::{
    machine,
    request::{self, Request},
};
use crate::world::World;

/// Executions that may be open at one time. AWS allows a million.
const MAX_OPEN: usize = 2000;

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
    if world.stepfunctions.plan(&machine.revision).is_none() {
        return Err(AwsError::internal("the machine's definition cannot be read"));
    }
    let role = world.stepfunctions.revisions.get(&machine.revision).map(|revision| revision.role.clone());
    let started = world.now();
    let execution = Execution {
        revision: machine.revision,
        number: world.stepfunctions.next_number(),
        ..Execution::new(&arn, &machine.arn, &role.unwrap_or_default(), input, started)
    };
    viridian_asl::start(world, execution, data);
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

/// The input as JSON.
fn data(input: &str) -> Result<Value, AwsError> {
    read_input(input).map_err(|reason| {
        AwsError::new("InvalidExecutionInput", format!("Invalid State Machine Execution Input: '{reason}'"))
    })
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
