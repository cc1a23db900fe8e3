//! JSONata: the first line is an expression, the rest is the document.

use serde_json::json;

use super::machine;

pub(super) fn run(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let (expression, document) = text.split_once('\n').unwrap_or((&text, "{}"));
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Output": format!("{{% {expression} %}}"), "End": true}}});
    machine::run(&definition.to_string(), document)
}
