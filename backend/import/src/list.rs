//! Probes from a plain list: one path or address a line, a method before it if it is not GET, ` #` begins a
//! remark.

use crate::{Imported, collect::Collector, draft::Draft, without_mark};

const METHODS: [&str; 9] = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

/// Reads a path or an address a line.
pub fn import(text: &str) -> Imported {
    let mut collector = Collector::default();
    for (index, line) in without_mark(text).lines().enumerate() {
        let line = line.trim();
        let line =
            if line.starts_with('#') { "" } else { line.split(" #").next().unwrap_or_default().trim() };
        if !line.is_empty() {
            one(&format!("line {}", index + 1), line, &mut collector);
        }
    }
    collector.finish()
}

fn one(at: &str, line: &str, collector: &mut Collector) {
    let mut words = line.split_whitespace();
    let first = words.next().unwrap_or_default();
    let known = METHODS.iter().find(|it| it.eq_ignore_ascii_case(first));
    let (method, url) = match known {
        Some(method) => (*method, line[first.len()..].trim()),
        None => ("GET", line),
    };
    // The first line of a request, copied from a log.
    let url = match url.rsplit_once(' ') {
        Some((url, version)) if known.is_some() && version.starts_with("HTTP/") => url.trim(),
        _ => url,
    };
    let is_address = url.starts_with('/') || url.contains("://");
    if is_address {
        collector.add(Draft { method: method.to_owned(), ..Draft::get(at, url) });
    } else {
        collector.left_out(at, "it is neither a path that begins with `/` nor an address with its scheme");
    }
}
