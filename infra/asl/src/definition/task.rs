//! Reads the fields of a Task state.

use super::{
    Amount, Code, MAX_SECONDS, Task,
    fields::{Faults, Fields},
};
use crate::resource::Resource;

pub(crate) const FIELDS: &[&str] = &["Resource", "TimeoutSeconds", "HeartbeatSeconds", "Credentials"];

pub(crate) fn read(fields: &Fields<'_>, express: bool, faults: &mut Faults) -> Option<Task> {
    fields.require(&["Resource"], faults);
    let resource = fields.text("Resource", faults)?;
    let timeout = fields.amount("TimeoutSeconds", 1, MAX_SECONDS, faults);
    let heartbeat = fields.amount("HeartbeatSeconds", 1, MAX_SECONDS, faults);
    check_order(fields, timeout.as_ref(), heartbeat.as_ref(), faults);
    match Resource::parse(resource) {
        None => {
            fields.fault("Resource", Resource::unknown(resource), faults);
        }
        Some(found) if express && found.pattern.is_some() => {
            let pattern = found.pattern.unwrap_or_default();
            // The blank at the end is AWS's own.
            let message = format!("Express state machine does not support '.{pattern}' service integration ");
            fields.fault("Resource", message, faults);
        }
        Some(found) => {
            if let Some(refusal) = found.refusal() {
                faults.add(Code::NotAvailable, fields.place("Resource"), refusal);
            }
        }
    }
    Some(Task { resource: resource.to_owned(), timeout, heartbeat })
}

/// A heartbeat that does not come before the timeout never tells anything.
fn check_order(
    fields: &Fields<'_>,
    timeout: Option<&Amount>,
    heartbeat: Option<&Amount>,
    faults: &mut Faults,
) {
    let written = |amount: Option<&Amount>| match amount {
        Some(Amount::Fixed(value)) => value.as_i64(),
        _ => None,
    };
    if let (Some(timeout), Some(heartbeat)) = (written(timeout), written(heartbeat))
        && heartbeat >= timeout
    {
        fields.fault("HeartbeatSeconds", "Value must be smaller than TimeoutSeconds", faults);
    }
}
