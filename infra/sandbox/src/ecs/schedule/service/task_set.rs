//! Task sets: what a service runs, once for each colour.

use serde_json::{Map, Value, json};
use viridian_aws_wire::{
    AwsError,
    read::{self, Input, seconds},
};

use crate::ecs::{INVALID, cluster, definition, journal, schedule, service, tags};
pub(crate) use crate::records::ecs::{TaskSet, TaskSetStatus as Status};
use crate::world::World;

/// How many task sets a service can have, those that drain among them.
const MOST: usize = 5;

/// Members of a creation that a description repeats.
const REPEATED: &[&str] = &[
    "launchType",
    "capacityProviderStrategy",
    "platformVersion",
    "networkConfiguration",
    "loadBalancers",
    "serviceRegistries",
];

impl TaskSet {
    /// How many tasks the set should have: its percentage of the desired count, rounded up.
    pub(crate) fn share(&self, desired: i64) -> usize {
        if self.status == Status::Draining {
            return 0;
        }
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "counts are at most 1000"
        )]
        let share = (desired as f64 * self.scale / 100.0).ceil() as usize;
        share
    }

    /// The target group and the container port that its tasks register.
    pub(crate) fn target(&self) -> Option<(String, u16)> {
        let balancer = self.settings.get("loadBalancers")?.get(0)?;
        let port = u16::try_from(read::number(balancer.get("containerPort")?)?).ok()?;
        Some((balancer.get("targetGroupArn")?.as_str()?.to_owned(), port))
    }

    pub(crate) fn setting(&self, name: &str) -> Option<&Value> {
        self.settings.get(name)
    }
}

pub(crate) fn create(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let service = service::find_active(world, input)?;
    let definition = definition::usable(world, input.text("taskDefinition")?)?.clone();
    let token = service::token(input)?;
    let scale = read_scale(input)?.unwrap_or(0.0);
    let external_id = input.text_or_none("externalId").map(str::to_owned);
    let settings: Map<String, Value> =
        REPEATED.iter().filter_map(|name| Some(((*name).to_owned(), input.maybe(name)?.clone()))).collect();
    let sets = of_service(world, &service);
    let of_token = sets
        .iter()
        .filter_map(|arn| world.ecs.task_sets.get(arn))
        .find(|set| token.is_some() && set.token == token);
    if let Some(set) = of_token {
        let is_same =
            set.definition == definition.arn && set.external_id == external_id && set.settings == settings;
        if !is_same {
            return Err(input.bad("Creation of task set was not idempotent."));
        }
        return Ok(json!({ "taskSet": show(world, &set.arn) }));
    }
    check(world, input, &definition)?;
    if sets.len() >= MOST {
        return Err(input.bad(format!("{MOST} deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit.")));
    }
    let id = format!("ecs-svc/{}", world.ids.digits(19));
    let path = service.split_once(":service/").map(|(_, path)| path).unwrap_or_default();
    let arn = world.place.arn("ecs", &format!("task-set/{path}/{id}"));
    let now = world.now();
    let set = TaskSet {
        arn: arn.clone(),
        id,
        cluster: cluster::find(world, input)?,
        external_id,
        status: Status::Active,
        definition: definition.arn.clone(),
        scale,
        settings,
        token,
        created: now,
        updated: now,
        steady: false,
        steady_at: now,
        failures: 0,
        retry: None,
        service,
    };
    world.ecs.task_sets.insert(arn.clone(), set);
    tags::set(world, &arn, input);
    schedule::reconcile(world, &arn);
    Ok(json!({ "taskSet": show(world, &arn) }))
}

fn check(world: &World, input: Input<'_>, definition: &definition::Definition) -> Result<(), AwsError> {
    check_strategy(input)?;
    let mut balancers = input.each("loadBalancers");
    let Some(balancer) = balancers.next() else { return Ok(()) };
    if balancers.next().is_some() {
        return Err(input.bad("CreateTaskSet cannot have more than 1 load balancer"));
    }
    let group = balancer.text("targetGroupArn")?;
    if !world.elb.has_group(group) {
        return Err(input.bad(format!("The target group with targetGroupArn {group} does not exist.")));
    }
    let container = balancer.text("containerName")?;
    if !definition.has_container(container) {
        return Err(input.bad(format!("The container {container} does not exist in the task definition.")));
    }
    balancer.number("containerPort")?.map(|_| ()).ok_or_else(|| balancer.missing("containerPort"))
}

/// A strategy stands in for a launch type, and is of the providers that every cluster here has.
fn check_strategy(input: Input<'_>) -> Result<(), AwsError> {
    let providers: Vec<Input<'_>> = input.each("capacityProviderStrategy").collect();
    if providers.is_empty() {
        return Ok(());
    }
    if input.maybe("launchType").is_some() {
        return Err(input.bad("Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."));
    }
    for provider in &providers {
        if !["FARGATE", "FARGATE_SPOT"].contains(&provider.text("capacityProvider")?) {
            return Err(input.bad("The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again."));
        }
    }
    let is_positive = |provider: &&Input<'_>, member: &str| matches!(provider.number(member), Ok(Some(1..)));
    if providers.iter().filter(|provider| is_positive(provider, "base")).count() > 1 {
        return Err(input.bad("The specified capacity provider strategy cannot contain more than one capacity provider with a base value greater than 0."));
    }
    // Without a weight a single provider takes all.
    let says_weight = providers.iter().any(|provider| provider.maybe("weight").is_some());
    if says_weight && !providers.iter().any(|provider| is_positive(&provider, "weight")) {
        return Err(input.bad("The specified capacity provider strategy must contain at least one capacity provider with a weight greater than 0."));
    }
    Ok(())
}

pub(crate) fn describe(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let service = service::find(world, input)?;
    let own = of_service(world, &service);
    let names = input.texts("taskSets");
    let show = |arn: &String| {
        let mut shown = show(world, arn)?;
        tags::include(world, input, &mut shown, arn);
        Some(shown)
    };
    if names.is_empty() {
        return Ok(json!({ "taskSets": own.iter().filter_map(show).collect::<Vec<_>>(), "failures": [] }));
    }
    let (mut sets, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        match own.iter().find(|arn| is_named(world, arn, name)).and_then(show) {
            Some(shown) => sets.push(shown),
            None => failures.push(json!({ "arn": name, "reason": "MISSING" })),
        }
    }
    Ok(json!({ "taskSets": sets, "failures": failures }))
}

pub(crate) fn update(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let service = service::find_active(world, input)?;
    let arn = find(world, &service, input.text("taskSet")?)?;
    let scale = read_scale(input)?.ok_or_else(|| input.missing("scale"))?;
    not_draining(world, &arn)?;
    let now = world.now();
    if let Some(set) = world.ecs.task_sets.get_mut(&arn) {
        set.scale = scale;
        set.updated = now;
    }
    schedule::reconcile(world, &arn);
    Ok(json!({ "taskSet": show(world, &arn) }))
}

pub(crate) fn make_primary(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let service = service::find_active(world, input)?;
    let arn = find(world, &service, input.text("primaryTaskSet")?)?;
    not_draining(world, &arn)?;
    let now = world.now();
    for other in of_service(world, &service) {
        let Some(set) = world.ecs.task_sets.get_mut(&other) else { continue };
        if other == arn {
            set.status = Status::Primary;
            set.updated = now;
        } else if set.status == Status::Primary {
            set.status = Status::Active;
            set.updated = now;
        }
    }
    if let Some(service) = world.ecs.services.get_mut(&service) {
        service.primary = Some(arn.clone());
    }
    if let Some(set) = world.ecs.task_sets.get(&arn).cloned() {
        let what = format!(") updated the primary taskSet to {}.", set.id);
        journal::of_service(world, &service, &what);
    }
    Ok(json!({ "taskSet": show(world, &arn) }))
}

pub(crate) fn delete(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let service = service::find_active(world, input)?;
    let arn = find(world, &service, input.text("taskSet")?)?;
    let force = input.flag("force")?.unwrap_or(false);
    let primary = world.ecs.task_sets.get(&arn).is_some_and(|set| set.status == Status::Primary);
    if primary && !force {
        return Err(input.bad("The task set is PRIMARY and can only be deleted with force."));
    }
    let before = show(world, &arn);
    drain(world, &arn);
    // A set without tasks is gone at once, and yet the answer shows it.
    let shown = show(world, &arn).or_else(|| {
        let mut shown = before?;
        shown["status"] = json!("DRAINING");
        Some(shown)
    });
    schedule::reconcile(world, &arn);
    Ok(json!({ "taskSet": shown }))
}

/// Lets a set go: its tasks drain and stop, and then it is gone.
pub(crate) fn drain(world: &mut World, arn: &str) {
    let now = world.now();
    let Some(set) = world.ecs.task_sets.get_mut(arn) else { return };
    if set.status == Status::Draining {
        return;
    }
    let was_primary = set.status == Status::Primary;
    set.status = Status::Draining;
    set.steady = false;
    set.updated = now;
    let (service, retry) = (set.service.clone(), set.retry.take());
    if let Some(timer) = retry {
        world.timers.cancel(timer);
    }
    if was_primary && let Some(service) = world.ecs.services.get_mut(&service) {
        service.primary = None;
    }
    schedule::stop_all(world, arn);
}

/// ARNs of a service's task sets, the oldest first.
pub(crate) fn of_service(world: &World, service: &str) -> Vec<String> {
    let mut sets: Vec<&TaskSet> = world.ecs.task_sets.values().filter(|set| set.service == service).collect();
    sets.sort_by_key(|set| set.created);
    sets.into_iter().map(|set| set.arn.clone()).collect()
}

/// A task set goes by its ARN or by its id, `ecs-svc/` with it.
fn is_named(world: &World, arn: &str, name: &str) -> bool {
    arn == name || world.ecs.task_sets.get(arn).is_some_and(|set| set.id == name)
}

fn find(world: &World, service: &str, name: &str) -> Result<String, AwsError> {
    let found = of_service(world, service).into_iter().find(|arn| is_named(world, arn, name));
    found.ok_or_else(|| AwsError::new("TaskSetNotFoundException", "The specified task set was not found."))
}

fn not_draining(world: &World, arn: &str) -> Result<(), AwsError> {
    if world.ecs.task_sets.get(arn).is_some_and(|set| set.status == Status::Draining) {
        return Err(AwsError::new(INVALID, "The task set is DRAINING and cannot be changed."));
    }
    Ok(())
}

fn read_scale(input: Input<'_>) -> Result<Option<f64>, AwsError> {
    let Some(scale) = input.child("scale") else { return Ok(None) };
    if scale.text_or_none("unit").is_some_and(|unit| unit != "PERCENT") {
        return Err(input.bad("The unit of a scale is PERCENT."));
    }
    let value = scale.decimal("value")?.unwrap_or(0.0);
    if (0.0..=100.0).contains(&value) {
        return Ok(Some(value));
    }
    Err(input.bad("Scale percent cannot be less than 0.0 or greater than 100.0."))
}

pub(crate) fn show(world: &World, arn: &str) -> Option<Value> {
    let set = world.ecs.task_sets.get(arn)?;
    let desired = world.ecs.services.get(&set.service).map_or(0, |service| service.desired);
    let counts = schedule::counts(world, arn);
    let status = match set.status {
        Status::Primary => "PRIMARY",
        Status::Active => "ACTIVE",
        Status::Draining => "DRAINING",
    };
    let mut shown = json!({
        "id": set.id,
        "taskSetArn": set.arn,
        "serviceArn": set.service,
        "clusterArn": set.cluster,
        "externalId": set.external_id,
        "status": status,
        "taskDefinition": set.definition,
        "computedDesiredCount": set.share(desired),
        "pendingCount": counts.pending,
        "runningCount": counts.running,
        "createdAt": seconds(set.created),
        "updatedAt": seconds(set.updated),
        "scale": { "value": set.scale, "unit": "PERCENT" },
        "stabilityStatus": if set.steady { "STEADY_STATE" } else { "STABILIZING" },
        "stabilityStatusAt": seconds(set.steady_at),
        "platformFamily": "Linux",
        "loadBalancers": [],
        "serviceRegistries": [],
        "tags": [],
    });
    if let Some(members) = shown.as_object_mut() {
        members.extend(set.settings.clone());
    }
    Some(read::without_nulls(shown))
}
