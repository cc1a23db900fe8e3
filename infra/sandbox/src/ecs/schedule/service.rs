//! Services with the EXTERNAL deployment controller.

pub(crate) mod task_set;

use serde_json::{Value, json};
use viridian_aws_wire::{
    AwsError,
    read::{self, Input, seconds},
};

use crate::ecs::{cluster, journal, publish, schedule, tags};
pub(crate) use crate::records::ecs::Service;
use crate::{
    arn,
    world::{Caller, World},
};

pub(crate) const DRAINING: &str = "DRAINING";

/// Members of a service that a description repeats as they were given.
const REPEATED: &[&str] = &[
    "placementConstraints",
    "placementStrategy",
    "healthCheckGracePeriodSeconds",
    "enableECSManagedTags",
    "propagateTags",
    "enableExecuteCommand",
];

/// What an update may change besides the desired count; AWS refuses the rest for EXTERNAL.
const CHANGEABLE: &[&str] = &[
    "placementConstraints",
    "placementStrategy",
    "healthCheckGracePeriodSeconds",
    "enableECSManagedTags",
    "propagateTags",
];

impl Service {
    /// How long after its start a task's health is not held against it.
    pub(crate) fn grace(&self) -> i64 {
        self.settings.get("healthCheckGracePeriodSeconds").and_then(read::number).unwrap_or(0)
    }
}

pub(crate) fn create(world: &mut World, caller: &Caller, input: Input<'_>) -> Result<Value, AwsError> {
    let cluster = cluster::find(world, input)?;
    let name = input.text("serviceName")?.to_owned();
    let controller =
        input.child("deploymentController").and_then(|controller| controller.text_or_none("type"));
    if controller != Some("EXTERNAL") {
        return Err(AwsError::new(
            "UnsupportedFeatureException",
            "The sandbox only runs services whose deploymentController is of type EXTERNAL.",
        ));
    }
    if let Some(strategy) = input.text_or_none("schedulingStrategy").filter(|strategy| *strategy != "REPLICA")
    {
        return Err(input.bad(format!(
            "The scheduling strategy {strategy} is not supported with the EXTERNAL deployment controller."
        )));
    }
    left_to_task_sets(input)?;
    let arn = world.place.arn("ecs", &format!("service/{}/{name}", arn::short_name(&cluster)));
    let token = token(input)?;
    if let Some(service) =
        world.ecs.services.get(&arn).filter(|service| service.status != crate::ecs::INACTIVE)
    {
        if token.is_some() && service.token == token {
            return Ok(json!({ "service": show(world, &arn) }));
        }
        return Err(input.bad("Creation of service was not idempotent."));
    }
    let desired = read_count(input)?.unwrap_or(0);
    let settings =
        REPEATED.iter().filter_map(|name| Some(((*name).to_owned(), input.maybe(name)?.clone()))).collect();
    let service = Service {
        arn: arn.clone(),
        name,
        cluster,
        status: crate::ecs::ACTIVE.to_owned(),
        desired,
        primary: None,
        settings,
        created: world.now(),
        by: caller.arn.clone(),
        token,
        events: 0,
    };
    journal::clear(world, &arn);
    world.ecs.services.insert(arn.clone(), service);
    tags::set(world, &arn, input);
    let mut shown = show(world, &arn);
    shown["tags"] = json!(tags::show(world, &arn));
    Ok(json!({ "service": shown }))
}

/// What each task set says for itself, the service must not.
fn left_to_task_sets(input: Input<'_>) -> Result<(), AwsError> {
    match input.text_or_none("taskDefinition") {
        None => {}
        Some("") => return Err(input.bad("Family should not be null or empty.")),
        Some(_) => return Err(input.bad("TaskDefinition must be blank.")),
    }
    if input.maybe("networkConfiguration").is_some() {
        return Err(input.bad("NetworkConfiguration must be null."));
    }
    if input.maybe("platformVersion").is_some() {
        return Err(input.bad("PlatformVersion must be null."));
    }
    for (member, words) in [
        ("loadBalancers", "LoadBalancers"),
        ("serviceRegistries", "ServiceRegistries"),
        ("capacityProviderStrategy", "CapacityProviderStrategy"),
    ] {
        if !input.list(member).is_empty() {
            return Err(input.bad(format!("{words} must be empty or null.")));
        }
    }
    Ok(())
}

pub(crate) fn describe(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let cluster = cluster::find(world, input)?;
    let names = input.texts("services");
    if names.is_empty() || names.len() > 10 {
        return Err(input.bad("services must name between 1 and 10 services."));
    }
    let (mut services, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        let arn = crate::ecs::service_arn(world, &cluster, name);
        match world.ecs.services.contains(&arn).then(|| show(world, &arn)) {
            Some(mut shown) => {
                tags::include(world, input, &mut shown, &arn);
                services.push(shown);
            }
            None => failures.push(json!({ "arn": arn, "reason": "MISSING" })),
        }
    }
    Ok(json!({ "services": services, "failures": failures }))
}

pub(crate) fn update(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let arn = find_active(world, input)?;
    let refused = [
        ("availabilityZoneRebalancing", "availability zone rebalancing"),
        ("deploymentController", "deployment controller"),
        ("enableExecuteCommand", "execute command"),
        ("serviceConnectConfiguration", "service connect configuration"),
        ("volumeConfigurations", "volume configurations"),
        ("vpcLatticeConfigurations", "VPC Lattice configurations"),
        ("taskDefinition", "task definition"),
        ("networkConfiguration", "network configuration"),
        ("platformVersion", "platform version"),
        ("capacityProviderStrategy", "capacity provider strategy"),
        ("loadBalancers", "load balancers"),
        ("serviceRegistries", "service registries"),
        ("deploymentConfiguration", "deployment configuration"),
    ];
    for (member, words) in refused {
        if input.maybe(member).is_some() {
            return Err(input.bad(format!(
                "Unable to update {words} on services with an EXTERNAL deployment controller."
            )));
        }
    }
    if input.flag("forceNewDeployment")? == Some(true) {
        return Err(
            input.bad("Cannot force a new deployment on services with an EXTERNAL deployment controller.")
        );
    }
    let desired = read_count(input)?;
    let Some(service) = world.ecs.services.get_mut(&arn) else { return Err(not_found()) };
    for name in CHANGEABLE {
        if let Some(value) = input.maybe(name) {
            service.settings.insert((*name).to_owned(), value.clone());
        }
    }
    if let Some(desired) = desired {
        service.desired = desired;
        let more = json!({ "desiredCount": desired });
        publish::of_service(world, &arn, None, "SERVICE_DESIRED_COUNT_UPDATED", more);
        for set in task_set::of_service(world, &arn) {
            schedule::reconcile(world, &set);
        }
    }
    Ok(json!({ "service": show(world, &arn) }))
}

pub(crate) fn list(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let cluster = cluster::find(world, input)?;
    let own = world
        .ecs
        .services
        .values()
        .filter(|service| service.cluster == cluster && service.status != crate::ecs::INACTIVE);
    let arns: Vec<String> = own.map(|service| service.arn.clone()).collect();
    let limit = input.number("maxResults")?.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(10);
    let (page, next) = read::page(arns, input.text_or_none("nextToken"), limit.clamp(1, 100));
    Ok(read::without_nulls(json!({ "serviceArns": page, "nextToken": next })))
}

pub(crate) fn delete(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let arn = find_active(world, input)?;
    let sets = task_set::of_service(world, &arn);
    if input.flag("force")? != Some(true) {
        if !sets.is_empty() {
            return Err(input.bad("The service cannot be stopped while deployments are active."));
        }
        if world.ecs.services.get(&arn).is_some_and(|service| service.desired > 0) {
            return Err(input.bad("The service cannot be stopped while it is scaled above 0."));
        }
    }
    if let Some(service) = world.ecs.services.get_mut(&arn) {
        (if sets.is_empty() { crate::ecs::INACTIVE } else { DRAINING }).clone_into(&mut service.status);
        service.desired = 0;
    }
    for set in sets {
        task_set::drain(world, &set);
    }
    Ok(json!({ "service": show(world, &arn) }))
}

/// A draining service whose last set went is inactive.
pub(crate) fn set_went(world: &mut World, arn: &str) {
    let last = task_set::of_service(world, arn).is_empty();
    if let Some(service) = world.ecs.services.get_mut(arn)
        && last
        && service.status == DRAINING
    {
        crate::ecs::INACTIVE.clone_into(&mut service.status);
    }
}

/// ARN of the service that an input's `service` names.
pub(crate) fn find(world: &World, input: Input<'_>) -> Result<String, AwsError> {
    let cluster = cluster::find(world, input)?;
    let arn = crate::ecs::service_arn(world, &cluster, input.text("service")?);
    if world.ecs.services.contains(&arn) { Ok(arn) } else { Err(not_found()) }
}

/// ARN of the service that an input's `service` names, if it is active.
pub(crate) fn find_active(world: &World, input: Input<'_>) -> Result<String, AwsError> {
    let arn = find(world, input)?;
    match world.ecs.services.get(&arn) {
        Some(service) if service.status == crate::ecs::ACTIVE => Ok(arn),
        _ => Err(AwsError::new("ServiceNotActiveException", "Service was not ACTIVE.")),
    }
}

/// `clientToken`, as services and task sets are created with it.
pub(crate) fn token(input: Input<'_>) -> Result<Option<String>, AwsError> {
    let token = input.text_or_none("clientToken").map(str::to_owned);
    if token.as_ref().is_some_and(|token| token.len() > 36 || !token.is_ascii()) {
        return Err(input.bad("clientToken is at most 36 ASCII characters long."));
    }
    Ok(token)
}

fn not_found() -> AwsError {
    AwsError::new("ServiceNotFoundException", "Service not found.")
}

fn read_count(input: Input<'_>) -> Result<Option<i64>, AwsError> {
    match input.number("desiredCount")? {
        Some(count) if !(0..=1000).contains(&count) => {
            Err(input.bad("desiredCount must be between 0 and 1000."))
        }
        count => Ok(count),
    }
}

fn show(world: &World, arn: &str) -> Value {
    let Some(service) = world.ecs.services.get(arn) else { return Value::Null };
    let sets: Vec<Value> =
        task_set::of_service(world, arn).iter().filter_map(|set| task_set::show(world, set)).collect();
    let sum = |member: &str| sets.iter().filter_map(|set| set[member].as_i64()).sum::<i64>();
    let primary = sets.iter().find(|set| set["status"] == "PRIMARY");
    let mut shown = json!({
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": service.cluster,
        "status": service.status,
        "desiredCount": service.desired,
        "runningCount": sum("runningCount"),
        "pendingCount": sum("pendingCount"),
        "deploymentController": { "type": "EXTERNAL" },
        "schedulingStrategy": "REPLICA",
        "roleArn": format!("arn:aws:iam::{}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS", world.place.account),
        "events": journal::show(world, service),
        "deployments": [],
        "loadBalancers": [],
        "serviceRegistries": [],
        "placementConstraints": [],
        "placementStrategy": [],
        "enableECSManagedTags": false,
        "propagateTags": "NONE",
        "enableExecuteCommand": false,
        "createdAt": seconds(service.created),
        "createdBy": service.by,
        "tags": [],
    });
    // The service takes over what its primary task set was created with.
    for name in ["taskDefinition", "launchType", "platformVersion", "networkConfiguration", "loadBalancers"] {
        if let Some(value) = primary.and_then(|set| set.get(name)) {
            shown[name] = value.clone();
        }
    }
    if let Some(members) = shown.as_object_mut() {
        members.extend(service.settings.clone());
    }
    shown["taskSets"] = Value::Array(sets);
    shown
}
