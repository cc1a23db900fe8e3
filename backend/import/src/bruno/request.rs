//! One request of a Bruno file.

use super::{Around, block::Block};
use crate::{
    address,
    collect::basic,
    draft::Draft,
    multipart::{self, Part},
    template::{Variables, assumed},
};

pub(super) fn draft(
    request: &Block,
    file: &[Block],
    around: &Around,
    at: &str,
) -> Result<(Draft, Vec<String>), String> {
    let block = |name: &str| file.iter().find(|it| it.name == name);
    let mut variables = around.variables.clone();
    for (name, value) in block("vars:pre-request").map(Block::pairs).unwrap_or_default() {
        variables.set(&name, &value);
    }
    let method = if request.name == "http" { request.value("method") } else { None };
    let method = method.unwrap_or_else(|| request.name.clone()).to_ascii_uppercase();
    let mut draft = Draft { method, ..Draft::get(at, "") };
    let written = request.value("url").filter(|it| !it.is_empty()).ok_or("it names no address")?;
    let (url, origin) = variables.address(&url(&written, file, &variables)?)?;
    draft.url = url;
    let own = block("headers").map(Block::pairs).unwrap_or_default();
    let is_own = |name: &str| own.iter().any(|(it, _)| it.eq_ignore_ascii_case(name));
    for (name, value) in around.headers.iter().filter(|(name, _)| !is_own(name)).chain(&own) {
        variables.header(name, value, &mut draft)?;
    }
    authorise(request, file, around, &variables, &mut draft)?;
    body(request, file, &variables, &mut draft)?;
    Ok((draft, origin.map(|it| assumed(&it)).into_iter().collect()))
}

/// Parameters have blocks of their own, in which some may be switched off.
fn url(written: &str, file: &[Block], variables: &Variables) -> Result<String, String> {
    let block = |name: &str| file.iter().find(|it| it.name == name).map(Block::pairs);
    let mut url = written.to_owned();
    if let Some(pairs) = block("params:query").or_else(|| block("query")) {
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        url = address::with_query(url.split('?').next().unwrap_or_default(), &pairs.join("&"));
    }
    for (name, value) in block("params:path").unwrap_or_default() {
        let value = variables.known(&value)?;
        let (path, query) =
            url.split_once('?').map_or((url.as_str(), None), |(path, query)| (path, Some(query)));
        let named = |segment: &str| segment.strip_prefix(':') == Some(&name);
        let path = path
            .split('/')
            .map(|it| if named(it) { value.as_str() } else { it })
            .collect::<Vec<_>>()
            .join("/");
        url = query.map_or(path.clone(), |query| format!("{path}?{query}"));
    }
    let path = url.split('?').next().unwrap_or_default();
    match path.split('/').skip(1).find_map(|it| it.strip_prefix(':')).filter(|it| !it.is_empty()) {
        Some(name) => Err(format!("its path variable `{name}` has no value")),
        None => Ok(url),
    }
}

fn authorise(
    request: &Block,
    file: &[Block],
    around: &Around,
    variables: &Variables,
    draft: &mut Draft,
) -> Result<(), String> {
    let mut kind = request.value("auth").unwrap_or_else(|| "none".to_owned());
    let mut blocks = file;
    if kind == "inherit" {
        blocks = &around.auth;
        let mode = blocks.iter().find(|it| it.name == "auth").and_then(|it| it.value("mode"));
        kind = mode.unwrap_or_else(|| "none".to_owned());
    }
    let block = blocks.iter().find(|it| it.name == format!("auth:{kind}"));
    let member = |name: &str| variables.fill(&block.and_then(|it| it.value(name)).unwrap_or_default()).text;
    match kind.as_str() {
        "none" | "inherit" => {}
        "bearer" => draft.usually("authorization", format!("Bearer {}", member("token"))),
        "basic" => {
            let person = format!("{}:{}", member("username"), member("password"));
            let value = if person.contains("{{") { format!("Basic {person}") } else { basic(&person) };
            draft.usually("authorization", value);
        }
        "oauth2" => draft.usually("authorization", "Bearer <token>"),
        "apikey" => {
            let (key, value) = (variables.known(&member("key"))?, member("value"));
            crate::api_key::add(draft, key, value, member("placement").contains("query"));
        }
        other => return Err(format!("its authorisation `{other}` is made when it is sent")),
    }
    Ok(())
}

fn body(request: &Block, file: &[Block], variables: &Variables, draft: &mut Draft) -> Result<(), String> {
    let kind = request.value("body").unwrap_or_else(|| "none".to_owned());
    let find = |names: &[&str]| file.iter().find(|it| names.contains(&it.name.as_str()));
    let text = |names: &[&str]| variables.known(find(names).map_or("", |it| it.text.as_str()));
    match kind.as_str() {
        "none" => {}
        "json" | "text" | "xml" | "sparql" => {
            let (names, usual) = match kind.as_str() {
                "json" => (["body:json", "body"], "application/json"),
                "xml" => (["body:xml", "body:xml"], "application/xml"),
                "sparql" => (["body:sparql", "body:sparql"], "application/sparql-query"),
                _ => (["body:text", "body:text"], "text/plain"),
            };
            draft.usually("content-type", usual);
            draft.body = Some(text(&names)?);
        }
        "formUrlEncoded" | "form-urlencoded" => {
            let pair = |(name, value): &(String, String)| -> Result<String, String> {
                Ok(format!(
                    "{}={}",
                    address::form(&variables.known(name)?),
                    address::form(&variables.known(value)?)
                ))
            };
            let pairs = find(&["body:form-urlencoded"]).map(Block::pairs).unwrap_or_default();
            draft.usually("content-type", "application/x-www-form-urlencoded");
            draft.body = Some(pairs.iter().map(pair).collect::<Result<Vec<_>, _>>()?.join("&"));
        }
        "multipartForm" | "multipart-form" => {
            let mut parts = Vec::new();
            for (name, value) in find(&["body:multipart-form"]).map(Block::pairs).unwrap_or_default() {
                if value.starts_with("@file(") {
                    return Err(format!("the part `{name}` of its form is in a file"));
                }
                let (name, value) = (variables.known(&name)?, variables.known(&value)?);
                parts.push(Part { name, value, ..Part::default() });
            }
            let (kind, text) = multipart::written(&parts);
            draft.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            draft.headers.push(("content-type".to_owned(), kind));
            draft.body = Some(text);
        }
        "graphql" => {
            let mut object = serde_json::Map::new();
            object.insert("query".to_owned(), text(&["body:graphql"])?.into());
            let written = text(&["body:graphql:vars"])?;
            if !written.trim().is_empty() {
                let value: Result<serde_json::Value, _> = serde_json::from_str(&written);
                object.insert(
                    "variables".to_owned(),
                    value.map_err(|_| "the variables of its query are no JSON")?,
                );
            }
            draft.usually("content-type", "application/json");
            draft.body = Some(serde_json::Value::Object(object).to_string());
        }
        other => return Err(format!("its body is of the unknown kind `{other}`")),
    }
    Ok(())
}
