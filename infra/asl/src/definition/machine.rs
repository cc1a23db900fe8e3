//! Reads a whole definition, and every block of states in it.

pub(crate) mod container;
pub(crate) mod state;

use std::collections::HashSet;

use serde_json::Value;

use super::{
    Block, Code, Definition, Diagnostic, Language,
    fields::{Faults, Fields},
    flow,
};

/// What the states of a machine share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) language: Language,
    pub(crate) express: bool,
}

/// Reads a definition. Without a fault, there is a definition.
pub(crate) fn read(text: &str, express: bool) -> Result<Definition, Vec<Diagnostic>> {
    if text.trim().is_empty() {
        return Err(vec![not_an_object()]);
    }
    let value: Value = serde_json::from_str(text).map_err(|error| {
        vec![Diagnostic { code: Code::InvalidJson, message: error.to_string(), location: None }]
    })?;
    if !value.is_object() {
        return Err(vec![not_an_object()]);
    }
    let mut faults = Faults::default();
    let definition = machine(&value, express, &mut faults);
    let (refusals, faults): (Vec<_>, Vec<_>) =
        faults.list.into_iter().partition(|fault| fault.code == Code::NotAvailable);
    match definition {
        Some(definition) if faults.is_empty() => Ok(Definition { refusals, ..definition }),
        _ => Err(faults),
    }
}

fn not_an_object() -> Diagnostic {
    Diagnostic {
        code: Code::Schema,
        message: "Definition must be a valid JSON object".to_owned(),
        location: None,
    }
}

fn machine(value: &Value, express: bool, faults: &mut Faults) -> Option<Definition> {
    let fields = Fields::of(value, "/".to_owned(), Language::Paths, faults)?;
    fields.allow(&[&["Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage"]], faults);
    if fields.text("Version", faults).is_some_and(|version| version != "1.0") {
        fields.fault("Version", "Value must be 1.0", faults);
    }
    let language = language(&fields, faults).unwrap_or(Language::Paths);
    let timeout = fields.get("TimeoutSeconds").and_then(|value| {
        let seconds = value.as_i64().filter(|seconds| (1..=99_999_999).contains(seconds));
        if seconds.is_none() {
            fields.fault("TimeoutSeconds", "Expected a positive integer up to 99999999", faults);
        }
        seconds
    });
    let block = block(&fields, Setting { language, express }, &mut HashSet::new(), faults)?;
    Some(Definition { block, timeout, refusals: Vec::new() })
}

/// The language that an object sets, if it does.
pub(crate) fn language(fields: &Fields<'_>, faults: &mut Faults) -> Option<Language> {
    match fields.text("QueryLanguage", faults)? {
        "JSONPath" => Some(Language::Paths),
        "JSONata" => Some(Language::Queries),
        _ => {
            fields.fault("QueryLanguage", "Value must be one of [JSONPath, JSONata]", faults);
            None
        }
    }
}

/// Reads `StartAt` and `States`. `names` are the states of the whole machine, which must all differ.
pub(crate) fn block(
    fields: &Fields<'_>,
    setting: Setting,
    names: &mut HashSet<String>,
    faults: &mut Faults,
) -> Option<Block> {
    fields.require(&["StartAt", "States"], faults);
    let start_at = fields.text("StartAt", faults).unwrap_or_default().to_owned();
    let list = Fields::of(fields.get("States")?, fields.place("States"), setting.language, faults)?;
    if list.members.is_empty() {
        faults.add(Code::Schema, list.at.clone(), "At least one state is required");
    }
    let mut block = Block { start_at, ..Block::default() };
    for (name, value) in list.members {
        let at = list.place(name);
        if name.chars().count() > 80 {
            faults.add(Code::Schema, at.clone(), "State name must not have more than 80 characters");
        }
        if !names.insert(name.clone()) {
            faults.add(Code::DuplicateName, at.clone(), format!("Duplicate State name: {name}"));
        }
        if let Some(state) = state::read(name, value, at, setting, names, faults) {
            block.states.insert(name.clone(), state);
        }
    }
    flow::check(fields, &block, list.members.len(), faults);
    Some(block)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(definition: Value) -> Vec<String> {
        match read(&definition.to_string(), false) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn what_is_no_definition_is_refused() {
        assert_eq!(read(" ", false).unwrap_err().first().map(|fault| fault.code), Some(Code::Schema));
        assert_eq!(read("{", false).unwrap_err().first().map(|fault| fault.code), Some(Code::InvalidJson));
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(&deep, false).is_err());
        assert_eq!(
            faults(json!({"StartAt": "A"})),
            ["SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /"]
        );
    }

    #[test]
    fn a_target_that_is_not_there_is_named_with_its_place() {
        let found = faults(json!({"StartAt": "A", "States": {
            "A": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "B"}], "Default": "C"},
            "C": {"Type": "Succeed"},
        }}));
        assert_eq!(
            found,
            ["MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Choices[0]/Next"]
        );
        let found = faults(json!({"StartAt": "B", "States": {"A": {"Type": "Pass", "End": true}}}));
        assert_eq!(found, ["MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /StartAt"]);
        let found = faults(json!({"StartAt": "A", "States": {
            "A": {"Type": "Succeed"},
            "B": {"Type": "Succeed"},
        }}));
        assert_eq!(found, ["MISSING_TRANSITION_TARGET: State \"B\" is not reachable. at /States/B"]);
    }

    #[test]
    fn names_differ_through_all_blocks() {
        let inner = json!({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}});
        let found = faults(json!({"StartAt": "A", "States": {
            "A": {"Type": "Parallel", "Branches": [inner], "End": true}
        }}));
        assert_eq!(
            found,
            ["DUPLICATE_STATE_NAME: Duplicate State name: A at /States/A/Branches[0]/States/A"]
        );
    }

    #[test]
    fn a_state_that_leads_back_is_allowed_where_another_ends() {
        let definition = json!({"StartAt": "A", "States": {
            "A": {"Type": "Wait", "Seconds": 1, "Next": "B"},
            "B": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "C"}], "Default": "A"},
            "C": {"Type": "Succeed"},
        }});
        assert_eq!(faults(definition), Vec::<String>::new());
    }

    #[test]
    fn a_block_that_never_ends_is_refused() {
        let never = "MISSING_END_STATE: Workflow has no terminal state at null";
        let around = json!({"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"},
        }});
        assert_eq!(faults(around.clone()), [never]);
        let itself = json!({"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1, "Next": "A"}}});
        assert_eq!(faults(itself), [never]);
        let choices = json!({"StartAt": "A", "States": {
            "A": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "A"}], "Default": "B"},
            "B": {"Type": "Pass", "Next": "A"},
        }});
        assert_eq!(faults(choices), [never]);
        let inside =
            json!({"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [around], "End": true}}});
        assert_eq!(faults(inside), [never]);
        let dangling = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "NOPE"}}});
        assert_eq!(
            faults(dangling),
            ["MISSING_TRANSITION_TARGET: Missing 'Next' target: NOPE at /States/A/Next", never]
        );
        let ends =
            json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}, "C": {"Type": "Succeed"}}});
        assert_eq!(faults(ends), ["MISSING_TRANSITION_TARGET: State \"C\" is not reachable. at /States/C"]);
    }

    #[test]
    fn a_block_inside_of_a_state_has_no_language_of_its_own() {
        let block = json!({"QueryLanguage": "JSONata", "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
        for (state, place) in [
            (json!({"Type": "Map", "ItemProcessor": block, "End": true}), "ItemProcessor"),
            (json!({"Type": "Map", "Iterator": block, "End": true}), "Iterator"),
            (json!({"Type": "Parallel", "Branches": [block], "End": true}), "Branches[0]"),
        ] {
            let found = faults(json!({"StartAt": "M", "States": {"M": state}}));
            let wanted = format!(
                "SCHEMA_VALIDATION_FAILED: Field is not supported at /States/M/{place}/QueryLanguage"
            );
            assert_eq!(found, [wanted]);
        }
    }
}
