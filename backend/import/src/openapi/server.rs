//! Under which path a service answers.

use serde_json::{Map, Value};

use super::document::Document;
use crate::{address, draft::Spelling};

#[derive(Debug, Default)]
pub(super) struct Base {
    /// Without a slash at its end.
    pub(super) path: String,
    pub(super) note: Option<String>,
}

/// Of the first server that counts: the operation's, the path's, the document's.
pub(super) fn base(
    document: &Document,
    item: &Map<String, Value>,
    operation: &Value,
) -> Result<Base, String> {
    if document.is_swagger {
        let path = document.value.get("basePath").and_then(Value::as_str).unwrap_or_default();
        // `/index.php?/api`: the paths go on in the query.
        let path = if path.contains('?') { path.trim_end_matches('/').to_owned() } else { path_of(path)? };
        return Ok(Base { path, note: None });
    }
    let of = |it: Option<&'_ Value>| it.and_then(Value::as_array).filter(|it| !it.is_empty()).cloned();
    let servers = of(operation.get("servers"))
        .or_else(|| of(item.get("servers")))
        .or_else(|| of(document.value.get("servers")))
        .unwrap_or_default();
    let Some(first) = servers.first() else { return Ok(Base::default()) };
    let url = url(first)?;
    let path = path_of(&url)?;
    let others = servers[1..].iter().filter_map(|it| self::url(it).ok()).filter_map(|it| path_of(&it).ok());
    let is_choice = others.into_iter().any(|it| it != path);
    let is_relative = !url.is_empty() && !url.starts_with('/') && !url.contains("://");
    let note = if is_choice {
        Some(format!("of its servers the first counts, with the path `{path}/`"))
    } else {
        is_relative
            .then(|| format!("its server `{url}` is taken from the root, whatever serves the description"))
    };
    Ok(Base { path, note })
}

/// With the defaults of its variables.
fn url(server: &Value) -> Result<String, String> {
    let mut url = server.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
    for (name, variable) in server.get("variables").and_then(Value::as_object).into_iter().flatten() {
        let value = variable.get("default").or_else(|| variable.pointer("/enum/0"));
        let value = value.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
        if let Some(value) = value {
            url = url.replace(&format!("{{{name}}}"), &value);
        }
    }
    match url.split_once('{').and_then(|(_, rest)| rest.split_once('}')) {
        // In the host it does not matter.
        Some((name, _)) if is_in_path(&url) => {
            Err(format!("the variable `{name}` of its server has no default"))
        }
        _ => Ok(url),
    }
}

fn is_in_path(url: &str) -> bool {
    let rest =
        url.split_once("://").map_or(url, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    rest.contains('{')
}

fn path_of(url: &str) -> Result<String, String> {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or(String::new(), |(_, path)| format!("/{path}")),
        None => format!("/{}", url.trim_start_matches('/')),
    };
    if path.is_empty() {
        return Ok(path);
    }
    let read =
        address::read(&path, Spelling::Browser).map_err(|_| "the path of its server is none".to_owned())?;
    Ok(read.path.trim_end_matches('/').to_owned())
}
