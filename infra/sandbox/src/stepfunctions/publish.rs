//! What EventBridge hears of executions: the guide's page "Step Functions Execution Status Change".

use serde_json::json;

use crate::{signal::Entry, world::World};

/// Input and output that are longer together are left out.
const LONGEST: usize = 248 * 1024;

/// An execution began, went on or ended.
pub(super) fn execution(world: &mut World, arn: &str) {
    let Some(execution) = world.stepfunctions.executions.get(arn) else { return };
    let output = execution.output.as_deref();
    let included = execution.input.len() + output.map_or(0, str::len) <= LONGEST;
    let detail = json!({
        "executionArn": execution.arn,
        "stateMachineArn": execution.machine,
        "name": execution.name,
        "status": execution.status.name(),
        "startDate": execution.started.as_millisecond(),
        "stopDate": execution.stopped.map(jiff::Timestamp::as_millisecond),
        "input": included.then_some(execution.input.as_str()),
        "inputDetails": { "included": included },
        "output": output.filter(|_| included),
        "outputDetails": output.map(|_| json!({ "included": included })),
        "error": execution.error,
        "cause": execution.cause,
        "redriveCount": execution.redrives,
    });
    let resources = vec![arn.to_owned()];
    let kind = "Step Functions Execution Status Change";
    world.publish(Entry { source: "aws.states", kind, resources, detail });
}
