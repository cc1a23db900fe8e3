//! EventBridge: the default bus, its rules, and the delivery of what the other services say.
//!
//! A service tells what happened with [`publish`]; every rule whose pattern fits hands the event to its targets in
//! the same moment, so the order of events is that of the world. AWS delivers at least once and usually within
//! a second.

mod deliver;
mod pattern;
mod rule;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};
use viridian_aws_wire::{AwsError, Input};

pub use crate::records::eventbridge::EventBridge;
use crate::records::eventbridge::Rule;
use crate::signal::Entry;
use crate::world::{Caller, World};

/// Hands an event to the targets of every rule that it fits.
pub(crate) fn publish(world: &mut World, entry: Entry) {
    if world.eventbridge.rules.is_empty() {
        return;
    }
    let (time, place) = (world.now(), world.place.clone());
    let event = json!({
        "version": "0",
        "id": "",
        "detail-type": entry.kind,
        "source": entry.source,
        "account": place.account,
        // Whole seconds, as AWS writes it.
        "time": format!("{time:.0}"),
        "region": place.region,
        "resources": entry.resources,
        "detail": viridian_aws_wire::read::without_nulls(entry.detail),
    });
    deliver::event(world, event);
}

pub(crate) fn call(
    world: &mut World,
    _caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    let input = Input::new(&input, "ValidationException");
    if input.text_or_none("EventBusName").is_some_and(|name| name != "default") {
        return Err(AwsError::new("ResourceNotFoundException", "The sandbox has the bus `default` only."));
    }
    match operation {
        "PutRule" => rule::put(world, input),
        "DeleteRule" => rule::delete(world, input),
        "DescribeRule" => rule::describe(world, input),
        "ListRules" => Ok(rule::list(world, input)),
        "EnableRule" => rule::enable(world, input, true),
        "DisableRule" => rule::enable(world, input, false),
        "PutTargets" => rule::put_targets(world, input),
        "RemoveTargets" => rule::remove_targets(world, input),
        "ListTargetsByRule" => rule::list_targets(world, input),
        "PutEvents" => deliver::put_events(world, input),
        "TestEventPattern" => rule::test_pattern(input),
        _ => Err(AwsError::not_implemented("events", operation)),
    }
}
