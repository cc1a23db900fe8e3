//! One request of a collection.

use serde_json::Value;

use super::{Around, part};
use crate::{
    address,
    collect::basic,
    draft::Draft,
    multipart::{self, Part},
    template::{Variables, assumed},
};

/// Methods with which Postman sends no body unless it is told to.
const WITHOUT_BODY: [&str; 5] = ["GET", "HEAD", "COPY", "PURGE", "UNLOCK"];

pub(super) fn draft(
    item: &Value,
    request: &Value,
    at: &str,
    around: &Around<'_>,
) -> Result<(Draft, Vec<String>), String> {
    let variables = &around.variables;
    let method = request.get("method").and_then(Value::as_str).unwrap_or("GET");
    let mut draft = Draft { method: method.to_ascii_uppercase(), ..Draft::get(at, "") };
    let written = if request.is_string() { Some(request) } else { request.get("url") };
    let (url, origin) = variables.address(&url(written.ok_or("it names no address")?, variables)?)?;
    draft.url = url;
    for (name, value) in part::pairs(request.get("header")) {
        variables.header(name.trim(), value.unwrap_or_default().trim(), &mut draft)?;
    }
    let auth = request.get("auth").filter(|it| !it.is_null()).or(around.auth);
    if let Some(auth) = auth {
        authorise(auth, variables, &mut draft)?;
    }
    let keeps = item.pointer("/protocolProfileBehavior/disableBodyPruning") == Some(&Value::Bool(true));
    if let Some(written) = request.get("body").filter(|it| !it.is_null() && !part::is_off(it))
        && (keeps || !WITHOUT_BODY.contains(&draft.method.as_str()))
    {
        body(written, variables, &mut draft)?;
    }
    Ok((draft, origin.map(|it| assumed(&it)).into_iter().collect()))
}

/// Put together from its parts, without what is switched off; or as written.
fn url(url: &Value, variables: &Variables) -> Result<String, String> {
    let Some(parts) = url.as_object() else { return Ok(part::scalar(url)) };
    let list = |key: &str, joint: &str| match parts.get(key) {
        Some(Value::Array(list)) => {
            let texts = list.iter().map(|it| part::scalar(it.get("value").unwrap_or(it)));
            Some(texts.collect::<Vec<_>>().join(joint))
        }
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    let Some(host) = list("host", ".") else {
        return parts.get("raw").map(part::scalar).ok_or_else(|| "it names no address".to_owned());
    };
    let scheme = parts.get("protocol").and_then(Value::as_str).map_or(String::new(), |it| format!("{it}://"));
    let port = parts
        .get("port")
        .map(part::scalar)
        .filter(|it| !it.is_empty())
        .map_or(String::new(), |it| format!(":{it}"));
    let mut path = list("path", "/").unwrap_or_default();
    for (name, value) in part::pairs(parts.get("variable")) {
        let value = variables.known(value.as_deref().unwrap_or_default())?;
        let named = |segment: &str| segment.strip_prefix(':') == Some(&name);
        path = path
            .split('/')
            .map(|it| if named(it) { value.as_str() } else { it })
            .collect::<Vec<_>>()
            .join("/");
    }
    if let Some(name) = path.split('/').find_map(|it| it.strip_prefix(':')).filter(|it| !it.is_empty()) {
        return Err(format!("its path variable `{name}` has no value"));
    }
    let query = part::pairs(parts.get("query"));
    let query: Vec<String> = query
        .into_iter()
        .map(|(name, value)| value.map_or(name.clone(), |it| format!("{name}={it}")))
        .collect();
    let path = path.trim_start_matches('/');
    Ok(address::with_query(&format!("{scheme}{host}{port}/{path}"), &query.join("&").replace('#', "%23")))
}

fn authorise(auth: &Value, variables: &Variables, draft: &mut Draft) -> Result<(), String> {
    let kind = auth.get("type").and_then(Value::as_str).unwrap_or("noauth");
    let member = |name: &str| variables.fill(&part::of_auth(auth, kind, name).unwrap_or_default()).text;
    match kind {
        "noauth" => {}
        "bearer" => draft.usually("authorization", format!("Bearer {}", member("token"))),
        "oauth2" if member("addTokenTo") != "queryParams" => {
            draft.usually("authorization", format!("Bearer {}", member("accessToken")));
        }
        "basic" => {
            let person = format!("{}:{}", member("username"), member("password"));
            let value = if person.contains("{{") { format!("Basic {person}") } else { basic(&person) };
            draft.usually("authorization", value);
        }
        "apikey" if !member("key").is_empty() => {
            let (key, value) = (variables.known(&member("key"))?, member("value"));
            crate::api_key::add(draft, key, value, member("in") == "query");
        }
        other => return Err(format!("its authorisation `{other}` is made when it is sent")),
    }
    Ok(())
}

fn body(body: &Value, variables: &Variables, draft: &mut Draft) -> Result<(), String> {
    let mode = body.get("mode").and_then(Value::as_str).unwrap_or_default();
    let content = body.get(mode);
    match mode {
        "raw" => {
            let text = content.map(part::scalar).unwrap_or_default();
            if text.is_empty() {
                return Ok(());
            }
            let kind = match body.pointer("/options/raw/language").and_then(Value::as_str) {
                Some("json") => "application/json",
                Some("xml") => "application/xml",
                Some("html") => "text/html",
                Some("javascript") => "application/javascript",
                _ => "text/plain",
            };
            draft.usually("content-type", kind);
            draft.body = Some(variables.known(&text)?);
        }
        "urlencoded" => {
            let pair = |(name, value): &(String, Option<String>)| -> Result<String, String> {
                let value = variables.known(value.as_deref().unwrap_or_default())?;
                Ok(format!("{}={}", address::form(&variables.known(name)?), address::form(&value)))
            };
            let pairs = part::pairs(content).iter().map(pair).collect::<Result<Vec<_>, _>>()?;
            draft.usually("content-type", "application/x-www-form-urlencoded");
            draft.body = Some(pairs.join("&"));
        }
        "formdata" => {
            let (kind, text) = multipart::written(&form(content, variables)?);
            draft.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            draft.headers.push(("content-type".to_owned(), kind));
            draft.body = Some(text);
        }
        "graphql" => {
            let content = content.ok_or("its query is missing")?;
            let query = variables.known(&content.get("query").map(part::scalar).unwrap_or_default())?;
            let written = variables.known(&content.get("variables").map(part::scalar).unwrap_or_default())?;
            let mut object = serde_json::Map::from_iter([("query".to_owned(), Value::String(query))]);
            if !written.trim().is_empty() {
                let value = serde_json::from_str(&written);
                object.insert(
                    "variables".to_owned(),
                    value.map_err(|_| "the variables of its query are no JSON")?,
                );
            }
            draft.usually("content-type", "application/json");
            draft.body = Some(Value::Object(object).to_string());
        }
        "file" => return Err("its body is in a file".to_owned()),
        "" | "none" => {}
        other => return Err(format!("its body is of the unknown kind `{other}`")),
    }
    Ok(())
}

fn form(content: Option<&Value>, variables: &Variables) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    for field in content.and_then(Value::as_array).into_iter().flatten().filter(|it| !part::is_off(it)) {
        let name = variables.known(&field.get("key").map(part::scalar).unwrap_or_default())?;
        if field.get("type").and_then(Value::as_str) == Some("file") {
            return Err(format!("the part `{name}` of its form is in a file"));
        }
        let value = variables.known(&field.get("value").map(part::scalar).unwrap_or_default())?;
        let kind = field.get("contentType").and_then(Value::as_str).map(str::to_owned);
        parts.push(Part { name, value, kind, ..Part::default() });
    }
    Ok(parts)
}
