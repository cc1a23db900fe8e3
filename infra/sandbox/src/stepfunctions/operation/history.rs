//! The history of an execution, page by page, from either end.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{
    control,
    request::{Request, members, token},
};
use crate::{stepfunctions::host::event_key, world::World};

pub(super) fn get(world: &World, request: Request<'_>) -> Result<Value, AwsError> {
    let execution = control::find(world, request.text("executionArn")?)?;
    let (size, start) = (request.page_size(100)?, request.page_start(1024)?);
    let with_data = request.flag("includeExecutionData").unwrap_or(true);
    let last = world.stepfunctions.runs.get(&execution.arn).map_or(0, |run| run.last_event);
    let size_in_ids = u64::try_from(size).unwrap_or(u64::MAX);
    let reverse = request.flag("reverseOrder").unwrap_or(false);
    let (from, to, next) = if reverse {
        let to = start.unwrap_or(last).min(last);
        let from = to.saturating_sub(size_in_ids.saturating_sub(1)).max(1);
        (from, to, (from > 1).then(|| from - 1))
    } else {
        let from = start.unwrap_or(1).max(1);
        let to = from.saturating_add(size_in_ids.saturating_sub(1)).min(last);
        (from, to, (to < last).then(|| to + 1))
    };
    let keys = (event_key(&execution.arn, from), event_key(&execution.arn, to.saturating_add(1)));
    let events = world.stepfunctions.events.range(&keys.0, &keys.1).map(|(_, entry)| entry.wire(with_data));
    let mut events: Vec<Value> = if from > to { Vec::new() } else { events.collect() };
    if reverse {
        events.reverse();
    }
    Ok(members([("events", Some(json!(events))), ("nextToken", next.map(token))]))
}
