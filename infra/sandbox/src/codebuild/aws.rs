//! A stand-in for the AWS CLI: a table of commands, `--query`, and JSON or text.

use std::path::Path;

mod command;
mod query;

use serde_json::{Value, json};

use super::workshop::{Answer, Workshop};
use command::{Ask, Command};

/// Exit statuses of the AWS CLI: a command line that is wrong, and an answer that is an error.
/// <https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html>
const WRONG: u8 = 252;
const REFUSED: u8 = 254;

/// Carries out `aws WORDS` in a folder.
pub(super) fn call(workshop: &Workshop, folder: &Path, words: &[String]) -> Answer {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.first() == Some(&"--version") {
        return Answer::said("aws-cli/2.0 sandbox\n");
    }
    let ask = match command::read(&words, folder) {
        Ok(ask) => ask,
        Err(error) => return Answer::failed(WRONG, format!("aws: [ERROR]: {error}\n")),
    };
    let is_password = matches!(ask.command, Command::LoginPassword);
    let (service, operation) = match ask.command {
        Command::LoginPassword => ("ecr", "GetAuthorizationToken"),
        Command::Call { service, operation, .. } => (service, operation),
    };
    let input = Value::Object(ask.input.clone());
    let called = workshop.sandbox.with(|world| world.call(&workshop.caller, service, operation, input));
    let output = match called {
        Ok(_) if is_password => return Answer::said("sandbox\n"),
        Ok(output) => output,
        Err(error) => {
            let said = format!(
                "\nAn error occurred ({}) when calling the {operation} operation: {}\n",
                error.code, error.message
            );
            return Answer::failed(REFUSED, said);
        }
    };
    match print(&ask, output) {
        Ok(text) => Answer::said(text),
        Err(error) => Answer::failed(WRONG, format!("aws: [ERROR]: {error}\n")),
    }
}

fn print(ask: &Ask, output: Value) -> Result<String, String> {
    let output = match &ask.query {
        Some(query) => query::search(query, &output)?,
        None => output,
    };
    match ask.output.as_deref() {
        None | Some("json") => Ok(format!("{output:#}\n")),
        Some("text") => Ok(text(&output)),
        Some(other) => Err(format!("the sandbox's aws prints json and text, not {other}")),
    }
}

/// As the CLI's text output: a list of plain values on one line, a list of lists or objects line by line.
fn text(value: &Value) -> String {
    match value {
        Value::Array(items) if items.iter().any(|item| item.is_array() || item.is_object()) => {
            items.iter().map(text).collect()
        }
        Value::Array(items) if items.is_empty() => String::new(),
        Value::Array(items) => format!("{}\n", items.iter().map(plain).collect::<Vec<_>>().join("\t")),
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            let line: Vec<String> = names
                .iter()
                .map(|name| &members[*name])
                .filter(|value| !value.is_array() && !value.is_object())
                .map(plain)
                .collect();
            format!("{}\n", line.join("\t"))
        }
        other => format!("{}\n", plain(other)),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(truth) => if *truth { "True" } else { "False" }.to_owned(),
        Value::String(text) => text.clone(),
        other => json!(other).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_output_is_what_a_script_expects() {
        assert_eq!(text(&json!("a")), "a\n");
        assert_eq!(text(&json!(null)), "None\n");
        assert_eq!(text(&json!(["a", "b"])), "a\tb\n");
        assert_eq!(text(&json!([["a", 1], ["b", 2]])), "a\t1\nb\t2\n");
        assert_eq!(text(&json!({"b": 2, "a": 1})), "1\t2\n");
    }
}
