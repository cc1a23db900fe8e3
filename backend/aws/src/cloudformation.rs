//! What CloudFormation tells of a stack: its outputs, and whether they are final.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use viridian_domain::port::{Fault, PortError};

use crate::{classify::classify, client::Clients};

/// A stack as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stack {
    /// By their keys. One that is being made has none yet; one that is being changed has those of before.
    pub outputs: BTreeMap<String, String>,
    /// Whether CloudFormation is at work on it, so that its outputs may be others soon.
    pub is_changing: bool,
}

/// Reads a stack. `Missing` if there is none of this name here.
pub async fn read(clients: &Clients, stack: &str) -> Result<Stack, PortError> {
    let sent = clients.cloudformation.describe_stacks().stack_name(stack).send().await;
    let output = sent.map_err(|error| {
        // CloudFormation says this by the code of every bad input.
        let missing = error.message().is_some_and(|message| message.contains("does not exist"));
        let mut error = classify("DescribeStacks", error);
        if missing {
            error.fault = Fault::Missing;
        }
        error
    })?;
    let found = output.stacks().first().ok_or_else(|| {
        PortError::new(Fault::Missing, "DescribeStacks", format!("there is no stack {stack}"))
    })?;
    let text = |value: Option<&str>| value.map(str::to_owned);
    let outputs = found.outputs().iter();
    Ok(Stack {
        outputs: outputs
            .filter_map(|output| Some((text(output.output_key())?, text(output.output_value())?)))
            .collect(),
        is_changing: found.stack_status().is_some_and(|status| status.as_str().ends_with("_IN_PROGRESS")),
    })
}
