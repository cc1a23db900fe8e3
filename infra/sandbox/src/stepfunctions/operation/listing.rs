//! Listings of machines and executions, page by page.

use serde_json::{Value, json};
use viridian_asl::{Execution, seconds};
use viridian_aws_wire::AwsError;

use super::{
    machine,
    request::{Request, members, token},
};
use crate::world::World;

/// In the order in which AWS lists them.
const STATUSES: [&str; 6] = ["SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"];

pub(super) fn machines(world: &World, request: Request<'_>) -> Result<Value, AwsError> {
    let (size, start) = (request.page_size(100)?, request.page_start(1024)?.unwrap_or_default());
    let skipped = usize::try_from(start).unwrap_or(usize::MAX);
    let page: Vec<Value> = world
        .stepfunctions
        .machines
        .values()
        .skip(skipped)
        .take(size)
        .map(|machine| {
            json!({
                "stateMachineArn": machine.arn,
                "name": machine.name,
                "type": "STANDARD",
                "creationDate": seconds(machine.created),
            })
        })
        .collect();
    let end = skipped.saturating_add(page.len());
    let next =
        (end < world.stepfunctions.machines.len()).then(|| token(u64::try_from(end).unwrap_or(u64::MAX)));
    Ok(members([("stateMachines", Some(json!(page))), ("nextToken", next)]))
}

/// Executions of a machine, the newest first. A token holds the number of the last one given, so that new
/// executions do not shift the pages.
pub(super) fn executions(world: &World, request: Request<'_>) -> Result<Value, AwsError> {
    if request.has("mapRunArn") {
        return Err(AwsError::not_implemented("states", "ListExecutions of a map run"));
    }
    let machine = machine::find(world, request.text("stateMachineArn")?)?;
    let status = request.one_of("statusFilter", &STATUSES)?;
    let redriven = request.one_of("redriveFilter", &["REDRIVEN", "NOT_REDRIVEN"])?;
    let (size, before) = (request.page_size(100)?, request.page_start(3096)?.unwrap_or(u64::MAX));
    let prefix = machine.arn.replacen(":stateMachine:", ":execution:", 1);
    let (from, to) = (format!("{prefix}:"), format!("{prefix};"));
    let mut found: Vec<&Execution> = world
        .stepfunctions
        .executions
        .range(&from, &to)
        .map(|(_, execution)| execution)
        .filter(|execution| execution.is_kept(world.now()))
        .filter(|execution| execution.number < before)
        .filter(|execution| redriven.is_none_or(|word| (word == "REDRIVEN") == (execution.redrives > 0)))
        .filter(|execution| status.is_none_or(|status| execution.status.name() == status))
        .collect();
    found.sort_by_key(|execution| std::cmp::Reverse(execution.number));
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|last| token(last.number));
    let page: Vec<Value> = found.into_iter().map(item).collect();
    Ok(members([("executions", Some(json!(page))), ("nextToken", next)]))
}

fn item(execution: &Execution) -> Value {
    members([
        ("executionArn", Some(json!(execution.arn))),
        ("stateMachineArn", Some(json!(execution.machine))),
        ("name", Some(json!(execution.name))),
        ("status", Some(json!(execution.status.name()))),
        ("startDate", Some(seconds(execution.started))),
        ("stopDate", execution.stopped.map(seconds)),
        ("redriveCount", Some(json!(execution.redrives))),
        ("redriveDate", execution.redriven.map(seconds)),
    ])
}
