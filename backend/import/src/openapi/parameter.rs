//! Parameters: which ones count, and how their values are written (`style`, `explode`, `collectionFormat`).

use serde_json::{Map, Value};

use super::{document::Document, example};
use crate::{address, draft::Draft};

/// A path, its query and its headers while parameters go in.
pub(super) struct Filled {
    path: String,
    pub(super) query: Vec<String>,
    headers: Vec<(String, String)>,
    pub(super) cookies: Vec<String>,
}

/// Those of the path and of the operation; the operation's win where place and name are the same.
pub(super) fn of<'d>(
    document: &'d Document,
    item: &'d Map<String, Value>,
    operation: &'d Value,
) -> Result<Vec<&'d Value>, String> {
    let mut kept: Vec<&Value> = Vec::new();
    let key = |it: &Value| (it.get("in").cloned(), it.get("name").cloned());
    let lists = [operation.get("parameters"), item.get("parameters")];
    for parameter in lists.into_iter().flatten().filter_map(Value::as_array).flatten() {
        let parameter = document.resolved(parameter)?;
        if !kept.iter().any(|it| key(it) == key(parameter)) {
            kept.push(parameter);
        }
    }
    Ok(kept)
}

/// How a value is written.
struct Style<'d> {
    name: &'d str,
    explode: bool,
    keeps_reserved: bool,
}

impl Filled {
    pub(super) fn new(path: &str) -> Self {
        Self { path: path.to_owned(), query: Vec::new(), headers: Vec::new(), cookies: Vec::new() }
    }

    pub(super) fn add(&mut self, document: &Document, parameter: &Value) -> Result<(), String> {
        let word = |key| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
        let (name, place) = (word("name"), word("in"));
        let is_required = place == "path" || parameter.get("required") == Some(&Value::Bool(true));
        if place == "header"
            && ["accept", "content-type", "authorization"].contains(&name.to_lowercase().as_str())
        {
            // Other parts of the description say these.
            return Ok(());
        }
        if (place == "body" || place == "formData") && is_required {
            return Err("it wants a body".to_owned());
        }
        let Some(mut value) = example::of(document, parameter, is_required) else {
            return if is_required { Err(format!("its parameter `{name}` has no example")) } else { Ok(()) };
        };
        if parameter.get("content").is_some() && !value.is_string() {
            value = Value::String(value.to_string());
        }
        let style = style_of(document, parameter, place);
        match place {
            "path" => {
                let text = in_path(name, &value, &style);
                if text.is_empty() {
                    return Err(format!("its parameter `{name}` has an empty example"));
                }
                self.path = self.path.replace(&format!("{{{name}}}"), &text);
            }
            "query" => self.query.extend(pairs(name, &value, &style)),
            "header" => self.headers.push((name.to_owned(), simple(&value, style.explode, str::to_owned))),
            "cookie" => self.cookies.extend(pairs(name, &value, &style)),
            _ => {}
        }
        Ok(())
    }

    /// Puts everything into a draft; gives the cookies as they would be sent.
    pub(super) fn finish(self, base: &str, draft: &mut Draft) -> Result<String, String> {
        if let Some((_, rest)) = self.path.split_once('{') {
            let name = rest.split('}').next().unwrap_or_default();
            return Err(format!("the description does not say what `{name}` in its path is"));
        }
        draft.url = address::with_query(&format!("{base}{}", self.path), &self.query.join("&"));
        draft.headers.extend(self.headers);
        let cookies = self.cookies.join("; ");
        if !cookies.is_empty() {
            draft.headers.push(("cookie".to_owned(), cookies));
        }
        // Those of the security are placeholders, and what they stand for is nobody's to read.
        Ok(self
            .cookies
            .iter()
            .filter(|it| !it.contains('<'))
            .map(|it| format!("`{it}`"))
            .collect::<Vec<_>>()
            .join(", "))
    }
}

fn style_of<'d>(document: &Document, parameter: &'d Value, place: &str) -> Style<'d> {
    let word = |key| parameter.get(key).and_then(Value::as_str);
    let keeps_reserved = parameter.get("allowReserved") == Some(&Value::Bool(true));
    if document.is_swagger {
        let (style, explode) = match word("collectionFormat") {
            Some("multi") => ("form", true),
            Some("ssv") => ("spaceDelimited", false),
            Some("pipes") => ("pipeDelimited", false),
            Some("tsv") => ("tabDelimited", false),
            _ if place == "query" => ("form", false),
            _ => ("simple", false),
        };
        return Style { name: style, explode, keeps_reserved };
    }
    let usual = if place == "query" || place == "cookie" { "form" } else { "simple" };
    let style = word("style").unwrap_or(usual);
    let explode = parameter.get("explode").and_then(Value::as_bool).unwrap_or(style == "form");
    Style { name: style, explode, keeps_reserved }
}

fn scalar(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// `a`, `a,b` or `k,v` (`k=v` if exploded).
fn simple(value: &Value, explode: bool, written: impl Fn(&str) -> String) -> String {
    let joint = if explode { "=" } else { "," };
    let parts: Vec<String> = match value {
        Value::Array(values) => values.iter().map(|it| written(&scalar(it))).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, it)| format!("{}{joint}{}", written(key), written(&scalar(it))))
            .collect(),
        other => vec![written(&scalar(other))],
    };
    parts.join(",")
}

fn in_path(name: &str, value: &Value, style: &Style<'_>) -> String {
    let written = |it: &str| address::component(it);
    match (style.name, style.explode) {
        ("label", false) => format!(".{}", simple(value, false, written)),
        ("label", true) => format!(".{}", simple(value, true, written).replace(',', ".")),
        ("matrix", true) => match value {
            Value::Array(values) => values
                .iter()
                .map(|it| format!(";{name}={}", written(&scalar(it))))
                .collect::<Vec<_>>()
                .concat(),
            Value::Object(_) => format!(";{}", simple(value, true, written).replace(',', ";")),
            other => format!(";{name}={}", written(&scalar(other))),
        },
        ("matrix", false) => format!(";{name}={}", simple(value, false, written)),
        (_, explode) => simple(value, explode, written),
    }
}

/// Of a query, or of cookies.
fn pairs(name: &str, value: &Value, style: &Style<'_>) -> Vec<String> {
    let written = |it: &str| if style.keeps_reserved { it.to_owned() } else { address::component(it) };
    let pair = |key: &str, it: &Value| format!("{}={}", address::component(key), written(&scalar(it)));
    let joint = match style.name {
        "spaceDelimited" => "%20",
        "pipeDelimited" => "%7C",
        "tabDelimited" => "%09",
        _ => ",",
    };
    match value {
        Value::Array(values) if values.is_empty() => Vec::new(),
        Value::Array(values) if style.explode => values.iter().map(|it| pair(name, it)).collect(),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(|it| written(&scalar(it))).collect();
            vec![format!("{}={}", address::component(name), values.join(joint))]
        }
        Value::Object(members) if style.name == "deepObject" => {
            members.iter().map(|(key, it)| pair(&format!("{name}[{key}]"), it)).collect()
        }
        Value::Object(members) if style.explode => members.iter().map(|(key, it)| pair(key, it)).collect(),
        Value::Object(_) => {
            let text = simple(value, false, written).replace(',', joint);
            vec![format!("{}={text}", address::component(name))]
        }
        other => vec![pair(name, other)],
    }
}
