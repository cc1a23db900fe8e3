//! The parameters of a task, as a state machine has to spell them.

use serde_json::Value;
use viridian_asl::written;

use super::model::{self, Kind, Model, Shape};

/// Where parameters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// In a definition: `"Cluster.$"` gives a value to `Cluster`.
    Definition,
    /// At the call, when everything is computed.
    Call,
}

/// Names in the parameters that the operation does not have, or spells otherwise. Of an operation that is in no
/// model only the spelling is known: every name begins with a capital.
pub(crate) fn unknown<'a>(
    service: &str,
    operation: &str,
    parameters: &'a Value,
    stage: Stage,
) -> Vec<&'a str> {
    let mut found = Vec::new();
    if let Some((model, shape)) = model::of(service).and_then(|model| Some((model, model.input(operation)?)))
    {
        walk(model, shape, parameters, stage, &mut found);
    } else {
        let members = parameters.as_object().into_iter().flatten();
        let names = members.map(|(name, value)| own(name, value, stage).0);
        found.extend(names.filter(|name| name.starts_with(|first: char| first.is_ascii_lowercase())));
    }
    found
}

/// Names that the operation wants and the parameters do not have.
pub(crate) fn missing(service: &str, operation: &str, parameters: &Value) -> Vec<String> {
    let shape = model::of(service).and_then(|model| model.input(operation));
    let (Some(shape), Some(members)) = (shape, parameters.as_object()) else { return Vec::new() };
    let has = |wanted: &str| members.iter().any(|(name, value)| written(name, value).0 == wanted);
    shape.required.iter().map(|name| spelled(name)).filter(|name| !has(name)).collect()
}

fn own<'a>(name: &'a str, value: &'a Value, stage: Stage) -> (&'a str, Option<&'a Value>) {
    match stage {
        Stage::Definition => written(name, value),
        Stage::Call => (name, Some(value)),
    }
}

fn walk<'a>(model: &Model, shape: &Shape, value: &'a Value, stage: Stage, found: &mut Vec<&'a str>) {
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(members)) => {
            for (name, value) in members {
                let (name, value) = own(name, value, stage);
                let Some((_, kind)) = shape.members.iter().find(|(known, _)| spelled(known) == name) else {
                    found.push(name);
                    continue;
                };
                if let Some(value) = value {
                    walk(model, model.shape(kind), value, stage, found);
                }
            }
        }
        (Kind::List, Value::Array(list)) => {
            for value in list {
                walk(model, model.shape(&shape.of), value, stage, found);
            }
        }
        (Kind::Map, Value::Object(members)) => {
            for value in members.iter().filter_map(|(name, value)| own(name, value, stage).1) {
                walk(model, model.shape(&shape.of), value, stage, found);
            }
        }
        _ => {}
    }
}

/// A member's name as a state machine spells it: words with a capital each, as in the Java SDK (`VPCId` is
/// `VpcId`).
fn spelled(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut text = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(place + 1);
        // A capital begins a word after anything else, and at the end of an acronym.
        let begins = match before {
            Some(before) if before.is_ascii_uppercase() => after.is_some_and(char::is_ascii_lowercase),
            None | Some(_) => true,
        };
        text.push(if letter.is_ascii_uppercase() && !begins { letter.to_ascii_lowercase() } else { *letter });
    }
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_is_spelled_as_the_java_sdk_spells_it() {
        for (name, wanted) in [
            ("cluster", "Cluster"),
            ("TargetGroupArn", "TargetGroupArn"),
            ("taskARN", "TaskArn"),
            ("DBInstanceIdentifier", "DbInstanceIdentifier"),
            ("SSLPolicy", "SslPolicy"),
            ("maxResults", "MaxResults"),
        ] {
            assert_eq!(spelled(name), wanted);
        }
    }

    #[test]
    fn an_unknown_name_is_found_however_deep_and_keys_of_maps_are_free() {
        let of = |parameters: Value| {
            let found = unknown("ecs", "RegisterTaskDefinition", &parameters, Stage::Definition);
            found.into_iter().map(ToOwned::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(of(json!({"family": "f"})), ["family"]);
        assert_eq!(of(json!({"Group.$": "$.f"})), ["Group"]);
        assert_eq!(of(json!({"ContainerDefinitions": [{"Title": "web"}]})), ["Title"]);
        let right = json!({"Family.$": "$.f", "Tags": "{% [] %}",
            "ContainerDefinitions": [{"Name": "web", "DockerLabels": {"any-label": "x"}}]});
        assert_eq!(of(right), Vec::<String>::new());
    }

    #[test]
    fn of_an_operation_without_a_model_the_spelling_is_known() {
        let parameters = json!({"tableName": "t", "Key": {"id": {"S": "1"}}});
        assert_eq!(unknown("dynamodb", "GetItem", &parameters, Stage::Call), ["tableName"]);
    }
}
