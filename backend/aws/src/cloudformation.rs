//! The outputs of a CloudFormation stack.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use viridian_domain::port::{Fault, PortError};

use crate::{classify::classify, client::Clients};

/// Reads the outputs of a stack, by their keys. `Missing` if there is no stack of this name here.
pub async fn outputs(clients: &Clients, stack: &str) -> Result<BTreeMap<String, String>, PortError> {
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
    Ok(found
        .outputs()
        .iter()
        .filter_map(|output| Some((text(output.output_key())?, text(output.output_value())?)))
        .collect())
}
