//! Task definitions: families and their revisions.

use serde_json::{Value, json};
use viridian_aws_wire::{
    AwsError,
    read::{self, Input, seconds},
};

use super::tags;
pub(super) use crate::records::ecs::Definition;
use crate::{
    arn,
    world::{Caller, World},
};

/// Members of a registration that a description repeats.
const REPEATED: &[&str] = &[
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "cpu",
    "memory",
    "runtimePlatform",
    "pidMode",
    "ipcMode",
    "proxyConfiguration",
    "ephemeralStorage",
    "requiresCompatibilities",
];

impl Definition {
    pub(super) fn has_container(&self, name: &str) -> bool {
        self.containers.iter().any(|container| container["name"] == name)
    }

    pub(super) fn setting(&self, name: &str) -> Option<&Value> {
        self.settings.get(name)
    }

    fn show(&self) -> Value {
        let mut shown = json!({
            "taskDefinitionArn": self.arn,
            "family": self.family,
            "revision": self.revision,
            "status": if self.active { "ACTIVE" } else { "INACTIVE" },
            "containerDefinitions": self.containers,
            "volumes": [],
            "placementConstraints": [],
            "compatibilities": ["EC2", "FARGATE"],
            "registeredAt": seconds(self.registered),
            "registeredBy": self.by,
        });
        if let Some(members) = shown.as_object_mut() {
            members.extend(self.settings.clone());
        }
        shown
    }
}

/// The key in the table, so that the revisions of a family lie in order.
fn key(family: &str, revision: u32) -> String {
    format!("{family}:{revision:08}")
}

pub(super) fn register(world: &mut World, caller: &Caller, input: Input<'_>) -> Result<Value, AwsError> {
    let client = |message: &str| AwsError::new("ClientException", message);
    let family =
        input.text_or_none("family").ok_or_else(|| client("Family should not be empty."))?.to_owned();
    if !family.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')) {
        return Err(client("Family contains invalid characters."));
    }
    let containers = input.list("containerDefinitions");
    if containers.is_empty() {
        return Err(client("Container list cannot be empty."));
    }
    let mut shown = Vec::new();
    for container in containers {
        shown.push(
            complete(container)
                .ok_or_else(|| client("Container.image and Container.name should not be null or empty."))?,
        );
    }
    fits_fargate(input).map_err(client)?;
    let last = world.ecs.definitions.range(&format!("{family}:"), &format!("{family};")).next_back();
    let revision = last.map_or(1, |(_, definition)| definition.revision + 1);
    let arn = world.place.arn("ecs", &format!("task-definition/{family}:{revision}"));
    let settings =
        REPEATED.iter().filter_map(|name| Some(((*name).to_owned(), input.maybe(name)?.clone()))).collect();
    let definition = Definition {
        arn: arn.clone(),
        family: family.clone(),
        revision,
        active: true,
        registered: world.now(),
        by: caller.arn.clone(),
        settings,
        containers: shown,
    };
    let answer = json!({ "taskDefinition": definition.show() });
    world.ecs.definitions.insert(key(&family, revision), definition);
    tags::set(world, &arn, input);
    Ok(answer)
}

/// What a definition for Fargate has to say for all of its containers.
fn fits_fargate(input: Input<'_>) -> Result<(), &'static str> {
    if !input.texts("requiresCompatibilities").contains(&"FARGATE") {
        return Ok(());
    }
    if input.text_or_none("networkMode") != Some("awsvpc") {
        return Err("Fargate only supports network mode ‘awsvpc’.");
    }
    match (input.maybe("cpu"), input.maybe("memory")) {
        (None, _) => Err("Fargate requires that 'cpu' be defined at the task level."),
        (_, None) => Err("Fargate requires that 'memory' be defined at the task level."),
        _ => Ok(()),
    }
}

/// A container definition with the members that AWS fills in.
fn complete(container: &Value) -> Option<Value> {
    let mut shown = container.as_object()?.clone();
    shown.get("name")?.as_str().filter(|name| !name.is_empty())?;
    shown.get("image")?.as_str().filter(|image| !image.is_empty())?;
    let empty: [(&str, Value); 6] = [
        ("cpu", json!(0)),
        ("essential", json!(true)),
        ("environment", json!([])),
        ("portMappings", json!([])),
        ("mountPoints", json!([])),
        ("volumesFrom", json!([])),
    ];
    for (name, value) in empty {
        shown.entry(name).or_insert(value);
    }
    Some(Value::Object(shown))
}

pub(super) fn describe(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let missing = || AwsError::new("ClientException", "Unable to describe task definition.");
    let definition = find(world, input.text("taskDefinition")?).ok_or_else(missing)?;
    let mut answer = json!({ "taskDefinition": definition.show(), "tags": [] });
    tags::include(world, input, &mut answer, &definition.arn);
    Ok(answer)
}

pub(super) fn deregister(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let name = input.text("taskDefinition")?;
    let missing = || AwsError::new("ClientException", "The specified task definition does not exist.");
    let found = find(world, name)
        .filter(|_| arn::short_name(name) != name || name.contains(':'))
        .ok_or_else(missing)?;
    let key = key(&found.family, found.revision);
    let Some(definition) = world.ecs.definitions.get_mut(&key) else { return Err(missing()) };
    definition.active = false;
    Ok(json!({ "taskDefinition": definition.show() }))
}

pub(super) fn list(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let prefix = input.text_or_none("familyPrefix");
    let active = input.text_or_none("status").unwrap_or("ACTIVE") == "ACTIVE";
    let all = world.ecs.definitions.values();
    let chosen = all.filter(|one| one.active == active && prefix.is_none_or(|prefix| one.family == prefix));
    let mut arns: Vec<String> = chosen.map(|definition| definition.arn.clone()).collect();
    if input.text_or_none("sort") == Some("DESC") {
        arns.reverse();
    }
    let (page, next) = read::page(arns, input.text_or_none("nextToken"), limit(input)?);
    Ok(read::without_nulls(json!({ "taskDefinitionArns": page, "nextToken": next })))
}

pub(super) fn families(world: &World, input: Input<'_>) -> Value {
    let prefix = input.text_or_none("familyPrefix").unwrap_or_default();
    let all = world.ecs.definitions.values().map(|definition| definition.family.clone());
    let mut families: Vec<String> = all.filter(|family| family.starts_with(prefix)).collect();
    families.dedup();
    json!({ "families": families })
}

/// The definition that a family, a `family:revision` or an ARN names; a family names its newest active one.
pub(super) fn find<'a>(world: &'a World, name: &str) -> Option<&'a Definition> {
    let name = name.rsplit('/').next().unwrap_or(name);
    if let Some((family, revision)) = name.split_once(':') {
        return world.ecs.definitions.get(&key(family, revision.parse().ok()?));
    }
    let revisions = world.ecs.definitions.range(&format!("{name}:"), &format!("{name};"));
    revisions.rev().map(|(_, definition)| definition).find(|definition| definition.active)
}

/// The definition that tasks are to be started from.
pub(super) fn usable<'a>(world: &'a World, name: &str) -> Result<&'a Definition, AwsError> {
    match find(world, name) {
        None => Err(AwsError::new("ClientException", "TaskDefinition not found.")),
        Some(definition) if !definition.active => {
            Err(AwsError::new("ClientException", "TaskDefinition is inactive"))
        }
        Some(definition) => Ok(definition),
    }
}

/// `maxResults` of a list.
pub(super) fn limit(input: Input<'_>) -> Result<usize, AwsError> {
    let limit = input.number("maxResults")?.unwrap_or(100);
    usize::try_from(limit)
        .ok()
        .filter(|limit| (1..=100).contains(limit))
        .ok_or_else(|| input.bad("maxResults must be between 1 and 100."))
}
