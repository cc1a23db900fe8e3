//! What an operation wants to be shown: its security schemes, as references to secrets.

use serde_json::Value;

use super::{document::Document, parameter::Filled};
use crate::{address, draft::Draft};

/// Adds the first set of schemes that the operation takes; nothing if it also answers strangers.
pub(super) fn add(
    document: &Document,
    operation: &Value,
    filled: &mut Filled,
    draft: &mut Draft,
) -> Result<(), String> {
    let wanted = operation.get("security").or_else(|| document.value.get("security"));
    let sets: Vec<_> =
        wanted.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object).collect();
    if sets.iter().any(|it| it.is_empty()) {
        return Ok(());
    }
    let Some(set) = sets.first() else { return Ok(()) };
    let place = if document.is_swagger { "/securityDefinitions" } else { "/components/securitySchemes" };
    for name in set.keys() {
        let scheme = document.value.pointer(place).and_then(|it| it.get(name));
        let scheme = scheme.ok_or_else(|| format!("its security scheme `{name}` is not described"))?;
        one(name, document.resolved(scheme)?, filled, draft)?;
    }
    Ok(())
}

fn one(name: &str, scheme: &Value, filled: &mut Filled, draft: &mut Draft) -> Result<(), String> {
    let word = |key| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
    // Stands for the value until it gets the name of a secret; the same scheme gets the same name.
    let value = format!("<{name}>");
    match (word("type"), word("in")) {
        ("apiKey", "header") => {
            draft.secret_headers.push(word("name").to_owned());
            draft.headers.push((word("name").to_owned(), value));
        }
        ("apiKey", "query") => {
            draft.secret_parameters.push(word("name").to_owned());
            filled.query.push(format!("{}={}", address::component(word("name")), address::component(&value)));
        }
        ("apiKey", "cookie") => filled.cookies.push(format!("{}={value}", word("name"))),
        ("http" | "basic" | "oauth2" | "openIdConnect", _) => {
            let scheme = match word("scheme").to_ascii_lowercase().as_str() {
                "" if word("type") == "basic" => "Basic".to_owned(),
                "" | "bearer" => "Bearer".to_owned(),
                "basic" => "Basic".to_owned(),
                _ => word("scheme").to_owned(),
            };
            draft.headers.push(("authorization".to_owned(), format!("{scheme} {value}")));
        }
        ("mutualTLS", _) => return Err("it wants a client certificate, and a probe shows none".to_owned()),
        (other, _) => return Err(format!("its security scheme `{name}` is of the unknown type `{other}`")),
    }
    Ok(())
}
