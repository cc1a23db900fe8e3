//! What a task needs before its container can start: its image and its log, in the name of its execution role.

use serde_json::Value;

use super::{definition, task::Task};
use crate::{
    authorization::{self, RequestContext},
    iam,
    world::World,
};

/// Asks the execution role of a task. The error is the reason for which the task stops.
pub(super) fn permit(world: &mut World, task: &Task) -> Result<(), String> {
    let Some(definition) = definition::find(world, &task.definition).cloned() else { return Ok(()) };
    let Some(role) = definition.setting("executionRoleArn").and_then(Value::as_str) else { return Ok(()) };
    for role in ["executionRoleArn", "taskRoleArn"] {
        let role = definition.setting(role).and_then(Value::as_str);
        let refusing = role.filter(|role| !iam::lets_take(world, role, "ecs-tasks.amazonaws.com"));
        if let Some(role) = refusing {
            return Err(format!(
                "ECS was unable to assume the role '{role}' that was provided for this task. Please verify that the \
                 role being passed has the proper trust relationship and permissions and that your IAM user has \
                 permissions to pass this role."
            ));
        }
    }
    let caller = iam::session(world, role, &task.id);
    let pull = RequestContext::PullImage { repository: repository(&task.image) };
    authorization::perform(world, &caller, pull).map_err(|error| {
        format!(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): {}: {}",
            error.code, error.message
        )
    })?;
    for container in &definition.containers {
        let Some(log) = log(container, &task.id) else { continue };
        authorization::perform(world, &caller, RequestContext::WriteLog { log: &log }).map_err(|error| {
            format!(
                "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 \
                 times: failed to create Cloudwatch log stream: {}: {}",
                error.code, error.message
            )
        })?;
    }
    Ok(())
}

/// The name of an image's repository, without registry, tag and digest.
fn repository(image: &str) -> &str {
    let name = image.split_once('/').map_or(image, |(_, name)| name);
    name.split(['@', ':']).next().unwrap_or(name)
}

/// The group and stream that a container writes to, if it writes to `CloudWatch` Logs.
fn log(container: &Value, task: &str) -> Option<String> {
    let log = &container["logConfiguration"];
    if log["logDriver"] != "awslogs" {
        return None;
    }
    let option = |name: &str| log["options"][name].as_str();
    let prefix = option("awslogs-stream-prefix").unwrap_or_default();
    let container = container["name"].as_str().unwrap_or_default();
    Some(format!("{}:log-stream:{prefix}/{container}/{task}", option("awslogs-group")?))
}
