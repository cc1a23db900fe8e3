//! The operations of Step Functions, by name.

mod control;
mod history;
mod listing;
mod machine;
mod request;
mod start;
mod tag;

use serde_json::Value;
use viridian_aws_wire::AwsError;

use self::request::Request;
use crate::world::{Caller, World};

pub(super) fn call(
    world: &mut World,
    _caller: &Caller,
    operation: &str,
    input: &Value,
) -> Result<Value, AwsError> {
    let request = Request::new(input);
    match operation {
        "CreateStateMachine" => machine::create(world, request),
        "UpdateStateMachine" => machine::update(world, request),
        "DeleteStateMachine" => machine::delete(world, request),
        "DescribeStateMachine" => machine::describe(world, request),
        "DescribeStateMachineForExecution" => machine::describe_for_execution(world, request),
        "ValidateStateMachineDefinition" => machine::validate(request),
        "ListStateMachines" => listing::machines(world, request),
        "ListExecutions" => listing::executions(world, request),
        "StartExecution" => start::start(world, request),
        "StartSyncExecution" => start::refuse_sync(world, request),
        "StopExecution" => control::stop(world, request),
        "RedriveExecution" => control::redrive(world, request),
        "DescribeExecution" => control::describe(world, request),
        "GetExecutionHistory" => history::get(world, request),
        "TagResource" => tag::add(world, request),
        "UntagResource" => tag::remove(world, request),
        "ListTagsForResource" => tag::list(world, request),
        _ => Err(AwsError::not_implemented("states", operation)),
    }
}
