//! JSON of many records: a value a line (NDJSON), or one after each record separator (RFC 7464). It is read as an
//! array of its records, each on the line that it has.

use crate::{json, work};

/// What a stream may begin a record with.
const SEPARATOR: char = '\u{1e}';

/// The array, if every line is a record and there are at least two. Of what was cut the last line may be broken.
pub(super) fn array(text: &str, is_cut: bool) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut records: Vec<&str> = text.lines().map(|line| line.trim_start_matches(SEPARATOR).trim()).collect();
    records.retain(|record| !record.is_empty());
    let is_value = |record: &str| {
        work::step();
        record.starts_with(['{', '[']) && json::read(record, &mut Vec::new()).is_ok()
    };
    if is_cut && records.last().is_some_and(|last| !is_value(last)) {
        records.pop();
    }
    if records.is_empty() || !records.iter().all(|it| is_value(it)) {
        return None;
    }
    work::take(text.len() + 2 * records.len());
    Some(format!("[{}]", records.join(",\n")))
}

/// Types whose bodies are records.
pub(super) fn is_named(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    ["ndjson", "jsonl", "jsonlines", "json-seq", "json-lines"].iter().any(|it| essence.contains(it))
}
