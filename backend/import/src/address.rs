//! Addresses: which part of one is asked for, and which only says of whom.

use std::fmt::Write as _;

use crate::draft::Spelling;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// Host and port in small letters, if it names any; without the port that its scheme has anyway.
    pub(crate) host: Option<String>,
    /// Name and password before the host, as written.
    pub(crate) person: Option<String>,
    /// With the query, without the fragment. Begins with a slash.
    pub(crate) path: String,
    /// Characters that HTTP cannot carry as they were written, and that are escaped now.
    pub(crate) escaped: Vec<char>,
}

/// Reads an address, or a path that begins with one slash. The reason for a refusal repeats nothing of it.
pub(crate) fn read(url: &str, spelling: Spelling) -> Result<Address, String> {
    let url = url.trim_matches(|it: char| it.is_ascii_whitespace());
    let url = url.split('#').next().unwrap_or_default();
    if url.starts_with('/') && !url.starts_with("//") {
        return finished(None, None, url, spelling);
    }
    if url.starts_with("//") {
        return Err("its address names a host without a scheme".to_owned());
    }
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), rest),
        _ => ("http".to_owned(), without_scheme(url)?),
    };
    if scheme != "http" && scheme != "https" {
        return Err(format!("its address is one of `{scheme}`, not of HTTP"));
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (person, host) = match authority.rsplit_once('@') {
        Some((person, host)) => (Some(person.to_owned()), host),
        None => (None, authority),
    };
    let usual = if scheme == "http" { ":80" } else { ":443" };
    let host = host.to_lowercase();
    let host = host.strip_suffix(usual).unwrap_or(&host);
    if !is_host(host) {
        return Err("its address names no host".to_owned());
    }
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    finished(Some(host.to_owned()), person, &path, spelling)
}

fn finished(
    host: Option<String>,
    person: Option<String>,
    target: &str,
    spelling: Spelling,
) -> Result<Address, String> {
    if target.chars().any(char::is_control) {
        return Err("its address holds a control character".to_owned());
    }
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let path = if spelling == Spelling::CurlAsIs { path.to_owned() } else { without_dots(path) };
    let mut escaped = Vec::new();
    let mut whole = escape(&path, |it| is_of_path(it, spelling), &mut escaped);
    if let Some(query) = query {
        whole.push('?');
        whole.push_str(&escape(query, |it| is_of_query(it, spelling), &mut escaped));
    }
    if whole.parse::<http::Uri>().is_err() {
        return Err("its address cannot be sent".to_owned());
    }
    Ok(Address { host, person, path: whole, escaped })
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"+-.".contains(&it))
}

/// An address without a scheme, as curl takes it. `data:` and `mailto:` are none.
fn without_scheme(url: &str) -> Result<&str, String> {
    let authority = url.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.split_once(':') {
        Some((scheme, port)) if !host.starts_with('[') && !port.bytes().all(|it| it.is_ascii_digit()) => {
            Err(format!("its address is one of `{scheme}`, not of HTTP"))
        }
        _ => Ok(url),
    }
}

fn is_host(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    !name.is_empty()
        && !host.contains(|it: char| it.is_whitespace() || it.is_control() || "\"<>\\^`{|}".contains(it))
}

/// Resolves `.` and `..`, as RFC 3986 section 5.2.4 has it.
fn without_dots(path: &str) -> String {
    let is_dot = |it: &str| it == "." || it.eq_ignore_ascii_case("%2e");
    let is_up = |it: &str| matches!(it.to_ascii_lowercase().as_str(), ".." | ".%2e" | "%2e." | "%2e%2e");
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        if is_up(segment) {
            kept.pop();
        } else if !is_dot(segment) {
            kept.push(segment);
            continue;
        }
        if is_last {
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}

/// What HTTP carries in a path as it is; a browser escapes a little more.
fn is_of_path(letter: char, spelling: Spelling) -> bool {
    let is_escaped = "\"{}<>` ?".contains(letter);
    letter.is_ascii_alphanumeric()
        || (can_be_sent("/", letter) && !(spelling == Spelling::Browser && is_escaped))
}

fn is_of_query(letter: char, spelling: Spelling) -> bool {
    let is_escaped = "\"<> ".contains(letter);
    letter.is_ascii_alphanumeric()
        || (can_be_sent("/?", letter) && !(spelling == Spelling::Browser && is_escaped))
}

fn can_be_sent(before: &str, letter: char) -> bool {
    letter.is_ascii() && letter != '#' && format!("{before}{letter}").parse::<http::Uri>().is_ok()
}

fn escape(text: &str, is_kept: impl Fn(char) -> bool, escaped: &mut Vec<char>) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_kept(letter) {
            out.push(letter);
            continue;
        }
        if !escaped.contains(&letter) {
            escaped.push(letter);
        }
        for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Escapes everything but what RFC 3986 calls unreserved.
pub(crate) fn component(text: &str) -> String {
    escape(text, |it| it.is_ascii_alphanumeric() || "-._~".contains(it), &mut Vec::new())
}

/// As forms write a name or a value: spaces as `+`.
pub(crate) fn form(text: &str) -> String {
    escape(text, |it| it.is_ascii_alphanumeric() || "-._* ".contains(it), &mut Vec::new()).replace(' ', "+")
}

/// Undoes escapes, and `+` if it stands for a space. What is no escape stays.
pub(crate) fn decoded(text: &str, plus_is_space: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let pair = tail.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        let escape = pair.filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()));
        match (first, escape.and_then(|it| u8::from_str_radix(it, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (b'+', _) if plus_is_space => {
                bytes.push(b' ');
                rest = tail;
            }
            (byte, _) => {
                bytes.push(*byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Adds parameters to an address that may have some already, before its fragment.
pub(crate) fn with_query(url: &str, query: &str) -> String {
    if query.is_empty() {
        return url.to_owned();
    }
    let (url, fragment) =
        url.split_once('#').map_or((url, String::new()), |(url, it)| (url, format!("#{it}")));
    let joint = match url.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some((_, present)) if present.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{url}{joint}{query}{fragment}")
}
