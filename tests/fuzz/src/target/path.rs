//! JSONPath: the first line is a path, the rest is the document.

use serde_json::json;

use super::machine;

pub(super) fn run(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let (path, document) = text.split_once('\n').unwrap_or((&text, "{}"));
    let definition = json!({"StartAt": "Test", "States": {
        "Test": {"Type": "Choice", "Choices": [{"Variable": path, "IsPresent": true, "Next": "Take"}], "Default": "Take"},
        "Take": {"Type": "Pass", "Parameters": {"x.$": path}, "Next": "Put"},
        "Put": {"Type": "Pass", "Result": 1, "ResultPath": path, "Next": "Show"},
        "Show": {"Type": "Pass", "OutputPath": path, "End": true},
    }});
    let outcome = machine::run(&definition.to_string(), document);
    if !outcome.starts_with("InvalidDefinition") {
        return outcome;
    }
    // What is no reference path may still be read.
    let definition = json!({"StartAt": "Take", "States": {
        "Take": {"Type": "Pass", "Parameters": {"x.$": path}, "End": true}}});
    machine::run(&definition.to_string(), document)
}
