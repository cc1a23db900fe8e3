//! Reads one state: the fields that all states share, and which type has which.

use std::collections::HashSet;

use serde_json::Value;

use crate::definition::{
    Code, Kind, Language, State, choice, container,
    fields::{Faults, Fields},
    handler,
    machine::{self, Setting},
    task, timer,
};
use crate::template::Template;

const COMMON: &[&str] = &["Type", "Comment", "QueryLanguage"];
const LEADING: &[&str] = &["Next", "End"];
const HANDLING: &[&str] = &["Retry", "Catch"];
/// Fields of JSONPath states.
const IN_OUT: &[&str] = &["InputPath", "OutputPath"];
const RESULT: &[&str] = &["ResultPath"];
const SELECTOR: &[&str] = &["ResultSelector"];
const PARAMETERS: &[&str] = &["Parameters"];
/// Fields of JSONata states.
const OUTPUT: &[&str] = &["Output"];
const ARGUMENTS: &[&str] = &["Arguments"];
const ASSIGN: &[&str] = &["Assign"];

type Lists = &'static [&'static [&'static str]];

/// The fields of a type in JSONPath, in JSONata, and in both.
fn lists(kind: &str) -> Option<(Lists, Lists, Lists)> {
    Some(match kind {
        "Pass" => (&[IN_OUT, RESULT, PARAMETERS, &["Result"]], &[OUTPUT], &[LEADING, ASSIGN]),
        "Task" => (
            &[IN_OUT, RESULT, SELECTOR, PARAMETERS, &["TimeoutSecondsPath", "HeartbeatSecondsPath"]],
            &[OUTPUT, ARGUMENTS],
            &[LEADING, ASSIGN, HANDLING, task::FIELDS],
        ),
        "Choice" => (&[IN_OUT], &[OUTPUT], &[ASSIGN, &["Choices", "Default"]]),
        "Wait" => (
            &[IN_OUT, &["SecondsPath", "TimestampPath"]],
            &[OUTPUT],
            &[LEADING, ASSIGN, &["Seconds", "Timestamp"]],
        ),
        "Succeed" => (&[IN_OUT], &[OUTPUT], &[]),
        "Fail" => (&[&["ErrorPath", "CausePath"]], &[], &[&["Error", "Cause"]]),
        "Parallel" => (
            &[IN_OUT, RESULT, SELECTOR, PARAMETERS],
            &[OUTPUT, ARGUMENTS],
            &[LEADING, ASSIGN, HANDLING, &["Branches"]],
        ),
        "Map" => (
            &[IN_OUT, RESULT, SELECTOR, PARAMETERS, container::PATHS],
            &[OUTPUT, &["Items"]],
            &[LEADING, ASSIGN, HANDLING, container::FIELDS],
        ),
        _ => return None,
    })
}

pub(crate) fn read(
    name: &str,
    value: &Value,
    at: String,
    setting: Setting,
    names: &mut HashSet<String>,
    faults: &mut Faults,
) -> Option<State> {
    let mut fields = Fields::of(value, at, setting.language, faults)?;
    fields.require(&["Type"], faults);
    let kind = fields.text("Type", faults)?;
    let Some((paths, queries, both)) = lists(kind) else {
        let kinds = "[Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]";
        fields.fault("Type", format!("Value '{kind}' must be one of {kinds}"), faults);
        return None;
    };
    fields.language = language(&fields, setting, faults);
    let own = if fields.language == Language::Paths { paths } else { queries };
    fields.allow(&[&[COMMON], own, both].concat(), faults);
    let next = if both.contains(&LEADING) { next(&fields, faults) } else { None };
    let kind = self::kind(kind, &fields, setting, names, faults)?;
    Some(State {
        name: name.to_owned(),
        language: fields.language,
        next,
        input_path: fields.slot("InputPath", false, faults),
        output_path: fields.slot("OutputPath", false, faults),
        result_path: fields.slot("ResultPath", true, faults),
        parameters: parameters(&fields, faults),
        result_selector: fields.template("ResultSelector", faults),
        output: fields.template("Output", faults),
        assign: fields.assignments(faults),
        retry: handler::retriers(&fields, faults),
        catch: handler::catchers(&fields, faults),
        kind,
    })
}

fn language(fields: &Fields<'_>, setting: Setting, faults: &mut Faults) -> Language {
    match machine::language(fields, faults) {
        Some(Language::Paths) if setting.language == Language::Queries => {
            let message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
            faults.add(Code::Schema, fields.at.clone(), message);
            Language::Paths
        }
        Some(language) => language,
        None => setting.language,
    }
}

fn parameters(fields: &Fields<'_>, faults: &mut Faults) -> Option<Template> {
    // In a Map state of JSONPath they are the old name of ItemSelector, read there.
    if fields.get("Type").and_then(Value::as_str) == Some("Map") {
        return None;
    }
    match fields.language {
        Language::Paths => fields.template("Parameters", faults),
        Language::Queries => fields.template("Arguments", faults),
    }
}

/// Where the state leads. Exactly one of `Next` and `End` must say so.
fn next(fields: &Fields<'_>, faults: &mut Faults) -> Option<String> {
    let end = fields.flag("End", faults).unwrap_or(false);
    let next = fields.text("Next", faults);
    if end == next.is_some() && (end || !fields.members.contains_key("Next")) {
        let message = "Exactly one of these fields is required: [Next, End]";
        faults.add(Code::Schema, fields.at.clone(), message);
    }
    next.map(ToOwned::to_owned)
}

fn kind(
    kind: &str,
    fields: &Fields<'_>,
    setting: Setting,
    names: &mut HashSet<String>,
    faults: &mut Faults,
) -> Option<Kind> {
    Some(match kind {
        "Pass" => Kind::Pass { result: fields.get("Result").cloned() },
        "Task" => Kind::Task(task::read(fields, setting.express, faults)?),
        "Choice" => choice::read(fields, faults)?,
        "Wait" => Kind::Wait(timer::read(fields, faults)?),
        "Succeed" => Kind::Succeed,
        "Fail" => Kind::Fail {
            error: failing(fields, "Error", "ErrorPath", faults),
            cause: failing(fields, "Cause", "CausePath", faults),
        },
        "Parallel" => container::parallel(fields, setting, names, faults)?,
        _ => container::map(fields, setting, names, faults)?,
    })
}

/// A field of a Fail state: a text, or a path or call that gives one.
fn failing(fields: &Fields<'_>, plain: &str, by_path: &str, faults: &mut Faults) -> Option<Template> {
    if let Some(text) = fields.text(by_path, faults) {
        if fields.get(plain).is_some() {
            fields.fault(by_path, format!("Only one of [{plain}, {by_path}] may be given"), faults);
        }
        let template = Template::of_path(by_path, text);
        if template.is_none() {
            let message = format!(
                "The value for the field '{by_path}' must be a valid JSONPath or a valid intrinsic function call"
            );
            fields.fault(by_path, message, faults);
        }
        return template;
    }
    let text = fields.text(plain, faults)?;
    match fields.language {
        Language::Queries => fields.template(plain, faults),
        Language::Paths => Some(Template::Literal(Value::from(text))),
    }
}
