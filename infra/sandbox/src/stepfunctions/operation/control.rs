//! Describing, stopping and redriving executions.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use viridian_asl::{Execution, MAX_EVENTS, Status, seconds};
use viridian_aws_wire::AwsError;

use super::request::{self, Request, members};
use crate::world::World;

/// How long after its end an execution can be redriven.
const REDRIVABLE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// How long an execution may take with all of its redrives.
const LONGEST: SignedDuration = SignedDuration::from_hours(365 * 24);
/// How long a client token stands for the redrive that it came with, and how many are remembered.
const SAME_TOKEN: SignedDuration = SignedDuration::from_mins(15);
const TOKENS: usize = 10;

/// The execution that an ARN names.
pub(super) fn find<'a>(world: &'a World, arn: &str) -> Result<&'a Execution, AwsError> {
    request::arn(arn, "execution:")?;
    world
        .stepfunctions
        .executions
        .get(arn)
        .filter(|execution| execution.is_kept(world.now()))
        .ok_or_else(|| AwsError::new("ExecutionDoesNotExist", format!("Execution Does Not Exist: '{arn}'")))
}

pub(super) fn describe(world: &World, request: Request<'_>) -> Result<Value, AwsError> {
    let execution = find(world, request.text("executionArn")?)?;
    let with_data = request.maybe_text("includedData")? != Some("METADATA_ONLY");
    let data = |value: Value| Some(value).filter(|_| with_data);
    let reason = not_redrivable(world, execution);
    let status = if reason.is_some() { "NOT_REDRIVABLE" } else { "REDRIVABLE" };
    let output = execution.output.as_ref();
    Ok(members([
        ("executionArn", Some(json!(execution.arn))),
        ("stateMachineArn", Some(json!(execution.machine))),
        ("name", Some(json!(execution.name))),
        ("status", Some(json!(execution.status.name()))),
        ("startDate", Some(seconds(execution.started))),
        ("stopDate", execution.stopped.map(seconds)),
        ("input", data(json!(execution.input))),
        ("inputDetails", Some(json!({"included": with_data}))),
        ("output", output.and_then(|output| data(json!(output)))),
        ("outputDetails", output.map(|_| json!({"included": with_data}))),
        ("error", execution.error.as_ref().map(|error| json!(error))),
        ("cause", execution.cause.as_ref().map(|cause| json!(cause))),
        ("redriveCount", Some(json!(execution.redrives))),
        ("redriveDate", execution.redriven.map(seconds)),
        ("redriveStatus", Some(json!(status))),
        ("redriveStatusReason", reason.map(|reason| json!(reason))),
    ]))
}

/// Why an execution cannot be redriven, if it cannot.
fn not_redrivable(world: &World, execution: &Execution) -> Option<&'static str> {
    match execution.status {
        Status::Running => Some("Execution is RUNNING and cannot be redriven"),
        Status::Succeeded => Some("Execution is SUCCEEDED and cannot be redriven"),
        Status::Failed | Status::TimedOut | Status::Aborted => {
            let run = world.stepfunctions.runs.get(&execution.arn);
            let age = |moment| world.now().duration_since(moment);
            let old = execution.stopped.is_some_and(|stopped| age(stopped) > REDRIVABLE);
            if age(execution.started) > LONGEST {
                Some("Execution has exceeded the maximum execution time of 1 year")
            } else if old {
                Some("Execution has exceeded the redrivable period of 14 days")
            } else if run.is_none_or(|run| run.last_event + 1 >= MAX_EVENTS) {
                Some("Execution has reached the maximum number of history events and cannot be redriven")
            } else {
                None
            }
        }
    }
}

pub(super) fn stop(world: &mut World, request: Request<'_>) -> Result<Value, AwsError> {
    let arn = request.text("executionArn")?;
    let error = request.short_text("error", 256)?.map(ToOwned::to_owned);
    let cause = request.short_text("cause", 32_768)?.map(ToOwned::to_owned);
    let execution = find(world, arn)?;
    // Stopping what has ended is no error; it answers when it ended.
    if execution.status == Status::Running {
        viridian_asl::abort(world, arn, error, cause);
    }
    let stopped = find(world, arn)?.stopped.unwrap_or_else(|| world.now());
    Ok(json!({"stopDate": seconds(stopped)}))
}

pub(super) fn redrive(world: &mut World, request: Request<'_>) -> Result<Value, AwsError> {
    let arn = request.text("executionArn")?;
    let token = request.short_text("clientToken", 64)?.map(ToOwned::to_owned);
    let now = world.now();
    let execution = find(world, arn)?;
    let is_same = |(known, at): &&(String, Timestamp)| {
        Some(known) == token.as_ref() && now.duration_since(*at) <= SAME_TOKEN
    };
    if let Some((_, at)) = execution.redrive_tokens.iter().find(is_same) {
        return Ok(json!({"redriveDate": seconds(*at)}));
    }
    if let Some(reason) = not_redrivable(world, execution) {
        return Err(AwsError::new("ExecutionNotRedrivable", reason));
    }
    if let (Some(token), Some(execution)) = (token, world.stepfunctions.executions.get_mut(arn)) {
        execution.redrive_tokens.push((token, now));
        let excess = execution.redrive_tokens.len().saturating_sub(TOKENS);
        execution.redrive_tokens.drain(..excess);
    }
    viridian_asl::redrive(world, arn);
    Ok(json!({"redriveDate": seconds(now)}))
}
