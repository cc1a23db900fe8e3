//! What EventBridge hears of ECS: the guide's pages on service and task events.

use serde_json::{Value, json};
use viridian_aws_wire::read::iso;

use crate::ecs::{task, task_set::TaskSet};
use crate::{signal::Entry, world::World};

/// Something about a service or one of its task sets: `TASKSET_STEADY_STATE`.
pub(crate) fn of_service(world: &mut World, service: &str, set: Option<&TaskSet>, name: &str, more: Value) {
    let Some(record) = world.ecs.services.get(service) else { return };
    let kind = match name {
        "SERVICE_TASK_START_IMPAIRED" => "WARN",
        "SERVICE_TASK_PLACEMENT_FAILURE" => "ERROR",
        _ => "INFO",
    };
    let mut detail = json!({
        "eventType": kind,
        "eventName": name,
        "clusterArn": record.cluster,
        "createdAt": iso(world.now()),
        "taskSetArns": set.map(|set| vec![set.arn.clone()]),
    });
    if let (Some(detail), Value::Object(more)) = (detail.as_object_mut(), more) {
        detail.extend(more);
    }
    let resources = vec![service.to_owned()];
    world.publish(Entry { source: "aws.ecs", kind: "ECS Service Action", resources, detail });
}

/// A task went on to another status.
pub(crate) fn of_task(world: &mut World, arn: &str) {
    let Some(mut detail) = task::shown(world, arn) else { return };
    // What the API gives as seconds, events write as moments.
    let moment = |value: &Value| {
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
        let milliseconds = (value.as_f64()? * 1000.0) as i64;
        Some(iso(jiff::Timestamp::from_millisecond(milliseconds).ok()?))
    };
    for name in ["createdAt", "startedAt", "stoppingAt", "stoppedAt"] {
        if let Some(at) = detail.get(name).and_then(moment) {
            detail[name] = at;
        }
    }
    detail["updatedAt"] = iso(world.now());
    let resources = vec![arn.to_owned()];
    world.publish(Entry { source: "aws.ecs", kind: "ECS Task State Change", resources, detail });
}
