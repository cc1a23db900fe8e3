//! The calls that a definition would make, as they are written: for whoever knows the services.

use serde_json::Value;

use crate::{jsonata, resource::Resource};

/// A Task state's call as a definition writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Call<'a> {
    /// Where the state stands.
    pub location: String,
    /// The resource's ARN.
    pub text: &'a str,
    /// What it names.
    pub resource: Resource,
    /// `Parameters` or `Arguments`, where the state has them.
    pub parameters: Option<(&'static str, &'a Value)>,
}

/// Every call of a definition that was read without a fault.
pub fn calls(definition: &Value) -> Vec<Call<'_>> {
    let mut found = Vec::new();
    block(definition, "", &mut found);
    found
}

fn block<'a>(block: &'a Value, at: &str, found: &mut Vec<Call<'a>>) {
    let states = block.get("States").and_then(Value::as_object);
    for (name, state) in states.into_iter().flatten() {
        let at = format!("{at}/States/{name}");
        found.extend(call(state, &at));
        for name in ["ItemProcessor", "Iterator"] {
            state.get(name).into_iter().for_each(|inner| self::block(inner, &format!("{at}/{name}"), found));
        }
        let branches = state.get("Branches").and_then(Value::as_array).into_iter().flatten();
        for (number, branch) in branches.enumerate() {
            self::block(branch, &format!("{at}/Branches[{number}]"), found);
        }
    }
}

fn call<'a>(state: &'a Value, at: &str) -> Option<Call<'a>> {
    if state.get("Type")? != "Task" {
        return None;
    }
    let text = state.get("Resource")?.as_str()?;
    let resource = Resource::parse(text)?;
    let field = |name| state.get(name).map(|value| (name, value));
    let parameters = field("Parameters").or_else(|| field("Arguments"));
    Some(Call { location: at.to_owned(), text, resource, parameters })
}

/// The name that a member of parameters gives a value to, and the value where it is written out and not computed.
pub fn written<'a>(name: &'a str, value: &'a Value) -> (&'a str, Option<&'a Value>) {
    match name.strip_suffix(".$") {
        Some(plain) => (plain, None),
        None => (name, Some(value).filter(|value| !is_computed(value))),
    }
}

/// Whether a value is an expression of JSONata as a whole.
fn is_computed(value: &Value) -> bool {
    value.as_str().is_some_and(|text| jsonata::expression(text).is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_task_is_found_with_its_place_however_deep() {
        let task = |action: &str| json!({"Type": "Task", "Resource": format!("arn:aws:states:::sns:{action}"), "End": true});
        let definition = json!({"StartAt": "P", "States": {
            "P": {"Type": "Parallel", "Next": "M", "Branches": [{"StartAt": "A", "States": {"A": task("a")}}]},
            "M": {"Type": "Map", "Next": "T", "ItemProcessor": {"StartAt": "B", "States": {"B": task("b")}}},
            "T": task("c"), "N": {"Type": "Pass", "Resource": "arn:aws:states:::sns:d"},
        }});
        let mut places: Vec<_> =
            calls(&definition).into_iter().map(|call| (call.location, call.resource.action)).collect();
        places.sort();
        assert_eq!(
            places,
            [
                ("/States/M/ItemProcessor/States/B".to_owned(), "b".to_owned()),
                ("/States/P/Branches[0]/States/A".to_owned(), "a".to_owned()),
                ("/States/T".to_owned(), "c".to_owned()),
            ]
        );
    }

    #[test]
    fn what_is_computed_is_not_written() {
        assert_eq!(written("A.$", &json!("$.a")), ("A", None));
        assert_eq!(written("A", &json!("{% 1 %}")), ("A", None));
        assert_eq!(written("A", &json!("$.a")), ("A", Some(&json!("$.a"))));
    }
}
