//! The Step Functions invoke action: an execution of a state machine, from an artifact to an artifact.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use crate::codepipeline::{
    Event, NOTICE, action, artifact,
    record::{ActionError, ActionRun},
};
use crate::{
    codebuild::trouble,
    world::{self, World},
};

/// The file in the output artifact that holds the execution's output.
const OUTPUT: &str = "output.json";

pub(crate) fn begin(world: &mut World, key: &str, run: &ActionRun) -> Result<(), ActionError> {
    let machine = crate::codepipeline::provider::setting(run, "StateMachineArn")?;
    let caller = crate::codepipeline::provider::role(world, run);
    let refused = |error: AwsError| {
        let message = format!("{}: {}", error.code, error.message);
        let is_denied = error.code == "AccessDeniedException";
        if is_denied {
            crate::codepipeline::provider::not_permitted(message)
        } else {
            ActionError::new("JobFailed", message)
        }
    };
    // Whether it is of a type that can be waited for.
    world
        .call(&caller, "sfn", "DescribeStateMachine", json!({"stateMachineArn": machine}))
        .map_err(refused)?;
    let name = match run.configuration.get("ExecutionNamePrefix") {
        Some(prefix) => format!("{prefix}-{}", run.id),
        None => run.id.clone(),
    };
    let input = json!({"stateMachineArn": machine, "name": name, "input": input(world, run)?});
    let started = world.call(&caller, "sfn", "StartExecution", input).map_err(refused)?;
    let arn = started["executionArn"].as_str().unwrap_or_default().to_owned();
    let region = &world.place.region;
    let url =
        format!("https://console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{arn}");
    action::await_work(world, key, &arn, url);
    // An execution that ended at once did so before anybody waited for it.
    world.after(NOTICE, world::Event::CodePipeline(Event::Noticed(key.to_owned())));
    Ok(())
}

/// `Input` as it is, or the file of the input artifact that it names.
fn input(world: &mut World, run: &ActionRun) -> Result<String, ActionError> {
    let input = run.configuration.get("Input");
    let literal = run.configuration.get("InputType").is_none_or(|kind| kind == "Literal");
    match (literal, input, run.inputs.first()) {
        (true, input, _) => Ok(input.cloned().unwrap_or_else(|| "{}".to_owned())),
        (false, Some(path), Some((name, artifact))) => {
            crate::codepipeline::provider::reach(world, run, artifact, false)?;
            artifact::read(world, artifact, path).map_err(|error| {
                let trouble = trouble::words(&error);
                let message = format!("The file {path} of the artifact {name} cannot be read: {trouble}");
                ActionError::new("ConfigurationError", message)
            })
        }
        (false, ..) => {
            let message = "InputType FilePath needs an input artifact and the path of a file in Input.";
            Err(ActionError::new("ConfigurationError", message))
        }
    }
}

pub(crate) fn noticed(world: &mut World, key: &str, run: &ActionRun) {
    let Some(arn) = run.external_id.clone() else { return };
    let caller = crate::codepipeline::provider::role(world, run);
    let execution = match world.call(&caller, "sfn", "DescribeExecution", json!({"executionArn": arn})) {
        Ok(execution) => execution,
        Err(error) if error.code == "AccessDeniedException" => {
            return action::fail(world, key, crate::codepipeline::provider::not_permitted(error.message));
        }
        Err(_) => return,
    };
    match execution["status"].as_str() {
        Some("RUNNING" | "PENDING_REDRIVE") | None => {}
        Some("SUCCEEDED") => match store(world, run, &execution["output"]) {
            Ok(()) => {
                let machine = execution["stateMachineArn"].as_str().unwrap_or_default().to_owned();
                let variables = [("StateMachineArn".to_owned(), machine), ("ExecutionArn".to_owned(), arn)];
                action::succeed(world, key, variables.into());
            }
            Err(error) => action::fail(world, key, error),
        },
        Some(status) => action::fail(world, key, failure(status, &execution)),
    }
}

fn store(world: &mut World, run: &ActionRun, output: &Value) -> Result<(), ActionError> {
    let Some((_, artifact)) = run.outputs.first() else { return Ok(()) };
    crate::codepipeline::provider::reach(world, run, artifact, true)?;
    let broken = |error: std::io::Error| ActionError::new("SystemUnavailable", error.to_string());
    let folder = artifact::open(world, artifact).map_err(broken)?;
    std::fs::write(folder.join(OUTPUT), output.as_str().unwrap_or("{}")).map_err(broken)
}

/// The API limits the message of an error to 5000 characters.
fn failure(status: &str, execution: &Value) -> ActionError {
    let text = |member: &str| execution[member].as_str().unwrap_or_default();
    let (error, cause) = (text("error"), text("cause"));
    let reason = [error, cause].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
    let message =
        if reason.is_empty() { format!("The execution ended with status {status}.") } else { reason };
    ActionError::new("JobFailed", message.chars().take(5000).collect::<String>())
}
