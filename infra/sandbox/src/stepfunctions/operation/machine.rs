//! Creating, changing, describing and deleting state machines.

use serde_json::{Map, Value, json};
use viridian_asl::{Definition, Diagnostic, references, seconds};
use viridian_aws_wire::AwsError;

use super::request::{self, Request, members};
use crate::{
    authorization::{self, RequestContext},
    iam,
    stepfunctions::{
        integration,
        machine::{Machine, Revision},
    },
    world::World,
};

const MAX_DEFINITION: usize = 1 << 20;

/// What the sandbox keeps and gives back without acting on it, and what AWS shows where nothing was given.
fn usual_settings() -> [(&'static str, Value); 3] {
    [
        ("loggingConfiguration", json!({"level": "OFF", "includeExecutionData": false})),
        ("tracingConfiguration", json!({"enabled": false})),
        ("encryptionConfiguration", json!({"type": "AWS_OWNED_KEY"})),
    ]
}

fn settings(request: Request<'_>) -> Map<String, Value> {
    let given = usual_settings().into_iter().filter_map(|(name, _)| {
        Some((name.to_owned(), request.get(name).filter(|value| value.is_object())?.clone()))
    });
    given.collect()
}

/// The settings of a machine as they are described.
fn shown_settings(machine: Option<&Machine>) -> [(&'static str, Option<Value>); 3] {
    usual_settings().map(|(name, usual)| {
        let given = machine.and_then(|machine| machine.settings.get(name)).cloned();
        (name, Some(given.unwrap_or(usual)))
    })
}

fn not_there(arn: &str) -> AwsError {
    AwsError::new("StateMachineDoesNotExist", format!("State Machine Does Not Exist: '{arn}'"))
}

/// The machine that an ARN names, if it is to stay.
pub(super) fn find_active<'a>(world: &'a World, arn: &str) -> Result<&'a Machine, AwsError> {
    let machine = find(world, arn)?;
    if machine.is_deleting { Err(deleting(arn)) } else { Ok(machine) }
}

fn deleting(arn: &str) -> AwsError {
    AwsError::new("StateMachineDeleting", format!("State Machine is deleting: '{arn}'"))
}

/// The machine that an ARN names.
pub(super) fn find<'a>(world: &'a World, arn: &str) -> Result<&'a Machine, AwsError> {
    request::arn(arn, "stateMachine:")?;
    world.stepfunctions.machines.get(arn).ok_or_else(|| not_there(arn))
}

/// A definition that can be run here.
fn definition(request: Request<'_>) -> Result<Option<&str>, AwsError> {
    let Some(text) = request.maybe_text("definition")? else { return Ok(None) };
    if text.len() > MAX_DEFINITION {
        return Err(AwsError::new("ValidationException", "The definition must not be larger than 1 MiB"));
    }
    let mut faults = integration::faults(text, false);
    if faults.is_empty() {
        let Err(refusals) = Definition::read(text) else { return Ok(Some(text)) };
        faults = refusals;
    }
    let list: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let message = format!("Invalid State Machine Definition: '{}'", list.join(", "));
    Err(AwsError::new("InvalidDefinition", message))
}

fn check_kind(request: Request<'_>) -> Result<(), AwsError> {
    if request.one_of("type", &["STANDARD", "EXPRESS"])? == Some("EXPRESS") {
        return Err(AwsError::new(
            "StateMachineTypeNotSupported",
            "Express state machines are not available in the sandbox; use the type STANDARD",
        ));
    }
    Ok(())
}

fn role(request: Request<'_>) -> Result<Option<&str>, AwsError> {
    let role = request.maybe_text("roleArn")?;
    match role {
        Some(role) if !role.starts_with("arn:") => {
            Err(AwsError::new("InvalidArn", format!("Invalid Role Arn: '{role}'")))
        }
        role => Ok(role),
    }
}

pub(super) fn create(world: &mut World, request: Request<'_>) -> Result<Value, AwsError> {
    let name = request::name(request.text("name")?)?;
    check_kind(request)?;
    request.text("definition")?;
    request.text("roleArn")?;
    let (definition, role) = (definition(request)?.unwrap_or_default(), role(request)?.unwrap_or_default());
    let tags = request::tags(request)?;
    if request.flag("publish") == Some(true) {
        return Err(AwsError::not_implemented("states", "versions of state machines"));
    }
    let arn = world.place.arn("states", &format!("stateMachine:{name}"));
    let settings = settings(request);
    if let Some(machine) = world.stepfunctions.machines.get(&arn) {
        return again(world, machine, definition, &settings);
    }
    if request.has("loggingConfiguration") {
        may_log(world, role)?;
    }
    let created = world.now();
    let revision = keep(world, &arn, None, definition, role);
    let name = name.to_owned();
    let machine = Machine { arn: arn.clone(), name, revision, created, tags, settings, is_deleting: false };
    world.stepfunctions.machines.insert(arn.clone(), machine);
    Ok(json!({"stateMachineArn": arn, "creationDate": seconds(created)}))
}

/// A machine with a log is only made where its role may set one up.
fn may_log(world: &mut World, role: &str) -> Result<(), AwsError> {
    let caller = iam::session(world, role, "viridian-states");
    authorization::perform(world, &caller, RequestContext::DeliverLog).map_err(|error| {
        let message = "The state machine IAM Role is not authorized to access the Log Destination";
        AwsError::new("AccessDeniedException", format!("{message}: {}", error.message))
    })
}

/// Creating the same machine twice is one creation. AWS compares the definition, the type and the settings;
/// another role or other tags are no difference and are left as they were (API reference, `CreateStateMachine`).
fn again(
    world: &World,
    machine: &Machine,
    definition: &str,
    settings: &Map<String, Value>,
) -> Result<Value, AwsError> {
    if machine.is_deleting {
        return Err(deleting(&machine.arn));
    }
    let kept = world.stepfunctions.definition(&machine.revision);
    if kept == Some(definition) && machine.settings == *settings {
        return Ok(json!({"stateMachineArn": machine.arn, "creationDate": seconds(machine.created)}));
    }
    let message = format!("State Machine Already Exists: '{}'", machine.arn);
    Err(AwsError::new("StateMachineAlreadyExists", message))
}

/// Keeps a definition and gives its key.
fn keep(world: &mut World, arn: &str, id: Option<String>, definition: &str, role: &str) -> String {
    let key = world.ids.uuid();
    let revision = Revision {
        machine: arn.to_owned(),
        id,
        definition: world.stepfunctions.keep_definition(definition),
        role: role.to_owned(),
        made: world.now(),
    };
    world.stepfunctions.revisions.insert(key.clone(), revision);
    key
}

pub(super) fn update(world: &mut World, request: Request<'_>) -> Result<Value, AwsError> {
    let machine = find_active(world, request.text("stateMachineArn")?)?.clone();
    let (definition, role) = (definition(request)?, role(request)?);
    let settings = settings(request);
    if definition.is_none() && role.is_none() && settings.is_empty() {
        return Err(AwsError::new(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be \
             specified",
        ));
    }
    let kept = world.stepfunctions.revisions.get(&machine.revision).cloned();
    let text = world.stepfunctions.definition(&machine.revision).map(str::to_owned);
    let (kept, text) = kept.zip(text).ok_or_else(|| AwsError::internal("the machine has no definition"))?;
    let id = world.ids.uuid();
    let revision =
        keep(world, &machine.arn, Some(id.clone()), definition.unwrap_or(&text), role.unwrap_or(&kept.role));
    if let Some(machine) = world.stepfunctions.machines.get_mut(&machine.arn) {
        machine.revision = revision;
        machine.settings.extend(settings);
    }
    Ok(json!({"updateDate": seconds(world.now()), "revisionId": id}))
}

/// `DeleteStateMachine`. A machine goes when all of its executions have ended; those are terminated at their
/// next transition (API reference).
pub(super) fn delete(world: &mut World, request: Request<'_>) -> Result<Value, AwsError> {
    let arn = request::arn(request.text("stateMachineArn")?, "stateMachine:")?;
    // Deleting what is not there is no error in AWS.
    if let Some(machine) = world.stepfunctions.machines.get_mut(arn) {
        machine.is_deleting = true;
        world.stepfunctions.let_go(arn);
    }
    Ok(json!({}))
}

/// Which variables its states refer to, if any do.
fn variable_references(world: &mut World, revision: &str) -> Option<Value> {
    let plan = world.stepfunctions.plan(revision)?;
    let found = references(&plan);
    (!found.is_empty()).then(|| json!(found))
}

pub(super) fn describe(world: &mut World, request: Request<'_>) -> Result<Value, AwsError> {
    let revision = find(world, request.text("stateMachineArn")?)?.revision.clone();
    let variables = variable_references(world, &revision);
    let machine = find(world, request.text("stateMachineArn")?)?;
    let revision = world.stepfunctions.revisions.get(&machine.revision);
    let revision = revision.ok_or_else(|| AwsError::internal("the machine has no definition"))?;
    let [logging, tracing, encryption] = shown_settings(Some(machine));
    Ok(members([
        ("stateMachineArn", Some(json!(machine.arn))),
        ("name", Some(json!(machine.name))),
        ("status", Some(json!(if machine.is_deleting { "DELETING" } else { "ACTIVE" }))),
        ("definition", Some(json!(world.stepfunctions.definition(&machine.revision)))),
        ("roleArn", Some(json!(revision.role))),
        ("type", Some(json!("STANDARD"))),
        ("creationDate", Some(seconds(machine.created))),
        ("revisionId", revision.id.as_ref().map(|id| json!(id))),
        ("variableReferences", variables),
        logging,
        tracing,
        encryption,
    ]))
}

pub(super) fn describe_for_execution(world: &mut World, request: Request<'_>) -> Result<Value, AwsError> {
    let revision = super::control::find(world, request.text("executionArn")?)?.revision.clone();
    let variables = variable_references(world, &revision);
    let execution = super::control::find(world, request.text("executionArn")?)?;
    let revision = world.stepfunctions.revisions.get(&execution.revision);
    let revision = revision.ok_or_else(|| AwsError::internal("the execution has no definition"))?;
    let [logging, tracing, encryption] = shown_settings(world.stepfunctions.machines.get(&execution.machine));
    Ok(members([
        ("stateMachineArn", Some(json!(execution.machine))),
        ("name", Some(json!(crate::arn::short_name(&execution.machine)))),
        ("definition", Some(json!(world.stepfunctions.definition(&execution.revision)))),
        ("roleArn", Some(json!(revision.role))),
        ("updateDate", Some(seconds(revision.made))),
        ("revisionId", revision.id.as_ref().map(|id| json!(id))),
        ("variableReferences", variables),
        logging,
        tracing,
        encryption,
    ]))
}

pub(super) fn validate(request: Request<'_>) -> Result<Value, AwsError> {
    let text = request.text("definition")?;
    if text.len() > MAX_DEFINITION {
        return Err(AwsError::new("ValidationException", "The definition must not be larger than 1 MiB"));
    }
    let most = request.page_size(100)?.min(100);
    request.one_of("severity", &["ERROR", "WARNING"])?;
    let express = request.one_of("type", &["STANDARD", "EXPRESS"])? == Some("EXPRESS");
    let faults = integration::faults(text, express);
    let diagnostics: Vec<Value> = faults.iter().take(most).map(Diagnostic::wire).collect();
    Ok(json!({
        "result": if faults.is_empty() { "OK" } else { "FAIL" },
        "truncated": faults.len() > most,
        "diagnostics": diagnostics,
    }))
}
