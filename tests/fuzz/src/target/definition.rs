//! Definitions of state machines: what is valid can be created and runs; what is not is refused with a reason.
//!
//! An input is a definition, then optionally a line `----` and the input of the execution.

use serde_json::{Value, json};

use super::machine;

pub(super) fn run(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let (definition, input) = text.split_once("\n----\n").unwrap_or((&text, "{}"));
    let mut world = machine::world();
    let asked =
        machine::call(&mut world, "ValidateStateMachineDefinition", json!({"definition": definition}));
    let verdict = match asked {
        Ok(answer) => answer,
        Err(error) => return error.to_string(),
    };
    let is_valid = verdict["result"] == "OK";
    let findings: Vec<String> =
        verdict["diagnostics"].as_array().into_iter().flatten().map(finding).collect();
    assert!(is_valid || !findings.is_empty(), "a refusal without a reason");
    if is_valid {
        let outcome = machine::run(definition, input);
        assert!(!outcome.starts_with("InvalidDefinition"), "valid, yet {outcome}");
        return outcome;
    }
    let role = "arn:aws:iam::123456789012:role/states";
    let create = json!({"name": "m", "definition": definition, "roleArn": role});
    let refused = machine::call(&mut world, "CreateStateMachine", create);
    assert!(refused.is_err(), "invalid, yet created: {findings:?}");
    findings.join("; ")
}

fn finding(diagnostic: &Value) -> String {
    let message = diagnostic["message"].as_str().unwrap_or_default();
    assert!(!message.is_empty(), "a finding without a sentence: {diagnostic}");
    format!("{} {message}", diagnostic["code"])
}
