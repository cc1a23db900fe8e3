//! The heads that the load balancer writes: a request as the target gets it, an answer as the client does.

use std::io::Write as _;

use super::own;
use crate::head::Head;

/// What concerns one connection only.
const HOPS: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
    "expect",
    "http2-settings",
];
/// What the load balancer writes itself.
const FORWARDED: [&str; 4] = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-amzn-trace-id"];

/// How the fields begin that say who somebody is.
const CLAIMS: &[u8] = b"x-amzn-oidc-";

/// What the load balancer adds to a request.
#[derive(Debug)]
pub(crate) struct Added<'a> {
    /// Path and query.
    pub(crate) target: &'a str,
    /// In place of the client's own, where a rule rewrites it.
    pub(crate) host: Option<&'a str>,
    pub(crate) forwarded_for: Option<String>,
    pub(crate) port: u16,
    pub(crate) trace: String,
    pub(crate) is_chunked: bool,
    /// Who has signed in, where somebody had to; then nothing is believed that the client says of it.
    pub(crate) identity: Option<&'a [(&'static str, String)]>,
    /// The protocol that the client wants to change to.
    pub(crate) upgrade: Option<&'a str>,
}

/// Writes a request's head for the target.
pub(crate) fn request(out: &mut Vec<u8>, bytes: &[u8], head: &Head, added: &Added<'_>) {
    out.extend_from_slice(&bytes[head.word.clone()]);
    out.push(b' ');
    out.extend_from_slice(added.target.as_bytes());
    out.extend_from_slice(b" HTTP/1.1\r\n");
    let listed = listed(bytes, head);
    for (name, value) in head.fields(bytes) {
        let is_ours = is_one(name, &HOPS) || is_one(name, &FORWARDED) || is_listed(name, &listed);
        let is_claim = added.identity.is_some() && name.to_ascii_lowercase().starts_with(CLAIMS);
        if is_ours || is_claim || (added.host.is_some() && name.eq_ignore_ascii_case(b"host")) {
            continue;
        }
        field(out, name, value);
    }
    if let Some(host) = added.host {
        field(out, b"Host", host.as_bytes());
    }
    if let Some(through) = &added.forwarded_for {
        field(out, b"X-Forwarded-For", through.as_bytes());
    }
    out.extend_from_slice(b"X-Forwarded-Proto: http\r\n");
    let _ = write!(out, "X-Forwarded-Port: {}\r\n", added.port);
    field(out, b"X-Amzn-Trace-Id", added.trace.as_bytes());
    for (name, value) in added.identity.unwrap_or_default() {
        field(out, name.as_bytes(), value.as_bytes());
    }
    if added.is_chunked {
        out.extend_from_slice(b"Transfer-Encoding: chunked\r\n");
    }
    if let Some(protocol) = added.upgrade {
        out.extend_from_slice(b"Connection: Upgrade\r\n");
        field(out, b"Upgrade", protocol.as_bytes());
    }
    out.extend_from_slice(b"\r\n");
}

/// How the connection to the client goes on after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    KeepAlive,
    Close,
    /// The connection changes its protocol.
    Upgrade,
}

/// Writes an answer's head for the client.
pub(crate) fn answer(
    out: &mut Vec<u8>,
    bytes: &[u8],
    head: &Head,
    cookies: &[String],
    is_chunked: bool,
    ending: Ending,
) {
    let _ = write!(out, "HTTP/1.1 {} ", head.status);
    let reason = &bytes[head.word.clone()];
    out.extend_from_slice(if reason.is_empty() { own::reason(head.status).as_bytes() } else { reason });
    out.extend_from_slice(b"\r\n");
    let listed = listed(bytes, head);
    for (name, value) in head.fields(bytes) {
        if !is_one(name, &HOPS) && !is_listed(name, &listed) {
            field(out, name, value);
        }
    }
    for cookie in cookies {
        field(out, b"Set-Cookie", cookie.as_bytes());
    }
    if is_chunked {
        out.extend_from_slice(b"Transfer-Encoding: chunked\r\n");
    }
    match ending {
        Ending::KeepAlive => out.extend_from_slice(b"Connection: keep-alive\r\n"),
        Ending::Close => out.extend_from_slice(b"Connection: close\r\n"),
        Ending::Upgrade => {
            out.extend_from_slice(b"Connection: upgrade\r\n");
            if let Some(protocol) = head.text(bytes, "upgrade") {
                field(out, b"Upgrade", protocol.as_bytes());
            }
        }
    }
    out.extend_from_slice(b"\r\n");
}

fn field(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

fn is_one(name: &[u8], names: &[&str]) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// The fields that a message's own `Connection` names, which concern one connection too.
fn listed<'a>(bytes: &'a [u8], head: &'a Head) -> Vec<&'a [u8]> {
    let words = head.values(bytes, "connection").flat_map(|value| value.split(|byte| *byte == b','));
    let usual = |word: &&[u8]| is_one(word, &["keep-alive", "close", "upgrade", ""]);
    words.map(<[u8]>::trim_ascii).filter(|word| !usual(word)).collect()
}

fn is_listed(name: &[u8], listed: &[&[u8]]) -> bool {
    listed.iter().any(|word| name.eq_ignore_ascii_case(word))
}
