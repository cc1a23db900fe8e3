//! The calls of Task states: into the world, in the name of the machine's role.

mod casing;
mod known;
mod optimized;

use serde_json::Value;
use viridian_asl::{CallAnswer, Failure, Resource};
use viridian_aws_wire::AwsError;

use crate::{
    arn,
    door::{self, Stage},
    faults::{self, Kind},
    world::{Caller, World},
};

pub(super) use known::faults;

/// Makes a task's call in the name of the machine's role.
pub(crate) fn call(
    world: &mut World,
    role: &str,
    resource: &Resource,
    parameters: Value,
) -> Result<CallAnswer, Failure> {
    let caller = Caller { arn: session(role) };
    let operation =
        if resource.is_function() { "Invoke".to_owned() } else { casing::pascal(&resource.action) };
    let sdk = resource.service.strip_prefix("aws-sdk:");
    let name = sdk.map_or_else(|| optimized::service(&resource.service).name, known::service);
    let disturbance = faults::disturb(world, name, &operation).map(|fault| fault.kind);
    match disturbance {
        Some(Kind::Hang) => return Ok(CallAnswer::Lost),
        Some(Kind::ResetBefore) => return Err(unheard(sdk.unwrap_or(name))),
        _ => {}
    }
    if let Some(unknown) = door::unknown(name, &operation, &parameters, Stage::Call).first() {
        return Err(Failure::runtime(known::not_supported(unknown)));
    }
    let given = if let Some(service) = sdk {
        call_by_sdk(world, &caller, service, &operation, parameters)?
    } else {
        let service = optimized::service(&resource.service);
        let input = door::of_task(service.name, &operation, casing::to_wire(service.name, parameters));
        let output = world.call(&caller, service.name, &operation, input);
        let output = output.map_err(|error| service.failure(world, &error))?;
        if output.get("FailedEntryCount").and_then(Value::as_u64).is_some_and(|failed| failed > 0) {
            return Err(Failure::said(service.failed_entry(), output.to_string()));
        }
        let length = output.to_string().len();
        service.with_account(world, casing::from_wire(service.name, output), length)
    };
    if disturbance == Some(Kind::ResetAfter) {
        return Err(unheard(sdk.unwrap_or(name)));
    }
    let execution = given.get("ExecutionArn").and_then(Value::as_str).map(ToOwned::to_owned);
    Ok(match execution.filter(|_| resource.pattern.is_some()) {
        Some(execution) => CallAnswer::Started { output: given, execution },
        None => CallAnswer::Done(given),
    })
}

fn call_by_sdk(
    world: &mut World,
    caller: &Caller,
    service: &str,
    operation: &str,
    parameters: Value,
) -> Result<Value, Failure> {
    let name = known::service(service);
    let input = door::of_task(name, operation, casing::to_wire(name, parameters));
    match world.call(caller, name, operation, input) {
        Ok(output) => Ok(casing::from_wire(name, output)),
        Err(error) => Err(failure(world, &casing::prefix(service), &error)),
    }
}

/// The client of Step Functions was answered by nobody.
fn unheard(service: &str) -> Failure {
    let message = "Unable to execute HTTP request: Connection reset (SDK Attempt Count: 1)";
    Failure::said(format!("{}.SdkClientException", casing::prefix(service)), message)
}

/// The caller that a role becomes when a machine assumes it.
fn session(role: &str) -> String {
    match role.split_once(":role/") {
        Some((head, name)) => {
            let name = arn::short_name(name);
            format!("{}:assumed-role/{name}/viridian-states", head.replacen(":iam:", ":sts:", 1))
        }
        None => role.to_owned(),
    }
}

/// An error of a service as a task reports it: `Ecs.TaskSetNotFoundException`.
fn failure(world: &mut World, prefix: &str, error: &AwsError) -> Failure {
    let suffix = if error.code.ends_with("Exception") { "" } else { "Exception" };
    let request = world.ids.uuid();
    Failure::said(
        format!("{prefix}.{}{suffix}", error.code),
        format!(
            "{} (Service: {prefix}, Status Code: {}, Request ID: {request}) (SDK Attempt Count: 1)",
            error.message, error.status
        ),
    )
}
