//! Requests as they come over the wire: each gets an answer in the shape of its protocol.
//!
//! An input is one request or several with a line `====` between them: a line with method and path, headers,
//! an empty line, and a body of any bytes. They reach one world in their order.

use http::{Request, request::Parts};
use serde_json::Value;
use viridian_sandbox::wire::{self, WireAnswer};

use super::machine;

pub(super) fn run(input: &[u8]) -> String {
    let mut world = machine::world();
    let mut outlines = Vec::new();
    for request in parts(input, b"\n====\n") {
        let split = parts(request, b"\n\n");
        let body = split.first().map_or(&[][..], |head| request.get(head.len() + 2..).unwrap_or_default());
        let Some(head) = split.first().and_then(|head| head_of(head)) else {
            outlines.push("no head".to_owned());
            continue;
        };
        let answer = wire::answer(&mut world, &head, body);
        outlines.push(check(&answer));
    }
    outlines.join("\n")
}

fn parts<'a>(bytes: &'a [u8], mark: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some(place) = rest.windows(mark.len()).position(|window| window == mark) {
        parts.push(&rest[..place]);
        rest = &rest[place + mark.len()..];
        if parts.len() == 20 {
            break;
        }
    }
    parts.push(rest);
    parts
}

/// What an HTTP server would make of these lines; `None` where it would refuse them.
fn head_of(bytes: &[u8]) -> Option<Parts> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let first = std::str::from_utf8(lines.next()?).ok()?;
    let (method, path) = first.split_once(' ')?;
    let mut request = Request::builder().method(method).uri(path);
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':')?;
        request = request.header(&line[..colon], line[colon + 1..].trim_ascii());
    }
    Some(request.body(()).ok()?.into_parts().0)
}

#[expect(clippy::panic, reason = "a broken promise")]
fn check(answer: &WireAnswer) -> String {
    let status = answer.status().as_u16();
    let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    assert!(answer.headers().contains_key("x-amzn-requestid"), "an answer without a request id");
    let text = String::from_utf8_lossy(answer.body());
    let mut outline = String::new();
    match kind {
        "application/x-amz-json-1.0" | "application/x-amz-json-1.1" => {
            let value: Value =
                serde_json::from_slice(answer.body()).unwrap_or_else(|error| panic!("{error}: {text}"));
            assert!(value.is_object(), "{text}");
            let named = value["__type"].is_string() && value["message"].is_string();
            assert!(status < 400 || named, "an error without a name: {text}");
            outline = if status < 400 {
                names(&value)
            } else {
                format!("{} {}", value["__type"], value["message"])
            };
        }
        "text/xml" => {
            balanced(&text);
            let named = text.contains("<Code>") && text.contains("<Message>");
            assert!(status < 400 || named, "an error without a name: {text}");
            outline.push_str(text.split_once("<RequestId>").map_or(&text, |(before, _)| before));
        }
        // A map: what is inside of it the tests of the wire read back.
        "application/cbor" => assert_eq!(answer.body().first().map(|byte| byte >> 5), Some(5)),
        _ => panic!("an answer of type {kind:?}"),
    }
    format!("{status} {outline}")
}

/// The names of all members, which say what kind of answer it is.
fn names(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let named = members.iter().map(|(name, value)| [name.as_str(), &names(value)].join(" "));
            named.collect::<Vec<_>>().join(" ")
        }
        Value::Array(list) => list.first().map(names).unwrap_or_default(),
        _ => String::new(),
    }
}

/// Every element that is opened is closed, in order.
#[expect(clippy::panic, reason = "a broken promise")]
fn balanced(text: &str) {
    let mut open = Vec::new();
    for tag in text.split('<').skip(1) {
        let Some((tag, after)) = tag.split_once('>') else { panic!("a tag without an end: {text}") };
        assert!(!after.contains('>') || after.contains("&gt;"), "a bare angle: {text}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{text}");
            continue;
        }
        let name = tag.split(' ').next().unwrap_or_default();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        assert!(!name.is_empty() && name.bytes().all(plain), "{text}");
        open.push(name);
    }
    assert!(open.is_empty(), "{text}");
}
