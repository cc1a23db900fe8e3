//! One entry of a Hurl file: a request, and the answer that is expected.

use super::{
    body::{self, Body},
    text::{Cursor, begins_request, key_and_value, unescaped},
};
use crate::{
    address,
    collect::basic,
    draft::Draft,
    multipart::{self, Part},
    template::{Variables, assumed},
};

#[derive(Default)]
pub(super) struct Entry {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    query: Vec<(String, String)>,
    form: Option<Vec<(String, String)>>,
    parts: Option<Vec<(String, String)>>,
    cookies: Vec<(String, String)>,
    user: Option<(String, String)>,
    options: Vec<(String, String)>,
    body: Option<Body>,
    /// Why it is left out although it can be read.
    trouble: Option<String>,
    pub(super) has_checks: bool,
}

/// Options that say how the request is sent, repeated or shown.
const OF_SENDING: [&str; 30] = [
    "cacert",
    "cert",
    "connect-timeout",
    "connect-to",
    "delay",
    "http1.0",
    "http1.1",
    "http2",
    "http3",
    "insecure",
    "ipv4",
    "ipv6",
    "key",
    "limit-rate",
    "location",
    "location-trusted",
    "max-redirs",
    "max-time",
    "output",
    "proxy",
    "repeat",
    "resolve",
    "retry",
    "retry-interval",
    "unix-socket",
    "verbose",
    "very-verbose",
    "verbosity",
    "path-as-is",
    "pinnedpubkey",
];

impl Entry {
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, String> {
        let line = cursor.peek().unwrap_or_default().trim();
        if !begins_request(line) {
            return Err("it begins no request".to_owned());
        }
        let (method, url) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let mut entry = Self { method: method.to_owned(), url: unescaped(url)?, ..Self::default() };
        cursor.skip_line();
        entry.headers = pairs(cursor)?;
        while let Some(line) = cursor.next_meaningful() {
            let trimmed = line.trim();
            if trimmed.starts_with("HTTP") {
                cursor.skip_line();
                entry.answer(cursor)?;
                break;
            }
            if body::is_section(trimmed) {
                cursor.skip_line();
                entry.section(trimmed, cursor)?;
            } else if begins_request(line) {
                break;
            } else {
                match body::read(cursor)? {
                    Some(Ok(body)) => entry.body = Some(body),
                    Some(Err(reason)) => entry.trouble = Some(reason),
                    None => return Err(format!("line {} of it is not known", cursor.line())),
                }
            }
        }
        Ok(entry)
    }

    fn section(&mut self, header: &str, cursor: &mut Cursor<'_>) -> Result<(), String> {
        let name = header.trim_start_matches('[').split(']').next().unwrap_or_default();
        let pairs = pairs(cursor)?;
        match name {
            "Query" | "QueryStringParams" => self.query = pairs,
            "Form" | "FormParams" => self.form = Some(pairs),
            "Multipart" | "MultipartFormData" => self.parts = Some(pairs),
            "Cookies" => self.cookies = pairs,
            "BasicAuth" => self.user = pairs.into_iter().next(),
            "Options" => self.options = pairs,
            other => return Err(format!("the section [{other}] is not known")),
        }
        Ok(())
    }

    /// Skips what is expected of the answer.
    fn answer(&mut self, cursor: &mut Cursor<'_>) -> Result<(), String> {
        pairs(cursor)?;
        while let Some(line) = cursor.next_meaningful() {
            if begins_request(line) {
                break;
            }
            if body::is_section(line.trim()) {
                self.has_checks = true;
                cursor.skip_line();
                checks(cursor)?;
            } else if body::read(cursor)?.is_none() {
                return Err(format!("line {} of it is not known", cursor.line()));
            } else {
                self.has_checks = true;
            }
        }
        Ok(())
    }

    /// The request, with what is to be said about it.
    pub(super) fn draft(&self, at: &str, variables: &mut Variables) -> Result<(Draft, Vec<String>), String> {
        let mut notes = Vec::new();
        let mut draft = Draft { method: self.method.clone(), ..Draft::get(at, "") };
        self.add_options(variables, &mut draft, &mut notes)?;
        if let Some(reason) = &self.trouble {
            return Err(reason.clone());
        }
        let (url, origin) = variables.address(&self.url)?;
        notes.extend(origin.map(|it| assumed(&it)));
        draft.url = address::with_query(&url, &encoded(&self.query, variables)?);
        for (name, value) in &self.headers {
            variables.header(name, value, &mut draft)?;
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            variables.header("cookie", &pairs.join("; "), &mut draft)?;
        }
        if let Some((name, password)) = &self.user {
            let filled = variables.fill(&format!("{name}:{password}"));
            let value =
                if filled.unknown.is_some() { format!("Basic {}", filled.text) } else { basic(&filled.text) };
            draft.headers.push(("authorization".to_owned(), value));
        }
        self.add_body(variables, &mut draft)?;
        Ok((draft, notes))
    }

    fn add_options(
        &self,
        variables: &mut Variables,
        draft: &mut Draft,
        notes: &mut Vec<String>,
    ) -> Result<(), String> {
        for (name, value) in &self.options {
            match (name.as_str(), value.as_str()) {
                ("variable", value) => {
                    let (name, value) = value.split_once('=').ok_or("a variable has no value")?;
                    variables.set(name, value.trim_matches('"'));
                }
                ("compressed", "true") => draft.usually("accept-encoding", "gzip, deflate, br"),
                ("user", value) => {
                    let filled = variables.fill(value);
                    let unknown = filled.unknown.is_some();
                    let value = if unknown { format!("Basic {}", filled.text) } else { basic(&filled.text) };
                    draft.headers.push(("authorization".to_owned(), value));
                }
                ("header", value) => {
                    let (name, value) = value.split_once(':').ok_or("a header has no `:`")?;
                    variables.header(name.trim(), value.trim(), draft)?;
                }
                ("skip", "true") => return Err("it is skipped".to_owned()),
                ("skip" | "compressed", "false") => {}
                ("cert" | "key", _) => {
                    notes.push("its client certificate is left out, since a probe shows none".into());
                }
                (name, _) if OF_SENDING.contains(&name) => {}
                (name, _) => return Err(format!("its option `{name}` is not read")),
            }
        }
        Ok(())
    }

    fn add_body(&self, variables: &Variables, draft: &mut Draft) -> Result<(), String> {
        if let Some(parts) = &self.parts {
            let mut written = Vec::new();
            for (name, value) in parts {
                if value.starts_with("file,") {
                    return Err(format!("the part `{name}` of its form is in a file"));
                }
                let (name, value) = (variables.known(name)?, variables.known(value)?);
                written.push(Part { name, value, ..Part::default() });
            }
            let (kind, body) = multipart::written(&written);
            draft.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            draft.headers.push(("content-type".to_owned(), kind));
            draft.body = Some(body);
        } else if let Some(form) = &self.form {
            draft.usually("content-type", "application/x-www-form-urlencoded");
            draft.body = Some(encoded(form, variables)?);
        } else if let Some(Body { text, kind, has_variables }) = &self.body {
            let text = if *has_variables { variables.known(text)? } else { text.clone() };
            if let Some(kind) = kind {
                draft.usually("content-type", *kind);
            }
            draft.body = Some(text);
        }
        Ok(())
    }
}

fn encoded(pairs: &[(String, String)], variables: &Variables) -> Result<String, String> {
    let pair = |(name, value): &(String, String)| {
        Ok(format!(
            "{}={}",
            address::component(&variables.known(name)?),
            address::component(&variables.known(value)?)
        ))
    };
    pairs.iter().map(pair).collect::<Result<Vec<_>, String>>().map(|it| it.join("&"))
}

/// Lines of `key: value`, up to one that is none.
fn pairs(cursor: &mut Cursor<'_>) -> Result<Vec<(String, String)>, String> {
    let mut pairs = Vec::new();
    while let Some(line) = cursor.next_meaningful() {
        let trimmed = line.trim();
        let is_other = begins_request(line)
            && !line.split([' ', '\t']).next().unwrap_or_default().contains(':')
            || trimmed.starts_with(['{', '[', '"', '<', '`'])
            || trimmed.starts_with("HTTP ")
            || trimmed.starts_with("HTTP/");
        let Some((key, value)) = key_and_value(trimmed).filter(|_| !is_other) else { break };
        pairs.push((unescaped(key)?, unescaped(value)?));
        cursor.skip_line();
    }
    Ok(pairs)
}

/// Captures and asserts, up to the next section, body or request. Texts of several lines are passed over whole.
fn checks(cursor: &mut Cursor<'_>) -> Result<(), String> {
    while let Some(line) = cursor.next_meaningful() {
        let trimmed = line.trim();
        if body::is_section(trimmed) || begins_request(line) || trimmed.starts_with(['{', '<']) {
            break;
        }
        if let Some((_, after)) = line.split_once("```") {
            let from = line.len() - after.len();
            let end = cursor.rest()[from..].find("```").ok_or("a text in its checks is not closed")?;
            cursor.skip(from + end + 3);
        }
        cursor.skip_line();
    }
    Ok(())
}
