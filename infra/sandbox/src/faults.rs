//! Faults on request: throttling, errors, slow and lost answers, for one operation or for all of a service.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

pub use crate::records::faults::{Fault, Faults, Kind};
use crate::{catalogue, world::World};

impl Fault {
    /// The fault under the names by which calls are known, or a sentence about what is wrong with it.
    fn checked(mut self) -> Result<Self, String> {
        if !(0.0..=1.0).contains(&self.probability) {
            return Err(format!("A probability lies between 0 and 1, not at {}.", self.probability));
        }
        if self.count == Some(0) {
            return Err("A fault that is to strike 0 times never strikes.".to_owned());
        }
        if !(0.0..=600.0).contains(&self.seconds) {
            return Err("An answer is late by at most 600 seconds.".to_owned());
        }
        if !(500..=599).contains(&self.status) {
            return Err("The status of an error lies between 500 and 599.".to_owned());
        }
        if self.service == "*" {
            return Ok(self);
        }
        let service = catalogue::find(&self.service)
            .ok_or_else(|| format!("The sandbox has no service {:?}.", self.service))?;
        let known = service.operations.iter().any(|operation| operation.name == self.operation);
        if self.operation != "*" && !known {
            return Err(format!("The sandbox's {} has no operation {:?}.", service.title, self.operation));
        }
        service.name.clone_into(&mut self.service);
        Ok(self)
    }
}

/// Lets something go wrong from now on. Gives the number by which it is removed, or a sentence about what
/// is wrong with the fault itself.
pub fn add(world: &mut World, fault: Fault) -> Result<String, String> {
    let fault = fault.checked()?;
    let last = world.faults.list.keys().next_back().and_then(|key| key.parse::<u64>().ok()).unwrap_or(0);
    let key = format!("{:08}", last + 1);
    world.faults.list.insert(key.clone(), fault);
    Ok(key)
}

/// Ends one fault, or all of them.
pub fn clear(world: &mut World, number: Option<&str>) {
    let keys: Vec<String> = world.faults.list.keys().map(str::to_owned).collect();
    for key in keys {
        if number.is_none_or(|number| number == key) {
            world.faults.list.remove(&key);
        }
    }
}

/// The faults that are set, with their numbers.
pub fn list(world: &World) -> Value {
    world
        .faults
        .list
        .iter()
        .map(|(key, fault)| {
            let mut shown = json!(fault);
            shown["number"] = json!(key);
            shown
        })
        .collect()
}

/// The error that a call gets instead of being carried out, if one of the faults strikes.
pub(crate) fn refuse(world: &mut World, service: &str, operation: &str) -> Option<AwsError> {
    let fault = strike(world, service, operation, &[Kind::Throttle, Kind::Error, Kind::Deny])?;
    let query = matches!(service, "elasticloadbalancingv2" | "cloudformation" | "iam" | "sns" | "sts");
    Some(match (fault.kind, fault.status) {
        (Kind::Throttle, _) if query => AwsError::new("Throttling", "Rate exceeded"),
        (Kind::Throttle, _) => AwsError::new("ThrottlingException", "Rate exceeded"),
        (Kind::Deny, _) => {
            let code = if query { "AccessDenied" } else { "AccessDeniedException" };
            AwsError::new(code, format!("The caller is not authorized to perform {service}:{operation}"))
        }
        (_, status) if service == "ecs" => {
            AwsError::new("ServerException", "Service Unavailable.").with_status(status)
        }
        (_, 503) => AwsError::new("ServiceUnavailable", "The service is unavailable. Please try again.")
            .with_status(503),
        (_, status) => {
            AwsError::internal("We encountered an internal error. Please try again.").with_status(status)
        }
    })
}

/// What happens to the answer of a call that came over the wire or from a state machine, if one of the faults strikes.
pub(crate) fn disturb(world: &mut World, service: &str, operation: &str) -> Option<Fault> {
    strike(world, service, operation, &[Kind::Delay, Kind::Hang, Kind::ResetBefore, Kind::ResetAfter])
}

/// Whether what happens by itself, as an operation does it, comes to no end.
pub(crate) fn hangs(world: &mut World, service: &str, operation: &str) -> bool {
    strike(world, service, operation, &[Kind::Hang]).is_some()
}

/// Whether what happens by itself, as an operation does it, is not even begun.
pub(crate) fn is_unheard(world: &mut World, service: &str, operation: &str) -> bool {
    strike(world, service, operation, &[Kind::ResetBefore]).is_some()
}

fn strike(world: &mut World, service: &str, operation: &str, kinds: &[Kind]) -> Option<Fault> {
    let matches = |fault: &Fault| {
        kinds.contains(&fault.kind)
            && (fault.service == "*" || fault.service == service)
            && (fault.operation == "*" || fault.operation == operation)
    };
    let matching: Vec<(String, Fault)> = (world.faults.list.iter())
        .filter(|(_, fault)| matches(fault))
        .map(|(key, fault)| (key.to_owned(), fault.clone()))
        .collect();
    let (key, fault) = matching.into_iter().find(|(_, fault)| world.ids.rng().f64() < fault.probability)?;
    if let Some(count) = fault.count {
        if count <= 1 {
            world.faults.list.remove(&key);
        } else if let Some(kept) = world.faults.list.get_mut(&key) {
            kept.count = Some(count - 1);
        }
    }
    Some(fault)
}
