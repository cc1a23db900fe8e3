//! Service events: the last hundred sentences about a service, in AWS's wording.

use serde_json::{Value, json};
use viridian_aws_wire::read::seconds;

use super::{service::Service, task_set::TaskSet};
pub(super) use crate::records::ecs::Entry;
use crate::world::World;

/// How many events a description shows.
const SHOWN: u64 = 100;

/// Adds a sentence about a service: `(service NAME) …`.
pub(super) fn of_service(world: &mut World, service: &str, what: &str) {
    let Some(record) = world.ecs.services.get_mut(service) else { return };
    record.events += 1;
    let (number, name) = (record.events, record.name.clone());
    let entry = Entry { id: world.ids.uuid(), at: world.now(), message: format!("(service {name}{what}") };
    world.ecs.events.insert(key(service, number), entry);
    if number > SHOWN {
        world.ecs.events.remove(&key(service, number - SHOWN));
    }
}

/// Adds a sentence about a task set: `(service NAME, taskSet ID) …`.
pub(super) fn of_set(world: &mut World, set: &TaskSet, what: &str) {
    of_service(world, &set.service, &format!(", taskSet {}) {what}", set.id));
}

/// The events of a service, the newest first.
pub(super) fn show(world: &World, service: &Service) -> Vec<Value> {
    let entries = world.ecs.events.range(&format!("{}/", service.arn), &format!("{}0", service.arn));
    entries
        .rev()
        .map(|(_, entry)| json!({ "id": entry.id, "createdAt": seconds(entry.at), "message": entry.message }))
        .collect()
}

/// Lets go of a service's events.
pub(super) fn clear(world: &mut World, service: &str) {
    let keys = world.ecs.events.range(&format!("{service}/"), &format!("{service}0"));
    let keys: Vec<String> = keys.map(|(key, _)| key.to_owned()).collect();
    for key in keys {
        world.ecs.events.remove(&key);
    }
}

fn key(service: &str, number: u64) -> String {
    format!("{service}/{number:08}")
}
