//! Faults on request: throttling, errors, slow and lost answers, for one operation or for all of a service.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    error::AwsError,
    table::{Saved, Table},
    world::World,
};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The service says that it is asked too often.
    Throttle,
    /// The service answers with status 500.
    Error,
    /// The caller may not do this.
    Deny,
    /// The answer comes late.
    Delay,
    /// No answer comes.
    Hang,
    /// The connection breaks before the operation is carried out.
    ResetBefore,
    /// The operation is carried out, and its answer is lost.
    ResetAfter,
}

/// A rule about what goes wrong, how often and how many times.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fault {
    /// Name of the service as [`World::call`] knows it; `*` for all.
    pub service: String,
    /// Name of the operation; `*` for all.
    #[serde(default = "all")]
    pub operation: String,
    pub kind: Kind,
    /// Of the calls that match, the share that fails.
    #[serde(default = "always")]
    pub probability: f64,
    /// How many more times it happens; without it, until it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// Real seconds by which a delayed answer is late.
    #[serde(default = "two")]
    pub seconds: f64,
}

fn all() -> String {
    "*".to_owned()
}

fn always() -> f64 {
    1.0
}

fn two() -> f64 {
    2.0
}

#[derive(Debug, Default)]
pub struct Faults {
    list: Table<Fault>,
}

impl Faults {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![("faults", &mut self.list as &mut dyn Saved)]
    }
}

/// Lets something go wrong from now on. Gives the number by which it is removed.
pub fn add(world: &mut World, fault: Fault) -> String {
    let last = world.faults.list.keys().next_back().and_then(|key| key.parse::<u64>().ok()).unwrap_or(0);
    let key = format!("{:08}", last + 1);
    world.faults.list.insert(key.clone(), fault);
    key
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
    let query = matches!(service, "elasticloadbalancingv2" | "cloudformation" | "sns" | "sts");
    Some(match fault.kind {
        Kind::Throttle if query => AwsError::new("Throttling", "Rate exceeded"),
        Kind::Throttle => AwsError::new("ThrottlingException", "Rate exceeded"),
        Kind::Deny => {
            let code = if query { "AccessDenied" } else { "AccessDeniedException" };
            AwsError::new(code, format!("The caller is not authorized to perform {service}:{operation}"))
        }
        _ if service == "ecs" => AwsError::new("ServerException", "Service Unavailable.").with_status(500),
        _ => AwsError::internal("We encountered an internal error. Please try again."),
    })
}

/// What happens to the answer of a call that came over the wire, if one of the faults strikes.
pub(crate) fn disturb(world: &mut World, service: &str, operation: &str) -> Option<Fault> {
    strike(world, service, operation, &[Kind::Delay, Kind::Hang, Kind::ResetBefore, Kind::ResetAfter])
}

fn strike(world: &mut World, service: &str, operation: &str, kinds: &[Kind]) -> Option<Fault> {
    let matches = |fault: &Fault| {
        kinds.contains(&fault.kind)
            && (fault.service == "*" || fault.service == service)
            && (fault.operation == "*" || fault.operation == operation)
    };
    let (key, fault) = world.faults.list.iter().find(|(_, fault)| matches(fault))?;
    let (key, fault) = (key.to_owned(), fault.clone());
    if world.ids.fraction() >= fault.probability {
        return None;
    }
    if let Some(count) = fault.count {
        if count <= 1 {
            world.faults.list.remove(&key);
        } else if let Some(kept) = world.faults.list.get_mut(&key) {
            kept.count = Some(count - 1);
        }
    }
    Some(fault)
}
