//! Variables in the configuration of an action: `#{namespace.name}`.

use std::collections::BTreeMap;

use super::record::{ActionError, Execution};

/// The configuration with every variable replaced. One that no earlier action put out is an error.
pub(super) fn resolve(
    execution: &Execution,
    configuration: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, ActionError> {
    configuration
        .iter()
        .map(|(name, value)| {
            replace(value, |variable| look_up(execution, variable)).map(|text| (name.clone(), text))
        })
        .collect()
}

fn look_up(execution: &Execution, variable: &str) -> Option<String> {
    let (namespace, name) = variable.split_once('.')?;
    match (namespace, name) {
        ("codepipeline", "PipelineExecutionId") => Some(execution.id.clone()),
        ("variables", _) => execution.variables.get(name).cloned(),
        _ => execution.outputs.get(namespace)?.get(name).cloned(),
    }
}

fn replace(text: &str, look_up: impl Fn(&str) -> Option<String>) -> Result<String, ActionError> {
    let mut result = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("#{") {
        let Some(length) = rest[start..].find('}') else { break };
        let variable = &rest[start + 2..start + length];
        let value = look_up(variable).ok_or_else(|| {
            let message = format!("The variable #{{{variable}}} was not put out by an earlier action.");
            ActionError::new("ConfigurationError", message)
        })?;
        result.push_str(&rest[..start]);
        result.push_str(&value);
        rest = &rest[start + length + 1..];
    }
    result.push_str(rest);
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(variable: &str) -> Option<String> {
        (variable == "Source.CommitId").then(|| "abc".to_owned())
    }

    #[test]
    fn a_variable_that_nobody_put_out_is_an_error() {
        let error = replace("id=#{Build.TAG}", known).unwrap_err();
        assert_eq!(error.code, "ConfigurationError");
        assert!(error.message.contains("#{Build.TAG}"));
    }

    #[test]
    fn every_variable_is_replaced_and_other_text_stays() {
        assert_eq!(replace("a #{Source.CommitId} b #{Source.CommitId}", known).unwrap(), "a abc b abc");
        assert_eq!(replace("color: #{", known).unwrap(), "color: #{");
    }
}
