//! Probes from a HAR file, as browsers and proxies record it: what was asked of the page's own host, without what
//! only that one visit knew.

use std::collections::{BTreeMap, HashMap};

use base64::Engine as _;
use serde::Deserialize;

use crate::{
    Imported, Unreadable, address,
    collect::Collector,
    draft::Draft,
    multipart::{self, Part},
    without_mark,
};

#[derive(Deserialize)]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    #[serde(default)]
    pages: Vec<Page>,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    title: String,
}

#[derive(Deserialize)]
struct Entry {
    request: Request,
    #[serde(default, rename = "_resourceType")]
    resource: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    query_string: Vec<Pair>,
    #[serde(default)]
    post_data: Option<Data>,
    /// -1 if it is not known.
    #[serde(default)]
    body_size: Option<serde_json::Number>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pair {
    name: String,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    file_name: Option<String>,
    #[serde(default)]
    content_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    #[serde(default)]
    mime_type: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    params: Option<Vec<Pair>>,
    #[serde(default, alias = "_encoding")]
    encoding: Option<String>,
}

/// What one visit knew: whether it had been there before, who traced it, how often it had tried.
const OF_THE_VISIT: [&str; 29] = [
    "baggage",
    "cache-control",
    "date",
    "forwarded",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "newrelic",
    "postman-token",
    "pragma",
    "request-id",
    "sentry-trace",
    "traceparent",
    "tracestate",
    "uber-trace-id",
    "via",
    "x-amzn-trace-id",
    "x-client-data",
    "x-cloud-trace-context",
    "x-correlation-id",
    "x-forwarded-for",
    "x-newrelic-id",
    "x-newrelic-transaction",
    "x-real-ip",
    "x-request-id",
    "x-trace-id",
];
const BEGINNINGS: [&str; 2] = ["x-b3-", "x-datadog-"];

/// Reads what a browser recorded; an error where the text is no HAR at all.
pub fn import(text: &str) -> Result<Imported, Unreadable> {
    let har: Har = serde_json::from_str(without_mark(text))
        .map_err(|error| Unreadable(format!("the HAR file is not as it should be: {error}")))?;
    let mut collector = Collector::default();
    let own = own_host(&har.log);
    let (mut elsewhere, mut dropped) = (BTreeMap::<String, usize>::new(), BTreeMap::<String, usize>::new());
    for (index, Entry { request, .. }) in har.log.entries.iter().enumerate() {
        let at = format!("/log/entries/{index}");
        match host(&request.url) {
            Some(host) if Some(&host) != own.as_ref() => *elsewhere.entry(host).or_default() += 1,
            _ => match draft(request, &at, &mut dropped) {
                Ok(draft) => collector.add(draft),
                Err(reason) => collector.left_out(&at, &reason),
            },
        }
    }
    let counted = |counts: &BTreeMap<String, usize>| {
        counts.iter().map(|(name, count)| format!("{name} ({count})")).collect::<Vec<_>>().join("; ")
    };
    if !elsewhere.is_empty() {
        let own = own.unwrap_or_default();
        collector.remark(format!("Only what {own} was asked is taken. Left out: {}.", counted(&elsewhere)));
    }
    if !dropped.is_empty() {
        collector.remark(format!("Headers that only that visit knew are left out: {}.", counted(&dropped)));
    }
    Ok(collector.finish())
}

fn host(url: &str) -> Option<String> {
    address::read(url, crate::draft::Spelling::Browser).ok()?.host
}

/// Whose the visit was: the page's host, that of most documents, or that of most requests.
fn own_host(log: &Log) -> Option<String> {
    let most = |hosts: Vec<String>| {
        let mut counts = HashMap::<&String, usize>::new();
        for host in &hosts {
            *counts.entry(host).or_default() += 1;
        }
        let most = counts.values().copied().max()?;
        hosts.iter().find(|it| counts.get(*it) == Some(&most)).cloned()
    };
    let all = |is_wanted: &dyn Fn(&Entry) -> bool| {
        most(log.entries.iter().filter(|it| is_wanted(it)).filter_map(|it| host(&it.request.url)).collect())
    };
    let pages =
        log.pages.iter().filter(|it| it.title.contains("://")).filter_map(|it| host(&it.title)).collect();
    let is_page = |entry: &Entry| {
        entry.resource.as_deref() == Some("document")
            || entry.request.headers.iter().any(|it| {
                let is = |name: &str, value: &str| {
                    it.name.eq_ignore_ascii_case(name) && it.value.as_deref() == Some(value)
                };
                is("sec-fetch-dest", "document")
            })
    };
    most(pages).or_else(|| all(&is_page)).or_else(|| all(&|_| true))
}

fn draft(request: &Request, at: &str, dropped: &mut BTreeMap<String, usize>) -> Result<Draft, String> {
    let mut url = request.url.clone();
    if !url.contains('?') {
        let pair = |it: &Pair| {
            format!(
                "{}={}",
                address::component(&it.name),
                address::component(it.value.as_deref().unwrap_or_default())
            )
        };
        url = address::with_query(&url, &request.query_string.iter().map(pair).collect::<Vec<_>>().join("&"));
    }
    let mut draft = Draft { method: request.method.clone(), ..Draft::get(at, url) };
    for Pair { name, value, .. } in &request.headers {
        let lower = name.to_ascii_lowercase();
        let value = value.clone().unwrap_or_default();
        let is_of_visit = OF_THE_VISIT.contains(&lower.as_str())
            || BEGINNINGS.iter().any(|it| lower.starts_with(it))
            || (lower == "cookie" && !holds_session(&value));
        if is_of_visit {
            *dropped.entry(lower).or_default() += 1;
        } else if lower == "cookie" {
            // One person's visit: one name for its session, whatever else the cookies held at the time.
            draft.headers.push((name.clone(), "the session of the visit".to_owned()));
        } else {
            draft.headers.push((name.clone(), value));
        }
    }
    body(request, &mut draft)?;
    Ok(draft)
}

/// Whether cookies are those of somebody who has signed in, as far as names tell.
fn holds_session(cookies: &str) -> bool {
    let is_session = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["sess", "sid", "auth", "token", "jwt", "login", "user"].iter().any(|it| name.contains(it))
            && !name.starts_with("_ga")
    };
    cookies.split(';').filter_map(|it| it.trim().split('=').next()).any(is_session)
}

fn body(request: &Request, draft: &mut Draft) -> Result<(), String> {
    let size =
        request.body_size.as_ref().and_then(|it| usize::try_from(it.as_u64()?).ok()).filter(|it| *it > 0);
    let Some(data) = &request.post_data else {
        return if size.is_some() { Err("its body was not recorded".to_owned()) } else { Ok(()) };
    };
    let kind = data
        .mime_type
        .clone()
        .or_else(|| draft.header("content-type").map(str::to_owned))
        .unwrap_or_default();
    let text = data.text.as_deref().filter(|it| !it.is_empty());
    let params = data.params.as_deref().filter(|it| !it.is_empty());
    match (text, params) {
        (Some(text), _) => {
            let text =
                if data.encoding.as_deref() == Some("base64") { unpacked(text)? } else { text.to_owned() };
            let text = without_head(&text);
            if size.is_some_and(|size| size > text.len()) {
                return Err("only a part of its body was recorded".to_owned());
            }
            draft.body = Some(text.to_owned());
        }
        (None, Some(params)) if kind.starts_with("multipart/") => {
            let (kind, body) = multipart::written(&parts(params)?);
            draft.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            draft.headers.push(("content-type".to_owned(), kind));
            draft.body = Some(body);
        }
        (None, Some(params)) => {
            let pair = |it: &Pair| {
                format!(
                    "{}={}",
                    address::form(&it.name),
                    address::form(it.value.as_deref().unwrap_or_default())
                )
            };
            draft.body = Some(params.iter().map(pair).collect::<Vec<_>>().join("&"));
        }
        (None, None) if size.is_some() => return Err("its body was not recorded".to_owned()),
        (None, None) => {}
    }
    if draft.body.is_some() && !kind.is_empty() {
        draft.usually("content-type", kind);
    }
    Ok(())
}

fn unpacked(text: &str) -> Result<String, String> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(text);
    let bytes = bytes.map_err(|_| "its body is said to be base64 and is not".to_owned())?;
    String::from_utf8(bytes).map_err(|_| "its body is no text".to_owned())
}

/// Firefox records a form's body with the headers of the form before it.
fn without_head(text: &str) -> &str {
    match text.split_once("\r\n\r\n") {
        Some((head, body))
            if head.to_ascii_lowercase().contains("content-length:") && !head.starts_with("--") =>
        {
            let is_header =
                |line: &str| line.split_once(':').is_some_and(|(name, _)| crate::collect::is_token(name));
            if head.lines().all(is_header) { body } else { text }
        }
        _ => text,
    }
}

fn parts(params: &[Pair]) -> Result<Vec<Part>, String> {
    let part = |it: &Pair| match (&it.value, &it.file_name) {
        (None | Some(_), Some(_)) if it.value.as_deref().unwrap_or_default().is_empty() => {
            Err(format!("the part `{}` of its form is a file that was not recorded", it.name))
        }
        (value, file_name) => Ok(Part {
            name: it.name.clone(),
            value: value.clone().unwrap_or_default(),
            file_name: file_name.clone(),
            kind: it.content_type.clone().filter(|it| !it.is_empty()),
            headers: Vec::new(),
        }),
    };
    params.iter().map(part).collect()
}
