//! Tasks: what they are, how they are shown, and what a health check of one finds.

use std::sync::Arc;

use serde_json::{Value, json};
use viridian_aws_wire::{
    AwsError,
    read::{self, Input, seconds},
};
use viridian_nginx_site::{Request, Site};

use crate::ecs::{cluster, definition, schedule, tags};
pub(crate) use crate::records::ecs::{Status, Task};
use crate::signal::Probe;
use crate::{arn, ecr, faults, world::World};

impl Status {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Deactivating => "DEACTIVATING",
            Self::Stopping => "STOPPING",
            Self::Deprovisioning => "DEPROVISIONING",
            Self::Stopped => "STOPPED",
        }
    }
}

impl Task {
    pub(crate) fn new(world: &mut World, set: &crate::ecs::task_set::TaskSet) -> Self {
        let id = world.ids.hex(32);
        let path = format!("task/{}/{id}", arn::short_name(&set.cluster));
        let definition = definition::find(world, &set.definition).cloned();
        let container = definition.as_ref().and_then(|definition| definition.containers.first().cloned());
        let text = |name: &str| {
            container.as_ref().and_then(|container| container[name].as_str()).unwrap_or_default().to_owned()
        };
        let (group, port) = match set.target() {
            Some((group, port)) => (Some(group), port),
            None => (None, 80),
        };
        Self {
            arn: world.place.arn("ecs", &path),
            address: free_address(world),
            id,
            set: set.arn.clone(),
            started_by: set.id.clone(),
            service: set.service.clone(),
            cluster: set.cluster.clone(),
            definition: set.definition.clone(),
            status: Status::Provisioning,
            wanted: true,
            port,
            group,
            container: text("name"),
            image: text("image"),
            digest: None,
            launch: set.setting("launchType").and_then(Value::as_str).map(str::to_owned),
            created: world.now(),
            started: None,
            stopping: None,
            stopped: None,
            reason: None,
            code: None,
            exit: None,
            timer: None,
        }
    }

    /// Whether its container runs.
    pub(crate) fn answers(&self) -> bool {
        self.started.is_some() && self.status < Status::Stopping
    }

    fn show(&self, world: &World) -> Value {
        let definition = definition::find(world, &self.definition);
        let setting = |name: &str| definition.and_then(|definition| definition.setting(name)).cloned();
        let container = self.container(setting("cpu"), setting("memory"));
        read::without_nulls(json!({
            "taskArn": self.arn,
            "taskDefinitionArn": self.definition,
            "clusterArn": self.cluster,
            "lastStatus": self.status.word(),
            "desiredStatus": if self.wanted { "RUNNING" } else { "STOPPED" },
            "containers": [container],
            "attachments": [{
                "id": format!("eni-attach-{}", self.id),
                "type": "ElasticNetworkInterface",
                "status": if self.status == Status::Stopped { "DELETED" } else { "ATTACHED" },
                "details": [{ "name": "privateIPv4Address", "value": self.address }],
            }],
            "startedBy": self.started_by,
            "group": format!("service:{}", arn::short_name(&self.service)),
            "launchType": self.launch.as_deref().unwrap_or("FARGATE"),
            "platformFamily": "Linux",
            "platformVersion": "1.4.0",
            "availabilityZone": zone(&self.address),
            "connectivity": "CONNECTED",
            "healthStatus": "UNKNOWN",
            "cpu": setting("cpu"),
            "memory": setting("memory"),
            "overrides": { "containerOverrides": [] },
            "createdAt": seconds(self.created),
            "startedAt": self.started.map(seconds),
            "stoppingAt": self.stopping.map(seconds),
            "stoppedAt": self.stopped.map(seconds),
            "stoppedReason": self.reason,
            "stopCode": self.code,
            "tags": [],
            "version": 1,
        }))
    }

    fn container(&self, cpu: Option<Value>, memory: Option<Value>) -> Value {
        let status = match self.status {
            Status::Provisioning | Status::Pending => "PENDING",
            Status::Running | Status::Deactivating | Status::Stopping => "RUNNING",
            Status::Deprovisioning | Status::Stopped => "STOPPED",
        };
        read::without_nulls(json!({
            "containerArn": format!("{}/container", self.arn.replace(":task/", ":container/")),
            "taskArn": self.arn,
            "name": self.container,
            "image": self.image,
            "imageDigest": self.digest,
            "lastStatus": status,
            "exitCode": self.exit,
            "reason": self.reason.as_ref().filter(|_| self.code.as_deref() == Some("TaskFailedToStart")),
            "networkBindings": [],
            "networkInterfaces": [{ "attachmentId": format!("eni-attach-{}", self.id), "privateIpv4Address": self.address }],
            "healthStatus": "UNKNOWN",
            "cpu": cpu,
            "memory": memory,
        }))
    }
}

/// A task as it is described.
pub(crate) fn shown(world: &World, arn: &str) -> Option<Value> {
    Some(world.ecs.tasks.get(arn)?.show(world))
}

/// An address in one of the two subnets that no task has.
pub(crate) fn free_address(world: &mut World) -> String {
    loop {
        let (net, host) = (world.ids.below(256), 4 + world.ids.below(250));
        let address = format!("10.0.{net}.{host}");
        if !world.ecs.tasks.values().any(|task| task.address == address && task.status != Status::Stopped) {
            return address;
        }
    }
}

/// The two subnets take turns over the networks of their range.
fn zone(address: &str) -> &'static str {
    let net = address.split('.').nth(2).and_then(|text| text.parse::<u8>().ok()).unwrap_or(0);
    if net.is_multiple_of(2) { "ap-northeast-1a" } else { "ap-northeast-1c" }
}

pub(crate) fn list(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let cluster = cluster::find(world, input)?;
    let started_by = input.text_or_none("startedBy");
    let (service, family) = (input.text_or_none("serviceName"), input.text_or_none("family"));
    if started_by.is_some() && (service.is_some() || family.is_some() || input.maybe("launchType").is_some())
    {
        return Err(input.bad("startedBy must be the only filter."));
    }
    let service = service.map(|name| crate::ecs::service_arn(world, &cluster, name));
    let wanted = match input.text_or_none("desiredStatus") {
        None | Some("RUNNING") => true,
        Some("STOPPED") => false,
        // AWS never shows a task whose desired status is PENDING.
        Some("PENDING") => return Ok(json!({ "taskArns": [] })),
        Some(other) => {
            return Err(input.bad(format!("desiredStatus '{other}' must be RUNNING, PENDING or STOPPED.")));
        }
    };
    if let Some(unknown) = ["containerInstance", "daemonName"].iter().find(|name| input.maybe(name).is_some())
    {
        return Err(
            input.bad(format!("The sandbox has no container instances; {unknown} cannot be a filter."))
        );
    }
    let launch = input.text_or_none("launchType");
    let own = world.ecs.tasks.values().filter(|task| {
        task.cluster == cluster
            && task.wanted == wanted
            && launch.is_none_or(|launch| task.launch.as_deref().unwrap_or("FARGATE") == launch)
            && started_by.is_none_or(|by| task.started_by == by)
            && service.as_ref().is_none_or(|service| task.service == *service)
            && family.is_none_or(|family| task.definition.contains(&format!("task-definition/{family}:")))
    });
    let arns: Vec<String> = own.map(|task| task.arn.clone()).collect();
    let (page, next) = read::page(arns, input.text_or_none("nextToken"), definition::limit(input)?);
    Ok(read::without_nulls(json!({ "taskArns": page, "nextToken": next })))
}

pub(crate) fn describe(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let cluster = cluster::find(world, input)?;
    let names = input.texts("tasks");
    if names.is_empty() || names.len() > 100 {
        return Err(input.bad("Tasks cannot be empty, nor more than 100."));
    }
    let (mut tasks, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        let arn = arn_of(world, &cluster, name);
        match world.ecs.tasks.get(&arn) {
            Some(task) => {
                let mut shown = task.show(world);
                tags::include(world, input, &mut shown, &arn);
                tasks.push(shown);
            }
            None => failures.push(json!({ "arn": arn, "reason": "MISSING" })),
        }
    }
    Ok(json!({ "tasks": tasks, "failures": failures }))
}

pub(crate) fn stop(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let cluster = cluster::find(world, input)?;
    let arn = arn_of(world, &cluster, input.text("task")?);
    if !world.ecs.tasks.contains(&arn) {
        return Err(input.bad("The referenced task was not found."));
    }
    let reason = input.text_or_none("reason").unwrap_or("Task stopped by user");
    schedule::stop(world, std::slice::from_ref(&arn), reason, "UserInitiated");
    let shown = world.ecs.tasks.get(&arn).map(|task| task.show(world));
    Ok(json!({ "task": shown }))
}

fn arn_of(world: &World, cluster: &str, name: &str) -> String {
    world.place.arn("ecs", &format!("task/{}/{}", arn::short_name(cluster), arn::short_name(name)))
}

/// Whether a fault keeps a task as it is that is to stop: it does not hear of it, or does not come to its end.
pub(super) fn is_held(world: &mut World, arn: &str) -> bool {
    match world.ecs.tasks.get(arn) {
        Some(task) if task.wanted => false,
        Some(task) if task.status == Status::Running => faults::is_unheard(world, "ecs", "StopTask"),
        Some(task) if task.status == Status::Stopping => faults::hangs(world, "ecs", "StopTask"),
        _ => false,
    }
}

/// Asks the task at an address for a path, as the load balancer's health check does.
pub(crate) fn probe(world: &mut World, address: &str, port: u16, path: &str) -> Probe {
    let task = world.ecs.tasks.values().find(|task| task.address == address && task.answers()).cloned();
    let Some(task) = task else { return Probe::Timeout };
    let Ok(site) = site(world, &task) else { return Probe::Refused };
    if !site.listens(port) {
        return Probe::Refused;
    }
    let mut headers = http::HeaderMap::new();
    headers.insert(http::header::USER_AGENT, http::HeaderValue::from_static("ELB-HealthChecker/2.0"));
    let request = Request { method: "GET", target: path, headers: &headers, port, now: world.now() };
    Probe::Status(site.respond(&request).status)
}

/// What a task's image answers. It is read once for each digest.
pub(crate) fn site(world: &mut World, task: &Task) -> Result<Arc<Site>, String> {
    let own = of_container(world, task);
    // Tasks of one image that differ in their variables may answer differently.
    let key = |digest: &str| {
        own.iter().fold(digest.to_owned(), |key, (name, value)| key + "\n" + name + "=" + value)
    };
    if let Some(site) = task.digest.as_ref().and_then(|digest| world.ecs.sites.get(&key(digest))) {
        return Ok(Arc::clone(site));
    }
    let pinned = match (&task.digest, task.image.split('@').next()) {
        // A tag may have moved since the task started; its digest has not.
        (Some(digest), Some(name)) => format!("{}@{digest}", without_tag(name)),
        _ => task.image.clone(),
    };
    let image = ecr::image(world, &pinned)?;
    let mut variables = ecr::variables(world, &image.digest);
    variables.retain(|(name, _)| own.iter().all(|(set, _)| set != name));
    variables.extend(own.iter().cloned());
    let site = Arc::new(Site::load(&image.folder, &variables)?);
    world.ecs.sites.insert(key(&image.digest), Arc::clone(&site));
    Ok(site)
}

/// The variables that the task's definition sets for the container of its image.
fn of_container(world: &World, task: &Task) -> Vec<(String, String)> {
    let Some(definition) = definition::find(world, &task.definition) else { return Vec::new() };
    let container = definition.containers.iter().find(|container| container["image"] == task.image.as_str());
    let set = container.and_then(|container| container["environment"].as_array()).into_iter().flatten();
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    set.filter_map(|variable| Some((text(&variable["name"])?, text(&variable["value"])?))).collect()
}

/// An image's name without its tag; a port of the registry is no tag.
fn without_tag(name: &str) -> &str {
    match name.rsplit_once(':') {
        Some((before, tag)) if !tag.contains('/') => before,
        _ => name,
    }
}
