//! Probes from a Hurl file. Requests are taken over; what Hurl asserts and captures is left out with a remark.

use super::Imported;

const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "PATCH"];

#[derive(Default)]
struct Request {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<String>,
    query: Vec<String>,
    section: Section,
}

/// Where in a request a line stands.
#[derive(Default, PartialEq, Clone, Copy)]
enum Section {
    #[default]
    Headers,
    Body,
    Query,
    /// Of the answer, or of a kind that is not taken over.
    Ignored,
}

pub fn import(text: &str) -> Imported {
    let (mut imported, mut current) = (Imported::default(), None::<Request>);
    for line in text.lines() {
        let trimmed = line.trim();
        let first = trimmed.split_whitespace().next().unwrap_or_default();
        let is_inside = current.as_ref().is_some_and(|it| it.section == Section::Body && it.is_open());
        if METHODS.contains(&first) && !is_inside {
            finish(current.take(), &mut imported);
            let url = trimmed[first.len()..].trim().to_owned();
            current = Some(Request { method: first.to_owned(), url, ..Request::default() });
        } else if let Some(request) = &mut current {
            request.line(line, trimmed, &mut imported);
        }
    }
    finish(current, &mut imported);
    imported.numbered()
}

impl Request {
    fn line(&mut self, line: &str, trimmed: &str, imported: &mut Imported) {
        if self.section == Section::Body && self.is_open() {
            self.body.push(line.to_owned());
            return;
        }
        if trimmed.is_empty() || trimmed.starts_with('#') {
            return;
        }
        if trimmed.starts_with("HTTP") {
            self.section = Section::Ignored;
        } else if trimmed.starts_with('[') && trimmed.ends_with(']') && self.section != Section::Body {
            self.enter(trimmed, imported);
        } else {
            self.take(line, trimmed);
        }
    }

    fn enter(&mut self, section: &str, imported: &mut Imported) {
        self.section = match section {
            "[Query]" | "[QueryStringParams]" => Section::Query,
            "[]" => Section::Body,
            other => {
                if self.section != Section::Ignored {
                    imported.remarks.push(format!("{} {}: {other} is left out", self.method, self.url));
                }
                Section::Ignored
            }
        };
    }

    fn take(&mut self, line: &str, trimmed: &str) {
        match (self.section, trimmed.split_once(':')) {
            (Section::Headers, Some((name, value))) if is_token(name) => {
                self.headers.push((name.to_owned(), value.trim().to_owned()));
            }
            (Section::Query, Some((name, value))) => self.query.push(format!("{name}={}", value.trim())),
            (Section::Headers, _) => {
                self.section = Section::Body;
                self.body.push(line.to_owned());
            }
            _ => {}
        }
    }

    /// Whether the body goes on: a bracket or a fence in it is not closed.
    fn is_open(&self) -> bool {
        let body = self.body.join("\n");
        let count = |wanted: [char; 2]| body.chars().filter(|it| wanted.contains(it)).count();
        count(['{', '[']) > count(['}', ']']) || body.matches("```").count() % 2 == 1
    }

    fn written_body(&self) -> Option<String> {
        let body = self.body.join("\n");
        let body = body.trim();
        let fenced = body.strip_prefix("```").and_then(|it| it.strip_suffix("```"));
        let inner = fenced.map(|it| it.split_once('\n').map_or(it, |(_, rest)| rest));
        let quoted = body.strip_prefix('`').and_then(|it| it.strip_suffix('`'));
        let body = inner.or(quoted.filter(|_| fenced.is_none())).unwrap_or(body);
        (!body.is_empty()).then(|| body.to_owned())
    }
}

fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_')
}

fn finish(request: Option<Request>, imported: &mut Imported) {
    let Some(request) = request else { return };
    let separator = if request.url.contains('?') { '&' } else { '?' };
    let query = request.query.join("&");
    let url =
        if query.is_empty() { request.url.clone() } else { format!("{}{separator}{query}", request.url) };
    // `{{host}}/path`: the origin is the colour's own.
    let url = match url.strip_prefix("{{").and_then(|rest| rest.split_once("}}")) {
        Some((_, path)) if path.starts_with('/') => path.to_owned(),
        _ => url,
    };
    let body = request.written_body();
    let texts = request.headers.iter().filter(|(name, _)| !super::is_secret(name)).map(|(_, value)| value);
    if url.contains("{{") || texts.chain(&body).any(|text| text.contains("{{")) {
        imported.remarks.push(format!("{} {url} left out: it uses a variable", request.method));
        return;
    }
    imported.push(&request.method, &url, request.headers, body);
}
