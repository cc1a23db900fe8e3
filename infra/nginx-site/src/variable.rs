//! Variables in values, and paths as nginx cleans them.

use percent_encoding::percent_decode_str;

use crate::Request;

/// The names that the sandbox knows, besides `http_…` and `arg_…`.
const KNOWN: &[&str] = &[
    "args",
    "document_uri",
    "host",
    "hostname",
    "http_host",
    "is_args",
    "nginx_version",
    "query_string",
    "remote_addr",
    "request_method",
    "request_uri",
    "scheme",
    "server_port",
    "server_protocol",
    "uri",
];

/// The first name in a text that is no variable.
pub(crate) fn check(text: &str) -> Result<(), String> {
    for (name, _) in text.split('$').skip(1).map(name) {
        let known = KNOWN.contains(&name) || name.starts_with("http_") || name.starts_with("arg_");
        if !known && !name.is_empty() {
            return Err(name.to_owned());
        }
    }
    Ok(())
}

/// A text with its variables filled in.
pub(crate) fn fill(text: &str, request: &Request<'_>, path: &str) -> String {
    let mut parts = text.split('$');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = name(part);
        if name.is_empty() {
            filled.push('$');
        }
        filled.push_str(&value(name, request, path));
        filled.push_str(rest);
    }
    filled
}

/// The name at the start of a text, `name` or `{name}`, and what follows it.
fn name(text: &str) -> (&str, &str) {
    if let Some((name, rest)) = text.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
        return (name, rest);
    }
    let end =
        text.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(text.len());
    text.split_at(end)
}

fn value(name: &str, request: &Request<'_>, path: &str) -> String {
    let query = request.target.split_once('?').map_or("", |(_, query)| query);
    let header = |name: &str| {
        request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    match name {
        "uri" | "document_uri" => path.to_owned(),
        "request_uri" => request.target.to_owned(),
        "args" | "query_string" => query.to_owned(),
        "is_args" if !query.is_empty() => "?".to_owned(),
        "host" => header("host").split(':').next().unwrap_or_default().to_owned(),
        "scheme" => "http".to_owned(),
        "request_method" => request.method.to_owned(),
        "server_port" => request.port.to_string(),
        "server_protocol" => "HTTP/1.1".to_owned(),
        "remote_addr" => header("x-forwarded-for").rsplit(',').next().unwrap_or_default().trim().to_owned(),
        "hostname" => "sandbox".to_owned(),
        "nginx_version" => crate::page::VERSION.to_owned(),
        _ => match (name.strip_prefix("http_"), name.strip_prefix("arg_")) {
            (Some(name), _) => header(&name.replace('_', "-")),
            (_, Some(name)) => query
                .split('&')
                .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
                .map(|(_, value)| value.to_owned())
                .unwrap_or_default(),
            _ => String::new(),
        },
    }
}

/// A path decoded, with dots and double slashes resolved; `None` where it leads out of the root.
pub(crate) fn clean(path: &str) -> Option<String> {
    // What follows a percent sign must be two digits: nginx refuses the rest, and does not pass it on.
    let is_whole = path
        .as_bytes()
        .split(|byte| *byte == b'%')
        .skip(1)
        .all(|rest| rest.get(..2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit)));
    let bytes: Vec<u8> = is_whole.then(|| percent_decode_str(path).collect())?;
    let text = String::from_utf8(bytes).ok().filter(|text| text.starts_with('/') && !text.contains('\0'))?;
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    let folder = text.ends_with('/') || text.ends_with("/.") || text.ends_with("/..");
    let slash = if folder && !parts.is_empty() { "/" } else { "" };
    Some(format!("/{}{slash}", parts.join("/")))
}
