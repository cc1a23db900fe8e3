//! Clusters.

use serde_json::{Value, json};
use viridian_aws_wire::{AwsError, Input};

use super::tags;
pub(super) use crate::records::ecs::Cluster;
use crate::{arn, world::World};

pub(super) fn create(world: &mut World, input: Input<'_>) -> Value {
    let name = input.text_or_none("clusterName").unwrap_or("default").to_owned();
    let arn = world.place.arn("ecs", &format!("cluster/{name}"));
    if !world.ecs.clusters.contains(&name) {
        let cluster = Cluster { arn: arn.clone(), name: name.clone(), status: "ACTIVE".to_owned() };
        world.ecs.clusters.insert(name.clone(), cluster);
        tags::set(world, &arn, input);
    }
    let mut shown = show(world, &name).unwrap_or_default();
    shown["tags"] = json!(tags::show(world, &arn));
    json!({ "cluster": shown })
}

pub(super) fn describe(world: &World, input: Input<'_>) -> Value {
    let mut names = input.texts("clusters");
    if names.is_empty() {
        names.push("default");
    }
    let (mut clusters, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        if let Some(mut shown) = show(world, arn::short_name(name)) {
            let arn = world.place.arn("ecs", &format!("cluster/{}", arn::short_name(name)));
            tags::include(world, input, &mut shown, &arn);
            clusters.push(shown);
        } else {
            let arn = world.place.arn("ecs", &format!("cluster/{}", arn::short_name(name)));
            failures.push(json!({ "arn": arn, "reason": "MISSING" }));
        }
    }
    json!({ "clusters": clusters, "failures": failures })
}

pub(super) fn list(world: &World) -> Value {
    json!({ "clusterArns": world.ecs.clusters.values().map(|cluster| &cluster.arn).collect::<Vec<_>>() })
}

pub(super) fn delete(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let arn = find(world, input)?;
    if world.ecs.services.values().any(|service| service.cluster == arn && service.status != super::INACTIVE)
    {
        return Err(AwsError::new(
            "ClusterContainsServicesException",
            "The Cluster cannot be deleted while Services are active.",
        ));
    }
    let name = arn::short_name(&arn).to_owned();
    let mut shown = show(world, &name).unwrap_or_default();
    shown["status"] = json!("INACTIVE");
    world.ecs.clusters.remove(&name);
    Ok(json!({ "cluster": shown }))
}

/// ARN of the cluster that an input names, or of the one called `default`.
pub(super) fn find(world: &World, input: Input<'_>) -> Result<String, AwsError> {
    let name = arn::short_name(input.text_or_none("cluster").unwrap_or("default"));
    let missing = || AwsError::new("ClusterNotFoundException", "Cluster not found.");
    world.ecs.clusters.get(name).map(|cluster| cluster.arn.clone()).ok_or_else(missing)
}

fn show(world: &World, name: &str) -> Option<Value> {
    let cluster = world.ecs.clusters.get(name)?;
    let tasks = |status: &[&str]| {
        world
            .ecs
            .tasks
            .values()
            .filter(|task| task.cluster == cluster.arn && status.contains(&task.status.word()))
            .count()
    };
    let services = world.ecs.services.values();
    let services =
        services.filter(|service| service.cluster == cluster.arn && service.status == super::ACTIVE).count();
    Some(json!({
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": cluster.status,
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": tasks(&["RUNNING"]),
        "pendingTasksCount": tasks(&["PROVISIONING", "PENDING"]),
        "activeServicesCount": services,
        "statistics": [],
        "tags": [],
        "settings": [],
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
        "defaultCapacityProviderStrategy": [],
    }))
}
