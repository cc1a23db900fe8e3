//! The door: every call is held against the API's own model before any service sees it.
//!
//! What AWS's front does for all services alike is done here for all alike: a member of another type, one that
//! breaks a constraint, or a required one that is missing is refused in AWS's words. Members that the model does
//! not know are dropped, as AWS ignores them, and so are those that are null. The facts stand in `models/`.

mod check;
mod form;
mod model;
mod pattern;
mod refusal;
mod task;

use serde_json::Value;
use viridian_aws_wire::AwsError;

pub(crate) use form::{of_task, of_template, typed};
pub(crate) use task::{Stage, missing, unknown};

/// Holds an input against the model of its operation and gives what its service is to see of it. An operation
/// that is in no model passes as it is: whoever dispatches it knows none either.
pub(crate) fn admit(service: &str, operation: &str, input: Value) -> Result<Value, AwsError> {
    let Some(model) = model::of(service) else { return Ok(input) };
    let Some(shape) = model.input(operation) else { return Ok(input) };
    let mut check = check::Check::of(model);
    let admitted = check.structure(shape, input, "").map_err(|misfit| refusal::misfit(service, &misfit))?;
    if check.broken.is_empty() {
        Ok(admitted)
    } else {
        Err(refusal::broken(service, operation, &check.broken))
    }
}

/// Whether what an operation takes is known.
pub(crate) fn has_model(service: &str, operation: &str) -> bool {
    model::of(service).is_some_and(|model| model.input(operation).is_some())
}

#[cfg(test)]
mod tests;
