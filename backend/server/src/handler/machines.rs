//! Lenses on state machines: a definition, an execution with its events.

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;
use viridian_domain::{
    Service,
    port::{Fault, PortError, machines::execution_arn},
};
use viridian_shared::{
    machine::{Definition, ExecutionDetail, UsedDefinition},
    problem::ProblemCode,
};

use crate::{
    App,
    extract::{query::Ask, signed::Signed},
    reply::{Failure, Reply},
};

pub(crate) async fn definition(
    State(app): State<App>,
    _signed: Signed,
    Path((service, machine)): Path<(String, String)>,
) -> Reply<Json<Definition>> {
    let served = app.find(&service).ok_or_else(|| Failure::missing_service(&service))?;
    let arn = machine_arn(&served.service, &machine)?;
    let text = served.service.ports.machines.definition(&arn).await?;
    Ok(Json(Definition { text: indented(&text), input_example: indented(&served.service.smallest_input()) }))
}

#[derive(Deserialize, IntoParams)]
pub(crate) struct After {
    /// `next` of the page before.
    #[param(min_length = 1, max_length = 1024)]
    after: Option<String>,
}

/// As long as a name of an execution, and a token of AWS for the next page, may be (`StartExecution`,
/// `GetExecutionHistory`).
const LONGEST_NAME: usize = 80;
const LONGEST_TOKEN: usize = 1_024;

pub(crate) async fn execution(
    State(app): State<App>,
    _signed: Signed,
    Path((service, machine, execution)): Path<(String, String, String)>,
    Ask(After { after }): Ask<After>,
) -> Reply<Json<ExecutionDetail>> {
    let served = app.find(&service).ok_or_else(|| Failure::missing_service(&service))?;
    if after.as_ref().is_some_and(|token| !(1..=LONGEST_TOKEN).contains(&token.chars().count())) {
        let text = format!("`after` takes 1 to {LONGEST_TOKEN} characters: `next` of the page before.");
        return Err(Failure::new(ProblemCode::BadRequest, text));
    }
    let arn = named(&served.service, &machine, &execution)?;
    let read = served.service.ports.machines.history(&arn, after.as_deref()).await;
    read.map(Json).map_err(|error| unread(&machine, error))
}

pub(crate) async fn used_definition(
    State(app): State<App>,
    _signed: Signed,
    Path((service, machine, execution)): Path<(String, String, String)>,
) -> Reply<Json<UsedDefinition>> {
    let served = app.find(&service).ok_or_else(|| Failure::missing_service(&service))?;
    let arn = named(&served.service, &machine, &execution)?;
    let read = served.service.ports.machines.definition_of(&arn).await;
    let text = read.map_err(|error| unread(&machine, error))?;
    Ok(Json(UsedDefinition { text: indented(&text) }))
}

/// Why an execution cannot be told of.
fn unread(machine: &str, error: PortError) -> Failure {
    match error.fault {
        Fault::Missing => Failure::new(
            ProblemCode::NotFound,
            format!("{machine} has no execution of this name. AWS forgets one 90 days after its end."),
        ),
        _ => error.into(),
    }
}

/// The ARN of an execution that a path names.
fn named(service: &Service, machine: &str, execution: &str) -> Reply<String> {
    let arn = execution_arn(&machine_arn(service, machine)?, execution);
    if execution.chars().count() > LONGEST_NAME {
        let text =
            format!("{machine} has no execution of this name: names have {LONGEST_NAME} characters at most.");
        return Err(Failure::new(ProblemCode::NotFound, text));
    }
    Ok(arn)
}

fn machine_arn(service: &Service, machine: &str) -> Reply<String> {
    let arn = service.machine_arn(machine);
    if arn.is_empty() {
        let text = format!("This service has no state machine {machine}.");
        return Err(Failure::new(ProblemCode::NotFound, text));
    }
    Ok(arn)
}

/// JSON with line breaks; text that is no JSON stays as it is.
fn indented(text: &str) -> String {
    let parsed: Option<Value> = serde_json::from_str(text).ok();
    parsed.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| text.to_owned())
}
